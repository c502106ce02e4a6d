#include "harness/run/expectations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace heddle::harness {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Expectations parsed(std::string_view text) {
  auto expectations = Expectations::parse(text, "e.yaml");
  EXPECT_TRUE(expectations.has_value()) << core::render(expectations.error(), text);
  return expectations ? *std::move(expectations) : Expectations{};
}

std::string error_of(std::string_view text) {
  const auto expectations = Expectations::parse(text, "e.yaml");
  return expectations
             ? ""
             : core::describe(expectations.error().span) + ": " + expectations.error().message;
}

constexpr std::string_view kFile = R"(heddle: expectations/1
language:
  - {files: old/*.wast, reason: r, disable: [gc, simd]}
  - {files: "*.wast", reason: r, messages: ignored}
out-of-scope:
  - {files: legacy/*.wast, reason: another time}
known-failures:
  - {files: sub/a.wast, lines: [3, 7], reason: a typo}
)";

reports::FileResult result(std::string file, std::vector<reports::RunFailure> failures) {
  const std::uint64_t failed = failures.size();
  return {.file = std::move(file),
          .counts = {.passed = 5, .failed = failed, .skipped = 0},
          .failures = std::move(failures)};
}

// Passed, failed, skipped.
std::array<std::uint64_t, 3> numbers(const core::AssertionCounts& counts) {
  return {counts.passed, counts.failed, counts.skipped};
}

TEST(Expectations, TheFirstPatternThatMatchesTheEndOfThePathCounts) {
  const Expectations known = parsed(kFile);
  const Language old = known.language_of("/suites/old/x.wast");
  EXPECT_FALSE(old.features.has(engine::Feature::Gc));
  EXPECT_FALSE(old.features.has(engine::Feature::Simd));
  EXPECT_TRUE(old.features.has(engine::Feature::Threads));
  EXPECT_FALSE(old.ignores_messages);
  EXPECT_TRUE(known.language_of("/suites/old/deeper/x.wast").ignores_messages);
  EXPECT_EQ(known.language_of("x.wat"), Language{});
  EXPECT_TRUE(known.is_out_of_scope("legacy/x.wast"));
  EXPECT_FALSE(known.is_out_of_scope("x.wast"));
  EXPECT_FALSE(known.is_out_of_scope("illegacy/x.wast"));
}

TEST(Expectations, KnownFailuresAreSkippedAndOthersStay) {
  reports::FileResult file =
      result("s/sub/a.wast", {{"a.wast:3", "x"}, {"a.wast:4", "y"}, {"a.wast:7", "z"}});
  parsed(kFile).apply(file);
  EXPECT_EQ(file.counts.passed, 5U);
  EXPECT_EQ(file.counts.failed, 1U);
  EXPECT_EQ(file.counts.skipped, 2U);
  ASSERT_EQ(file.failures.size(), 1U);
  EXPECT_EQ(file.failures[0].place, "a.wast:4");
}

TEST(Expectations, AKnownFailureThatDoesNotHappenIsAFailure) {
  reports::FileResult file = result("s/sub/a.wast", {{"a.wast:7", "z"}});
  parsed(kFile).apply(file);
  EXPECT_EQ(file.counts.failed, 1U);
  EXPECT_EQ(file.counts.skipped, 1U);
  ASSERT_EQ(file.failures.size(), 1U);
  EXPECT_EQ(file.failures[0].place, "a.wast:3");
  EXPECT_THAT(file.failures[0].message, HasSubstr("a typo"));
}

TEST(Expectations, WhatIsOutOfScopeIsSkippedWholeUnlessItPasses) {
  reports::FileResult failing = result("legacy/x.wast", {{"x.wast:1", "e"}});
  parsed(kFile).apply(failing);
  EXPECT_THAT(numbers(failing.counts), ElementsAre(0, 0, 6));
  EXPECT_TRUE(failing.failures.empty());
  reports::FileResult passing = result("legacy/x.wast", {});
  parsed(kFile).apply(passing);
  EXPECT_EQ(passing.counts.failed, 1U);
  EXPECT_THAT(passing.failures.at(0).message, HasSubstr("another time"));
}

TEST(Expectations, FilesOfWhichNothingIsKnownStayAsTheyAre) {
  reports::FileResult file = result("other/a.wast", {{"a.wast:3", "x"}});
  parsed(kFile).apply(file);
  EXPECT_THAT(numbers(file.counts), ElementsAre(5, 1, 0));
}

TEST(Expectations, WhatCannotBeUnderstoodIsAnErrorWithItsPlace) {
  EXPECT_THAT(error_of("heddle: expectations/2\n"), HasSubstr("e.yaml:1:9: only"));
  EXPECT_THAT(
      error_of("heddle: expectations/1\nlanguage:\n  - {files: a, reason: r, disable: [x]}\n"),
      HasSubstr("'x' is no feature"));
  EXPECT_THAT(error_of("heddle: expectations/1\nout-of-scope:\n  - {files: a}\n"),
              HasSubstr("reason"));
  EXPECT_THAT(
      error_of("heddle: expectations/1\nknown-failures:\n  - {files: a, reason: r, lines: 3}\n"),
      HasSubstr("a list of lines"));
  EXPECT_THAT(error_of("heddle: expectations/1\nallowed: []\n"), HasSubstr("allowed"));
}

TEST(Language, FeaturesAreSwitchedOffByNameAndKeptInARepro) {
  Language language;
  ASSERT_TRUE(disable(language, {"simd,gc", "tail-calls"}).has_value());
  EXPECT_FALSE(language.features.has(engine::Feature::Gc));
  core::Repro repro;
  set_language(repro, language);
  EXPECT_EQ(repro.disabled_features, (std::vector<std::string>{"simd", "tail-calls", "gc"}));
  ASSERT_TRUE(enable(language, {"wide-arithmetic"}).has_value());
  set_language(repro, language);
  EXPECT_EQ(repro.enabled_features, (std::vector<std::string>{"wide-arithmetic"}));
  EXPECT_EQ(language_of(repro).value(), language);
  EXPECT_NE(digest_text(language), "");
  EXPECT_EQ(digest_text({}), "");
}

TEST(Language, AnUnknownFeatureIsNamedWithThoseThatAreKnown) {
  Language language;
  const auto result = disable(language, {"simd,,gc"});
  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(result.error().message, HasSubstr("'' is no feature"));
  EXPECT_THAT(result.error().message, HasSubstr("custom-page-sizes"));
  EXPECT_FALSE(disable(language, {"mvp"}).has_value());
}

}  // namespace
}  // namespace heddle::harness
