#include "core/value.hpp"

#include <gtest/gtest.h>

namespace heddle::core {
namespace {

TEST(Value, integers_are_spelled_signed) {
  EXPECT_EQ(to_string(Value::i32(7)), "i32:7");
  EXPECT_EQ(to_string(Value::i32(0xffff'ffff)), "i32:-1");
  EXPECT_EQ(to_string(Value::i64(0x8000'0000'0000'0000)), "i64:-9223372036854775808");
}

TEST(Value, floats_are_spelled_exactly_in_hexadecimal) {
  EXPECT_EQ(to_string(Value::f64(0x4008'0000'0000'0000)), "f64:0x1.8p+1");
  EXPECT_EQ(to_string(Value::f32(0x4040'0000)), "f32:0x1.8p+1");
  EXPECT_EQ(to_string(Value::f32(0x8000'0000)), "f32:-0x0p+0");
  EXPECT_EQ(to_string(Value::f64(1)), "f64:0x0.0000000000001p-1022");
}

TEST(Value, infinities_and_nans_keep_their_sign_and_payload) {
  EXPECT_EQ(to_string(Value::f32(0xff80'0000)), "f32:-inf");
  EXPECT_EQ(to_string(Value::f32(0x7fa0'0000)), "f32:nan:0x200000");
  EXPECT_EQ(to_string(Value::f32(0xffa0'0001)), "f32:-nan:0x200001");
  EXPECT_EQ(to_string(Value::f64(0x7ff8'0000'0000'0000)), "f64:nan:0x8000000000000");
}

TEST(Value, v128_is_four_words_lowest_lane_first) {
  const Value value{.kind = ValueKind::V128, .low = 0x0000'0002'0000'0001, .high = 3};
  EXPECT_EQ(to_string(value), "v128:i32x4 0x00000001 0x00000002 0x00000003 0x00000000");
}

TEST(Value, references_show_null_or_their_number) {
  EXPECT_EQ(to_string(Value{.kind = ValueKind::FuncRef, .is_null = true}), "ref.null func");
  EXPECT_EQ(to_string(Value{.kind = ValueKind::ExternRef, .is_null = true}), "ref.null extern");
  EXPECT_EQ(to_string(Value{.kind = ValueKind::ExternRef, .low = 3}), "ref.extern 3");
  EXPECT_EQ(to_string(Value{.kind = ValueKind::FuncRef, .low = 4}), "ref.func #4");
}

}  // namespace
}  // namespace heddle::core
