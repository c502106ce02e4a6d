#include "core/history.hpp"

#include <algorithm>

namespace heddle::core {

std::string_view to_string(Completion completion) {
  switch (completion) {
    case Completion::Ok:
      return "ok";
    case Completion::Fail:
      return "fail";
    case Completion::Info:
      return "info";
  }
  return "info";
}

std::uint32_t History::function_of(std::string_view name) {
  const auto found = std::ranges::find(functions, name);
  const auto index = static_cast<std::uint32_t>(found - functions.begin());
  if (found == functions.end()) functions.emplace_back(name);
  return index;
}

std::string to_string(const History& history, const Operation& operation) {
  const auto is_something = [](Datum datum) { return datum != kNil && datum != kUnknown; };
  std::string text = std::to_string(operation.process) + ": " + history.name_of(operation);
  if (operation.key != kUnknown) text += " of " + history.data.to_string(operation.key);
  if (is_something(operation.input)) text += " " + history.data.to_string(operation.input);
  switch (operation.completion) {
    case Completion::Ok:
      if (operation.output == kUnknown || operation.output == operation.input) break;
      text += " -> " + history.data.to_string(operation.output);
      break;
    case Completion::Fail:
      text += " -> failed";
      break;
    case Completion::Info:
      text += " -> ?";
      break;
  }
  return text;
}

}  // namespace heddle::core
