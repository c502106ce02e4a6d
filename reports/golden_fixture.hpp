// Golden tests: what a report should look like is a file, and HEDDLE_BLESS=1 rewrites it.
//
// For tests only. A blessed difference shows up in review as a difference of the file.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace heddle::reports {

inline void expect_golden(const std::string& actual, const std::string& name) {
  const std::string path = std::string(HEDDLE_SOURCE_DIR) + "/reports/golden/" + name;
  const char* const bless = std::getenv("HEDDLE_BLESS");
  if (bless != nullptr && std::string(bless) == "1") {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ifstream stream(path, std::ios::binary);
  ASSERT_TRUE(stream) << "there is no " << name << "; HEDDLE_BLESS=1 writes it";
  const std::string expected{std::istreambuf_iterator<char>(stream),
                             std::istreambuf_iterator<char>()};
  EXPECT_EQ(actual, expected) << "if this is right, HEDDLE_BLESS=1 rewrites " << name;
}

}  // namespace heddle::reports
