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
    case Rule::Livelock:
      return "livelock";
    case Rule::LostWakeup:
      return "lost-wakeup";
    case Rule::DataRace:
      return "data-race";
    case Rule::Linearizability:
      return "linearizability";
    case Rule::Atomicity:
      return "atomicity";
    case Rule::Liveness:
      return "liveness";
  }
  return "?";
}

std::optional<Rule> parse_rule(std::string_view word) {
  for (const Rule rule : kRules) {
    if (to_string(rule) == word) return rule;
  }
  return std::nullopt;
}

std::string place_of(const CallStep& step) {
  // The file's own name only: a signature must not depend on where the file lies.
  const std::string& file = step.span.file;
  const std::size_t slash = file.find_last_of("/\\");
  return fmt::format("{}:{}", slash == std::string::npos ? file : file.substr(slash + 1),
                     step.span.line);
}

}  // namespace heddle::scenarios
