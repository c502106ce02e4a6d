#include "core/outcome.hpp"

namespace heddle::core {

std::string_view to_string(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::Returned:
      return "returned";
    case OutcomeKind::Trapped:
      return "trapped";
    case OutcomeKind::Thrown:
      return "thrown";
    case OutcomeKind::Exhausted:
      return "exhausted";
    case OutcomeKind::Blocked:
      return "blocked";
    case OutcomeKind::Unfinished:
      return "unfinished";
  }
  return "?";
}

std::string to_string(const Outcome& outcome) {
  std::string text(to_string(outcome.kind));
  if (!outcome.message.empty()) text += ": " + outcome.message;
  for (const Value& value : outcome.values) text += " " + to_string(value);
  return text;
}

}  // namespace heddle::core
