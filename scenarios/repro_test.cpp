#include "scenarios/repro.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/arbitrary.hpp"
#include "scenarios/yaml_print.hpp"

namespace heddle::scenarios {
namespace {

using core::ProgramKind;
using core::Repro;
using ::testing::HasSubstr;

// Byte strings that are mostly nasty to YAML: breaks, blanks, quotes, indicators, UTF-8 whole and
// broken, control characters.
rc::Gen<std::string> nasty_text() {
  const auto piece = rc::gen::weightedOneOf<std::string>(
      {{6, rc::gen::element<std::string>("a", "(module)", "\n", " ", "  ", "\t", "\n\n", "#", ": ",
                                         "- ", "'", "\"", "\\", "|", ">", "---", "...", "%", "@",
                                         "{", "]", "&a", "*a", "!!x", "?", "~", "null")},
       {1, rc::gen::element<std::string>("\xc3\xa9", "\xe2\x80\xa8", "\xc2\x85", "\xf0\x9f\x98\x80",
                                         "\xef\xbb\xbf", "\xed\xa0\x80", "\xff", "\r", "\r\n")},
       {1, rc::gen::map(rc::gen::arbitrary<char>(), [](char c) { return std::string(1, c); })}});
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& pieces) {
                        std::string text;
                        for (const std::string& p : pieces) text += p;
                        return text;
                      });
}

// Mostly harmless, so that literal blocks are written.
rc::Gen<std::string> plain_text() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "a", "(b", "\n", " ", "\n\n", "\t", "#", ": ", "---", "- ", "\xc3\xa9", "  ")),
      [](const std::vector<std::string>& pieces) {
        std::string text;
        for (const std::string& p : pieces) text += p;
        return text;
      });
}

rc::Gen<std::string> text() { return rc::gen::oneOf(nasty_text(), plain_text()); }

rc::Gen<core::SharedLocations> shared_locations() {
  const auto range = rc::gen::tuple(rc::gen::inRange(0U, 3U), rc::gen::inRange(0U, 1U << 20),
                                    rc::gen::inRange(0U, 64U));
  return rc::gen::map(
      rc::gen::container<std::vector<std::tuple<unsigned, unsigned, unsigned>>>(range),
      [](const auto& ranges) {
        core::SharedLocations shared;
        for (const auto& [memory, begin, size] : ranges) {
          shared.add({.memory = memory, .begin = begin, .end = begin + size});
        }
        return shared;
      });
}

rc::Gen<core::Faults> faults() {
  using core::Faults;
  return rc::gen::build<Faults>(
      rc::gen::set(&Faults::memory_grow), rc::gen::set(&Faults::table_grow),
      rc::gen::set(&Faults::spawn), rc::gen::set(&Faults::collections),
      rc::gen::set(&Faults::call_depth), rc::gen::set(&Faults::clock_jumps),
      rc::gen::set(&Faults::early_timeouts));
}

rc::Gen<Repro> repro() {
  namespace gen = rc::gen;
  const auto signature = gen::build<core::Signature>(gen::set(&core::Signature::rule, text()),
                                                     gen::set(&core::Signature::place, text()));
  return gen::build<Repro>(
      gen::set(&Repro::kind, core::arbitrary::one_up_to(ProgramKind::Module)),
      gen::set(&Repro::name, text()), gen::set(&Repro::program, text()),
      gen::set(&Repro::files, gen::container<std::map<std::string, std::string>>(text(), text())),
      gen::set(&Repro::invoke, gen::container<std::vector<std::string>>(text())),
      gen::set(&Repro::steps_max), gen::set(&Repro::instructions_max), gen::set(&Repro::seed),
      gen::set(&Repro::points, core::arbitrary::one_up_to(core::PointMode::Sync)),
      gen::set(&Repro::shared, shared_locations()), gen::set(&Repro::faults, faults()),
      gen::set(&Repro::strategy, text()), gen::set(&Repro::schedule, core::arbitrary::schedule()),
      gen::set(&Repro::signature, signature), gen::set(&Repro::message, text()),
      gen::set(&Repro::trace, core::arbitrary::digest()));
}

Repro example() {
  return {.kind = ProgramKind::Scenario,
          .name = "lost_update.yaml",
          .program = "name: lost update\nmodule: |\n  (module)\n",
          .files = {{"b.wasm", std::string("\0asm\1\0\0\0", 8)}},
          .steps_max = 1000,
          .instructions_max = 5000,
          .seed = UINT64_MAX,
          .strategy = "pct",
          .schedule = {.choices = {core::Choice::next({1}), core::Choice::next({2})}},
          .signature = {"assertion", "lost_update.yaml:31"},
          .message = "get returned i32:2, expected i32:3",
          .trace = {.high = 1, .low = 2}};
}

