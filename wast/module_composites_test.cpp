// Types of modules: groups, subtypes, structures and arrays, and the names of their fields.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wast/parse.hpp"
#include "wast/print.hpp"
#include "wast/test_source.hpp"

namespace heddle::wast {
namespace {

using engine::HeapKind;
using engine::Module;
using engine::Opcode;
using engine::RecursiveGroup;
using engine::TypeKind;
using testing::ElementsAre;
using testing::HasSubstr;
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

TEST(Types, StandInTheGroupsThatAreWritten) {
  const Module module = parsed(
      "(type (func)) (rec (type $a (struct)) (type $b (array i8))) (rec) (rec (type (func)))");
  EXPECT_THAT(module.types, SizeIs(4));
  EXPECT_THAT(module.groups, ElementsAre(RecursiveGroup{0, 1}, RecursiveGroup{1, 2},
                                         RecursiveGroup{3, 0}, RecursiveGroup{3, 1}));
}

TEST(Types, AreFinalUnlessDeclaredOpen) {
  const Module module = parsed(
      "(type $a (sub (struct))) (type $b (sub $a (struct))) (type (sub final $b (struct)))"
      "(type (struct))");
  EXPECT_FALSE(module.types[0].is_final);
  EXPECT_THAT(module.types[1].supertypes, ElementsAre(0U));
  EXPECT_TRUE(module.types[2].is_final);
  EXPECT_THAT(module.types[2].supertypes, ElementsAre(1U));
  EXPECT_TRUE(module.types[3].is_final);
}

TEST(Types, MayBeNamedBeforeTheyAreBound) {
  const Module module =
      parsed("(type (struct (field (ref $late)))) (type $late (array (mut i64)))");
  EXPECT_EQ(module.types[0].structure()->fields[0].type, engine::defined_ref_type(1, false));
  EXPECT_EQ(error_of("(type (struct (field (ref $x))))"), "unknown type $x");
}

TEST(Types, FieldsArePackedMutableAndNamed) {
  const Module module = parsed(
      "(type $s (struct (field i32 (mut i16)) (field $x i8) (field $y (mut anyref))))"
      "(func (struct.set $s $y) (struct.set 0 3) (struct.get_s $s $x))");
  const auto& fields = module.types[0].structure()->fields;
  ASSERT_THAT(fields, SizeIs(4));
  EXPECT_EQ(fields[1].type.kind, TypeKind::I16);
  EXPECT_TRUE(fields[1].is_mutable);
  EXPECT_FALSE(fields[2].is_mutable);
  EXPECT_EQ(fields[3].type, engine::ref_type(HeapKind::Any, true));
  EXPECT_THAT(module.names.fields.at(0), ElementsAre(Pair(2U, "x"), Pair(3U, "y")));
  const auto& code = module.functions[0].body.code;
  EXPECT_EQ(code[0].b, 3U);
  EXPECT_EQ(code[1].b, 3U);
  EXPECT_EQ(code[2].b, 2U);
  EXPECT_EQ(error_of("(type (struct (field $x i8) (field $x i8)))"), "duplicate field $x");
  EXPECT_EQ(error_of("(type $s (struct (field i8))) (func struct.get $s $x)"), "unknown field $x");
  EXPECT_EQ(error_of("(func (param i8))"), "unexpected token i8");
}

TEST(TypeUses, FindOnlyFinalFunctionTypesThatStandAlone) {
  const Module module = parsed(
      "(rec (type (func)) (type (struct))) (type (sub (func))) (type $f (func)) (func)"
      "(func (param (ref $f))) (type $g (func (param (ref 3)))) ");
  EXPECT_EQ(module.functions[0].type, 3U);
  EXPECT_EQ(module.functions[1].type, 4U);
  const Module appended = parsed("(type (sub (func))) (func)");
  EXPECT_EQ(appended.functions[0].type, 1U);
  EXPECT_THAT(appended.groups, SizeIs(2));
}

TEST(TypeUses, OfAStructureAreForTheValidator) {
  EXPECT_EQ(parsed("(type $s (struct)) (func (type $s))").functions[0].type, 0U);
  EXPECT_EQ(error_of("(type $s (struct)) (func (type $s) (param i32))"),
            "inline function type does not match the type used");
}

TEST(ReferenceTypes, HaveAbbreviations) {
  const std::pair<std::string, HeapKind> pairs[] = {
      {"anyref", HeapKind::Any},       {"nullref", HeapKind::None},
      {"eqref", HeapKind::Eq},         {"i31ref", HeapKind::I31},
      {"structref", HeapKind::Struct}, {"arrayref", HeapKind::Array},
      {"funcref", HeapKind::Func},     {"nullfuncref", HeapKind::NoFunc},
      {"externref", HeapKind::Extern}, {"nullexternref", HeapKind::NoExtern},
      {"exnref", HeapKind::Exn},       {"nullexnref", HeapKind::NoExn}};
  for (const auto& [word, heap] : pairs) {
    const std::string keyword = engine::keyword_of(heap);
    const Module module = parsed("(global " + word + " (ref.null " + keyword + ")) (global (ref " +
                                 keyword + ") unreachable)");
    EXPECT_EQ(module.globals[0].type.type, engine::ref_type(heap, true)) << word;
    EXPECT_EQ(module.globals[1].type.type, engine::ref_type(heap, false)) << word;
    EXPECT_EQ(module.globals[0].init.code[0].b, encode(engine::ref_type(heap, true)));
  }
}

TEST(AddressTypes, OfMemoriesAndTablesMakeTheirSegmentsStartAt64Bits) {
  const Module module = parsed(
      "(memory i64 1 0x1_0000_0000_0000) (memory i64 (data \"abc\")) (table i64 funcref (elem))"
      "(memory (pagesize 1) (data \"xyz\")) (memory i32 1 2 shared (pagesize 65536))");
  EXPECT_EQ(module.memories[0].type.address, engine::AddressType::I64);
  EXPECT_EQ(module.memories[0].type.limits.max, 0x1'0000'0000'0000U);
  EXPECT_EQ(module.datas[0].start.code[0].opcode, Opcode::I64Const);
  EXPECT_EQ(module.elements[0].start.code[0].opcode, Opcode::I64Const);
  EXPECT_EQ(module.memories[2].type.limits.min, 3U);
  EXPECT_EQ(module.memories[2].type.page_bytes_log2, 0);
  EXPECT_EQ(module.memories[3].type.page_bytes_log2, 16);
  EXPECT_EQ(error_of("(memory 0 (pagesize 3))"), "invalid custom page size");
}

// Spec: version 2 of the language, which the threads proposal stands on.
TEST(AddressTypes, WithoutThe64BitOnesLargeNumbersAreMalformed) {
  engine::Features features;
  features.disable(engine::Feature::Memory64);
  for (const std::string text : {"(memory 0x100000000)", "(table 0 0x100000000 funcref)",
                                 "(func i32.load offset=0x100000000)"}) {
    EXPECT_EQ(error_of(text), "no error");
    const auto module = parse_module(source_of(text), features);
    ASSERT_FALSE(module) << text;
    EXPECT_EQ(module.error().message, "i32 constant out of range");
  }
}

TEST(Tables, MayHaveAnInitialValue) {
  const Module module = parsed("(func $f) (table 1 (ref func) (ref.func $f)) (table 1 funcref)");
  ASSERT_TRUE(module.tables[0].init);
  EXPECT_EQ(module.tables[0].init->code[0].opcode, Opcode::RefFunc);
  EXPECT_FALSE(module.tables[1].init);
}

TEST(Tags, AreDefinedImportedAndExported) {
  const Module module = parsed(
      "(import \"m\" \"t\" (tag $i (param i32))) (tag $j (import \"m\" \"u\"))"
      "(tag $e (export \"e\") (type $t)) (type $t (func (param f64))) (export \"f\" (tag $i))"
      "(func (throw $e))");
  EXPECT_EQ(module.imported(engine::ExternKind::Tag), 2U);
  EXPECT_EQ(module.tags[0].type.type, 0U);
  EXPECT_EQ(module.exports[0].index, 2U);
  EXPECT_EQ(module.exports[1].kind, engine::ExternKind::Tag);
  EXPECT_EQ(module.functions[0].body.code[0].a, 2U);
  EXPECT_THAT(module.names.tags, ElementsAre(Pair(0U, "i"), Pair(1U, "j"), Pair(2U, "e")));
  EXPECT_EQ(error_of("(tag) (import \"m\" \"f\" (func))"), "import after tag");
  EXPECT_EQ(error_of("(tag $e) (tag $e)"), "duplicate tag $e");
}

TEST(Names, OfEverythingAreKept) {
  const Module module = parsed(
      "(type $t (func (param i32))) (table $b 0 funcref) (memory $m 0)"
      "(global $g i32 (i32.const 0)) (elem $e func) (data $d \"\")"
      "(func $f (type $t) (local i32) (local $l i64) (block (loop $k)) (block $k))"
      "(func (param f32) (param $p f64))");
  EXPECT_THAT(module.names.types, ElementsAre(Pair(0U, "t")));
  EXPECT_THAT(module.names.tables, ElementsAre(Pair(0U, "b")));
  EXPECT_THAT(module.names.memories, ElementsAre(Pair(0U, "m")));
  EXPECT_THAT(module.names.globals, ElementsAre(Pair(0U, "g")));
  EXPECT_THAT(module.names.elements, ElementsAre(Pair(0U, "e")));
  EXPECT_THAT(module.names.datas, ElementsAre(Pair(0U, "d")));
  EXPECT_THAT(module.names.locals.at(0), ElementsAre(Pair(2U, "l")));
  EXPECT_THAT(module.names.locals.at(1), ElementsAre(Pair(1U, "p")));
  EXPECT_THAT(module.names.labels.at(0), ElementsAre(Pair(1U, "k"), Pair(2U, "k")));
}

TEST(Names, ArePrinted) {
  const std::string text = R"((module
  (type $node (;0;) (sub (struct (field $value (mut i8)) (field (ref null $node)))))
  (rec
    (type $f (;1;) (func (param (ref $node)) (result i32)))
    (type (;2;) (sub final $node (struct (field i32) (field i64))))
  )
  (import "m" "f" (func $i (;0;) (type $f) (param $n (ref $node)) (result i32)))
  (import "m" "t" (tag $e (;0;) (type $f) (param (ref $node)) (result i32)))
  (func $g (;1;) (type $f) (param $p (ref $node)) (result i32)
    (local i32 i32) (local $x i64) (local f32)
    block $l (;@1;)
      loop $twice (;@2;)
        try_table $twice (;@3;) (result 0) (catch $e $l) (catch_all_ref 2 (;@0;))
          br $l
          br 0 (;@3;)
        end
      end
    end
    local.get $p
    local.get $x
    struct.get_s $node $value
    struct.get $node 1
    br_on_cast 0 (;@0;) (ref null 0) (ref i31)
    call_indirect $b (type $f)
    table.get $a
    i32.load $m offset=4294967296
    v128.load8_lane $m 7
    v128.load8_lane align=2 7
    v128.const i32x4 0x00000001 0x00000002 0x00000003 0xffffffff
    ref.test (ref null 0)
    ref.cast (ref 0)
    ref.null 0
    array.new_data 5 $d
    throw $e
  )
  (table $a (;0;) i64 1 2 (ref null $node) (ref.null 0))
  (table $b (;1;) 1 funcref)
  (memory (;0;) 0)
  (memory $m (;1;) i64 1 2 shared (pagesize 1))
  (global $v (;0;) (mut (ref null $node)) (ref.null none))
  (export "v" (global $v))
  (elem $s (;0;) (table $b) (i32.const 0) func $g $i)
  (elem (;1;) funcref (ref.func $g))
  (data $d (;0;) (memory $m) (i64.const 0) "x")
)
)";
  std::string said = text;
  said.replace(said.find("(result 0)"), 10, "(result i32)");
  EXPECT_EQ(print(parsed(said)), said);
}

TEST(Names, ThatAreLongAreNotRepeatedInTypes) {
  const std::string name(100, 'x');
  const std::string text = print(parsed("(type $" + name + " (func (param (ref $" + name + "))))"));
  EXPECT_THAT(text, HasSubstr("(type $" + name + " (;0;) (func (param (ref 0))))"));
}

}  // namespace
}  // namespace heddle::wast
