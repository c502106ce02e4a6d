#include "harness/run/campaign.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/run/replay_program.hpp"
#include "harness/run/repro_files.hpp"
#include "harness/run/run_fixture.hpp"
#include "harness/run/run_program.hpp"

namespace heddle::harness {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;

reports::ExploreReport run(const Program& program, const CampaignOptions& options,
                           const CampaignHooks& hooks = {}) {
  auto report = explore(program, options, hooks);
  EXPECT_TRUE(report.has_value()) << (report ? "" : report.error().message);
  return report ? *std::move(report) : reports::ExploreReport{};
}

TEST(Campaign, FindsTheLostUpdateShrinksItAndWritesARepro) {
  const Folder folder;
  const auto program = scenario(std::string(kLostUpdate));
  CampaignOptions options;
  options.repro_dir = folder.path("new/folder");
  const auto report = run(*program, options);
  ASSERT_THAT(report.failures, SizeIs(1));
  const auto& failure = report.failures[0];
  EXPECT_EQ(failure.signature.rule, "assertion");
  EXPECT_EQ(failure.preemptions_shrunk, 1u);
  EXPECT_EQ(reports::verdict_of(report), core::VerdictKind::Fail);
  EXPECT_THAT(failure.repro_path, HasSubstr("new/folder/test-"));
  EXPECT_THAT(failure.repro_path, EndsWith(".repro.yaml"));

  const auto repro = load_repro(failure.repro_path);
  ASSERT_TRUE(repro.has_value()) << repro.error().message;
  const auto again = load_program(*repro);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  const Replayed replayed =
      replay(**again, repro->schedule, ReplayMode::Strict, options_of(*repro));
  EXPECT_FALSE(replayed.divergence.has_value());
  EXPECT_EQ(replayed.verdict.signature(), repro->signature);
  EXPECT_EQ(core::digest_of(replayed.execution.trace), repro->trace);
  EXPECT_EQ(replayed.execution.preemptions, 1u);
  EXPECT_EQ(core::print(repro->schedule), failure.schedule);
}

TEST(Campaign, PassesWhatIsCorrect) {
  const auto report = run(*scenario(std::string(kAtomicUpdate)), {.schedules_max = 100});
  EXPECT_EQ(report.schedules, 100u);
  EXPECT_FALSE(report.is_complete);
  EXPECT_EQ(reports::verdict_of(report), core::VerdictKind::Pass);
}

TEST(Campaign, IsAFunctionOfItsSeed) {
  const auto program = scenario(std::string(kLostUpdate));
  const auto with_seed = [&program](std::uint64_t seed) {
    auto report = run(*program, {.parameters = {.seed = seed},
                                 .schedules_max = 50,
                                 .keep_going = true,
                                 .counts_outcomes = true});
    report.seconds = 0;
    return reports::to_json(report);
  };
  EXPECT_EQ(with_seed(3), with_seed(3));
  EXPECT_NE(with_seed(3), with_seed(4));
}

TEST(Campaign, TheSeedOfAFailureFindsItAtOnce) {
  const auto program =
      scenario(replace_first(std::string(kLostUpdate), "- count: 3", "- count: 2"));
  const auto with_seed = [&program](std::uint64_t seed) {
    return run(*program, {.strategy = "random", .parameters = {.seed = seed}, .shrinks = false});
  };
  const auto report = with_seed(11);
  ASSERT_THAT(report.failures, SizeIs(1));
  const auto again = with_seed(report.failures[0].seed);
  ASSERT_THAT(again.failures, SizeIs(1));
  EXPECT_EQ(again.failures[0].schedule_number, 1u);
  EXPECT_EQ(again.failures[0].schedule, report.failures[0].schedule);
}

TEST(Campaign, NaiveSearchIsCompleteAndCountsOutcomes) {
  const auto program = scenario(std::string(kLostUpdate));
  const auto report =
      run(*program,
          {.strategy = "naive", .schedules_max = 0, .keep_going = true, .counts_outcomes = true});
  EXPECT_TRUE(report.is_complete);
  EXPECT_EQ(report.schedules, 90u);  // 6! / (2! 2! 2!): three agents with two steps each
  std::uint64_t total = 0;
  for (const auto& outcome : report.outcomes) total += outcome.count;
  EXPECT_EQ(total, 90u);
  EXPECT_THAT(report.outcomes, SizeIs(3));
  EXPECT_THAT(report.failures, SizeIs(1)) << "one signature";
}

TEST(Campaign, ExhaustiveSearchFindsTheSameOutcomesInFewerExecutionsWithAnyNumberOfWorkers) {
  const auto program = scenario(std::string(kLostUpdate));
  CampaignOptions options{
      .strategy = "exhaustive", .schedules_max = 0, .keep_going = true, .counts_outcomes = true};
  const auto report = run(*program, options);
  EXPECT_TRUE(report.is_complete);
  EXPECT_LT(report.schedules, 90u);
  EXPECT_THAT(report.outcomes, SizeIs(3));
  ASSERT_THAT(report.failures, SizeIs(1));
  for (const std::size_t workers : {2u, 3u}) {
    options.workers = workers;
    const auto same = run(*program, options);
    EXPECT_EQ(same.schedules, report.schedules);
    ASSERT_EQ(same.outcomes.size(), report.outcomes.size());
    for (std::size_t i = 0; i < same.outcomes.size(); ++i) {
      EXPECT_EQ(same.outcomes[i].observation, report.outcomes[i].observation);
      EXPECT_EQ(same.outcomes[i].count, report.outcomes[i].count);
    }
    EXPECT_EQ(same.events_mean, report.events_mean);
    ASSERT_THAT(same.failures, SizeIs(1));
    EXPECT_EQ(same.failures[0].schedule, report.failures[0].schedule);
    EXPECT_EQ(same.failures[0].schedule_number, report.failures[0].schedule_number);
  }
}

// Each says what was not looked into.
TEST(Campaign, AnExhaustiveSearchWithAGapIsNotComplete) {
  const auto gap = [](const std::string& text) {
    const auto program = scenario(text);
    const auto report = explore(*program, campaign_defaults(*program, {.strategy = "exhaustive"}));
    EXPECT_TRUE(report.has_value());
    EXPECT_FALSE(report->is_complete);
    return report->cut_short;
  };
  const std::string head = R"(name: long
module: |
  (module
    (import "env" "memory" (memory 1 1 shared))
)";
  const std::string tail = "processes:\n  - operations: [{call: f}]\nexpect: pass\n";
  EXPECT_EQ(gap(head + R"(    (func (export "f") (local $i i32)
      (loop $again
        (i32.atomic.store (i32.const 0) (i32.const 1))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
          (i32.const 5000))))))
)" + tail),
            "execution 1 has more than 4,096 events");
  EXPECT_EQ(gap(head + R"(    (func (export "f")
      (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 5)))))
