// Blocks, branches, calls and exceptions.
#include "engine/valid/test_verdict.hpp"

namespace heddle::engine {
namespace {

const std::string kMismatch = "type mismatch";

TEST(Control, BlocksTakeSubtypesAndYieldWhatTheySay) {
  check_cases({
      {"(func (result anyref) (block (result eqref) (ref.i31 (i32.const 0))))"},
      {"(func (result i31ref) (block (result eqref) (ref.i31 (i32.const 0))))", kMismatch},
      {"(func (param i31ref) (local.get 0) (block (param anyref) (drop)))"},
      {"(func (param anyref) (local.get 0) (block (param i31ref) (drop)))", kMismatch},
      {"(func (param i31ref) (result anyref)"
       "  (local.get 0) (if (param i31ref) (result anyref) (i32.const 1) (then)))"},
      {"(func (param anyref) (result i31ref)"
       "  (local.get 0) (if (param anyref) (result i31ref) (i32.const 1)"
       "    (then drop ref.null i31)))",
       "type mismatch: if without else requires [i31ref] but it has [anyref] only"},
      {"(func (block i32.const 0))",
       "type mismatch: block requires [] but stack has [i32]: end, in function 0"},
      {"(func (block (result i32) i32.const 0 i32.const 1) drop)",
       "type mismatch: block requires [i32] but stack has [i32 i32]"},
  });
}

TEST(Control, BranchesForgetWhatTheLabelDoesNotSay) {
  check_cases({
      // br_if leaves the label's types, not the operands'.
      {"(func (param i31ref) (result eqref) (br_if 0 (local.get 0) (i32.const 0)))"},
      {"(func (param i31ref) (result eqref)"
       "  (block (result eqref) (br_if 0 (local.get 0) (i32.const 0)) (i31.get_s) (drop)"
       "    (local.get 0)))",
       kMismatch},
      {"(func (param i31ref) (result anyref) (block $a (result eqref)"
       "  (block $b (result anyref) (br_table $a $b (local.get 0) (i32.const 0)))"
       "  (return)))"},
      {"(func (param anyref) (result anyref) (block $a (result eqref)"
       "  (block $b (result anyref) (br_table $a $b (local.get 0) (i32.const 0)))"
       "  (return)))",
       kMismatch},
      {"(func (block $a (result i32) (block $b (br_table $a $b (i32.const 0) (i32.const 0)))"
       "  (i32.const 0)) drop)",
       "type mismatch: br_table's label 1 takes 1 values, its default 0"},
      {"(func (block (br_table 0 0 7 0 (i32.const 0))))", "unknown label 7"},
      {"(func (br 1))", "unknown label 1"},
  });
}

TEST(Control, NothingIsAssumedOfCodeThatCannotBeReached) {
  check_cases({
      {"(func unreachable i32.add drop)"},
      {"(func unreachable (i64.const 0) i32.add drop)", kMismatch},
      {"(func (result i32) unreachable select)"},
      {"(func unreachable select i64.eqz drop)"},
      {"(func unreachable (i32.const 0) (f32.const 0) (i32.const 0) select drop)", kMismatch},
      {"(func unreachable ref.is_null drop)"},
      {"(func unreachable ref.as_non_null i31.get_s drop)"},
      {"(func unreachable ref.as_non_null i32.eqz drop)", kMismatch},
      {"(func unreachable any.convert_extern extern.convert_any drop)"},
      {"(func unreachable br_on_null 0 call_ref 0) (type (func))"},
  });
}

TEST(Control, TailCallsReturnWhatTheFunctionReturns) {
  check_cases_after(
      "(type $f (func (result eqref))) (type $g (func (param i32) (result i31ref)))"
      "(type $h (func (result anyref))) "
      "(import \"m\" \"f\" (func $f (type $f))) (import \"m\" \"g\" (func $g (type $g)))"
      "(import \"m\" \"h\" (func $h (type $h))) (table 1 funcref)",
      {
          {"(func (result eqref) (return_call $f))"},
          {"(func (result eqref) (return_call $g (i32.const 0)))"},
          {"(func (result eqref) (return_call $h))",
           "type mismatch: current function requires [eqref] but callee has [anyref]"},
          {"(func (result eqref) (return_call $g))",
           "type mismatch: instruction requires [i32] but stack has []"},
          {"(func (return_call $f))", kMismatch},
          {"(func (result eqref) (return_call $f) (i32.const 0) (drop))"},
          {"(func (result eqref) (return_call_indirect (type $f) (i32.const 0)))"},
          {"(func (result eqref) (return_call_indirect (type $h) (i32.const 0)))", kMismatch},
          {"(func (result eqref) (return_call_indirect (type $f) (i64.const 0)))", kMismatch},
          {"(func (param (ref null $g)) (result eqref)"
           "  (return_call_ref $g (i32.const 0) (local.get 0)))"},
          {"(func (param (ref null $h)) (result eqref) (return_call_ref $h (local.get 0)))",
           kMismatch},
          {"(func (return_call 9))", "unknown function 9"},
          {"(func (return_call_indirect 9 (type $f)))", "unknown table 9"},
      });
}

TEST(Control, CallsByReferenceTakeAReferenceToTheirType) {
  check_cases_after(
      "(type $f (sub (func (param i32) (result i64)))) (type $g (sub $f (func (param "
      "i32) (result i64)))) (type $h (func))",
      {
          {"(func (param (ref $f)) (result i64) i32.const 0 local.get 0 call_ref $f)"},
          {"(func (param (ref $g)) (result i64) i32.const 0 local.get 0 call_ref $f)"},
          {"(func (param (ref $f)) (result i64) i32.const 0 local.get 0 call_ref $g)", kMismatch},
          {"(func (param funcref) (call_ref $h (local.get 0)))",
           "type mismatch: instruction requires [(ref null 2)] but stack has "
           "[funcref]: call_ref"},
          {"(func (call_ref $h (ref.null nofunc)))"},
      });
}

TEST(Control, IndirectCallsUseTablesOfFunctions) {
  check_cases_after(
      "(type $f (func)) (table $t 1 (ref null $f)) (table $e 1 externref)"
      "(table $l i64 1 funcref)",
      {
          {"(func (call_indirect $t (type $f) (i32.const 0)))"},
          {"(func (call_indirect $l (type $f) (i64.const 0)))"},
          {"(func (call_indirect $l (type $f) (i32.const 0)))", kMismatch},
          {"(func (call_indirect $e (type $f) (i32.const 0)))",
           "type mismatch: instruction requires a table of funcref but table 1 has "
           "externref"},
      });
}

TEST(Control, ThrowsTakeWhatTheTagSays) {
  check_cases_after("(tag $e (param i32 anyref))",
                    {
                        {"(func (throw $e (i32.const 0) (ref.null none)))"},
                        {"(func (throw $e (i32.const 0)))",
                         "type mismatch: instruction requires [i32 anyref] but stack has [i32]"},
                        {"(func (throw 1))", "unknown tag 1"},
                        {"(func (result i32) (throw $e (i32.const 0) (ref.null none)))"},
                        {"(func (throw_ref (ref.null exn)))"},
                        {"(func (throw_ref (ref.null noexn)))"},
                        {"(func (throw_ref (ref.null any)))", kMismatch},
                    });
  check_cases({{"(tag (param i32) (result i32))", "non-empty tag result type [i32]"},
               {"(import \"m\" \"t\" (tag (result i64)))", "non-empty tag result type [i64]"},
               {"(export \"t\" (tag 0))", "unknown tag 0"}});
}

TEST(Control, CatchHandlersGiveTheirLabelWhatItTakes) {
  check_cases_after(
      "(tag $e (param i32)) (tag $r (param i31ref))",
      {
          {"(func (result i32) (try_table (catch $e 0)) (i32.const 0))"},
          {"(func (result i64) (try_table (catch $e 0)) (i64.const 0))",
           "type mismatch: catch handler requires [i64] but it has [i32]: try_table"},
          {"(func (try_table (catch $e 0)))", kMismatch},
          {"(func (result eqref) (try_table (catch $r 0)) (ref.null eq))"},
          {"(func (result i32 exnref) (try_table (catch_ref $e 0)) unreachable)"},
          {"(func (result i32 (ref exn)) (try_table (catch_ref $e 0)) unreachable)"},
          {"(func (result i32 (ref noexn)) (try_table (catch_ref $e 0)) unreachable)",
           "type mismatch: catch handler requires [i32 (ref noexn)] but it has [i32] and "
           "(ref exn)"},
          {"(func (result i32) (try_table (catch_ref $e 0)) unreachable)", kMismatch},
          {"(func (try_table (catch_all 0)))"},
          {"(func (result i32) (try_table (catch_all 0)) unreachable)", kMismatch},
          {"(func (result exnref) (try_table (catch_all_ref 0)) unreachable)"},
          {"(func (try_table (catch_all_ref 0)))", kMismatch},
          {"(func (try_table (catch 9 0)))", "unknown tag 9"},
          // Labels are counted from around the try_table.
          {"(func (try_table (catch_all 1)))", "unknown label 1"},
          {"(func (block (try_table (catch_all 1))))"},
          {"(func (result i32) (try_table (result i32) (catch $e 0) (i32.const 1)))"},
          {"(func (try_table (result i32) (i64.const 1)) drop)", kMismatch},
      });
}

}  // namespace
}  // namespace heddle::engine
