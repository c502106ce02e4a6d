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
  std::string module;
  if (where.module < trace.modules.size()) module = trace.modules[where.module]->name();
  if (module.empty()) module = fmt::format("module{}", where.module);
  std::string function = core::function_name(trace, where);
  if (function.empty()) function = fmt::format("function{}", where.function);
  return fmt::format("{}.{}+{:#x}", module, function, where.offset);
}

std::string whereabouts(const core::Trace& trace, const core::CodeLocation& where) {
  std::string text = core::where_text(trace, where);
  return text.empty() ? "at " + place_of(trace, where) : text;
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