faults: {pause: 0.5}
)" + tail),
            "execution 1 has a wait that times out by the clock");
}

TEST(Campaign, ASearchForAllThatRunsOutOfSchedulesIsUnknown) {
  const auto report =
      run(*scenario(std::string(kAtomicUpdate)), {.strategy = "exhaustive", .schedules_max = 3});
  EXPECT_EQ(reports::verdict_of(report), core::VerdictKind::Unknown);
  EXPECT_EQ(report.cut_short, "limit of 3 schedules");
}

TEST(Campaign, AnInterruptionKeepsWhatWasFoundUntilThen) {
  int asked = 0;
  const auto report = run(*scenario(std::string(kAtomicUpdate)), {},
                          {.should_stop = [&asked] { return ++asked > 5; }});
  EXPECT_EQ(report.schedules, 5u);
  EXPECT_EQ(report.cut_short, kInterrupted);
  EXPECT_EQ(reports::verdict_of(report), core::VerdictKind::Unknown);
}

TEST(Campaign, AnInterruptionWhileShrinkingKeepsTheFailureAsItWasFound) {
  const Folder folder;
  int asked = 0;
  CampaignOptions options{.strategy = "random"};
  options.repro_dir = folder.path();
  const auto report = run(*scenario(std::string(kLostUpdate)), options,
                          {.should_stop = [&asked] { return ++asked > 1; }});
  ASSERT_THAT(report.failures, SizeIs(1));
  EXPECT_EQ(report.failures[0].preemptions_found, report.failures[0].preemptions_shrunk);
  EXPECT_TRUE(load_repro(report.failures[0].repro_path).has_value());
}

TEST(Campaign, AnExecutionThatHitsALimitIsUnfinished) {
  CampaignOptions options;
  options.schedules_max = 10;
  options.execute.steps_max = 3;
  const auto report = run(*scenario(std::string(kAtomicUpdate)), options);
  EXPECT_EQ(report.unfinished, 10u);
  EXPECT_EQ(reports::verdict_of(report), core::VerdictKind::Unknown);
}

TEST(Campaign, AnUnknownStrategyIsAnError) {
  EXPECT_FALSE(explore(*scenario(std::string(kLostUpdate)), {.strategy = "luck"}).has_value());
}

