#include "wast/print_literals.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

#include "wast/lexer.hpp"
#include "wast/number.hpp"

namespace heddle::wast {
namespace {

TEST(FloatLiteral, IsTheShortestDecimalThatComesBack) {
  EXPECT_EQ(f32_literal(0x3dcc'cccd), "0.1");
  EXPECT_EQ(f64_literal(0x3fb9'9999'9999'999a), "0.1");
  EXPECT_EQ(f32_literal(0), "0");
  EXPECT_EQ(f32_literal(0x8000'0000), "-0");
  EXPECT_EQ(f64_literal(0x7fef'ffff'ffff'ffff), "1.7976931348623157e+308");
  EXPECT_EQ(f64_literal(1), "5e-324");
  EXPECT_EQ(f32_literal(0x7f80'0000), "inf");
  EXPECT_EQ(f64_literal(0xfff0'0000'0000'0000), "-inf");
}

TEST(FloatLiteral, KeepsTheSignAndPayloadOfNans) {
  EXPECT_EQ(f32_literal(0x7fc0'0000), "nan");
  EXPECT_EQ(f32_literal(0xffc0'0000), "-nan");
  EXPECT_EQ(f32_literal(0x7fa0'0000), "nan:0x200000");
  EXPECT_EQ(f64_literal(0x7ff8'0000'0000'0000), "nan");
  EXPECT_EQ(f64_literal(0xfff0'0000'0000'0001), "-nan:0x1");
}

RC_GTEST_PROP(FloatLiteral, IsReadAsTheSameBits, (std::uint64_t bits)) {
  const auto narrow = static_cast<std::uint32_t>(bits);
  RC_ASSERT(parse_f32(f32_literal(narrow)) == narrow);
  RC_ASSERT(parse_f64(f64_literal(bits)) == bits);
  // Infinities and nans are too rare among all bits.
  const std::uint32_t nan = narrow | 0x7f80'0000;
  RC_ASSERT(parse_f32(f32_literal(nan)) == nan);
  const std::uint64_t wide_nan = bits | 0x7ff0'0000'0000'0000;
  RC_ASSERT(parse_f64(f64_literal(wide_nan)) == wide_nan);
}

TEST(NameLiteral, EscapesWhatIsNotPrintableAscii) {
  EXPECT_EQ(name_literal("a \"b\"\\"), R"("a \"b\"\\")");
  EXPECT_EQ(name_literal("\n\x7f\x1b"), R"("\0a\7f\1b")");
  EXPECT_EQ(name_literal("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), R"("\u{e9}\u{20ac}\u{1f600}")");
  EXPECT_EQ(name_literal("\xff"
                         "a\xc3"),
            R"("\ffa\c3")");
}

TEST(BytesLiteral, EscapesEveryByteAboveAscii) {
  constexpr std::array<std::uint8_t, 4> kBytes = {'x', 0xc3, 0xa9, 0};
  EXPECT_EQ(bytes_literal(kBytes), R"("x\c3\a9\00")");
}

TEST(IdLiteral, QuotesOnlyWhatIsNoPlainIdentifier) {
  EXPECT_EQ(id_literal("a.b$c\\!'"), "$a.b$c\\!'");
  EXPECT_EQ(id_literal("a b"), "$\"a b\"");
  EXPECT_EQ(id_literal("f(i32)"), "$\"f(i32)\"");
  EXPECT_EQ(id_literal("\xc3\xa9"), "$\"\\u{e9}\"");
}

// The lexer takes it as one string of the same bytes.
bool comes_back(const std::string& literal, const std::string& bytes) {
  Lexer lexer(literal);
  const Token token = lexer.next();
  return token.kind == TokenKind::String && token.size == literal.size() &&
         decode_string(lexer.text(token)) == bytes;
}

RC_GTEST_PROP(StringLiterals, AreReadAsTheSameBytes, (const std::vector<std::uint8_t>& bytes)) {
  const std::string text(bytes.begin(), bytes.end());
  RC_ASSERT(comes_back(bytes_literal(bytes), text));
  RC_ASSERT(comes_back(name_literal(text), text));
}

TEST(StringLiterals, EveryByteIsReadAsItself) {
  for (int c = 0; c < 256; ++c) {
    const std::string text(1, static_cast<char>(c));
    EXPECT_TRUE(comes_back(name_literal(text), text)) << c;
    const auto byte = static_cast<std::uint8_t>(c);
    EXPECT_TRUE(comes_back(bytes_literal({&byte, 1}), text)) << c;
    const std::string id = id_literal(text);
    Lexer lexer(id);
    // Bytes above ASCII alone are no names.
    EXPECT_EQ(lexer.next().kind, c < 0x80 ? TokenKind::Id : TokenKind::Error) << c;
  }
}

}  // namespace
}  // namespace heddle::wast
