#include "engine/syntax/module.hpp"

#include <gtest/gtest.h>

namespace heddle::engine {
namespace {

Module module_with_imports() {
  Module module;
  module.add_type(FunctionType{});
  module.add_type(FunctionType{.parameters = {kI32}, .results = {}});
  module.imports = {{"m", "g", GlobalType{kF32, true}, 0},
                    {"m", "f", FunctionImport{1}, 0},
                    {"m", "t", TableType{kExternRef, {.min = 7, .max = {}}}, 0},
                    {"m", "h", FunctionImport{0}, 0},
                    {"m", "y", MemoryType{{.min = 1, .max = 2}, true}, 0}};
  module.functions.resize(2);
  module.functions[0].type = 0;
  module.functions[1].type = 1;
  module.tables = {{TableType{kFuncRef, {.min = 9, .max = {}}}, {}, 0}};
  module.memories = {{MemoryType{{.min = 3, .max = {}}, false}, 0}};
  module.globals.resize(1);
  module.globals[0].type = {kI64, false};
  return module;
}

TEST(Module, IndexSpacesPutImportsOfTheKindFirst) {
  const Module module = module_with_imports();
  ASSERT_EQ(module.function_count(), 4U);
  EXPECT_EQ(module.type_index_of_function(0), 1U);
  EXPECT_EQ(module.type_index_of_function(1), 0U);
  EXPECT_EQ(module.type_index_of_function(2), 0U);
  EXPECT_EQ(module.type_index_of_function(3), 1U);
  ASSERT_EQ(module.table_count(), 2U);
  EXPECT_EQ(module.table_type(0).limits.min, 7U);
  EXPECT_EQ(module.table_type(1).limits.min, 9U);
  ASSERT_EQ(module.memory_count(), 2U);
  EXPECT_TRUE(module.memory_type(0).shared);
  EXPECT_EQ(module.memory_type(1).limits.min, 3U);
  ASSERT_EQ(module.global_count(), 2U);
  EXPECT_EQ(module.global_type(0).type, kF32);
  EXPECT_EQ(module.global_type(1).type, kI64);
}

TEST(Module, CountsImportsByKind) {
  const Module module = module_with_imports();
  EXPECT_EQ(module.imported(ExternKind::Function), 2U);
  EXPECT_EQ(module.imported(ExternKind::Table), 1U);
  EXPECT_EQ(module.imported(ExternKind::Memory), 1U);
  EXPECT_EQ(module.imported(ExternKind::Global), 1U);
}

TEST(Types, ArePrintedAsTheSpecificationSpellsThem) {
  EXPECT_EQ(to_string(FunctionType{.parameters = {kI32, kI64}, .results = {kF32}}),
            "[i32 i64] -> [f32]");
  EXPECT_EQ(to_string(FunctionType{}), "[] -> []");
  EXPECT_EQ(to_string(kFuncRef), "funcref");
  EXPECT_EQ(to_string(kExternRef), "externref");
}

}  // namespace
}  // namespace heddle::engine
