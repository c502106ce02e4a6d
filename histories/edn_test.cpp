#include "histories/edn.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "histories/value_generator.hpp"

namespace heddle::histories {
namespace {

using core::Data;
using core::Datum;
using core::DatumKind;
using testing::HasSubstr;
using testing::StartsWith;

// What is read, written again; or the error.
std::string again(std::string_view text) {
  Data data;
  const auto datum = parse_edn(text, data);
  if (datum) return data.to_string(*datum);
  return core::describe(datum.error().span) + " " + datum.error().message;
}

TEST(Edn, ReadsAllKindsOfValues) {
  for (const std::string_view text : {"nil",
                                      "true",
                                      "false",
                                      "42",
                                      "-7",
                                      "1.5",
                                      "-0.5e-3",
                                      "2M",
                                      "1/3",
                                      "\\a",
                                      "\\newline",
                                      "\\(",
                                      "\"text\"",
                                      ":keyword",
                                      ":a/b",
                                      "symbol",
                                      "+",
                                      "->x",
                                      "[1 2]",
                                      "#{}",
                                      "{:a 1}",
                                      "[]",
                                      "##Inf",
                                      "##-Inf",
                                      "9223372036854775807",
                                      "-9223372036854775808"}) {
    EXPECT_EQ(again(text), text);
  }
}

TEST(Edn, ReadsNumbersAsNumbers) {
  EXPECT_EQ(again("+5"), "5");
  EXPECT_EQ(again("5N"), "5");
  EXPECT_EQ(again("-0"), "0");
  EXPECT_EQ(again("9223372036854775808N"), "9223372036854775808");
  Data data;
  EXPECT_EQ(data.kind_of(*parse_edn("9223372036854775808", data)), DatumKind::Real);
  EXPECT_EQ(data.kind_of(*parse_edn("2M", data)), DatumKind::Real);
  EXPECT_EQ(again("012"), ":1:1 a number begins with 0: '012'");
  EXPECT_EQ(again("1x"), ":1:1 malformed number '1x'");
  EXPECT_EQ(again("1/0"), ":1:1 malformed number '1/0'");
}

TEST(Edn, ReadsEscapesInStrings) {
  EXPECT_EQ(again(R"("a\"\\\n\tA\101")"), R"("a\"\\\n\tAA")");
  EXPECT_EQ(again(R"("\uD83D\uDE00")"), "\"\xF0\x9F\x98\x80\"");
  EXPECT_THAT(again(R"("\uD83D")"), HasSubstr("half a character"));
  EXPECT_THAT(again(R"("\x")"), HasSubstr("unknown escape"));
  EXPECT_THAT(again("\"abc\n"), StartsWith(":1:1 this string does not end"));
}

TEST(Edn, ReadsCharactersByNameAndNumber) {
  EXPECT_EQ(again("\\u0041"), "\\A");
  EXPECT_EQ(again("\\u0020"), "\\space");
  EXPECT_EQ(again("\\u0001"), "\\u0001");
  EXPECT_EQ(again("\\u"), "\\u");
  EXPECT_THAT(again("\\name"), HasSubstr("unknown character"));
  EXPECT_THAT(again("\\"), HasSubstr("a character is expected"));
}

TEST(Edn, PassesOverCommentsCommasDiscardsAndTags) {
  EXPECT_EQ(again(" ; one\n [1, 2 #_3 #_ #_ 4 5 #_[6 [7]] ; two\n]"), "[1 2]");
  EXPECT_EQ(again("#inst \"2020\""), "\"2020\"");
  EXPECT_EQ(again("#a #b{:c 1}"), "{:c 1}");
  EXPECT_EQ(again("(1 (2))"), "[1 [2]]");
}

TEST(Edn, SaysWhereItIsNotEdn) {
  EXPECT_EQ(again("[1\n 2"), ":1:1 a vector that does not end");
  EXPECT_EQ(again("[1\n  )"), ":2:3 a value is expected, not ')'");
  EXPECT_EQ(again("[1\n {:a}]"), ":2:2 a map has a value for each key");
  EXPECT_EQ(again("1 2"), ":1:3 one value is expected");
  EXPECT_EQ(again(""), ":1:1 a value is expected");
  EXPECT_EQ(again("#"), ":1:2 a tag is expected behind #");
  EXPECT_EQ(again("^x"), ":1:1 a value is expected, not '^x'");
}

TEST(Edn, EndsWhereValuesAreNestedTooDeeply) {
  const std::string deep(kDepthMax, '[');
  EXPECT_THAT(again(deep + std::string(kDepthMax, ']')), StartsWith("[[[["));
  EXPECT_THAT(again("[" + deep), HasSubstr("too deeply"));
  std::string discards;
  for (int i = 0; i < 100'000; ++i) discards += "#_";
  EXPECT_THAT(again(discards), HasSubstr("too deeply"));
  EXPECT_THAT(again(std::string(100'000, '#')), HasSubstr("unknown value"));
}

RC_GTEST_PROP(Edn, ReadsWhatIsWritten, ()) {
  Data data;
  const Datum datum = any_value(data, 3);
  const std::string text = data.to_string(datum);
  Data other;
  const auto read = parse_edn(text, other);
  RC_ASSERT(read.has_value());
  RC_ASSERT(data.copy(*read, other) == datum);
}

RC_GTEST_PROP(Edn, ReadsAnyTextOrSaysWhyNot, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("[](){}#_:\\\"/;,. \n+-01eMNua^")));
  Data data;
  const auto read = parse_edn(text, data);
  if (!read) {
    RC_ASSERT(!read.error().message.empty());
    RC_ASSERT(read.error().span.line > 0U);
    return;
  }
  const std::string written = data.to_string(*read);
  const auto again = parse_edn(written, data);
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == *read);
}

}  // namespace
}  // namespace heddle::histories
