#include "scenarios/base64.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace heddle::scenarios {
namespace {

TEST(Base64, EncodesTheExamplesOfRfc4648) {
  EXPECT_EQ(encode_base64(""), "");
  EXPECT_EQ(encode_base64("f"), "Zg==");
  EXPECT_EQ(encode_base64("fo"), "Zm8=");
  EXPECT_EQ(encode_base64("foo"), "Zm9v");
  EXPECT_EQ(encode_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(encode_base64("\xff\xfe\xfd"), "//79");
}

TEST(Base64, RefusesWhatItCannotHaveWritten) {
  for (const char* const bad : {"A", "AA", "AAA", "AA=", "A===", "AA===", "AA==AA==", "AA==A", "=",
                                "====", "Zh==", "Zm9=", "Zg==!", "Z-8="}) {
    EXPECT_EQ(decode_base64(bad), std::nullopt) << bad;
  }
}

TEST(Base64, SkipsLineBreaks) { EXPECT_EQ(decode_base64("Zm\n9v\n Zg==\n"), "foof"); }

RC_GTEST_PROP(Base64, DecodesWhatItEncodes, (const std::string& bytes)) {
  RC_ASSERT(decode_base64(encode_base64(bytes)) == bytes);
}

}  // namespace
}  // namespace heddle::scenarios
