#include "engine/exec/uncaught.hpp"

#include <fmt/format.h>

namespace heddle::engine {

core::Outcome uncaught(const Store& store, const TagInstance& tag, std::span<const Slot> values) {
  std::string text = "uncaught exception: tag ";
  text += tag.name.empty() ? fmt::to_string(tag.number) : "$" + tag.name;
  text += " (";
  const char* separator = "";
  for (const core::Value& value : store.to_values(values, tag.type->parameters)) {
    text += separator + to_string(value);
    separator = ", ";
  }
  text += ")";
  return {.kind = core::OutcomeKind::Thrown, .message = std::move(text)};
}

}  // namespace heddle::engine
