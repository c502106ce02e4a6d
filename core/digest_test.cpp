#include "core/digest.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/arbitrary.hpp"

namespace heddle::core {
namespace {

TEST(Digest, of_nothing_is_the_published_xxh3_128_of_nothing) {
  EXPECT_EQ(to_string(digest_of("")), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(Digester().finish(), digest_of(""));
}

TEST(Digester, writes_numbers_little_endian_and_texts_after_their_length) {
  Digester digester;
  digester.add_u8(1);
  digester.add_u32(0x0504'0302);
  digester.add_u64(0x0d0c'0b0a'0908'0706);
  digester.add_text("ab");
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(digester.finish(), digest_of("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d"
                                         "\x02\0\0\0\0\0\0\0ab"sv));
}

TEST(Digester, borders_between_texts_count) {
  Digester left;
  left.add_text("a");
  left.add_text("bc");
  Digester right;
  right.add_text("ab");
  right.add_text("c");
  EXPECT_NE(left.finish(), right.finish());
}

TEST(Digest, anything_but_32_hexadecimal_digits_is_rejected) {
  const std::string good(32, 'a');
  EXPECT_TRUE(parse_digest(good).has_value());
  for (const std::string& bad :
       {std::string(), good.substr(1), good + "a", "g" + good.substr(1), "-" + good.substr(1),
        good.substr(1) + " ", "0x" + good.substr(2), good.substr(0, 16) + "+" + good.substr(17)}) {
    EXPECT_FALSE(parse_digest(bad).has_value()) << bad;
  }
}

RC_GTEST_PROP(Digest, parse_reads_back_what_to_string_writes, ()) {
  const Digest digest = *arbitrary::digest();
  RC_ASSERT(parse_digest(to_string(digest)).value() == digest);
}

}  // namespace
}  // namespace heddle::core
