#include "scenarios/fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace heddle::scenarios {
namespace {

core::Result<void> check_scalar(const YamlNode& node, std::string_view what) {
  if (node.kind == YamlNode::Kind::Scalar) return {};
  return error_at(node, fmt::format("{} is expected, not {}", what, describe(node.kind)));
}

template <typename Number>
bool parse_whole(std::string_view digits, Number& number) {
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number, 10);
  return error == std::errc{} && stop == end && !digits.empty();
}

}  // namespace

std::unexpected<core::Error> error_at(const YamlNode& node, std::string message) {
  return core::make_error(std::move(message), node.span);
}

core::Result<std::string> text_of(const YamlNode& node, std::string_view what) {
  HEDDLE_TRY(check_scalar(node, what));
  return node.text;
}

core::Result<std::uint64_t> number_of(const YamlNode& node, std::string_view what,
                                      std::uint64_t max) {
  HEDDLE_TRY(check_scalar(node, what));
  std::uint64_t number = 0;
  if (parse_whole(node.text, number) && number <= max) return number;
  if (max == UINT64_MAX) {
    return error_at(node, fmt::format("{} must be a number, not '{}'", what, node.text));
  }
  return error_at(node,
                  fmt::format("{} must be a number from 0 to {}, not '{}'", what, max, node.text));
}

core::Result<std::int64_t> integer_of(const YamlNode& node, std::string_view what) {
  HEDDLE_TRY(check_scalar(node, what));
  std::int64_t number = 0;
  if (parse_whole(node.text, number)) return number;
  return error_at(node, fmt::format("{} must be an integer of 64 bits, not '{}'", what, node.text));
}

core::Result<void> check_sequence(const YamlNode& node, std::string_view what) {
  if (node.kind == YamlNode::Kind::Sequence) return {};
  return error_at(node, fmt::format("{} is expected, not {}", what, describe(node.kind)));
}

core::Result<Fields> Fields::of(const YamlNode& node, std::string_view what,
                                std::initializer_list<std::string_view> allowed) {
  if (node.kind != YamlNode::Kind::Mapping) {
    return error_at(node, fmt::format("{} must be a mapping with the keys {}, not {}", what,
                                      fmt::join(allowed, ", "), describe(node.kind)));
  }
  for (const YamlNode& key : node.keys) {
    if (std::ranges::find(allowed, key.text) != allowed.end()) continue;
    return error_at(key, fmt::format("unknown key '{}' in {}; allowed are {}", key.text, what,
                                     fmt::join(allowed, ", ")));
  }
  return Fields(node, what);
}

const YamlNode* Fields::find(std::string_view key) const {
  for (std::size_t i = 0; i < node_->keys.size(); ++i) {
    if (node_->keys[i].text == key) return &node_->items[i];
  }
  return nullptr;
}

core::Result<const YamlNode*> Fields::require(std::string_view key) const {
  const YamlNode* const value = find(key);
  if (value == nullptr) return error_at(*node_, fmt::format("{} needs the key '{}'", what_, key));
  return value;
}

}  // namespace heddle::scenarios
