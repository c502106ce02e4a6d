#include "histories/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "histories/value_generator.hpp"

namespace heddle::histories {
namespace {

using core::Data;
using core::Datum;
using testing::HasSubstr;

core::Result<Datum> parse_json(std::string_view text, Data& data) {
  TextCursor cursor(text);
  JsonReader reader(cursor, data);
  Datum datum;
  if (!reader.read(datum)) return std::unexpected(cursor.error());
  reader.skip_space();
  if (!cursor.is_end()) {
    cursor.fail("one value is expected");
    return std::unexpected(cursor.error());
  }
  return datum;
}

// What is read, in EDN; or the error.
std::string edn_of(std::string_view text) {
  Data data;
  const auto datum = parse_json(text, data);
  if (datum) return data.to_string(*datum);
  return core::describe(datum.error().span) + " " + datum.error().message;
}

std::string json_of(std::string_view edn) {
  Data data;
  std::string text;
  write_json(data, *parse_edn(edn, data), text);
  return text;
}

TEST(Json, ReadsValuesAsThoseOfEdn) {
  EXPECT_EQ(edn_of(R"( {"a": [1, -2.5e3, true, null], "b": "x\n\u00e9"} )"),
            "{\"a\" [1 -2.5e3 true nil], \"b\" \"x\\n\xC3\xA9\"}");
  EXPECT_EQ(edn_of("9223372036854775808"), "9223372036854775808");
  EXPECT_EQ(edn_of(R"(":timed-out")"), ":timed-out");
  EXPECT_EQ(edn_of(R"(":not a keyword")"), "\":not a keyword\"");
  EXPECT_EQ(edn_of(R"({"edn": "#{1}"})"), "#{1}");
}

TEST(Json, WritesWhatJsonHasAndEscapesTheRest) {
  EXPECT_EQ(json_of("[1 2.5 nil true \"a\\nb\" :k {\"x\" 1}]"),
            R"([1,2.5,null,true,"a\u000ab",":k",{"x":1}])");
  EXPECT_EQ(json_of("#{1}"), R"({"edn":"#{1}"})");
  EXPECT_EQ(json_of("1/2"), R"({"edn":"1/2"})");
  EXPECT_EQ(json_of("{1 2}"), R"({"edn":"{1 2}"})");
  EXPECT_EQ(json_of("{\"edn\" \"x\"}"), R"({"edn":"{\"edn\" \"x\"}"})");
  EXPECT_EQ(json_of("\":a\""), R"({"edn":"\":a\""})");
}

TEST(Json, SaysWhereItIsNotJson) {
  EXPECT_EQ(edn_of("[1,\n 2"), ":1:1 this array does not end");
  EXPECT_EQ(edn_of("[1\n 2]"), ":2:2 a comma is expected");
  EXPECT_EQ(edn_of("{\"a\" 1}"), ":1:6 a colon is expected");
  EXPECT_EQ(edn_of("{a: 1}"), ":1:2 a key in quotes is expected");
  EXPECT_EQ(edn_of("[1,]"), ":1:4 a value is expected, not ']'");
  EXPECT_EQ(edn_of("01"), ":1:1 malformed number");
  EXPECT_EQ(edn_of("\"a\nb\""), ":1:3 a control character in a string");
  EXPECT_EQ(edn_of(R"({"edn": "["})"), ":1:1 the string of \"edn\" is no value in EDN");
}

TEST(Json, EndsWhereValuesAreNestedTooDeeply) {
  EXPECT_THAT(edn_of(std::string(100'000, '[')), HasSubstr("too deeply"));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_THAT(edn_of(objects), HasSubstr("too deeply"));
}

TEST(Json, WritesTheDeepestValuesSoThatTheyCanBeRead) {
  const std::string deepest =
      std::string(kDepthMax - 1, '[') + "#{}" + std::string(kDepthMax - 1, ']');
  EXPECT_EQ(edn_of(json_of(deepest)), deepest);
}

RC_GTEST_PROP(Json, ReadsWhatIsWritten, ()) {
  Data data;
  const Datum datum = any_value(data, 3);
  std::string text;
  write_json(data, datum, text);
  RC_ASSERT(nlohmann::json::accept(text));
  Data other;
  const auto read = parse_json(text, other);
  RC_ASSERT(read.has_value());
  RC_ASSERT(data.copy(*read, other) == datum);
}

RC_GTEST_PROP(Json, AcceptsWhatAnotherReaderAccepts, ()) {
  const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "[", "]", "{", "}", ",", ":", "\"a\"", "1", "-0", "0.5", "1e5", "01", "nul", "null", "true",
      " ", "\"\\u00e9\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\q\"", ".", "+1", "\n"));
  std::string text;
  for (const std::string& part : parts) text += part;
  Data data;
  RC_ASSERT(parse_json(text, data).has_value() == nlohmann::json::accept(text));
}

RC_GTEST_PROP(Json, AcceptsNestedValuesAsAnotherReaderDoes, ()) {
  Data data;
  std::string text;
  write_json(data, any_value(data, 4), text);
  if (!text.empty() && *rc::gen::arbitrary<bool>()) {
    text.erase(*rc::gen::inRange<std::size_t>(0, text.size()), 1);
  }
  // What looks like an escape is one of ours alone; half a character of UTF-8 is the other's.
  const bool is_ascii =
      std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (text.contains("edn") || !is_ascii) return;
  RC_ASSERT(parse_json(text, data).has_value() == nlohmann::json::accept(text));
}

}  // namespace
}  // namespace heddle::histories