TEST(Campaign, AFailureIsReportedAlsoIfItsReproCannotBeWritten) {
  const Folder folder;
  const auto report =
      run(*scenario(std::string(kLostUpdate)), {.repro_dir = folder.write("file", "x")});
  ASSERT_TRUE(report.repro_error.has_value());
  EXPECT_THAT(report.repro_error->message, HasSubstr("cannot"));
  ASSERT_THAT(report.failures, SizeIs(1));
  EXPECT_EQ(report.failures[0].repro_path, "");
  EXPECT_THAT(report.failures[0].schedule, HasSubstr("heddle-schedule"));
}

// Spins without any visible action, which only the limit of instructions would end.
constexpr std::string_view kSpinningModule = R"((module (func (export "run") (loop (br 0)))))";

// Long executions ask while they run, those that confirm a failure as well.
TEST(Campaign, AnInterruptionAtAnyTimeKeepsTheFailureForWhatItIs) {
  const std::string text = replace_first(
      replace_first(std::string(kLostUpdate), "count: 3", "count: 3\n    repeat: 2000"),
      "returns: 3", "returns: 6000");
  const auto program = scenario(text);
  std::size_t found = 0;
  for (int last = 1; last < 16; ++last) {
    int asked = 0;
    const auto report =
        run(*program, {.strategy = "random"}, {.should_stop = [&] { return ++asked > last; }});
    if (report.failures.empty()) continue;
    ++found;
    EXPECT_THAT(report.failures[0].message, testing::HasSubstr("expected i32:6000"));
  }
  EXPECT_GT(found, 5U);
}

TEST(Campaign, AnExecutionWithoutEndCanBeInterrupted) {
  int asked = 0;
  CampaignOptions options{.counts_outcomes = true};
  options.execute.instructions_max = ~std::uint64_t{0};
  const auto report = run(*module(std::string(kSpinningModule)), options,
                          {.should_stop = [&asked] { return ++asked > 2; }});
  EXPECT_EQ(report.schedules, 0u) << "what was abandoned counts for nothing";
  EXPECT_EQ(report.cut_short, kInterrupted);
  EXPECT_EQ(reports::verdict_of(report), core::VerdictKind::Unknown);
}

TEST(Campaign, AnExecutionWithoutEndIsEndedByTheLimitOfTime) {
  for (const char* strategy : {"random", "exhaustive"}) {
    CampaignOptions options{.strategy = strategy, .seconds_max = 0.05};
    options.execute.instructions_max = ~std::uint64_t{0};
    const auto report = run(*module(std::string(kSpinningModule)), options);
    EXPECT_EQ(report.schedules, 0u);
    EXPECT_EQ(reports::verdict_of(report), core::VerdictKind::Unknown) << strategy;
  }
}

TEST(Campaign, DefaultsAreTheUsersThenTheScenarios) {
  const auto program = scenario(std::string(kAtomicUpdate) +
                                "explore: {strategy: bounded, schedules: 7, preemptions: 3}\n");
  const CampaignOptions options = campaign_defaults(*program, {.schedules = 9});
  EXPECT_EQ(options.strategy, "bounded");
  EXPECT_EQ(options.schedules_max, 9u);
  EXPECT_EQ(options.parameters.preemptions_max, 3u);
  EXPECT_EQ(options.parameters.seed, 1u);
  EXPECT_EQ(campaign_defaults(*program, {.strategy = "random"}).schedules_max, 7u);
  EXPECT_EQ(campaign_defaults(*script("(module)")).schedules_max, 10'000u);
}

// Its trace depends on how often it was executed.
class Unreliable final : public Program {
 public:
  core::Execution execute(core::Chooser&, const ExecuteOptions&) const override {
    core::Execution execution;
    execution.trace.agents.resize(++executions_);
    execution.findings.push_back({.rule = "assertion", .message = "no", .place = "x:1"});
    return execution;
  }
  core::Verdict judge(const core::Execution& execution) const override {
    return core::Verdict::fail(execution.findings.front());
  }
  core::Digest digest() const override { return {}; }
  const std::string& name() const override { return name_; }
  core::Repro repro_base() const override { return {.name = name_, .program = "x"}; }

 private:
  std::string name_ = "unreliable";
  mutable std::size_t executions_ = 0;
};

TEST(Campaign, TwoTracesOfOneScheduleAreABugOfHeddleAndTheReproIsThereAlready) {
  const Folder folder;
  EXPECT_THROW(std::ignore = explore(Unreliable(), {.repro_dir = folder.path()}), NotDeterministic);
  EXPECT_THAT(*list_files(folder.path(), {".repro.yaml"}), SizeIs(1));
}

// Ends differently each time, at great length.
class Verbose final : public Program {
 public:
  core::Execution execute(core::Chooser&, const ExecuteOptions&) const override {
    core::Execution execution;
    execution.observation = std::to_string(executions_++) + std::string(std::size_t{1} << 20, 'x');
    return execution;
  }
  core::Verdict judge(const core::Execution&) const override { return {}; }
  core::Digest digest() const override { return {}; }
  const std::string& name() const override { return name_; }
  core::Repro repro_base() const override { return {}; }

 private:
  std::string name_ = "verbose";
  mutable std::size_t executions_ = 0;
};

TEST(Campaign, OutcomesDoNotFillTheMemory) {
  const auto report = run(Verbose(), {.schedules_max = 100, .counts_outcomes = true});
  EXPECT_THAT(report.outcomes, SizeIs(65));
  EXPECT_EQ(report.outcomes.front().observation, "(others)");
  EXPECT_EQ(report.outcomes.front().count, 36u);
}

// Law 6: whatever happens while a failure is shrunk or drawn, its schedule is on disk.
TEST(Campaign, TheReproIsWholeBeforeAnythingIsDoneWithTheFailure) {
  const Folder folder;
  const auto program = scenario(std::string(kLostUpdate));
  int asked = 0;
  const auto look = [&](const CampaignProgress& now) {
    if (!now.is_shrinking) return;
    ++asked;
    const auto paths = *list_files(folder.path(), {""});
    ASSERT_THAT(paths, SizeIs(1)) << "and nothing temporary";
    const auto repro = load_repro(paths.front());
    ASSERT_TRUE(repro.has_value());
    const Replayed again =
        replay(*program, repro->schedule, ReplayMode::Strict, options_of(*repro));
    EXPECT_EQ(core::digest_of(again.execution.trace), repro->trace);
    EXPECT_EQ(again.verdict.signature(), repro->signature);
  };
  std::ignore = run(*program, {.repro_dir = folder.path()}, {.on_progress = look});
  EXPECT_GT(asked, 0);
}

TEST(ShrinkFailure, FindsAFailureWithFewerPreemptionsThatNoEditOfTheScheduleLeadsTo) {
  const auto program =
      load_program(HEDDLE_SOURCE_DIR "/scenarios/waiting/if_instead_of_while.yaml");
  ASSERT_TRUE(program.has_value());
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    CampaignOptions options = campaign_defaults(**program);
    options.parameters.seed = seed;
    const auto report = run(**program, options);
    ASSERT_THAT(report.failures, SizeIs(1));
    EXPECT_EQ(report.failures[0].preemptions_shrunk, 0u) << seed;
  }
}

