// Whatever the bytes, the parsers return: a value, or an error that stands inside the text.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

#include "wast/parse.hpp"
#include "wast/test_source.hpp"

namespace heddle::wast {
namespace {

void check_survival(const std::string& text) {
  const auto source = source_of(text);
  if (const auto script = parse_script(source); !script) {
    RC_ASSERT(!script.error().message.empty());
    RC_ASSERT(script.error().span.offset <= text.size());
    RC_ASSERT(script.error().span.line >= 1U);
  }
  if (const auto module = parse_module(source); !module) {
    RC_ASSERT(!module.error().message.empty());
    RC_ASSERT(module.error().span.offset <= text.size());
  }
}

RC_GTEST_PROP(Parsers, SurviveAnyBytes, (const std::string& text)) { check_survival(text); }

// Pieces that get further into the grammar than bytes do.
constexpr auto kPieces = std::to_array<std::string_view>({"(",
                                                          ")",
                                                          "(module",
                                                          "(func",
                                                          "(param",
                                                          "(result",
                                                          "(type",
                                                          "(import",
                                                          "(export",
                                                          "(table",
                                                          "(memory",
                                                          "(global",
                                                          "(elem",
                                                          "(data",
                                                          "(start",
                                                          "(local",
                                                          "(block",
                                                          "(loop",
                                                          "(if",
                                                          "(then",
                                                          "(else",
                                                          "block",
                                                          "loop",
                                                          "if",
                                                          "else",
                                                          "end",
                                                          "(item",
                                                          "(offset",
                                                          "$x",
                                                          "$y",
                                                          "$\"x\"",
                                                          "0",
                                                          "1",
                                                          "-1",
                                                          "0x1p3",
                                                          "\"x\"",
                                                          "\"\\ff\"",
                                                          "i32",
                                                          "i64",
                                                          "funcref",
                                                          "externref",
                                                          "func",
                                                          "extern",
                                                          "(mut",
                                                          "declare",
                                                          "shared",
                                                          "i32.const",
                                                          "f32.const",
                                                          "nop",
                                                          "drop",
                                                          "br",
                                                          "br_table",
                                                          "select",
                                                          "call",
                                                          "i32.load",
                                                          "offset=4",
                                                          "align=3",
                                                          "align=4",
                                                          "i32.add",
                                                          "ref.null",
                                                          "ref.func",
                                                          "table.init",
                                                          "memory.init",
                                                          "(invoke",
                                                          "(register",
                                                          "(thread",
                                                          "(shared",
                                                          "(wait",
                                                          "(get",
                                                          "(either",
                                                          "quote",
                                                          "binary",
                                                          "definition",
                                                          "instance",
                                                          "(assert_trap",
                                                          "(assert_return",
                                                          "(assert_malformed",
                                                          "(assert_invalid",
                                                          "(@a",
                                                          "(;",
                                                          ";)",
                                                          ";;",
                                                          "\n",
                                                          "nan:canonical",
                                                          "call_indirect",
                                                          "(ref",
                                                          "null",
                                                          "v128.const",
                                                          "(rec",
                                                          "(sub",
                                                          "(struct",
                                                          "(field",
                                                          "(array",
                                                          "(tag",
                                                          "i8",
                                                          "(catch",
                                                          "try_table",
                                                          "br_on_cast",
                                                          "struct.get",
                                                          "array.new_fixed",
                                                          "v128.load8_lane",
                                                          "i8x16.shuffle",
                                                          "i32x4",
                                                          "(pagesize",
                                                          "(@name",
                                                          "(@custom",
                                                          "(@metadata.code.branch_hint",
                                                          "(before",
                                                          "ref.test",
                                                          "anyref",
                                                          "final",
                                                          "(script"});

RC_GTEST_PROP(Parsers, SurviveSequencesOfTheirOwnTokens, ()) {
  const auto indices = *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::inRange<std::size_t>(0, kPieces.size()));
  std::string text;
  for (const std::size_t index : indices) {
    text += kPieces[index];
    text += ' ';
  }
  check_survival(text);
}

// A correct script with every kind of command and most kinds of field.
const std::string kScript = R"x((module $M (type $t (func (param i32) (result i32)))
  (import "m" "f" (func $i (type $t))) (table $t 1 funcref) (memory 1 2 shared)
  (global $g (mut i64) (i64.const -0x1)) (elem (i32.const 0) $f) (data "a\00\u{20}")
  (func $f (export "f") (param $x i32) (result i32) (local f32 f64)
    (block $l (br_if $l (i32.eqz (local.get $x))) (br_table 0 $l 1 (i32.const 0)))
    (if (result i32) (i32.const 1) (then (f32.const 0x1.8p3) drop i32.const 1) (else unreachable))
    loop $k (param i32) (result i32) end $k
    (select (result i32) (i32.atomic.load offset=4 align=4 (i32.const 0)) (i32.const 2)))
  (@a "x" (b)) (; c (; d ;) ;) (start $f) (export "m" (memory 0))
  (rec (type $s (sub $p (struct (field $x (mut i8)) (field (ref null $q)))))
       (type $q (sub final (array (mut anyref))))) (type $p (sub (struct)))
  (table $u i64 1 2 (ref null $q) (ref.null none)) (tag $e (export "e") (param i32))
  (memory i64 0 (pagesize 1)) (@custom "c" (after func) "bytes") (elem (ref $q) (ref.null $q))
  (func (@name "g") (param $y (ref $s)) (local $z v128)
    (try_table $h (result i32) (catch $e 0) (catch_all_ref 1) (struct.get_s $s $x (local.get $y)))
    (@metadata.code.branch_hint "\01") (if (then (br_on_cast 0 anyref (ref i31))))
    (v128.load8_lane 1 offset=0x100000000 align=1 3 (i64.const 0) (local.get $z))
    (v128.const f32x4 1 nan -inf 0x1p3) (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31)
    (array.new_fixed $q 2) (ref.test (ref null $q))))
