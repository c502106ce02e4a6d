#include "harness/check/names.hpp"

#include <fmt/format.h>

namespace heddle::harness {

std::string agent_name(const core::Trace& trace, core::AgentId agent) {
  if (agent.index < trace.agents.size() && !trace.agents[agent.index].name.empty()) {
    return trace.agents[agent.index].name;
  }
  return fmt::format("agent {}", agent.index);
}

std::string place_of(const core::Trace& trace, const core::CodeLocation& where) {
  if (where.function == core::CodeLocation::kNoFunction) return "host";
  std::string module = fmt::format("module{}", where.module);
  std::string function = fmt::format("function{}", where.function);
  if (where.module < trace.modules.size()) {
    const core::ModuleInfo& info = trace.modules[where.module];
    if (!info.name.empty()) module = info.name;
    if (where.function < info.function_names.size() &&
        !info.function_names[where.function].empty()) {
      function = info.function_names[where.function];
    }
  }
  return fmt::format("{}.{}+{:#x}", module, function, where.offset);
}

std::string describe_access(const core::Trace& trace, core::AgentId agent,
                            const core::Action& action) {
  std::string_view verb = "reads";
  if (action.kind == core::ActionKind::Write) verb = "writes";
  if (action.kind == core::ActionKind::ReadModifyWrite) verb = "modifies";
  const bool is_plain = action.ordering == core::Ordering::Unordered;
  return fmt::format("{} {}{} {} ({} byte{})", agent_name(trace, agent),
                     is_plain ? "" : "atomically ", verb, to_string(action.location),
                     action.size_bytes, action.size_bytes == 1 ? "" : "s");
}

std::vector<core::EventId> last_event_of(const core::Trace& trace, core::AgentId agent) {
  for (std::size_t i = trace.events.size(); i-- > 0;) {
    if (trace.events[i].agent == agent) return {core::EventId{static_cast<std::uint32_t>(i)}};
  }
  return {};
}

}  // namespace heddle::harness