TEST(RunProgram, SumsOverSeedsAndNamesThoseThatFail) {
  const auto program = scenario(std::string(kLostUpdate));
  const RunResult result = run_program(*program, {.seed_count = 200}, [] { return false; });
  EXPECT_EQ(result.verdict, core::VerdictKind::Fail);
  EXPECT_EQ(result.file.counts.failed, result.failing_seeds.size());
  EXPECT_EQ(result.file.counts.passed + result.file.counts.failed, 200u);
  EXPECT_GT(result.file.counts.passed, 0u);
  for (const std::uint64_t seed : result.failing_seeds) {
    const RunResult alone = run_program(*program, {.first_seed = seed}, [] { return false; });
    EXPECT_EQ(alone.verdict, core::VerdictKind::Fail) << seed;
  }
}

TEST(RunProgram, SameSeedSameDigest) {
  const auto digest = [](std::uint64_t seed) {
    return run_program(*scenario(std::string(kLostUpdate)), {.first_seed = seed},
                       [] { return false; })
        .digest;
  };
  EXPECT_EQ(digest(5), digest(5));
  EXPECT_NE(digest(5), digest(6));
}

TEST(RunProgram, ADeadlockCountsAsAFailure) {
  const auto program = script(R"((module (memory 1 1 shared) (func (export "f")
    (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))
    (invoke "f"))");
  const RunResult result = run_program(*program, {}, [] { return false; });
  EXPECT_EQ(result.file.counts.failed, 1u);
  ASSERT_EQ(result.file.failures.size(), 1u);
  EXPECT_THAT(result.file.failures[0].message, HasSubstr("deadlock: main waits on memory0+0x0"));
}

TEST(ReproFiles, NamesAreSafeAndFollowFromProgramAndSignature) {
  core::Repro repro{.name = "../a b/c:d.yaml", .program = "x"};
  const std::string path = repro_path("dir", repro);
  EXPECT_THAT(path, HasSubstr("dir/c_d-"));
  core::Repro other = repro;
  other.signature = {.rule = "trap", .place = ""};
  EXPECT_NE(repro_path("dir", other), path);
  other = repro;
  other.schedule.choices.push_back(core::Choice::next(core::AgentId{1}));
  EXPECT_EQ(repro_path("dir", other), path);
  repro.name = std::string(250, 'x') + ".yaml";
  EXPECT_LT(repro_path("", repro).size(), 200u);
}

}  // namespace
}  // namespace heddle::harness
