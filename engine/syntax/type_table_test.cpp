#include "engine/syntax/type_table.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace heddle::engine {
namespace {

SubType structure(std::vector<FieldType> fields, std::vector<std::uint32_t> supertypes = {},
                  bool is_final = false) {
  return {.composite = StructType{std::move(fields)},
          .is_final = is_final,
          .supertypes = std::move(supertypes)};
}
FieldType field(ValueType type, bool is_mutable = false) { return {type, is_mutable}; }

struct Types {
  std::vector<SubType> types;
  std::vector<RecursiveGroup> groups;

  void add(std::vector<SubType> group) {
    groups.push_back({.begin = static_cast<std::uint32_t>(types.size()),
                      .count = static_cast<std::uint32_t>(group.size())});
    types.insert(types.end(), group.begin(), group.end());
  }
};

TEST(TypeTable, GivesEqualGroupsEqualIdsWhereverTheyStand) {
  Types types;
  types.add({structure({field(kI32)})});
  types.add({structure({field(defined_ref_type(1, true))})});  // refers to itself
  types.add({structure({field(kI32)})});
  types.add({structure({field(defined_ref_type(3, true))})});
  types.add({structure({field(defined_ref_type(0, true))})});  // refers to another
  types.add({structure({field(defined_ref_type(2, true))})});
  TypeTable table;
  const auto ids = table.add(types.types, types.groups);
  EXPECT_EQ(ids, (std::vector<std::uint32_t>{0, 1, 0, 1, 2, 2}));
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(table.add(types.types, types.groups), ids);
}

TEST(TypeTable, TellsApartGroupsThatDifferInOneBitOnly) {
  Types types;
  types.add({structure({field(kI32)})});
  types.add({structure({field(kI32, true)})});
  types.add({structure({field(kI32)}, {}, true)});
  types.add({structure({field(kI32)}, {0})});
  types.add({structure({field(kI64)})});
  types.add({structure({})});
  types.add({SubType{.composite = ArrayType{field(kI32)}, .is_final = false, .supertypes = {}}});
  types.add({structure({field(kI32)}), structure({field(kI32)})});
  TypeTable table;
  const auto ids = table.add(types.types, types.groups);
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), ids.size());
}

TEST(TypeTable, ADeclaredSupertypeIsOneHoweverFarUpAndNeverTheOtherWayRound) {
  Types types;
  types.add({structure({})});
  types.add({structure({field(kI32)}, {0})});
  types.add({structure({field(kI32), field(kI64)}, {1})});
  types.add({structure({field(kF64)}, {0})});
  TypeTable table;
  static_cast<void>(table.add(types.types, types.groups));
  EXPECT_TRUE(table.is_subtype(2, 0));
  EXPECT_TRUE(table.is_subtype(2, 1));
  EXPECT_TRUE(table.is_subtype(2, 2));
  EXPECT_FALSE(table.is_subtype(0, 2));
  EXPECT_FALSE(table.is_subtype(3, 1));
  EXPECT_EQ(table.depth(2), 2U);
}

TEST(TypeTable, MatchesTheAbstractTypesAboveAndBelowADefinedOne) {
  TypeTable table;
  Types types;
  types.add({structure({})});
  types.add({SubType{.composite = FunctionType{}, .is_final = true, .supertypes = {}}});
  static_cast<void>(table.add(types.types, types.groups));
  const ValueType defined_struct = defined_ref_type(0, false);
  const ValueType function = defined_ref_type(1, false);
  for (const HeapKind above : {HeapKind::Struct, HeapKind::Eq, HeapKind::Any}) {
    EXPECT_TRUE(table.matches(defined_struct, ref_type(above, false)));
    EXPECT_FALSE(table.matches(function, ref_type(above, false)));
  }
  EXPECT_FALSE(table.matches(defined_struct, ref_type(HeapKind::Array, false)));
  EXPECT_TRUE(table.matches(function, kFuncRef));
  EXPECT_TRUE(table.matches(ref_type(HeapKind::None, true), defined_struct.with_nullable(true)));
  EXPECT_FALSE(table.matches(ref_type(HeapKind::None, true), defined_struct));
  EXPECT_FALSE(table.matches(ref_type(HeapKind::None, false), function));
  EXPECT_TRUE(table.matches(ref_type(HeapKind::NoFunc, false), function));
}

TEST(TypeTable, FunctionTypesAreContravariantInParametersAndCovariantInResults) {
  const TypeTable table;
  const auto type = [](HeapKind parameter, HeapKind result) {
    return SubType{.composite = FunctionType{{ref_type(parameter, true)}, {ref_type(result, true)}},
                   .is_final = true,
                   .supertypes = {}};
  };
  EXPECT_TRUE(table.matches(type(HeapKind::Any, HeapKind::I31), type(HeapKind::Eq, HeapKind::Eq)));
  EXPECT_FALSE(table.matches(type(HeapKind::I31, HeapKind::I31), type(HeapKind::Eq, HeapKind::Eq)));
  EXPECT_FALSE(table.matches(type(HeapKind::Eq, HeapKind::Any), type(HeapKind::Eq, HeapKind::Eq)));
}

TEST(TypeTable, MutableFieldsAreInvariantAndMoreFieldsMakeASubtype) {
  const TypeTable table;
  const FieldType any = field(ref_type(HeapKind::Any, true));
  const FieldType eq = field(ref_type(HeapKind::Eq, true));
  EXPECT_TRUE(table.matches(structure({eq, any}), structure({any})));
  EXPECT_FALSE(table.matches(structure({any}), structure({eq})));
  EXPECT_FALSE(table.matches(structure({}), structure({any})));
  EXPECT_FALSE(
      table.matches(structure({field(eq.type, true)}), structure({field(any.type, true)})));
  EXPECT_FALSE(table.matches(structure({field(any.type, true)}), structure({any})));
}

}  // namespace
}  // namespace heddle::engine
