#include "harness/run/pragmas.hpp"

#include <gtest/gtest.h>

namespace heddle::harness {
namespace {

using engine::Feature;

engine::Features features_of(std::string_view script) {
  Language language;
  apply_pragmas(script, language);
  return language.features;
}

TEST(Pragmas, ACommandLineSwitchesFeaturesOnAndOff) {
  const auto features = features_of(";; RUN: wast --assert default % -f=-simd,wide-arithmetic\n");
  EXPECT_FALSE(features.has(Feature::Simd));
  EXPECT_TRUE(features.has(Feature::WideArithmetic));
  EXPECT_TRUE(features.has(Feature::Gc));
  EXPECT_FALSE(features_of(";; RUN: wast % --features -exceptions").has(Feature::Exceptions));
  EXPECT_FALSE(features_of("\n;; RUN: wast % \\\n;;   -f -gc\n").has(Feature::Gc));
}

TEST(Pragmas, ASettingNamesOneFeature) {
  const auto features = features_of(";;! custom_page_sizes = true\n;;! threads = false\r\n");
  EXPECT_TRUE(features.has(Feature::CustomPageSizes));
  EXPECT_FALSE(features.has(Feature::Threads));
}

TEST(Pragmas, AVersionLacksWhatCameLater) {
  const auto mvp = features_of(";; RUN: wast % -f mvp,reference-types\n");
  EXPECT_FALSE(mvp.has(Feature::MutableGlobals));
  EXPECT_FALSE(mvp.has(Feature::BulkMemory));
  EXPECT_TRUE(mvp.has(Feature::ReferenceTypes));
  const auto lime1 = features_of(";; RUN: wast % -f lime1\n");
  EXPECT_TRUE(lime1.has(Feature::ExtendedConst));
  EXPECT_FALSE(lime1.has(Feature::Simd));
}

TEST(Pragmas, OnlyCommentsAtTheHeadCountAndOtherWordsDoNot) {
  EXPECT_EQ(features_of("(module)\n;; RUN: wast -f=-simd\n"), engine::standard_features());
  EXPECT_EQ(features_of(";; -f=-simd\n;;! simd\n;;! x = true\n;; RUN: wast -f=cm-async -f\n"),
            engine::standard_features());
}

}  // namespace
}  // namespace heddle::harness