RC_GTEST_PROP(Repro, ReadsBackExactlyWhatItWrote, ()) {
  const Repro before = *repro();
  const auto after = parse_repro(print_repro(before), "r.yaml");
  if (!after) RC_FAIL(core::describe(after.error().span) + ": " + after.error().message);
  RC_ASSERT(*after == before);
}

RC_GTEST_PROP(Repro, KeepsEveryTextOfVisibleLinesReadable, ()) {
  // Unless the first or the last line is blank, such a text stands in the file as it is.
  const std::string lines = "(x" + *plain_text() + "y)\n";
  RC_ASSERT(!print_field("program", lines).contains("base64"));
}

TEST(Repro, SaysWhatItsChoicesAreMadeOf) {
  Repro repro = example();
  repro.points = core::PointMode::Shared;
  repro.shared.add({.memory = 0, .begin = 16, .end = 24});
  repro.shared.add({.memory = 1, .begin = 0, .end = 1});
  repro.faults.spawn = true;
  EXPECT_NE(print_repro(repro).find(
                "points: shared\nshared: |\n  memory0: 0x10-0x18\n  memory1: 0x0-0x1\n"
                "faults: [spawn]\n"),
            std::string::npos)
      << print_repro(repro);
}

TEST(Repro, IsWrittenInThisForm) {
  EXPECT_EQ(print_repro(example()), R"(heddle: repro/1
kind: scenario
name: "lost_update.yaml"
verdict:
  rule: "assertion"
  place: "lost_update.yaml:31"
  message: "get returned i32:2, expected i32:3"
strategy: "pct"
seed: 18446744073709551615
limits: {steps: 1000, instructions: 5000}
trace: 00000000000000010000000000000002
schedule: |
  heddle-schedule 1
  t1 t2
  tail first
program: |
  name: lost update
  module: |
    (module)
files:
  - name: "b.wasm"
    text_base64: |
      AGFzbQEAAAA=
)");
}

struct Damage {
  std::string from;
  std::string to;
  std::string place;
  std::string message;
};

class DamagedRepro : public ::testing::TestWithParam<Damage> {};

TEST_P(DamagedRepro, IsRefusedAtItsPlace) {
  const Damage& damage = GetParam();
  std::string text = print_repro(example());
  const std::size_t at = text.find(damage.from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, damage.from.size(), damage.to);
  const auto repro = parse_repro(text, "r.yaml");
  ASSERT_FALSE(repro.has_value());
  EXPECT_EQ(core::describe(repro.error().span), damage.place);
  EXPECT_THAT(repro.error().message, HasSubstr(damage.message));
}

INSTANTIATE_TEST_SUITE_P(
    All, DamagedRepro,
    ::testing::Values(Damage{"repro/1", "repro/2", "r.yaml:1:9", "only 'heddle: repro/1'"},
                      Damage{"kind: scenario", "kind: story", "r.yaml:2:7", "not 'story'"},
                      Damage{"seed: 1", "seed: -1", "r.yaml:9:7", "must be a number"},
                      Damage{"seed: ", "sed: ", "r.yaml:9:1", "unknown key 'sed'"},
                      Damage{"strategy: \"pct\"\n", "", "r.yaml:1:1", "needs the key 'strategy'"},
                      Damage{"0002\nsched", "000g\nsched", "r.yaml:11:8", "hexadecimal"},
                      Damage{"t1 t2", "t1 x2", "r.yaml:14:4", "unexpected 'x2'"},
                      Damage{"AGFz", "AG=z", "r.yaml:22:18", "malformed base64"},
                      Damage{"program: |", "program_base64: |", "r.yaml:16:17", "malformed base64"},
                      Damage{"trace: 0", "seed: 1\ntrace: 0", "r.yaml:11:1",
                             "duplicate key 'seed'"}));

TEST(Repro, IsToldFromAScenarioByItsFirstKey) {
  EXPECT_TRUE(looks_like_repro(print_repro(example())));
  EXPECT_TRUE(looks_like_repro("# a comment\n" + print_repro(example())));
  EXPECT_FALSE(looks_like_repro("name: x\nheddle: repro/1\n"));
  EXPECT_FALSE(looks_like_repro("#"));
}

RC_GTEST_PROP(Repro, SurvivesAnyDamage, ()) {
  std::string text = print_repro(example());
  const auto at =
      static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(text.size())));
  text.replace(at, static_cast<std::size_t>(*rc::gen::inRange(0, 9)), *nasty_text());
  (void)parse_repro(text, "r.yaml");
}

}  // namespace
}  // namespace heddle::scenarios
