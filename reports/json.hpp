// How reports write JSON: keys in the order in which they are set, and no exceptions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace heddle::reports {

using Json = nlohmann::ordered_json;

// Indented by two, with a line break at the end. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] inline std::string json_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Decimal, as a string: many readers of JSON cannot hold 64 bits in a number.
[[nodiscard]] inline Json seed_json(std::uint64_t seed) { return std::to_string(seed); }

// How much of a text is JSON: where the first error is, or the size.
[[nodiscard]] std::size_t end_of_json(std::string_view text);

}  // namespace heddle::reports
