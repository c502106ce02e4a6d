// Every binary module of the suites, and the encoder's round trip over all its modules.
#include <gtest/gtest.h>

#include "engine/binary/decode.hpp"
#include "engine/binary/difference.hpp"
#include "engine/binary/encode.hpp"
#include "engine/binary/test_suite_modules.hpp"

namespace heddle::engine {
namespace {

class BinarySuite : public testing::Test {
 protected:
  void SetUp() override {
    if (suite_scripts().empty()) GTEST_SKIP() << "the public suites are not there";
  }

  // Calls `visit(module)` for each module of the suite.
  template <typename Visit>
  void for_each_module(Visit visit) {
    for (const auto& path : suite_scripts()) {
      const auto modules = load_modules(path);
      ASSERT_TRUE(modules) << path.filename() << ": " << modules.error().message;
      for (const SuiteModule& module : *modules) visit(module);
    }
  }
};

TEST_F(BinarySuite, MalformedBinariesAreRejectedWithTheAssertedMessage) {
  int count = 0;
  for_each_module([&](const SuiteModule& module) {
    const auto* binary = std::get_if<wast::BinaryModule>(&module.body);
    if (binary == nullptr || module.expectation != Expectation::Malformed) return;
    ++count;
    const auto decoded = decode(binary_source(binary->bytes), module.features);
    if (decoded) {
      ADD_FAILURE() << module.place << ": accepted, expected " << module.message;
    } else {
      EXPECT_TRUE(decoded.error().message.starts_with(module.message))
          << module.place << ": " << decoded.error().message << ", expected " << module.message;
    }
  });
  EXPECT_GE(count, 600);
}

TEST_F(BinarySuite, OtherBinariesAreAccepted) {
  int count = 0;
  for_each_module([&](const SuiteModule& module) {
    const auto* binary = std::get_if<wast::BinaryModule>(&module.body);
    if (binary == nullptr || module.expectation == Expectation::Malformed) return;
    ++count;
    const auto decoded = decode(binary_source(binary->bytes), module.features);
    EXPECT_TRUE(decoded) << module.place << ": " << decoded.error().message;
  });
  EXPECT_GE(count, 50);
}

TEST_F(BinarySuite, DecodeUndoesEncodeForEveryTextModule) {
  int count = 0;
  for_each_module([&](const SuiteModule& module) {
    const auto* text = std::get_if<std::shared_ptr<const Module>>(&module.body);
    if (text == nullptr) return;
    ++count;
    const auto decoded = decode(binary_source(encode(**text)));
    if (decoded) {
      EXPECT_EQ(find_difference(**text, *decoded), "") << module.place;
    } else {
      ADD_FAILURE() << module.place << ": " << decoded.error().message;
    }
  });
  EXPECT_GE(count, 1000);
}

}  // namespace
}  // namespace heddle::engine
