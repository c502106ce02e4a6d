#include "core/module_names.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "core/trace.hpp"

namespace heddle::core {
namespace {

Trace named() {
  Trace trace;
  trace.modules = {
      std::make_shared<KnownNames>("m", std::vector<std::string>{"push", ""}, "src/queue.c")};
  return trace;
}

TEST(WhereText, says_function_place_and_instruction) {
  EXPECT_EQ(where_text(named(), {.module = 0, .function = 0, .offset = 31}),
            "in push at queue.c:31:0 (nop)");
}

TEST(WhereText, leaves_out_what_is_not_known) {
  EXPECT_EQ(where_text(named(), {.module = 0, .function = 1, .offset = 2}),
            "at queue.c:102:0 (nop)");
  EXPECT_EQ(where_text(named(), {.module = 1, .function = 0, .offset = 0}), "");
  EXPECT_EQ(where_text(named(), {}), "");
}

TEST(ShortText, has_no_folders) {
  EXPECT_EQ(short_text({.file = "a/b/c.c", .line = 3, .column = 4}), "c.c:3:4");
  EXPECT_EQ(short_text({.file = "a\\c.wasm", .offset = 31}), "c.wasm:@0x1f");
  EXPECT_EQ(short_text({}), "");
}

}  // namespace
}  // namespace heddle::core
