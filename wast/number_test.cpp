#include "wast/number.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace heddle::wast {
namespace {

TEST(ClassifyNumber, FollowsTheGrammar) {
  for (const std::string_view text : {"0", "10", "1_000", "0xAf", "0x1_2"}) {
    EXPECT_EQ(classify_number(text), NumberClass::Natural) << text;
  }
  for (const std::string_view text : {"+0", "-1_0", "-0xf"}) {
    EXPECT_EQ(classify_number(text), NumberClass::Integer) << text;
  }
  for (const std::string_view text :
       {"1.", "1.5", "1e3", "1.e-3", "1_0.0_1E+1_0", "0x1.", "0x1.8", "0xfp1", "0x1.fP-1_0", "inf",
        "-inf", "nan", "+nan", "nan:0x1", "-nan:0x1_f"}) {
    EXPECT_EQ(classify_number(text), NumberClass::Float) << text;
  }
  for (const std::string_view text :
       {"",       "+",       "_1",  "1_",  "1__0",  "0x",     "0x_1",  "0x1_",  "0X1",     "1.5.",
        ".5",     "1._5",    "1e",  "1e+", "1e_1",  "0x1p",   "0x1pf", "0x1.g", "nan:",    "nan:1",
        "nan:0x", "nan:0xg", "+-1", "1a",  "0e0x1", "0x1.0_", "Inf",   "NaN",   "infinity"}) {
    EXPECT_EQ(classify_number(text), NumberClass::None) << text;
  }
}

TEST(ParseInteger, AcceptsBothRangesOfItsWidth) {
  EXPECT_EQ(parse_integer("4294967295", 32), 0xffff'ffffU);
  EXPECT_EQ(parse_integer("4294967296", 32), std::nullopt);
  EXPECT_EQ(parse_integer("-2147483648", 32), 0x8000'0000U);
  EXPECT_EQ(parse_integer("-2147483649", 32), std::nullopt);
  EXPECT_EQ(parse_integer("+2147483648", 32), std::nullopt);
  EXPECT_EQ(parse_integer("-1", 8), 0xffU);
  EXPECT_EQ(parse_integer("0xffff_ffff_ffff_ffff", 64), ~0ULL);
  EXPECT_EQ(parse_integer("0x1_0000_0000_0000_0000", 64), std::nullopt);
  EXPECT_EQ(parse_integer("-0x8000000000000000", 64), 0x8000'0000'0000'0000ULL);
  EXPECT_EQ(parse_integer("-0x8000000000000001", 64), std::nullopt);
  EXPECT_EQ(parse_integer("+-1", 32), std::nullopt);
  EXPECT_EQ(parse_integer("1.0", 32), std::nullopt);
}

TEST(ParseNatural, RefusesWhatIsAboveItsMaximum) {
  EXPECT_EQ(parse_natural("7", 7), 7U);
  EXPECT_EQ(parse_natural("8", 7), std::nullopt);
  EXPECT_EQ(parse_natural("70", 7), std::nullopt);
  EXPECT_EQ(parse_natural("18446744073709551615", ~0ULL), ~0ULL);
  EXPECT_EQ(parse_natural("18446744073709551616", ~0ULL), std::nullopt);
}

TEST(ParseFloat, RoundsHalfToEvenAndStickyBitsUp) {
  EXPECT_EQ(parse_f32("0x1.000001p0"), 0x3f80'0000U);
  EXPECT_EQ(parse_f32("0x1.000003p0"), 0x3f80'0002U);
  EXPECT_EQ(parse_f32("0x1.00000100000000000000000000000001p0"), 0x3f80'0001U);
  EXPECT_EQ(parse_f32("0x1.000000ffffffffffffffffffffffffffp0"), 0x3f80'0000U);
  EXPECT_EQ(parse_f64("0x1.00000000000008p0"), 0x3ff0'0000'0000'0000U);
  EXPECT_EQ(parse_f64("0x1.000000000000080000000000000000001p0"), 0x3ff0'0000'0000'0001U);
  // A detour over double would round this decimal twice, to the even neighbour.
  EXPECT_EQ(parse_f32("1.00000005960464477540"), 0x3f80'0001U);
  EXPECT_EQ(parse_f32("1.000000059604644775390625"), 0x3f80'0000U);
}

TEST(ParseFloat, KnowsTheEdgesOfItsRange) {
  EXPECT_EQ(parse_f32("0x1.fffffefp127"), 0x7f7f'ffffU);
  EXPECT_EQ(parse_f32("0x1.ffffffp127"), std::nullopt);
  EXPECT_EQ(parse_f32("0x1p128"), std::nullopt);
  EXPECT_EQ(parse_f32("340282356779733661637539395458142568447"), 0x7f7f'ffffU);
  EXPECT_EQ(parse_f32("340282356779733661637539395458142568448"), std::nullopt);
  EXPECT_EQ(parse_f64("1.7976931348623157e308"), 0x7fef'ffff'ffff'ffffU);
  EXPECT_EQ(parse_f64("1e309"), std::nullopt);
  EXPECT_EQ(parse_f64("-0x1p1024"), std::nullopt);
  EXPECT_EQ(parse_f32("0x1p-149"), 1U);
  EXPECT_EQ(parse_f32("0x1p-150"), 0U);
  EXPECT_EQ(parse_f32("0x1.00001p-150"), 1U);
  EXPECT_EQ(parse_f32("0x2.fc6526p-128"), 0x005f'8ca5U);
  EXPECT_EQ(parse_f32("0x1.fffffep-127"), 0x0080'0000U);
  EXPECT_EQ(parse_f64("4.9e-324"), 1U);
  EXPECT_EQ(parse_f64("2.4e-324"), 0U);
  EXPECT_EQ(parse_f64("-1e-400"), 0x8000'0000'0000'0000U);
  EXPECT_EQ(parse_f64("1e-99999999999999999999"), 0U);
  EXPECT_EQ(parse_f64("1e99999999999999999999"), std::nullopt);
  EXPECT_EQ(parse_f64("0e99999999999999999999"), 0U);
  EXPECT_EQ(parse_f64("0x0p99999999999999999999"), 0U);
  EXPECT_EQ(parse_f64("0x1p-99999999999999999999"), 0U);
  EXPECT_EQ(parse_f64("0x1p99999999999999999999"), std::nullopt);
}

TEST(ParseFloat, LongMantissasAndExponentsCancel) {
  const std::string zeros(100'000, '0');
  EXPECT_EQ(parse_f64("0." + zeros + "1e100001"), 0x3ff0'0000'0000'0000U);
  EXPECT_EQ(parse_f64("1" + zeros + "e-100000"), 0x3ff0'0000'0000'0000U);
  EXPECT_EQ(parse_f64("0x1" + zeros + "p-400000"), 0x3ff0'0000'0000'0000U);
  EXPECT_EQ(parse_f64("0x." + zeros), std::nullopt);  // no whole part
  EXPECT_EQ(parse_f64("0x0." + zeros + "1p400004"), 0x3ff0'0000'0000'0000U);
}

TEST(ParseFloat, NanPayloadsAreKept) {
  EXPECT_EQ(parse_f32("nan"), 0x7fc0'0000U);
  EXPECT_EQ(parse_f32("-nan:0x1"), 0xff80'0001U);
  EXPECT_EQ(parse_f32("nan:0x7f_ffff"), 0x7fff'ffffU);
  EXPECT_EQ(parse_f32("nan:0x80_0000"), std::nullopt);
  EXPECT_EQ(parse_f32("nan:0x0"), std::nullopt);
  EXPECT_EQ(parse_f64("nan"), 0x7ff8'0000'0000'0000U);
  EXPECT_EQ(parse_f64("nan:0xf_ffff_ffff_ffff"), 0x7fff'ffff'ffff'ffffU);
  EXPECT_EQ(parse_f64("nan:0x10_0000_0000_0000"), std::nullopt);
  EXPECT_EQ(parse_f32("-inf"), 0xff80'0000U);
}

// The libraries are the reference. The C library's strtof drops a part of the digits when it rounds
// hexadecimal to a subnormal, so the C++ library reads those, which in turn does not tell overflow
// from underflow.
template <typename Float>
Float reference(const std::string& text) {
  const bool is_negative = text.starts_with('-');
  const std::string_view digits = std::string_view(text).substr(is_negative ? 1 : 0);
  if (digits.starts_with("0x")) {
    Float value = 0;
    const auto read = std::from_chars(digits.data() + 2, digits.data() + digits.size(), value,
                                      std::chars_format::hex);
    if (read.ec == std::errc()) return is_negative ? -value : value;
  }
  if constexpr (std::is_same_v<Float, float>) return std::strtof(text.c_str(), nullptr);
  return static_cast<Float>(std::strtod(text.c_str(), nullptr));
}

std::optional<std::uint64_t> reference_f32(const std::string& text) {
  const auto value = reference<float>(text);
  if (std::isinf(value)) return std::nullopt;
  return std::bit_cast<std::uint32_t>(value);
}
std::optional<std::uint64_t> reference_f64(const std::string& text) {
  const auto value = reference<double>(text);
  if (std::isinf(value)) return std::nullopt;
  return std::bit_cast<std::uint64_t>(value);
}

void check_against_reference(const std::string& text) {
  RC_ASSERT(parse_f32(text) == reference_f32(text));
  RC_ASSERT(parse_f64(text) == reference_f64(text));
}

RC_GTEST_PROP(ParseFloat, AgreesWithTheLibraryOnHexadecimal,
              (std::uint64_t high, std::uint64_t low)) {
  const int exponent = *rc::gen::inRange(-1200, 1100);
  const int narrow = *rc::gen::inRange(-180, 140);
  check_against_reference(fmt::format("0x{:x}.{:016x}p{}", high, low, exponent));
  check_against_reference(fmt::format("-0x{:x}.{:x}p{}", high & 3, low, narrow));
}

RC_GTEST_PROP(ParseFloat, AgreesWithTheLibraryOnDecimal, (std::uint64_t high, std::uint64_t low)) {
  const int exponent = *rc::gen::inRange(-350, 320);
  const int narrow = *rc::gen::inRange(-60, 40);
  check_against_reference(fmt::format("{}.{}e{}", high, low, exponent));
  check_against_reference(fmt::format("-{}.{:020}e{}", high % 10, low, narrow));
}

RC_GTEST_PROP(ParseFloat, ExactMidpointsGoToTheEvenNeighbour, ()) {
  const auto bits = *rc::gen::inRange<std::uint32_t>(0, 0x7f7f'ffff);
  const double midpoint = (static_cast<double>(std::bit_cast<float>(bits)) +
                           static_cast<double>(std::bit_cast<float>(bits + 1))) /
                          2;
  const std::uint64_t even = (bits & 1) == 0 ? bits : bits + 1;
  RC_ASSERT(parse_f32(fmt::format("{:.1100f}", midpoint)) == even);
  // fmt writes hexadecimal floats as the text format does.
  RC_ASSERT(parse_f32(fmt::format("{:a}", midpoint)) == even);
}

RC_GTEST_PROP(ParseFloat, ShortestFormsOfEveryNumberComeBack, (std::uint64_t bits)) {
  const auto value = std::bit_cast<double>(bits);
  if (!std::isfinite(value)) return;
  RC_ASSERT(parse_f64(fmt::format("{}", value)) == bits);
  RC_ASSERT(parse_f64(fmt::format("{:a}", value)) == bits);
}

}  // namespace
}  // namespace heddle::wast
