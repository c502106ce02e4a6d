#include "fuzz/input.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace heddle::fuzz {

void require(bool holds, std::string_view law, std::string_view detail) {
  if (holds) return;
  fmt::print(stderr, "fuzz: does not hold: {}\n{}\n", law, detail);
  std::abort();
}

}  // namespace heddle::fuzz
