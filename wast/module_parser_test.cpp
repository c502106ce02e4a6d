#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wast/parse.hpp"
#include "wast/test_source.hpp"

namespace heddle::wast {
namespace {

using engine::FunctionType;
using engine::kExternRef;
using engine::kF64;
using engine::kFuncRef;
using engine::kI32;
using engine::kI64;
using engine::Module;
using engine::SegmentMode;
using testing::ElementsAre;
using testing::Pair;
using testing::SizeIs;

Module parsed(const std::string& text) {
  auto module = parse_module(source_of(text));
  EXPECT_TRUE(module) << module.error().message << " in " << text;
  return module ? *std::move(module) : Module{};
}

std::string error_of(const std::string& text) {
  const auto module = parse_module(source_of(text));
  return module ? "no error" : module.error().message;
}

TEST(Module, IsWrappedOrBare) {
  EXPECT_EQ(parsed("(module $M)").name, "M");
  EXPECT_EQ(parsed("").name, "");
  EXPECT_THAT(parsed("(func) (func)").functions, SizeIs(2));
  EXPECT_THAT(parsed("(module definition $M (func))").functions, SizeIs(1));
  EXPECT_EQ(error_of("(module) (module)"), "unexpected token (");
  EXPECT_EQ(error_of("(module"), "unexpected token: end of text");
  EXPECT_EQ(error_of("(func))"), "unexpected token )");
}

TEST(Module, TypeUsesAppendTypesInOrderOfAppearanceAndReuseThem) {
  const Module module = parsed(
      "(func (param i32) (call_indirect (result f64) (i32.const 0)) drop)"
      "(func (param i32)) (type $t (func (result i64))) (func (result i64) i64.const 0)"
      "(func (result f64) f64.const 0)");
  ASSERT_EQ(module.types.size(), 3U);
  EXPECT_EQ(module.function_type(0), (FunctionType{{}, {kI64}}));
  EXPECT_EQ(module.function_type(1), (FunctionType{{kI32}, {}}));
  EXPECT_EQ(module.function_type(2), (FunctionType{{}, {kF64}}));
  EXPECT_EQ(module.functions[0].type, 1U);
  EXPECT_EQ(module.functions[1].type, 1U);
  EXPECT_EQ(module.functions[2].type, 0U);
  EXPECT_EQ(module.functions[3].type, 2U);
}

TEST(Module, TypeUsesWrittenTwiceMustAgree) {
  const std::string type = "(type $t (func (param i32) (result i64))) ";
  EXPECT_EQ(parsed(type + "(func (type $t) (param $x i32) (result i64) i64.const 0)").types.size(),
            1U);
  EXPECT_THAT(error_of(type + "(func (type $t) (param i32))"),
              testing::StartsWith("inline function type"));
  EXPECT_EQ(error_of(type + "(func (type 7) (param i32))"), "unknown type 7");
  EXPECT_EQ(error_of("(func (type $u))"), "unknown type $u");
  EXPECT_EQ(parsed("(func (type 7))").functions[0].type, 7U);
}

TEST(Module, NamesMayBeUsedBeforeTheyAreBound) {
  const Module module =
      parsed("(export \"f\" (func $g)) (start $g) (elem func $g) (func $f call $g) (func $g)");
  EXPECT_EQ(module.exports[0].index, 1U);
  EXPECT_EQ(module.start, 1U);
  EXPECT_EQ(module.elements[0].items[0].code[0].a, 1U);
  EXPECT_EQ(module.functions[0].body.code[0].a, 1U);
  EXPECT_THAT(module.names.functions, ElementsAre(Pair(0, "f"), Pair(1, "g")));
}

TEST(Module, QuotedAndPlainIdentifiersAreTheSame) {
  EXPECT_EQ(
      parsed("(func $a) (func $\"b\") (func call $b call $\"\\61\")").functions[2].body.code[0].a,
      1U);
}

TEST(Module, ImportsComeInline) {
  const Module module = parsed(
      "(import \"m\" \"f\" (func $f (param i32)))"
      "(func $g (export \"e\") (import \"m\" \"g\"))"
      "(table $t (import \"m\" \"t\") 1 2 externref)"
      "(memory (import \"m\" \"m\") 1 2 shared)"
      "(global (import \"m\" \"x\") (mut i64))"
      "(func $h call $g)");
  ASSERT_THAT(module.imports, SizeIs(5));
  EXPECT_EQ(std::get<engine::FunctionImport>(module.imports[1].type).type, 1U);
  EXPECT_EQ(std::get<engine::TableType>(module.imports[2].type),
            (engine::TableType{kExternRef, {1, 2}}));
  EXPECT_EQ(std::get<engine::MemoryType>(module.imports[3].type),
            (engine::MemoryType{{1, 2}, true}));
  EXPECT_EQ(std::get<engine::GlobalType>(module.imports[4].type), (engine::GlobalType{kI64, true}));
  EXPECT_EQ(module.exports[0].index, 1U);
  EXPECT_EQ(module.functions[0].body.code[0].a, 1U);
}

TEST(Module, ImportsPrecedeDefinitions) {
  const std::pair<std::string, std::string> definitions[] = {
      {"(func)", "import after function"},
      {"(table 0 funcref)", "import after table"},
      {"(memory 0)", "import after memory"},
      {"(global i32 (i32.const 0))", "import after global"}};
  for (const auto& [definition, message] : definitions) {
    EXPECT_EQ(error_of(definition + "(import \"\" \"\" (func))"), message);
    EXPECT_EQ(error_of(definition + "(memory (import \"\" \"\") 0)"), message);
  }
  EXPECT_EQ(error_of("(type (func)) (export \"\" (func 0)) (import \"\" \"\" (func))"), "no error");
}

TEST(Module, IdentifiersAreUnique) {
  EXPECT_EQ(error_of("(func $x) (func $x)"), "duplicate func $x");
  EXPECT_EQ(error_of("(import \"\" \"\" (table $x 0 funcref)) (table $x 0 funcref)"),
            "duplicate table $x");
  EXPECT_EQ(error_of("(memory $x 0) (memory $x 0)"), "duplicate memory $x");
  EXPECT_EQ(error_of("(global $x i32) (global $x i32)"), "duplicate global $x");
  EXPECT_EQ(error_of("(type $x (func)) (type $x (func))"), "duplicate type $x");
  EXPECT_EQ(error_of("(func (param $x i32) (local $x i32))"), "duplicate local $x");
  EXPECT_EQ(error_of("(func (param $x i32) (param $x i32))"), "duplicate local $x");
  EXPECT_EQ(error_of("(func $x) (global $x i32 (i32.const 0))"), "no error");
  EXPECT_EQ(error_of("(func $f) (start $f) (start $f)"), "multiple start sections");
}

TEST(Module, UnknownNamesAreNamed) {
  EXPECT_EQ(error_of("(func call $f)"), "unknown function $f");
  EXPECT_EQ(error_of("(func local.get $x)"), "unknown local $x");
  EXPECT_EQ(error_of("(func br $x)"), "unknown label $x");
  EXPECT_EQ(error_of("(func (block $x) br $x)"), "unknown label $x");
  EXPECT_EQ(error_of("(func global.get $x)"), "unknown global $x");
  EXPECT_EQ(error_of("(export \"\" (memory $x))"), "unknown memory $x");
  EXPECT_EQ(error_of("(func table.size $x)"), "unknown table $x");
  EXPECT_EQ(error_of("(func data.drop $x)"), "unknown data segment $x");
  EXPECT_EQ(error_of("(func elem.drop $x)"), "unknown elem segment $x");
}

TEST(Module, LocalsAreRunsAfterTheParameters) {
  const Module module = parsed(
      "(type $t (func (param i32 i32)))"
      "(func (type $t) (local i32 i32) (local $x i32) (local i64) (local.get $x))");
  EXPECT_THAT(module.functions[0].locals,
              ElementsAre(engine::LocalRun{3, kI32}, engine::LocalRun{1, kI64}));
  EXPECT_EQ(module.functions[0].body.code[0].a, 4U);
  EXPECT_EQ(error_of("(func (type 9) (local $x i32))"), "unknown type");
}

TEST(Module, MemoriesAndTheirAbbreviations) {
  const Module module = parsed(
      "(memory $a (export \"x\") 1 2 shared) (memory $b (data \"a\" \"\\00b\"))"
      "(data $d \"passive\") (data (memory $b) (offset i32.const 1) \"x\")"
      "(data (i32.const 2)) (data $b (i32.const 3)) (func data.drop $d)");
  EXPECT_TRUE(module.memories[0].type.shared);
  EXPECT_EQ(module.memories[1].type.limits, (engine::Limits{1, 1}));
  ASSERT_THAT(module.datas, SizeIs(5));
  EXPECT_THAT(module.datas[0].bytes, ElementsAre('a', 0, 'b'));
  EXPECT_EQ(module.datas[0].memory, 1U);
  EXPECT_THAT(module.datas[0].start.code, SizeIs(2));
  EXPECT_EQ(module.datas[1].mode, SegmentMode::Passive);
  EXPECT_EQ(module.datas[2].memory, 1U);
  EXPECT_EQ(module.datas[2].start.code[0].value, 1U);
  EXPECT_EQ(module.datas[3].mode, SegmentMode::Active);
  EXPECT_EQ(module.functions[0].body.code[0].a, 1U);  // the inline segment counts
  EXPECT_EQ(parsed("(memory (data))").memories[0].type.limits, (engine::Limits{0, 0}));
  EXPECT_EQ(error_of("(memory 0x10000000000000000)"), "i64 constant out of range");
}

TEST(Module, TablesAndElementSegments) {
  const Module module = parsed(
      "(func $f) (table $t funcref (elem $f $f)) (table $u externref (elem (ref.null extern)))"
      "(elem $p func $f) (elem declare func $f) (elem (i32.const 0) $f)"
      "(elem (table $u) (offset i32.const 1) externref (item ref.null extern))"
      "(elem $q funcref (ref.func $f) (item (ref.null func))) (func elem.drop $p)");
  EXPECT_EQ(module.tables[0].type, (engine::TableType{kFuncRef, {2, 2}}));
  EXPECT_EQ(module.tables[1].type, (engine::TableType{kExternRef, {1, 1}}));
  ASSERT_THAT(module.elements, SizeIs(7));
  EXPECT_EQ(module.elements[1].table, 1U);
  EXPECT_EQ(module.elements[2].mode, SegmentMode::Passive);
  EXPECT_EQ(module.elements[3].mode, SegmentMode::Declarative);
  EXPECT_EQ(module.elements[4].mode, SegmentMode::Active);
  EXPECT_EQ(module.elements[5].table, 1U);
  EXPECT_EQ(module.elements[5].type, kExternRef);
  EXPECT_THAT(module.elements[6].items, SizeIs(2));
  EXPECT_EQ(module.functions[1].body.code[0].a, 2U);
  EXPECT_EQ(error_of("(elem 0)"), "unexpected token )");
  EXPECT_EQ(error_of("(elem $x)"), "unexpected token )");
}

TEST(Module, WordsAreUnknownOrUnexpected) {
  EXPECT_EQ(error_of("(func i32.foo)"), "unknown operator i32.foo");
  EXPECT_EQ(error_of("(frob)"), "unknown operator frob");
  EXPECT_EQ(error_of("(invoke)"), "unexpected token invoke");
  EXPECT_EQ(error_of("(func (param i32.add))"), "unexpected token i32.add");
  EXPECT_EQ(error_of("(func \"x\")"), "unexpected token: a string");
  EXPECT_EQ(error_of("(import \"\" \"\" (frob))"), "unknown operator frob");
  EXPECT_EQ(error_of("(import \"\\c0\" \"\" (func))"), "malformed UTF-8 encoding");
  EXPECT_EQ(error_of("(func (result i32) (param i32))"), "unexpected token (");
}

TEST(Module, EveryOffsetPointsAtItsForm) {
  const std::string text =
      "(module (import \"m\" \"f\" (func)) (func (export \"e\") nop (drop (i32.const 1))) (memory "
      "0))";
  const Module module = parsed(text);
  const auto starts = [&](std::uint32_t offset, std::string_view form) {
    return std::string_view(text).substr(offset).starts_with(form);
  };
  EXPECT_TRUE(starts(module.imports[0].offset, "(import"));
  EXPECT_TRUE(starts(module.functions[0].offset, "(func (export"));
  EXPECT_TRUE(starts(module.exports[0].offset, "(export"));
  EXPECT_TRUE(starts(module.memories[0].offset, "(memory"));
  const auto& code = module.functions[0].body.code;
  ASSERT_THAT(code, SizeIs(4));
  EXPECT_TRUE(starts(code[0].offset, "nop"));
  EXPECT_TRUE(starts(code[1].offset, "i32.const"));
  EXPECT_TRUE(starts(code[2].offset, "drop"));
  EXPECT_TRUE(starts(code[3].offset, ") (memory"));
}

}  // namespace
}  // namespace heddle::wast
