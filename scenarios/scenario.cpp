#include "scenarios/scenario.hpp"

#include <fmt/format.h>

namespace heddle::scenarios {

std::string_view to_string(Rule rule) {
  switch (rule) {
    case Rule::Assertion:
      return "assertion";
    case Rule::Trap:
      return "trap";
    case Rule::Deadlock:
      return "deadlock";
    case Rule::Linearizability:
      return "linearizability";
  }
  return "?";
}

const CallStep* find_operation(const Scenario& scenario, core::AgentId agent,
                               std::int32_t operation) {
  if (operation < 0 || agent.index > scenario.processes.size()) return nullptr;
  auto index = static_cast<std::size_t>(operation);
  if (agent.index != 0) {
    const std::vector<CallStep>& operations = scenario.processes[agent.index - 1].operations;
    return index < operations.size() ? &operations[index] : nullptr;
  }
  if (index < scenario.setup.size()) return &scenario.setup[index];
  index -= scenario.setup.size();
  return index < scenario.finally.size() ? &scenario.finally[index] : nullptr;
}

std::string place_of(const CallStep& step) {
  // The file's own name only: a signature must not depend on where the file lies.
  const std::string& file = step.span.file;
  const std::size_t slash = file.find_last_of("/\\");
  return fmt::format("{}:{}", slash == std::string::npos ? file : file.substr(slash + 1),
                     step.span.line);
}

}  // namespace heddle::scenarios
