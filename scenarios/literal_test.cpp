#include "scenarios/literal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/arbitrary.hpp"

namespace heddle::scenarios {
namespace {

using core::Value;
using core::ValueKind;
using ::testing::HasSubstr;

core::Result<Value> value_of(std::string_view text, engine::ValueType type) {
  HEDDLE_LET(const Literal literal, parse_literal(text, {}));
  return resolve(literal, type);
}

struct Case {
  std::string text;
  engine::ValueType type;
  Value value;
};

class GoodLiteral : public ::testing::TestWithParam<Case> {};

TEST_P(GoodLiteral, HasItsValue) {
  const auto value = value_of(GetParam().text, GetParam().type);
  ASSERT_TRUE(value.has_value()) << GetParam().text << ": " << value.error().message;
  EXPECT_EQ(*value, GetParam().value) << GetParam().text << " is " << core::to_string(*value);
}

INSTANTIATE_TEST_SUITE_P(
    All, GoodLiteral,
    ::testing::Values(
        Case{"5", engine::kI32, Value::i32(5)}, Case{"-1", engine::kI32, Value::i32(0xffff'ffff)},
        Case{"4294967295", engine::kI32, Value::i32(0xffff'ffff)},
        Case{"-2147483648", engine::kI32, Value::i32(0x8000'0000)},
        Case{"0xff", engine::kI64, Value::i64(255)},
        Case{"-9223372036854775808", engine::kI64, Value::i64(0x8000'0000'0000'0000)},
        Case{"18446744073709551615", engine::kI64, Value::i64(UINT64_MAX)},
        Case{"i32:-1", engine::kI32, Value::i32(0xffff'ffff)},
        Case{"i64:-1", engine::kI64, Value::i64(UINT64_MAX)},
        Case{"3", engine::kF64, Value::f64(0x4008'0000'0000'0000)},
        Case{"-3", engine::kF32, Value::f32(0xc040'0000)},
        Case{"f64:1.5", engine::kF64, Value::f64(0x3ff8'0000'0000'0000)},
        Case{"f64:-0x1.8p+1", engine::kF64, Value::f64(0xc008'0000'0000'0000)},
        Case{"f32:-0", engine::kF32, Value::f32(0x8000'0000)},
        Case{"f32:.5", engine::kF32, Value::f32(0x3f00'0000)},
        Case{"f32:inf", engine::kF32, Value::f32(0x7f80'0000)},
        Case{"f32:nan", engine::kF32, Value::f32(0x7fc0'0000)},
        Case{"f32:-nan:0x1", engine::kF32, Value::f32(0xff80'0001)},
        Case{"ref.null func", engine::kFuncRef, {.kind = ValueKind::FuncRef, .is_null = true}},
        Case{"ref.extern 7", engine::kExternRef, {.kind = ValueKind::ExternRef, .low = 7}}));

struct BadCase {
  std::string text;
  engine::ValueType type;
  std::string message;
};

class BadLiteral : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadLiteral, IsRefused) {
  const auto value = value_of(GetParam().text, GetParam().type);
  ASSERT_FALSE(value.has_value()) << GetParam().text << " became " << core::to_string(*value);
  EXPECT_THAT(value.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadLiteral,
    ::testing::Values(BadCase{"4294967296", engine::kI32, "is not a value of type i32"},
                      BadCase{"-2147483649", engine::kI32,
                              "-2147483649 is not a value of type i32"},
                      BadCase{"i32:4294967296", engine::kI32, "is not a value;"},
                      BadCase{"18446744073709551616", engine::kI64, "is not a value;"},
                      BadCase{"-9223372036854775809", engine::kI64, "is not a value of type i64"},
                      BadCase{"i32:1", engine::kI64, "type mismatch: i32:1 where i64 is expected"},
                      BadCase{"16777217", engine::kF32, "is not a value of type f32"},
                      BadCase{"1", engine::kFuncRef, "is not a value of type funcref"},
                      BadCase{"ref.null func", engine::kExternRef, "type mismatch"},
                      BadCase{"1.5", engine::kF64, "is not a value;"},
                      BadCase{"", engine::kI32, "is not a value"},
                      BadCase{"--1", engine::kI32, "is not a value"},
                      BadCase{"0x", engine::kI32, "not a value"},
                      BadCase{"f64:nan(1)", engine::kF64, "not a value"},
                      BadCase{"f64:infinity", engine::kF64, "not a value"},
                      BadCase{"f64:--1", engine::kF64, "not a value"},
                      BadCase{"f32:nan:0x800000", engine::kF32, "not a value"},
                      BadCase{"f32:nan:0x0", engine::kF32, "not a value"},
                      BadCase{"f32:1e99", engine::kF32, "not a value"}));

engine::ValueType type_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::I32:
      return engine::kI32;
    case ValueKind::I64:
      return engine::kI64;
    case ValueKind::F32:
      return engine::kF32;
    case ValueKind::F64:
    case ValueKind::V128:
    case ValueKind::FuncRef:
    case ValueKind::ExternRef:
    case ValueKind::AnyRef:
    case ValueKind::I31Ref:
    case ValueKind::StructRef:
    case ValueKind::ArrayRef:
    case ValueKind::HostRef:
    case ValueKind::ExnRef:
      return engine::kF64;
  }
  return engine::kF64;
}

RC_GTEST_PROP(Literal, ReadsBackEveryNumberAsReportsShowIt, ()) {
  const auto kind = *core::arbitrary::one_up_to(ValueKind::F64);
  const auto bits = *rc::gen::arbitrary<std::uint64_t>();
  const bool is_narrow = kind == ValueKind::I32 || kind == ValueKind::F32;
  const Value before{.kind = kind, .low = is_narrow ? bits & 0xffff'ffff : bits};
  const auto after = value_of(core::to_string(before), type_of(kind));
  if (!after) RC_FAIL(after.error().message);
  RC_ASSERT(*after == before);
}

RC_GTEST_PROP(Literal, SurvivesAnyText, (const std::string& text)) {
  (void)parse_literal(text, {});
  (void)parse_literal("f32:" + text, {});
}

}  // namespace
}  // namespace heddle::scenarios
