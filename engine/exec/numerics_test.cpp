// Tests of what the public suites leave open: NaNs are canonical, nothing depends on the processor.
#include "engine/exec/numerics.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace heddle::engine {
namespace {

template <typename F>
F with_bits(BitsOf<F> bits) {
  return std::bit_cast<F>(bits);
}
std::uint32_t bits(float x) { return std::bit_cast<std::uint32_t>(x); }
std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

constexpr std::uint32_t kCanonical32 = 0x7fc0'0000;
constexpr std::uint64_t kCanonical64 = 0x7ff8'0000'0000'0000;
const float kSignalling32 = with_bits<float>(0xffa1'2345);
const double kSignalling64 = with_bits<double>(0xfff4'0000'dead'beef);

TEST(Numerics, ArithmeticTurnsEveryNanIntoThePositiveCanonicalOne) {
  EXPECT_EQ(bits(binary<Opcode::F32Add>(kSignalling32, 1.0F)), kCanonical32);
  EXPECT_EQ(bits(binary<Opcode::F32Sub>(1.0F, kSignalling32)), kCanonical32);
  EXPECT_EQ(bits(binary<Opcode::F64Mul>(kSignalling64, kSignalling64)), kCanonical64);
  EXPECT_EQ(bits(binary<Opcode::F64Div>(0.0, 0.0)), kCanonical64);
  EXPECT_EQ(bits(binary<Opcode::F64Min>(kSignalling64, 1.0)), kCanonical64);
  EXPECT_EQ(bits(binary<Opcode::F32Max>(1.0F, kSignalling32)), kCanonical32);
  EXPECT_EQ(bits(unary<Opcode::F64Sqrt>(-1.0)), kCanonical64);
  EXPECT_EQ(bits(unary<Opcode::F32Ceil>(kSignalling32)), kCanonical32);
  EXPECT_EQ(bits(unary<Opcode::F64Nearest>(kSignalling64)), kCanonical64);
  EXPECT_EQ(bits(convert<Opcode::F64PromoteF32>(kSignalling32)), kCanonical64);
  EXPECT_EQ(bits(convert<Opcode::F32DemoteF64>(kSignalling64)), kCanonical32);
}

TEST(Numerics, OperationsOnBitsKeepNansAsTheyAre) {
  EXPECT_EQ(bits(unary<Opcode::F32Abs>(kSignalling32)), 0x7fa1'2345U);
  EXPECT_EQ(bits(unary<Opcode::F32Neg>(kSignalling32)), 0x7fa1'2345U);
  EXPECT_EQ(bits(binary<Opcode::F64Copysign>(kSignalling64, 1.0)), 0x7ff4'0000'dead'beefU);
  EXPECT_EQ((convert<Opcode::I32ReinterpretF32>(kSignalling32)), 0xffa1'2345U);
}

TEST(Numerics, TruncationTrapsExactlyOutsideOfTheTargetsRange) {
  EXPECT_EQ((convert_trap<Opcode::I32TruncF64S>(-2147483648.9)), Trap::None);
  EXPECT_EQ((convert_trap<Opcode::I32TruncF64S>(-2147483649.0)), Trap::IntegerOverflow);
  EXPECT_EQ((convert_trap<Opcode::I32TruncF64S>(2147483647.9)), Trap::None);
  EXPECT_EQ((convert_trap<Opcode::I32TruncF64S>(2147483648.0)), Trap::IntegerOverflow);
  EXPECT_EQ((convert_trap<Opcode::I32TruncF32S>(-2147483648.0F)), Trap::None);
  EXPECT_EQ((convert_trap<Opcode::I32TruncF32U>(-0.99F)), Trap::None);
  EXPECT_EQ((convert_trap<Opcode::I32TruncF32U>(-1.0F)), Trap::IntegerOverflow);
  EXPECT_EQ((convert_trap<Opcode::I64TruncF64U>(18446744073709551616.0)), Trap::IntegerOverflow);
  EXPECT_EQ((convert_trap<Opcode::I64TruncF64U>(18446744073709549568.0)), Trap::None);
  EXPECT_EQ((convert_trap<Opcode::I64TruncF32S>(kSignalling32)), Trap::InvalidConversionToInteger);
  EXPECT_EQ((convert<Opcode::I32TruncF32U>(-0.99F)), 0U);
}

// Saturation agrees with truncation wherever that is defined.
RC_GTEST_PROP(Numerics, SaturationIsTruncationWithinTheRange, (std::uint64_t pattern)) {
  const auto x = with_bits<double>(pattern);
  if (convert_trap<Opcode::I64TruncF64S>(x) == Trap::None) {
    RC_ASSERT(convert<Opcode::I64TruncSatF64S>(x) == convert<Opcode::I64TruncF64S>(x));
  }
  if (convert_trap<Opcode::I32TruncF64U>(x) == Trap::None) {
    RC_ASSERT(convert<Opcode::I32TruncSatF64U>(x) == convert<Opcode::I32TruncF64U>(x));
  }
}

RC_GTEST_PROP(Numerics, DivisionAndRemainderMakeTheDividendAgain,
              (std::uint32_t x, std::uint32_t y)) {
  RC_PRE((binary_trap<Opcode::I32DivS>(x, y)) == Trap::None);
  const std::uint32_t quotient = binary<Opcode::I32DivS>(x, y);
  const std::uint32_t remainder = binary<Opcode::I32RemS>(x, y);
  RC_ASSERT(quotient * y + remainder == x);
}

TEST(Numerics, TheSmallestIntegerDividedByMinusOneOverflowsButHasARemainder) {
  EXPECT_EQ((binary_trap<Opcode::I32DivS>(0x8000'0000U, 0xffff'ffffU)), Trap::IntegerOverflow);
  EXPECT_EQ((binary_trap<Opcode::I32RemS>(0x8000'0000U, 0xffff'ffffU)), Trap::None);
  EXPECT_EQ((binary<Opcode::I32RemS>(0x8000'0000U, 0xffff'ffffU)), 0U);
}

TEST(Numerics, OfTwoZerosTheNegativeOneIsTheMinimum) {
  EXPECT_EQ(bits(binary<Opcode::F64Min>(0.0, -0.0)), 0x8000'0000'0000'0000U);
  EXPECT_EQ(bits(binary<Opcode::F64Max>(-0.0, 0.0)), 0U);
}

}  // namespace
}  // namespace heddle::engine
