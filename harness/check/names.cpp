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

std::vector<core::EventId> last_event_of(const core::Trace& trace, core::AgentId agent) {
  for (std::size_t i = trace.events.size(); i-- > 0;) {
    if (trace.events[i].agent == agent) return {core::EventId{static_cast<std::uint32_t>(i)}};
  }
  return {};
}

}  // namespace heddle::harness
