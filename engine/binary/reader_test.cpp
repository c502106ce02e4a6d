#include "engine/binary/reader.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "engine/binary/writer.hpp"

namespace heddle::engine {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

std::string message(const Reader& reader) {
  return reader.failure() ? reader.failure()->message : "";
}

RC_GTEST_PROP(Leb128, UnsignedNumbersSurviveTheRoundTrip, (std::uint32_t value)) {
  Writer writer;
  writer.u(value);
  Reader reader(writer.bytes());
  RC_ASSERT(reader.u32() == value);
  RC_ASSERT(reader.ok() && reader.at_end());
}

RC_GTEST_PROP(Leb128, SignedNumbersSurviveTheRoundTrip, (std::int32_t small, std::int64_t large)) {
  const std::int64_t scaled = large >> *rc::gen::inRange(0, 64);
  Writer writer;
  writer.s(small);
  writer.s(scaled);
  Reader reader(writer.bytes());
  RC_ASSERT(reader.s32() == small);
  RC_ASSERT(reader.s64() == scaled);
  RC_ASSERT(reader.ok() && reader.at_end());
}

TEST(Leb128, ExtremesSurviveTheRoundTrip) {
  for (const std::int64_t value : {INT64_MIN, INT64_MAX, std::int64_t{-1}, std::int64_t{63},
                                   std::int64_t{64}, std::int64_t{-64}, std::int64_t{-65}}) {
    Writer writer;
    writer.s(value);
    Reader reader(writer.bytes());
    EXPECT_EQ(reader.s64(), value);
  }
  for (const std::int32_t value : {INT32_MIN, INT32_MAX}) {
    Writer writer;
    writer.s(value);
    Reader reader(writer.bytes());
    EXPECT_EQ(reader.s32(), value);
  }
}

TEST(Leb128, TheMostNegativeNumberOf33BitsIsSignExtended) {
  Reader reader("\x80\x80\x80\x80\x70"sv);
  EXPECT_EQ(reader.s33(), -(std::int64_t{1} << 32));
  EXPECT_TRUE(reader.ok());
}

TEST(Leb128, NumbersThatDoNotFitAreTooLarge) {
  for (const std::string& bytes : {"\x80\x80\x80\x80\x10"s, "\xff\xff\xff\xff\x1f"s}) {
    Reader reader(bytes);
    static_cast<void>(reader.u32());
    EXPECT_EQ(message(reader), "integer too large");
    EXPECT_EQ(reader.failure()->offset, 4U);
  }
  Reader reader("\xff\xff\xff\xff\x0f"sv);
  static_cast<void>(reader.s32());
  EXPECT_EQ(message(reader), "integer too large");
}

TEST(Leb128, RepresentationsLongerThanTheTypeAreTooLong) {
  const std::string six = "\x80\x80\x80\x80\x80\x00"s;
  Reader unsigned_reader(six);
  static_cast<void>(unsigned_reader.u32());
  EXPECT_EQ(message(unsigned_reader), "integer representation too long");
  Reader signed_reader(six);
  static_cast<void>(signed_reader.s32());
  EXPECT_EQ(message(signed_reader), "integer representation too long");
  Reader eleven("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"sv);
  static_cast<void>(eleven.s64());
  EXPECT_EQ(message(eleven), "integer representation too long");
}

TEST(Leb128, RepresentationsMayBeLongerThanNeeded) {
  Reader reader("\x82\x80\x80\x80\x00\xff\x7f"sv);
  EXPECT_EQ(reader.u32(), 2U);
  EXPECT_EQ(reader.s64(), -1);
  EXPECT_TRUE(reader.ok());
}

TEST(Reader, RemembersOnlyTheFirstFailureAndReadsZerosAfterIt) {
  Reader reader("\x01\x02\x03"sv);
  EXPECT_EQ(reader.u8(), 1);
  reader.fail("first", 1);
  reader.fail("second", 2);
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_EQ(reader.u32(), 0U);
  EXPECT_EQ(reader.fixed64(), 0U);
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(message(reader), "first");
  EXPECT_EQ(reader.failure()->offset, 1U);
}

TEST(Reader, ALengthBeyondTheInputIsOutOfBoundsBeforeAnythingIsRead) {
  Reader reader("\xff\xff\xff\xff\x0f"sv);
  EXPECT_EQ(reader.length(), 0U);
  EXPECT_EQ(message(reader), "length out of bounds");
}

TEST(Reader, EndsWithTheMessageOfTheSpecification) {
  Reader reader(""sv);
  static_cast<void>(reader.u8());
  EXPECT_EQ(message(reader), "unexpected end of section or function");
}

TEST(Reader, FixedNumbersAreLittleEndian) {
  Reader reader("\x01\x02\x03\x04\x01\x02\x03\x04\x05\x06\x07\x08"sv);
  EXPECT_EQ(reader.fixed32(), 0x04030201U);
  EXPECT_EQ(reader.fixed64(), 0x0807060504030201U);
}

TEST(Utf8, AcceptsTheFirstAndLastScalarOfEachLength) {
  for (const std::string& text :
       {""s, "\0"s, "\x7f"s, "\xc2\x80"s, "\xdf\xbf"s, "\xe0\xa0\x80"s, "\xed\x9f\xbf"s,
        "\xee\x80\x80"s, "\xef\xbf\xbf"s, "\xf0\x90\x80\x80"s, "\xf4\x8f\xbf\xbf"s}) {
    EXPECT_TRUE(is_valid_utf8(text)) << testing::PrintToString(text);
  }
}

TEST(Utf8, RejectsOverlongSurrogateCutAndTooLargeForms) {
  for (const std::string& text :
       {"\x80"s, "\xc0\x80"s, "\xc1\xbf"s, "\xc2"s, "\xc2\x41"s, "\xe0\x9f\xbf"s, "\xed\xa0\x80"s,
        "\xed\xbf\xbf"s, "\xe2\x82"s, "\xf0\x8f\xbf\xbf"s, "\xf4\x90\x80\x80"s, "\xf5\x80\x80\x80"s,
        "\xf0\x90\x80"s, "\xff"s, "\xfe"s}) {
    EXPECT_FALSE(is_valid_utf8(text)) << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace heddle::engine
