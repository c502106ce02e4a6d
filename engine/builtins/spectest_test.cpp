#include "engine/builtins/spectest.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace heddle::engine {
namespace {

class Spectest : public ::testing::Test {
 protected:
  Store store;
  std::map<std::string, ExternValue, std::less<>> exports = add_spectest(store);

  std::string global(const std::string& name) {
    const GlobalInstance& found = *exports.at(name).global;
    EXPECT_FALSE(found.type.is_mutable);
    return to_string(store.to_value(found.value, found.type.type));
  }
};

TEST_F(Spectest, has_the_globals_of_the_specification) {
  EXPECT_EQ(global("global_i32"), "i32:666");
  EXPECT_EQ(global("global_i64"), "i64:666");
  EXPECT_EQ(exports.at("global_f32").global->value, 0x4426'a666U);
  EXPECT_EQ(exports.at("global_f64").global->value, 0x4084'd4cc'cccc'cccdU);
}

TEST_F(Spectest, has_two_tables_and_two_memories) {
  for (const char* const name : {"table", "table64"}) {
    const TableInstance& table = *exports.at(name).table;
    EXPECT_EQ(table.elements.size(), 10U);
    EXPECT_EQ(table.type.limits.max, 20U);
  }
  for (const char* const name : {"memory", "shared_memory"}) {
    MemoryInstance& memory = *exports.at(name).memory;
    EXPECT_EQ(memory.shared(), std::string(name) == "shared_memory");
    EXPECT_EQ(memory.grow(1), 1U);
    EXPECT_EQ(memory.grow(1), std::nullopt);
  }
}

TEST_F(Spectest, prints_every_combination_that_scripts_use) {
  const std::pair<const char*, const char*> functions[] = {
      {"print", "[] -> []"},
      {"print_i32", "[i32] -> []"},
      {"print_i64", "[i64] -> []"},
      {"print_f32", "[f32] -> []"},
      {"print_f64", "[f64] -> []"},
      {"print_i32_f32", "[i32 f32] -> []"},
      {"print_f64_f64", "[f64 f64] -> []"},
  };
  for (const auto& [name, type] : functions) {
    const FunctionInstance& function = *exports.at(name).function;
    EXPECT_EQ(to_string(*function.type), type);
    const std::vector<Slot> arguments(function.type->parameters.size());
    EXPECT_EQ((*function.host)(arguments, {}).kind, core::OutcomeKind::Returned);
  }
  EXPECT_EQ(exports.size(), 7U + 4U + 2U + 2U);
}

}  // namespace
}  // namespace heddle::engine
