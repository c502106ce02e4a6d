// The reference answers, equal to the letter, and laws that hold of every program.
#include "harness/memory/outcomes.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/memory/program.hpp"
#include "harness/memory/program_json_fixture.hpp"

namespace heddle::harness {
namespace {

using Set = std::set<std::string>;
using nlohmann::json;

Set names_of(const Outcomes& outcomes) {
  Set names;
  for (const auto& [name, allowed] : outcomes.allowed) names.insert(name);
  return names;
}

Set without(const Set& set, const Set& less) {
  Set rest;
  std::ranges::set_difference(set, less, std::inserter(rest, rest.end()));
  return rest;
}

class ReferenceAnswers : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(HEDDLE_SOURCE_DIR "/../shared/litmus/outcomes.json");
    if (!file) GTEST_SKIP() << "the reference answers are not here: ../shared/litmus";
    tests_ = json::parse(file)["tests"];
    ASSERT_EQ(tests_.size(), 316U);
  }

  // With 42 as the one value out of thin air that no program names.
  static Outcomes seeded(const LitmusProgram& program, const MemoryModelSwitches& switches = {}) {
    return allowed_outcomes(LitmusTraces(program, {42}), switches, Values::Seeded);
  }

  json tests_;
};

TEST_F(ReferenceAnswers, allow_what_is_allowed) {
  for (const auto& [name, test] : tests_.items()) {
    const LitmusProgram program = program_of(test["program"]);
    const Set allowed = names_of(allowed_outcomes(LitmusTraces(program)));
    const Set thin_air = test["thin_air"].get<Set>();
    EXPECT_EQ(allowed, without(test["allowed"].get<Set>(), thin_air)) << name;
  }
}

TEST_F(ReferenceAnswers, find_values_out_of_thin_air) {
  for (const auto& [name, test] : tests_.items()) {
    const LitmusProgram program = program_of(test["program"]);
    if (test["group"] != "thinair") continue;
    EXPECT_EQ(names_of(seeded(program)), test["allowed"].get<Set>()) << name;
  }
}

TEST_F(ReferenceAnswers, have_the_same_interleavings) {
  for (const auto& [name, test] : tests_.items()) {
    const LitmusProgram program = program_of(test["program"]);
    EXPECT_EQ(names_of(sc_outcomes(LitmusTraces(program))), test["sc"].get<Set>()) << name;
  }
}

TEST_F(ReferenceAnswers, tell_what_needs_load_buffering) {
  for (const auto& [name, test] : tests_.items()) {
    const LitmusProgram program = program_of(test["program"]);
    const Set thin_air = test["thin_air"].get<Set>();
    const Set without_cycles =
        names_of(allowed_outcomes(LitmusTraces(program), {.no_load_buffering = true}));
    EXPECT_EQ(without(without(test["allowed"].get<Set>(), thin_air), without_cycles),
              test["needs_porf_cycle"].get<Set>())
        << name;
  }
}

TEST_F(ReferenceAnswers, know_the_variant_where_initial_zeros_do_not_tear) {
  int variants = 0;
  for (const auto& [name, test] : tests_.items()) {
    if (!test.contains("allowed_if_init_tearfree")) continue;
    const LitmusProgram program = program_of(test["program"]);
    EXPECT_EQ(names_of(allowed_outcomes(LitmusTraces(program), {.init_tear_free = true})),
              test["allowed_if_init_tearfree"].get<Set>())
        << name;
    ++variants;
  }
  EXPECT_GT(variants, 0);
}

TEST_F(ReferenceAnswers, have_witnesses_that_the_axioms_accept) {
  for (const auto& [name, test] : tests_.items()) {
    const LitmusProgram program = program_of(test["program"]);
    const LitmusTraces source(program);
    const Outcomes outcomes = allowed_outcomes(source);
    EXPECT_TRUE(outcomes.is_complete) << name;
    for (const auto& [outcome, allowed] : outcomes.allowed) {
      Candidate candidate{.initial = source.initial()};
      for (const auto& events : allowed.agents) candidate.agents.emplace_back(events);
      const auto violation = check_execution(candidate, allowed.witness);
      EXPECT_FALSE(violation) << name << ": " << outcome << ": " << to_string(violation->clause);
    }
  }
}

}  // namespace
}  // namespace heddle::harness
