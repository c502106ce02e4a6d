// References: functions, null, i31, tests, casts and conversions.
#include "engine/valid/test_verdict.hpp"

namespace heddle::engine {
namespace {

const std::string kMismatch = "type mismatch";

TEST(References, ToFunctionsAreOfTheFunctionsType) {
  check_cases_after(
      "(type $f (func)) (type $g (func (param i32))) (func $f (type $f))"
      "(elem declare func $f)",
      {
          {"(func (result (ref $f)) (ref.func $f))"},
          {"(func (result funcref) (ref.func $f))"},
          {"(func (result (ref $g)) (ref.func $f))", kMismatch},
          {"(func (drop (ref.func 9)))", "unknown function 9"},
          {"(func $h (drop (ref.func $h)))", "undeclared function reference 1"},
      });
}

TEST(References, AreDeclaredInTablesToo) {
  check_cases({{"(table 1 funcref (ref.func 0)) (func (drop (ref.func 0)))"},
               {"(table 1 (ref func) (ref.func 0)) (func (drop (ref.func 0)))"}});
}

TEST(References, LoseNullWhenTheyAreKnownNotToBe) {
  check_cases({
      {"(func (param (ref null func)) (result (ref func)) (ref.as_non_null (local.get 0)))"},
      {"(func (param (ref null func)) (result (ref func)) (local.get 0))", kMismatch},
      {"(func (param i32) (drop (ref.as_non_null (local.get 0))))",
       "type mismatch: instruction requires a reference but stack has [i32]: ref.as_non_null"},
      {"(func (drop (ref.is_null)))",
       "type mismatch: instruction requires a reference but stack has []: ref.is_null"},
      {"(func (param anyref) (result i32) (ref.is_null (local.get 0)))"},
      {"(func (result nullref) (ref.null none))"},
      {"(func (result anyref) (ref.null none))"},
      {"(func (result funcref) (ref.null none))", kMismatch},
  });
}

TEST(References, BranchOnNullKeepsTheRest) {
  check_cases_after(
      "(type $f (func))",
      {
          {"(func (param (ref null $f)) (block (call_ref $f (br_on_null 0 (local.get 0)))))"},
          {"(func (param (ref null $f)) (result (ref $f))"
           "  (block (br_on_null 0 (local.get 0)) (return)) unreachable)"},
          {"(func (param (ref null $f)) (result i32)"
           "  (block (result i32) (i32.const 1) (br_on_null 0 (local.get 0)) (drop)))"},
          {"(func (param (ref null $f)) (result i32)"
           "  (block (result i32) (br_on_null 0 (local.get 0)) (drop) (i32.const 1)))",
           kMismatch},
          {"(func (br_on_null 0 (i32.const 0)) drop)", kMismatch},
          {"(func (br_on_null 1 (ref.null any)) drop)", "unknown label 1"},
          {"(func (param (ref null $f)) (result (ref $f))"
           "  (br_on_non_null 0 (local.get 0)) unreachable)"},
          {"(func (param anyref) (result (ref $f))"
           "  (br_on_non_null 0 (local.get 0)) unreachable)",
           kMismatch},
          {"(func (param anyref) (br_on_non_null 0 (local.get 0)))",
           "type mismatch: instruction requires a reference but label has []"},
          {"(func (param anyref) (result i32) (br_on_non_null 0 (local.get 0)) unreachable)",
           kMismatch},
          {"(func (param anyref) (result i32 anyref)"
           "  (i32.const 0) (br_on_non_null 0 (local.get 0)) (drop) unreachable)"},
      });
}

TEST(References, CastsStayWithinOneHierarchy) {
  check_cases_after(
      "(type $s (struct)) (type $f (func))",
      {
          {"(func (param anyref) (result i32) (ref.test (ref $s) (local.get 0)))"},
          {"(func (param eqref) (result i32) (ref.test i31ref (local.get 0)))"},
          {"(func (param funcref) (result i32) (ref.test (ref $f) (local.get 0)))"},
          {"(func (param funcref) (result i32) (ref.test (ref $s) (local.get 0)))",
           "type mismatch: instruction requires [anyref] but stack has [funcref]: ref.test"},
          {"(func (param externref) (result i32) (ref.test (ref noextern) (local.get 0)))"},
          {"(func (param exnref) (result i32) (ref.test (ref exn) (local.get 0)))"},
          {"(func (param anyref) (result (ref $s)) (ref.cast (ref $s) (local.get 0)))"},
          {"(func (param anyref) (result (ref $s)) (ref.cast (ref null $s) (local.get 0)))",
           kMismatch},
          {"(func (param anyref) (result (ref null $s)) (ref.cast (ref null $s) (local.get 0)))"},
          {"(func (param anyref) (result (ref $f)) (ref.cast (ref $f) (local.get 0)))", kMismatch},
      });
}

TEST(References, BranchOnCastLeavesTheDifference) {
  check_cases({
      {"(func (param anyref) (result i31ref)"
       "  (br_on_cast 0 anyref (ref i31) (local.get 0)) unreachable)"},
      // The rest may be null only where the target may not.
      {"(func (param anyref) (result (ref any)) (block (result i31ref)"
       "  (br_on_cast 0 anyref i31ref (local.get 0)) (return)) unreachable)"},
      {"(func (param anyref) (result (ref any)) (block (result i31ref)"
       "  (br_on_cast 0 anyref (ref i31) (local.get 0)) (return)) unreachable)",
       kMismatch},
      {"(func (param anyref) (result eqref)"
       "  (br_on_cast 0 i31ref anyref (local.get 0)) unreachable)",
       "type mismatch on cast: type anyref does not match i31ref"},
      {"(func (param anyref) (br_on_cast 0 anyref i31ref (local.get 0)) drop)", kMismatch},
      {"(func (param anyref) (result i32)"
       "  (br_on_cast 0 anyref i31ref (local.get 0)) unreachable)",
       "type mismatch: instruction requires i31ref but label has [i32]: br_on_cast"},
      {"(func (param anyref) (result anyref)"
       "  (br_on_cast_fail 0 anyref i31ref (local.get 0)) (i31.get_s) (drop) unreachable)"},
      {"(func (param anyref) (result (ref any))"
       "  (br_on_cast_fail 0 anyref i31ref (local.get 0)) unreachable)"},
      {"(func (param anyref) (result (ref any))"
       "  (br_on_cast_fail 0 anyref (ref i31) (local.get 0)) unreachable)",
       kMismatch},
      {"(func (param anyref) (result i32 anyref)"
       "  (i32.const 0) (br_on_cast_fail 0 anyref i31ref (local.get 0)) (drop) unreachable)"},
      {"(func (param eqref) (result anyref)"
       "  (br_on_cast_fail 0 i31ref i31ref (local.get 0)) unreachable)",
       kMismatch},
  });
}

TEST(References, ToScalarsAndAcrossTheBorder) {
  check_cases({
      {"(func (result (ref i31)) (ref.i31 (i32.const 0)))"},
      {"(func (result i32) (i31.get_s (ref.null i31)))"},
      {"(func (param eqref) (result i32) (i31.get_u (local.get 0)))", kMismatch},
      {"(func (param eqref i31ref) (result i32) (ref.eq (local.get 0) (local.get 1)))"},
      {"(func (param anyref i31ref) (result i32) (ref.eq (local.get 0) (local.get 1)))", kMismatch},
      {"(func (param externref) (result anyref) (any.convert_extern (local.get 0)))"},
      {"(func (param externref) (result (ref any)) (any.convert_extern (local.get 0)))", kMismatch},
      {"(func (param (ref extern)) (result (ref any)) (any.convert_extern (local.get 0)))"},
      {"(func (param anyref) (result anyref) (any.convert_extern (local.get 0)))", kMismatch},
      {"(func (param i31ref) (result externref) (extern.convert_any (local.get 0)))"},
      {"(func (param funcref) (result externref) (extern.convert_any (local.get 0)))", kMismatch},
      {"(func (result externref) (extern.convert_any (i32.const 0)))", kMismatch},
  });
}

TEST(References, AreSelectedWithATypeOnly) {
  check_cases({
      {"(func (param anyref) (result anyref)"
       "  (select (local.get 0) (local.get 0) (i32.const 0)))",
       "type mismatch: instruction requires two operands of one numeric or vector type but stack "
       "has [anyref anyref]"},
      {"(func (param i31ref eqref) (result anyref)"
       "  (select (result anyref) (local.get 0) (local.get 1) (i32.const 0)))"},
      {"(func (param v128) (result v128)"
       "  (select (local.get 0) (local.get 0) (i32.const 0)))"},
      {"(func (param i32 i64) (select (local.get 0) (local.get 1) (i32.const 0)) drop)", kMismatch},
      {"(func (select (i32.const 0) (i32.const 0)) drop)", kMismatch},
      {"(func unreachable (select (result i32 i32)) drop)", "invalid result arity"},
  });
}

}  // namespace
}  // namespace heddle::engine
