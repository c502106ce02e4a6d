#include "engine/valid/type_context.hpp"

#include "engine/valid/limits.hpp"
#include "engine/valid/test_verdict.hpp"

namespace heddle::engine {
namespace {

TEST(DefinedTypes, ReferToTheirOwnAndEarlierGroupsOnly) {
  check_cases({
      {"(type (struct (field (ref null 0))))"},
      {"(rec (type (struct (field (ref 1)))) (type (array (ref 0))))"},
      {"(type (struct (field (ref null 1)))) (type (struct))", "unknown type 1, in type 0"},
      {"(type (func (param (ref null 1))))", "unknown type 1, in type 0"},
      {"(type (func (result (ref null 7))))", "unknown type 7, in type 0"},
      {"(type (array (ref null 1)))", "unknown type 1, in type 0"},
      {"(rec (type (struct)) (type (struct (field i32 (ref 2)))))", "unknown type 2, in type 1"},
  });
}

TEST(DefinedTypes, HaveSupertypesThatComeBeforeThemAndAreNotFinal) {
  check_cases({
      {"(type (sub (struct))) (type (sub 0 (struct)))"},
      {"(type (sub (struct))) (type (sub final 0 (struct)))"},
      {"(type (struct)) (type (sub 0 (struct)))", "sub type 1 has final super type 0"},
      {"(type (sub final (struct))) (type (sub 0 (struct)))", "sub type 1 has final super type 0"},
      {"(type (sub 0 (struct)))", "unknown type 0"},
      {"(type (sub 1 (struct)))", "unknown type 1"},
      {"(rec (type (sub 1 (struct))) (type (sub (struct))))", "unknown type 1"},
      {"(rec (type (sub (struct))) (type (sub 0 (struct))))"},
  });
  Module module;
  module.add_type({.composite = StructType{}, .is_final = false, .supertypes = {}});
  module.add_type({.composite = StructType{}, .is_final = false, .supertypes = {0, 0}});
  EXPECT_THAT(verdict(std::move(module)), testing::StartsWith("sub type 1 has 2 super types"));
}

TEST(DefinedTypes, AreBuiltLikeTheirSupertypes) {
  const std::string error = "sub type 1 does not match super type 0";
  check_cases({
      {"(type (sub (struct (field i32)))) (type (sub 0 (struct (field i32 i64))))"},
      {"(type (sub (struct (field i32 i64)))) (type (sub 0 (struct (field i32))))", error},
      {"(type (sub (struct (field i32)))) (type (sub 0 (struct (field i64))))", error},
      {"(type (sub (struct (field i8)))) (type (sub 0 (struct (field i16))))", error},
      {"(type (sub (struct (field anyref)))) (type (sub 0 (struct (field eqref))))"},
      {"(type (sub (struct (field eqref)))) (type (sub 0 (struct (field anyref))))", error},
      {"(type (sub (struct (field (mut anyref))))) (type (sub 0 (struct (field (mut eqref)))))",
       error},
      {"(type (sub (struct))) (type (sub 0 (array i32)))", error},
      {"(type (sub (array i32))) (type (sub 0 (func)))", error},
      {"(type (sub (func (param eqref) (result anyref))))"
       "(type (sub 0 (func (param anyref) (result eqref))))"},
      {"(type (sub (func (param anyref)))) (type (sub 0 (func (param eqref))))", error},
      {"(type (sub (func))) (type (sub 0 (func (param i32))))", error},
  });
}

// Of `depth` types, each below the one before, in one group or each in its own.
Module nested_types(std::uint32_t count, bool is_one_group) {
  Module module;
  for (std::uint32_t i = 0; i < count; ++i) {
    SubType type{.composite = StructType{}, .is_final = false, .supertypes = {}};
    if (i > 0) type.supertypes = {i - 1};
    module.add_type(std::move(type));
  }
  if (is_one_group) module.groups = {{.begin = 0, .count = count}};
  return module;
}

TEST(DefinedTypes, AreNotNestedTooDeep) {
  for (const bool is_one_group : {false, true}) {
    EXPECT_EQ(verdict(nested_types(kSubtypeDepthMax + 1, is_one_group)), "valid");
    EXPECT_THAT(verdict(nested_types(kSubtypeDepthMax + 2, is_one_group)),
                testing::StartsWith("sub type 64 has more than 63 super types above it"));
    EXPECT_THAT(verdict(nested_types(10'000, is_one_group)), testing::StartsWith("sub type 64"));
  }
}

TEST(DefinedTypes, HaveBoundedSize) {
  Module module;
  module.add_type({.composite = StructType{std::vector<FieldType>(kFieldsMax)},
                   .is_final = true,
                   .supertypes = {}});
  EXPECT_EQ(verdict(module), "valid");
  std::get<StructType>(module.types[0].composite).fields.emplace_back();
  EXPECT_THAT(verdict(module), testing::StartsWith("type 0 is too large"));
}

TEST(DefinedTypes, AreEqualIfTheirGroupsAre) {
  const std::string error = "type mismatch";
  check_cases({
      {"(type (func)) (type (func)) (func (type 0)) (global (ref 1) (ref.func 0))"},
      {"(rec (type (func)) (type (struct))) (rec (type (func)) (type (struct)))"
       "(func (type 0)) (global (ref 2) (ref.func 0))"},
      {"(rec (type (func)) (type (struct))) (rec (type (func)) (type (array i8)))"
       "(func (type 0)) (global (ref 2) (ref.func 0))",
       error},
      {"(rec (type (func)) (type (struct))) (type (func))"
       "(func (type 0)) (global (ref 2) (ref.func 0))",
       error},
      {"(type (sub (func))) (type (sub 0 (func))) (func (type 1)) (global (ref 0) (ref.func 0))"},
      {"(type (sub (func))) (type (sub 0 (func))) (func (type 0)) (global (ref 1) (ref.func 0))",
       error},
  });
}

TEST(DefinedTypes, MustExistWhereverTheyAreNamed) {
  const std::string error = "unknown type 9";
  check_cases({
      {"(import \"m\" \"g\" (global (ref 9)))", error},
      {"(import \"m\" \"t\" (table 0 (ref null 9)))", error},
      {"(import \"m\" \"f\" (func (type 9)))", error},
      {"(import \"m\" \"e\" (tag (type 9)))", error},
      {"(global (ref null 9) (ref.null none))", error},
      {"(table 0 (ref null 9))", error},
      {"(elem (ref null 9))", error},
      {"(func (local (ref null 9)))", error},
      {"(func (block (result (ref 9)) unreachable) drop)", error},
      {"(func (drop (ref.null 9)))", error},
      {"(func unreachable (select (result (ref 9))) drop)", error},
      {"(func unreachable (ref.test (ref 9)) drop)", error},
      {"(func unreachable (ref.cast (ref null 9)) drop)", error},
      {"(func unreachable (br_on_cast 0 (ref null 9) (ref null 9)) drop)", error},
      {"(func unreachable (br_on_cast_fail 0 anyref (ref null 9)) drop)", error},
      {"(func unreachable call_ref 9)", error},
      {"(func unreachable return_call_ref 9)", error},
      {"(table 0 funcref) (func unreachable (call_indirect (type 9)))", error},
      {"(func unreachable struct.new 9)", error},
      {"(func unreachable struct.get 9 0)", error},
      {"(func unreachable array.new 9)", error},
      {"(func unreachable array.copy 9 9)", error},
  });
}

TEST(DefinedTypes, MustBeOfTheKindThatIsNeeded) {
  check_cases_after("(type (func)) (type (struct)) (type (array (mut i8))) (table 0 funcref)",
                    {
                        {"(func unreachable call_ref 1)", "non-function type 1"},
                        {"(func unreachable return_call_ref 2)", "non-function type 2"},
                        {"(func unreachable struct.new 0)", "non-structure type 0"},
                        {"(func unreachable struct.get 2 0)", "non-structure type 2"},
                        {"(func unreachable array.new 1)", "non-array type 1"},
                        {"(func unreachable array.len drop)"},
                        {"(func unreachable array.copy 2 0)", "non-array type 0"},
                    });
  Module module;
  module.add_type({.composite = StructType{}, .is_final = true, .supertypes = {}});
  module.functions.resize(1);
  EXPECT_EQ(verdict(module), "non-function type 0");
  module.functions.clear();
  module.tags.resize(1);
  EXPECT_EQ(verdict(module), "non-function type 0");
}

}  // namespace
}  // namespace heddle::engine
