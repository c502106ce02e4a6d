#include "wast/lexer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace heddle::wast {
namespace {

using testing::ElementsAre;
using enum TokenKind;

std::vector<TokenKind> kinds(std::string_view text) {
  Lexer lexer(text);
  std::vector<TokenKind> result;
  while (true) {
    const Token token = lexer.next();
    if (token.kind == End) return result;
    result.push_back(token.kind);
    if (token.kind == Error) return result;
  }
}

std::string first_text(std::string_view text) {
  Lexer lexer(text);
  return std::string(lexer.text(lexer.next()));
}

LexicalError error_of(std::string_view text) {
  Lexer lexer(text);
  while (true) {
    const Token token = lexer.next();
    if (token.kind == Error || token.kind == End) return token.error;
  }
}

TEST(Lexer, ClassifiesWords) {
  EXPECT_THAT(kinds("i32.add $x 1 -1 1.5 inf nan:0x1 infinite 0x 1a \"s\""),
              ElementsAre(Keyword, Id, Natural, Integer, Float, Float, Float, Keyword, Reserved,
                          Reserved, String));
}

TEST(Lexer, ParenthesesDelimitWithoutSpace) {
  EXPECT_THAT(kinds("(func(nop))"), ElementsAre(Open, Keyword, Open, Keyword, Close, Close));
}

TEST(Lexer, CommentsAndAnnotationsAreNoTokens) {
  EXPECT_THAT(kinds("a;;b\nc(;d(;e;)\";)f"), ElementsAre(Keyword, Keyword, Keyword));
  EXPECT_THAT(kinds(";; to the end"), ElementsAre());
  EXPECT_THAT(kinds("a ;; x\rb"), ElementsAre(Keyword, Keyword));
  EXPECT_THAT(kinds("(@a (b) \")\" ,;] {x})c"), ElementsAre(Keyword));
  EXPECT_THAT(kinds("(@\"a b\" (@)) c"), ElementsAre(Keyword));
}

TEST(Lexer, AdjacentWordsAndStringsAreOneReservedToken) {
  for (const std::string_view text :
       {"a\"b\"", "\"a\"\"b\"", "\"a\"0", "0\"a\"", "$x\"a\"", "$\"a\"b", "a,b", ";", "0$l"}) {
    EXPECT_THAT(kinds(text), ElementsAre(Reserved)) << text;
    EXPECT_EQ(first_text(text), text);
  }
}

TEST(Lexer, QuotedIdentifiersAreIdentifiers) {
  EXPECT_THAT(kinds("$\"a b\" $x"), ElementsAre(Id, Id));
  EXPECT_EQ(error_of("$\"\""), LexicalError::EmptyIdentifier);
  EXPECT_EQ(error_of("$ \"a\""), LexicalError::EmptyIdentifier);
  EXPECT_EQ(error_of("$\"a\nb\""), LexicalError::EmptyIdentifier);
  EXPECT_EQ(error_of("$\"\\ef\""), LexicalError::MalformedUtf8);
}

TEST(Lexer, NamesWhatIsWrong) {
  EXPECT_EQ(error_of("\"abc"), LexicalError::UnclosedString);
  EXPECT_EQ(error_of("\"abc\n\""), LexicalError::UnclosedString);
  EXPECT_EQ(error_of("\"abc\\"), LexicalError::UnclosedString);
  EXPECT_EQ(error_of("\"a\tb\""), LexicalError::IllegalStringCharacter);
  EXPECT_EQ(error_of("\"\\q\""), LexicalError::IllegalEscape);
  EXPECT_EQ(error_of("\"\\u{d800}\""), LexicalError::IllegalEscape);
  EXPECT_EQ(error_of("\"\\u{110000}\""), LexicalError::IllegalEscape);
  EXPECT_EQ(error_of("\"\\u{}\""), LexicalError::IllegalEscape);
  EXPECT_EQ(error_of("\"\\u{1__0}\""), LexicalError::IllegalEscape);
  EXPECT_EQ(error_of("\"\xff\""), LexicalError::MalformedUtf8);
  EXPECT_EQ(error_of("\xff"), LexicalError::MalformedUtf8);
  EXPECT_EQ(error_of("\xc3\xa4"), LexicalError::IllegalCharacter);
  EXPECT_EQ(error_of(std::string_view("\0", 1)), LexicalError::IllegalCharacter);
  EXPECT_EQ(error_of("(; (; ;)"), LexicalError::UnclosedComment);
  EXPECT_EQ(error_of("(; \xff ;)"), LexicalError::MalformedUtf8);
  EXPECT_EQ(error_of(";; \xc3"), LexicalError::MalformedUtf8);
  EXPECT_EQ(error_of("(@)"), LexicalError::EmptyAnnotationId);
  EXPECT_EQ(error_of("(@\"\")"), LexicalError::EmptyAnnotationId);
  EXPECT_EQ(error_of("(@x (y)"), LexicalError::UnclosedAnnotation);
  EXPECT_EQ(error_of("(@x \")"), LexicalError::UnclosedString);
}

TEST(Lexer, BlockCommentsMayHoldAnyAsciiCharacter) {
  std::string comment = "(;";
  for (int c = 0; c < 0x80; ++c) {
    if (c != '(' && c != ';') comment += static_cast<char>(c);
  }
  EXPECT_THAT(kinds(comment + ";)a"), ElementsAre(Keyword));
}

TEST(DecodeString, ResolvesEveryEscape) {
  EXPECT_EQ(decode_string(R"("\t\n\r\"\'\\\41\ff\u{41}\u{20_AC}é")"),
            "\t\n\r\"'\\A\xff"
            "A\xe2\x82\xac\xc3\xa9");
}

RC_GTEST_PROP(Lexer, TokensOfAnyBytesAreInOrderAndInsideTheText, (const std::string& text)) {
  Lexer lexer(text);
  std::uint32_t last_end = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const Token token = lexer.next();
    RC_ASSERT(token.offset >= last_end || token.kind == Error);
    RC_ASSERT(token.end() <= text.size());
    if (token.kind == Error) {
      RC_ASSERT(token.error != LexicalError::None);
      return;
    }
    if (token.kind == End) return;
    RC_ASSERT(token.size > 0U);
    last_end = token.end();
  }
  RC_FAIL("more tokens than bytes");
}

}  // namespace
}  // namespace heddle::wast