(assert_return (invoke "v") (v128.const f64x2 nan:canonical 1) (ref.struct) (ref.null none) (ref))
(assert_exception (invoke "e")) (assert_suspension (invoke "s") "unhandled")
(assert_malformed_custom (module quote "(@custom)") "x") (script $S (input "f") (output $S "g"))
(register "m" $M) (module binary "\00asm") (module instance $I $M)
(assert_return (invoke "f" (i32.const 1)) (either (i32.const 1) (f32.const nan:canonical)))
(assert_invalid (module (func call $z)) "unknown") (assert_malformed (module quote "(") "x")
(thread $T (shared (module $M)) (get $M "g") (assert_trap (invoke "f") "x")) (wait $T))x";

TEST(Parsers, SurviveEveryPrefixOfAScript) {
  ASSERT_TRUE(parse_script(source_of(kScript)));
  for (std::size_t size = 0; size < kScript.size(); ++size) {
    static_cast<void>(parse_script(source_of(kScript.substr(0, size))));
  }
}

RC_GTEST_PROP(Parsers, SurviveDamagedScripts, ()) {
  std::string text = kScript;
  const int count = *rc::gen::inRange(1, 6);
  for (int i = 0; i < count; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        text[at] = *rc::gen::arbitrary<char>();
        break;
      case 1:
        text.erase(at, *rc::gen::inRange<std::size_t>(1, 20));
        break;
      case 2:
        text.insert(at, 1, *rc::gen::elementOf(std::string("()\"$;@ ")));
        break;
      default:
        text.insert(at, kPieces[*rc::gen::inRange<std::size_t>(0, kPieces.size())]);
        break;
    }
    if (text.empty()) return;
  }
  check_survival(text);
}

TEST(Parsers, RefuseHugeNestingQuickly) {
  for (const std::string_view piece : {"(", "(;", "(@a ", "(@custom ", "(module ", "(func ",
                                       "(thread ", "(script ", "(rec ", "(func (try_table "}) {
    std::string text;
    while (text.size() < 4'000'000) text += piece;
    EXPECT_FALSE(parse_script(source_of(text))) << piece;
    EXPECT_FALSE(parse_module(source_of(text))) << piece;
  }
}

}  // namespace
}  // namespace heddle::wast
