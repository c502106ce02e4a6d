#include "histories/function_names.hpp"

#include <algorithm>
#include <array>

namespace heddle::histories {

bool only_gives(std::string_view function) {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"acquire",  "deq",      "dequeue",   "drain",    "front",     "generate",   "get",
       "length",   "load",     "lock",      "peek",     "peek_back", "peek_front", "poll",
       "pop",      "pop_back", "pop_front", "pop_left", "pop_right", "r",          "read",
       "read-all", "read_all", "receive",   "release",  "size",      "take",       "top",
       "try_deq",  "try_pop",  "unlock"});
  return std::ranges::find(kNames, function) != kNames.end();
}

}  // namespace heddle::histories
