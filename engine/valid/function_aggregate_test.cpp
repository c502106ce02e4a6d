// Structures and arrays.
#include "engine/valid/limits.hpp"
#include "engine/valid/test_verdict.hpp"

namespace heddle::engine {
namespace {

const std::string kMismatch = "type mismatch";

TEST(Structures, AreMadeOfTheirFields) {
  check_cases_after(
      "(type $s (struct (field i8 (mut i64) anyref))) (type $n (struct (field (ref any))))",
      {
          {"(func (result (ref $s))"
           "  (struct.new $s (i32.const 0) (i64.const 0) (ref.i31 (i32.const 0))))"},
          {"(func (drop (struct.new $s (i32.const 0) (i32.const 0) (ref.null any))))",
           "type mismatch: instruction requires [i32 i64 anyref] but stack has [i32 i32 anyref]"},
          {"(func (drop (struct.new $s (i32.const 0))))", kMismatch},
          {"(func (result (ref $s)) (struct.new_default $s))"},
          {"(func (drop (struct.new_default $n)))", "field type is not defaultable: type 1"},
      });
}

TEST(Structures, AreReadAndWrittenFieldByField) {
  check_cases_after(
      "(type $s (sub (struct (field i8 (mut i64) (mut i16)))))"
      "(type $t (sub $s (struct (field i8 (mut i64) (mut i16) i32))))",
      {
          {"(func (param (ref null $s)) (result i64) (struct.get $s 1 (local.get 0)))"},
          {"(func (param (ref $t)) (result i64) (struct.get $s 1 (local.get 0)))"},
          {"(func (param (ref $s)) (result i64) (struct.get $t 1 (local.get 0)))", kMismatch},
          {"(func (param (ref $s)) (result i32) (struct.get_u $s 0 (local.get 0)))"},
          {"(func (param (ref $s)) (result i32) (struct.get $s 0 (local.get 0)))",
           "field is packed"},
          {"(func (param (ref $s)) (result i64) (struct.get_s $s 1 (local.get 0)))",
           "field is unpacked"},
          {"(func (param (ref $s)) (result i64) (struct.get $s 3 (local.get 0)))",
           "unknown field 3"},
          {"(func (param (ref $s)) (struct.set $s 1 (local.get 0) (i64.const 0)))"},
          {"(func (param (ref $s)) (struct.set $s 2 (local.get 0) (i32.const 0)))"},
          {"(func (param (ref $s)) (struct.set $s 2 (local.get 0) (i64.const 0)))", kMismatch},
          {"(func (param (ref $s)) (struct.set $s 0 (local.get 0) (i32.const 0)))",
           "immutable field 0 of type 0"},
          {"(func (struct.set $s 4 (ref.null none) (i32.const 0)))", "unknown field 4"},
      });
}

TEST(Arrays, AreMadeOfOneElementManyOrSegments) {
  check_cases_after(
      "(type $b (array i8)) (type $a (array (mut anyref))) (type $n (array (ref any)))"
      "(data \"abc\") (elem $e i31ref) (elem $f funcref)",
      {
          {"(func (result (ref $b)) (array.new $b (i32.const 1) (i32.const 9)))"},
          {"(func (drop (array.new $b (i64.const 1) (i32.const 9))))", kMismatch},
          {"(func (result (ref $a)) (array.new_default $a (i32.const 9)))"},
          {"(func (drop (array.new_default $n (i32.const 9))))", "array type is not defaultable"},
          {"(func (result (ref $b)) (array.new_fixed $b 2 (i32.const 1) (i32.const 2)))"},
          {"(func (result (ref $b)) (array.new_fixed $b 0))"},
          {"(func (drop (array.new_fixed $b 2 (i32.const 1))))",
           "type mismatch: instruction requires [i32 i32] but stack has [i32]"},
          {"(func unreachable (array.new_fixed $b 10000) drop)"},
          {"(func unreachable (array.new_fixed $b 10001) drop)",
           "array.new_fixed with 10001 operands"},
          {"(func (result (ref $b)) (array.new_data $b 0 (i32.const 0) (i32.const 1)))"},
          {"(func (drop (array.new_data $b 1 (i32.const 0) (i32.const 1))))",
           "unknown data segment 1"},
          {"(func (drop (array.new_data $a 0 (i32.const 0) (i32.const 1))))",
           "array type is not numeric or vector"},
          {"(func (result (ref $a)) (array.new_elem $a $e (i32.const 0) (i32.const 1)))"},
          {"(func (drop (array.new_elem $a $f (i32.const 0) (i32.const 1))))", kMismatch},
          {"(func (drop (array.new_elem $b $e (i32.const 0) (i32.const 1))))", kMismatch},
          {"(func (drop (array.new_elem $a 2 (i32.const 0) (i32.const 1))))",
           "unknown elem segment 2"},
      });
}

TEST(Arrays, AreReadAndWritten) {
  check_cases_after(
      "(type $b (array i8)) (type $a (array (mut i64)))",
      {
          {"(func (param (ref $a)) (result i64) (array.get $a (local.get 0) (i32.const 0)))"},
          {"(func (param (ref $a)) (result i64) (array.get $a (local.get 0) (i64.const 0)))",
           kMismatch},
          {"(func (param (ref $b)) (result i32) (array.get_s $b (local.get 0) (i32.const 0)))"},
          {"(func (param (ref $b)) (result i32) (array.get $b (local.get 0) (i32.const 0)))",
           "array is packed"},
          {"(func (param (ref $a)) (result i64) (array.get_u $a (local.get 0) (i32.const 0)))",
           "array is unpacked"},
          {"(func (param (ref $a)) (array.set $a (local.get 0) (i32.const 0) (i64.const 0)))"},
          {"(func (param (ref $b)) (array.set $b (local.get 0) (i32.const 0) (i32.const 0)))",
           "immutable array: type 0"},
          {"(func (param (ref $b)) (result i32) (array.len (local.get 0)))"},
          {"(func (param eqref) (result i32) (array.len (local.get 0)))", kMismatch},
      });
}

TEST(Arrays, AreFilledCopiedAndInitialized) {
  check_cases_after(
      "(type $b (array (mut i8))) (type $c (array i8)) (type $h (array (mut i16)))"
      "(type $a (array (mut anyref))) (type $e (array (mut eqref))) (data \"\") (elem $e i31ref)",
      {
          {"(func (param (ref $b)) unreachable (array.fill $b))"},
          {"(func (param (ref $b)) (local.get 0) (i32.const 0) (i32.const 0) (i32.const 0)"
           "  (array.fill $b))"},
          {"(func (param (ref $b)) (local.get 0) (i32.const 0) (i64.const 0) (i32.const 0)"
           "  (array.fill $b))",
           kMismatch},
          {"(func unreachable (array.fill $c))", "immutable array"},
          {"(func unreachable (array.copy $b $c))"},
          {"(func unreachable (array.copy $c $b))", "immutable array"},
          {"(func unreachable (array.copy $b $h))",
           "array types do not match: elements are i8, and i16 in the source"},
          {"(func unreachable (array.copy $a $e))"},
          {"(func unreachable (array.copy $e $a))", "array types do not match"},
          {"(func (param (ref $b) (ref $c)) (local.get 0) (i32.const 0) (local.get 1)"
           "  (i32.const 0) (i32.const 0) (array.copy $b $c))"},
          {"(func (param (ref $b) (ref $c)) (local.get 1) (i32.const 0) (local.get 0)"
           "  (i32.const 0) (i32.const 0) (array.copy $b $c))",
           kMismatch},
          {"(func (param (ref $b)) (local.get 0) (i32.const 0) (i32.const 0) (i32.const 0)"
           "  (array.init_data $b 0))"},
          {"(func unreachable (array.init_data $c 0))", "immutable array"},
          {"(func unreachable (array.init_data $a 0))", "array type is not numeric or vector"},
          {"(func unreachable (array.init_data $b 1))", "unknown data segment 1"},
          {"(func (param (ref $a)) (local.get 0) (i32.const 0) (i32.const 0) (i32.const 0)"
           "  (array.init_elem $a $e))"},
          {"(func unreachable (array.init_elem $b $e))", kMismatch},
          {"(func unreachable (array.init_elem $a 1))", "unknown elem segment 1"},
      });
}

}  // namespace
}  // namespace heddle::engine
