#include "wast/script.hpp"

#include <gtest/gtest.h>

namespace heddle::wast {
namespace {

using core::Value;
using core::ValueKind;

ResultPattern nan_of(ValueKind kind, NanPattern nan) {
  ResultPattern pattern;
  pattern.kind = ResultPattern::Kind::Nan;
  pattern.value.kind = kind;
  pattern.nan = nan;
  return pattern;
}

ResultPattern exactly(Value value) {
  ResultPattern pattern;
  pattern.value = value;
  return pattern;
}

ResultPattern any(ResultPattern::Kind kind) {
  ResultPattern pattern;
  pattern.kind = kind;
  return pattern;
}

TEST(Matches, ValuesAreComparedBitByBit) {
  EXPECT_TRUE(matches(exactly(Value::i32(7)), Value::i32(7)));
  EXPECT_FALSE(matches(exactly(Value::i32(7)), Value::i64(7)));
  EXPECT_FALSE(matches(exactly(Value::f32(0)), Value::f32(0x8000'0000)));
}

TEST(Matches, CanonicalNansHaveOnlyTheTopPayloadBitAndEitherSign) {
  const ResultPattern pattern = nan_of(ValueKind::F32, NanPattern::Canonical);
  EXPECT_TRUE(matches(pattern, Value::f32(0x7fc0'0000)));
  EXPECT_TRUE(matches(pattern, Value::f32(0xffc0'0000)));
  EXPECT_FALSE(matches(pattern, Value::f32(0x7fc0'0001)));
  EXPECT_FALSE(matches(pattern, Value::f64(0x7fc0'0000)));
  const ResultPattern wide = nan_of(ValueKind::F64, NanPattern::Canonical);
  EXPECT_TRUE(matches(wide, Value::f64(0xfff8'0000'0000'0000)));
  EXPECT_FALSE(matches(wide, Value::f64(0x7ff8'0000'0000'0001)));
}

TEST(Matches, ArithmeticNansAreTheQuietOnes) {
  const ResultPattern pattern = nan_of(ValueKind::F32, NanPattern::Arithmetic);
  EXPECT_TRUE(matches(pattern, Value::f32(0xffc0'1234)));
  EXPECT_FALSE(matches(pattern, Value::f32(0x7f80'0001)));
  EXPECT_FALSE(matches(pattern, Value::f32(0x7f80'0000)));
  const ResultPattern wide = nan_of(ValueKind::F64, NanPattern::Arithmetic);
  EXPECT_TRUE(matches(wide, Value::f64(0x7ff8'0000'0000'0001)));
  EXPECT_FALSE(matches(wide, Value::f64(0x7ff0'0000'0000'0001)));
}

ResultPattern reference(engine::HeapKind heap) {
  ResultPattern pattern = any(ResultPattern::Kind::Reference);
  pattern.heap = heap;
  return pattern;
}

TEST(Matches, ReferencePatternsTellNullAndKind) {
  const Value function{.kind = ValueKind::FuncRef, .low = 3};
  const Value external{.kind = ValueKind::ExternRef, .low = 3};
  const Value null{.kind = ValueKind::ExternRef, .is_null = true};
  EXPECT_TRUE(matches(reference(engine::HeapKind::Func), function));
  EXPECT_FALSE(matches(reference(engine::HeapKind::Func), external));
  EXPECT_TRUE(matches(reference(engine::HeapKind::Extern), external));
  EXPECT_FALSE(matches(reference(engine::HeapKind::Extern), null));
  EXPECT_TRUE(matches(any(ResultPattern::Kind::AnyNull), null));
  EXPECT_FALSE(matches(any(ResultPattern::Kind::AnyNull), function));
  EXPECT_FALSE(matches(any(ResultPattern::Kind::AnyNull), Value::i32(0)));
}

TEST(Matches, HeapTypesAreHierarchies) {
  const Value i31{.kind = ValueKind::I31Ref, .low = 3};
  const Value structure{.kind = ValueKind::StructRef};
  const Value host{.kind = ValueKind::HostRef};
  const Value exception{.kind = ValueKind::ExnRef};
  const Value null{.kind = ValueKind::AnyRef, .is_null = true};
  for (const Value& value : {i31, structure, Value{.kind = ValueKind::ArrayRef}}) {
    EXPECT_TRUE(matches(reference(engine::HeapKind::Any), value));
    EXPECT_TRUE(matches(reference(engine::HeapKind::Eq), value));
    EXPECT_TRUE(matches(any(ResultPattern::Kind::AnyRef), value));
    EXPECT_FALSE(matches(reference(engine::HeapKind::Extern), value));
  }
  EXPECT_TRUE(matches(reference(engine::HeapKind::Any), host));
  EXPECT_FALSE(matches(reference(engine::HeapKind::Eq), host));
  EXPECT_TRUE(matches(reference(engine::HeapKind::Exn), exception));
  EXPECT_FALSE(matches(reference(engine::HeapKind::Any), exception));
  EXPECT_TRUE(matches(reference(engine::HeapKind::I31), i31));
  EXPECT_FALSE(matches(reference(engine::HeapKind::I31), structure));
  EXPECT_FALSE(matches(reference(engine::HeapKind::Any), null));
  EXPECT_FALSE(matches(any(ResultPattern::Kind::AnyRef), null));
  EXPECT_FALSE(matches(any(ResultPattern::Kind::AnyRef), Value::i32(0)));
  EXPECT_TRUE(matches(exactly(null), null));
  EXPECT_FALSE(matches(exactly(null), Value{.kind = ValueKind::FuncRef, .is_null = true}));
}

TEST(Matches, LanesAreComparedOneByOne) {
  ResultPattern pattern = any(ResultPattern::Kind::Lanes);
  pattern.value = {.kind = ValueKind::V128, .low = 7, .high = 0x3f80'0000};
  pattern.lane_nans = {NanPattern::None, NanPattern::Canonical, NanPattern::None,
                       NanPattern::Arithmetic};
  Value value = pattern.value;
  value.low = 0xffc0'0000'0000'0007;
  value.high = 0x7fc0'0001'3f80'0000;
  EXPECT_TRUE(matches(pattern, value));
  EXPECT_EQ(to_string(pattern), "v128:f32x4 0x1.cp-147 nan:canonical 0x1p+0 nan:arithmetic");
  value.low |= 0x1'0000'0000;
  EXPECT_FALSE(matches(pattern, value));
  value.low = 0xffc0'0000'0000'0006;
  EXPECT_FALSE(matches(pattern, value));
  pattern.lane_nans = {NanPattern::None, NanPattern::Canonical};
  value.low = 7;
  value.high = 0x7ff8'0000'0000'0000;
  EXPECT_TRUE(matches(pattern, value));
  value.high |= 1;
  EXPECT_FALSE(matches(pattern, value));
}

TEST(Matches, EitherTakesOneAlternative) {
  ResultPattern pattern = any(ResultPattern::Kind::Either);
  EXPECT_FALSE(matches(pattern, Value::i32(1)));
  pattern.alternatives = {exactly(Value::i32(0)), exactly(Value::i32(1))};
  EXPECT_TRUE(matches(pattern, Value::i32(1)));
  EXPECT_FALSE(matches(pattern, Value::i32(2)));
}

TEST(ToString, NamesEachPattern) {
  ResultPattern either = any(ResultPattern::Kind::Either);
  either.alternatives = {exactly(Value::i32(7)), nan_of(ValueKind::F64, NanPattern::Arithmetic)};
  EXPECT_EQ(to_string(either), "(i32:7 or f64:nan:arithmetic)");
  EXPECT_EQ(to_string(nan_of(ValueKind::F32, NanPattern::Canonical)), "f32:nan:canonical");
  EXPECT_EQ(to_string(reference(engine::HeapKind::Func)), "any ref.func");
}

}  // namespace
}  // namespace heddle::wast
