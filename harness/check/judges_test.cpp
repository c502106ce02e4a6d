#include <gmock/gmock.h>

#include "core/toy_machine.hpp"
#include "harness/check/deadlock.hpp"
#include "harness/check/linearizability_judge.hpp"
#include "harness/check/lost_wakeup.hpp"
#include "harness/check/outcome_judges.hpp"
#include "harness/check/trace_fixture.hpp"
#include "harness/models/models.hpp"

namespace heddle::harness {
namespace {

using core::BlockedOn;
using core::Execution;
using core::OutcomeKind;
using core::Verdict;
using core::VerdictKind;
using core::toy::Op;
using testing::ElementsAre;
using testing::HasSubstr;

class FirstOption final : public core::Chooser {
 public:
  core::Choice choose(const core::ChoicePoint& point) override { return point.options.front(); }
};

class Stop final : public core::Chooser {
 public:
  core::Choice choose(const core::ChoicePoint& point) override { return point.options.front(); }
  bool wants_stop() const override { return true; }
};

Execution run(const core::toy::Program& program) {
  FirstOption chooser;
  return core::toy::run(program, chooser);
}

TEST(AssertionJudge, fails_with_the_findings_of_the_program) {
  Execution execution;
  EXPECT_EQ(AssertionJudge().judge(execution), Verdict::pass());
  execution.findings = {{.rule = "assertion", .message = "m", .place = "a.wast:3"}};
  const Verdict verdict = AssertionJudge().judge(execution);
  EXPECT_EQ(verdict.kind, VerdictKind::Fail);
  EXPECT_EQ(verdict.findings, execution.findings);
}

TEST(TrapJudge, fails_at_the_instruction_that_trapped) {
  Execution execution = run({.agents = {{{Op::Load, 0, 0}}, {{Op::Load, 0, 0}, {Op::Trap, 0, 0}}}});
  execution.trace.modules = {
      std::make_shared<core::KnownNames>("m", std::vector<std::string>{"", "", "crash"})};
  const Verdict verdict = TrapJudge().judge(execution);
  ASSERT_EQ(verdict.kind, VerdictKind::Fail);
  EXPECT_EQ(verdict.signature(), (core::Signature{"trap", "m.crash+0x1"}));
  EXPECT_EQ(verdict.findings[0].message, "T2 trapped: unreachable");
  EXPECT_THAT(verdict.findings[0].events, ElementsAre(core::EventId{2}));
}

TEST(TrapJudge, counts_exceptions_and_exhaustion_but_not_blocking) {
  for (const auto& [kind, expected] : {std::pair{OutcomeKind::Thrown, VerdictKind::Fail},
                                       std::pair{OutcomeKind::Exhausted, VerdictKind::Fail},
                                       std::pair{OutcomeKind::Returned, VerdictKind::Pass},
                                       std::pair{OutcomeKind::Blocked, VerdictKind::Pass},
                                       std::pair{OutcomeKind::Unfinished, VerdictKind::Pass}}) {
    Execution execution;
    execution.ends = {{.outcome = {.kind = kind}}};
    EXPECT_EQ(TrapJudge().judge(execution).kind, expected);
  }
}

TEST(LimitJudge, an_execution_cut_short_is_unknown) {
  Execution execution;
  EXPECT_EQ(LimitJudge().judge(execution), Verdict::pass());
  execution.hit_limit = true;
  execution.limit = "10 steps";
  const Verdict verdict = LimitJudge().judge(execution);
  EXPECT_EQ(verdict.kind, VerdictKind::Unknown);
  EXPECT_EQ(verdict.findings[0].message, "10 steps");
}

TEST(LimitJudge, says_who_went_round_in_circles_when_the_limit_was_reached) {
  using namespace actions;
  TraceBuilder builder(3);
  for (int i = 0; i < 40; ++i) {
    builder.add_at(0, {0, 0, 7}, {atomic_load(0)}).add_at(0, {0, 0, 9}, {rmw(4)});
    core::Action change = rmw(8);
    change.written_value = 1;
    builder.add_at(1, {0, 1, 5}, {change}).add(2, {load(12)});
  }
  Execution execution = builder.execution();
  execution.hit_limit = true;
  execution.limit = "160 steps";
  const Verdict verdict = LimitJudge().judge(execution);
  EXPECT_EQ(verdict.kind, VerdictKind::Unknown);
  EXPECT_EQ(verdict.findings[0].message,
            "160 steps: at the end, a repeats 2 instructions at module0.function0+0x7, and writes "
            "nothing; b repeats 1 instruction at module0.function1+0x5");
}

TEST(LimitJudge, an_execution_that_was_abandoned_is_unknown) {
  Stop chooser;
  const core::toy::Program program{.agents = {{{Op::Load, 0, 0}}, {{Op::Load, 0, 0}}}};
  const Verdict verdict = LimitJudge().judge(core::toy::run(program, chooser));
  EXPECT_EQ(verdict.kind, VerdictKind::Unknown);
  EXPECT_EQ(verdict.findings[0].message, "the execution was abandoned before main had ended");
}

TEST(DeadlockJudge, passes_when_all_agents_have_ended) {
  EXPECT_EQ(DeadlockJudge().judge(run({.agents = {{{Op::Load, 0, 0}}}})), Verdict::pass());
}

TEST(DeadlockJudge, says_who_waits_for_what_and_who_only_follows) {
  const Verdict verdict =
      DeadlockJudge().judge(run({.agents = {{{Op::Load, 0, 0}, {Op::Wait, 1, 0}}}}));
  ASSERT_EQ(verdict.kind, VerdictKind::Fail);
  EXPECT_EQ(verdict.findings[0].message,
            "T1 waits on memory0+0x4 (4 bytes); no agent is left that could notify (so main joins "
            "T1)");
  EXPECT_EQ(verdict.signature(), (core::Signature{"deadlock", "module0.function1+0x1"}));
  EXPECT_THAT(verdict.findings[0].events, ElementsAre(core::EventId{1}));
}

// Two agents that each hold a lock (a word that is not 0) and sleep on the other's.
Execution lock_cycle() {
  using namespace actions;
  TraceBuilder builder(3);
  builder.add(0, {rmw(0)}).add(1, {rmw(4)}).add(0, {rmw(4)}).add(2, {rmw(4)});
  builder.add(0, {atomic_load(4), queue(core::ActionKind::Wait, 4)});
  builder.add(1, {atomic_load(0), queue(core::ActionKind::Wait, 0)});
  builder.add(2, {atomic_load(4), queue(core::ActionKind::Wait, 4)});
  Execution execution = builder.execution();
  for (const std::uint64_t offset : {4U, 0U, 4U}) {
    execution.ends.push_back({.outcome = {.kind = OutcomeKind::Blocked},
                              .blocked_on = {.kind = BlockedOn::Kind::WaitQueue,
                                             .location = {core::RegionKind::Memory, 0, offset}}});
  }
  return execution;
}

// c waits for the same lock as a, and has left its mark there; that does not make it the holder.
TEST(DeadlockJudge, says_who_holds_what_the_others_wait_for) {
  const Verdict verdict = DeadlockJudge().judge(lock_cycle());
  ASSERT_EQ(verdict.kind, VerdictKind::Fail);
  EXPECT_EQ(verdict.findings[0].message,
            "a waits on memory0+0x4 (4 bytes), last written by b at module0.function1+0x0, b waits "
            "on memory0+0x0 (4 bytes), last written by a at module0.function0+0x0, c waits on "
            "memory0+0x4 (4 bytes), last written by b at module0.function1+0x0: a cycle, a waits "
            "for b, b waits for a; no agent is left that could notify");
  EXPECT_THAT(verdict.findings[0].events,
              ElementsAre(core::EventId{0}, core::EventId{1}, core::EventId{4}, core::EventId{5},
                          core::EventId{6}));
  EXPECT_EQ(LivelockJudge().judge(lock_cycle()), Verdict::pass());
}

// a reads the flag; b sets it and notifies; a sleeps.
Execution lost_wakeup(std::uint64_t woken, std::uint64_t limit, bool a_has_decided) {
  using namespace actions;
  TraceBuilder builder(2);
  core::Action notify = queue(core::ActionKind::Notify, 4);
  notify.read_value = woken;
  notify.written_value = limit;
  builder.add(0, {store(8)});
  if (a_has_decided) builder.add(0, {atomic_load(0)});
  builder.add(1, {atomic_store(0)}).add(1, {notify});
  builder.add(0, {atomic_load(4)});
  builder.add(0, {atomic_load(4), queue(core::ActionKind::Wait, 4)});
  Execution execution = builder.execution();
  execution.ends = {{.outcome = {.kind = OutcomeKind::Blocked},
                     .blocked_on = {.kind = BlockedOn::Kind::WaitQueue,
                                    .location = {core::RegionKind::Memory, 0, 4}}},
                    {.outcome = {.kind = OutcomeKind::Returned}}};
  return execution;
}

TEST(LostWakeupJudge, finds_the_notify_that_came_after_the_decision_and_before_the_sleep) {
  const Verdict verdict = LostWakeupJudge().judge(lost_wakeup(0, 1, true));
  ASSERT_EQ(verdict.kind, VerdictKind::Fail);
  EXPECT_EQ(verdict.signature(),
            (core::Signature{"lost-wakeup", "module0.function0+0x3, module0.function1+0x1"}));
  EXPECT_EQ(verdict.findings[0].message,
            "b's notify of memory0+0x4 at module0.function1+0x1 woke nobody: a was about to sleep, "
            "as it had read memory0+0x0 = 0 at module0.function0+0x1, and sleeps for ever at "
            "module0.function0+0x3");
  EXPECT_THAT(verdict.findings[0].events,
              ElementsAre(core::EventId{1}, core::EventId{3}, core::EventId{5}));
}

TEST(LostWakeupJudge, does_not_blame_a_notify_that_woke_someone_or_meant_nobody_or_came_before) {
  EXPECT_EQ(LostWakeupJudge().judge(lost_wakeup(1, 1, true)), Verdict::pass());
  EXPECT_EQ(LostWakeupJudge().judge(lost_wakeup(0, 0, true)), Verdict::pass());
  EXPECT_EQ(LostWakeupJudge().judge(lost_wakeup(0, 1, false)), Verdict::pass());
}

TEST(LostWakeupJudge, does_not_mind_who_wakes_up_after_all) {
  Execution execution = lost_wakeup(0, 1, true);
  execution.ends[0] = execution.ends[1];
  EXPECT_EQ(LostWakeupJudge().judge(execution), Verdict::pass());
}

TEST(LivelockJudge, says_who_spins_on_what_that_was_last_written_by_whom) {
  using namespace actions;
  TraceBuilder builder(3);
  builder.add(0, {atomic_store(0)}).add(1, {atomic_load(0)}).add(1, {atomic_load(4)});
  Execution execution = builder.execution();
  execution.ends = {{.outcome = {.kind = OutcomeKind::Returned}},
                    {.outcome = {.kind = OutcomeKind::Blocked},
                     .blocked_on = {.kind = BlockedOn::Kind::Spin,
                                    .location = {core::RegionKind::Memory, 0, 4},
                                    .locations = {{core::RegionKind::Memory, 0, 4},
                                                  {core::RegionKind::Memory, 0, 0}}},
                     .where = {.module = 0, .function = 1, .offset = 0}},
                    {.outcome = {.kind = OutcomeKind::Blocked},
                     .blocked_on = {.kind = BlockedOn::Kind::Agent, .agent = {1}}}};
  const Verdict verdict = LivelockJudge().judge(execution);
  ASSERT_EQ(verdict.kind, VerdictKind::Fail);
  EXPECT_EQ(verdict.signature(), (core::Signature{"livelock", "module0.function1+0x0"}));
  EXPECT_EQ(verdict.findings[0].message,
            "b spins at module0.function1+0x0 on memory0+0x4, memory0+0x0, last written by a at "
            "module0.function0+0x0; no agent is left that could write what is read in vain (so c "
            "joins b)");
  EXPECT_EQ(DeadlockJudge().judge(execution), Verdict::pass());
}

TEST(DeadlockJudge, recognises_cycles_of_joins) {
  Execution execution;
  execution.trace.agents = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
  for (const std::uint32_t joined : {1U, 0U, 0U}) {
    execution.ends.push_back({.outcome = {.kind = OutcomeKind::Blocked},
                              .blocked_on = {.kind = BlockedOn::Kind::Agent, .agent = {joined}}});
  }
  const Verdict verdict = DeadlockJudge().judge(execution);
  ASSERT_EQ(verdict.kind, VerdictKind::Fail);
  EXPECT_EQ(verdict.findings[0].message, "a joins b, b joins a: a cycle (so c joins a)");
  EXPECT_EQ(verdict.findings[0].place, "host");
}

TEST(DeadlockJudge, an_agent_that_joins_itself_is_a_cause) {
  Execution execution;
  execution.ends.push_back({.outcome = {.kind = OutcomeKind::Blocked},
                            .blocked_on = {.kind = BlockedOn::Kind::Agent, .agent = {0}}});
  EXPECT_EQ(DeadlockJudge().judge(execution).findings.at(0).message, "agent 0 joins agent 0");
}

// A trace of two increments by agents 1 and 2, that overlap, then get() = `seen` by agent 0.
core::Trace counter_trace(std::uint32_t seen) {
  core::Trace trace;
  trace.calls = {{.agent = {1}, .function = "inc", .returned = true, .operation = 0},
                 {.agent = {2}, .function = "inc", .returned = true, .operation = 0},
                 {.agent = {0}, .function = "other", .returned = true, .operation = -1},
                 {.agent = {0},
                  .function = "get",
                  .results = {core::Value::i32(seen)},
                  .returned = true,
                  .operation = 1}};
  const auto emit = [&](core::ActionKind kind, std::uint64_t call) {
    trace.events.push_back({.agent = trace.calls[call].agent,
                            .first_action = static_cast<std::uint32_t>(trace.actions.size()),
                            .action_count = 1});
    trace.actions.push_back({.kind = kind, .written_value = call});
  };
  using core::ActionKind;
  for (const std::uint64_t call : {1U, 0U, 2U}) emit(ActionKind::Invoke, call);
  for (const std::uint64_t call : {0U, 2U, 1U}) emit(ActionKind::Return, call);
  emit(ActionKind::Invoke, 3);
  emit(ActionKind::Return, 3);
  return trace;
}

const std::vector<OperationSpec> kSpecs{{.name = "increment"}, {.name = "get", .has_result = true}};

TEST(HistoryOf, has_the_declared_calls_with_times_of_their_events_in_order) {
  const core::History history = history_of(counter_trace(0xffff'ffff), kSpecs);
  ASSERT_EQ(history.operations.size(), 3U);
  EXPECT_EQ(history.operations[0], (core::Operation{.process = 2,
                                                    .function = 0,
                                                    .completion = core::Completion::Ok,
                                                    .input = core::kNil,
                                                    .call = 0,
                                                    .ret = 5}));
  EXPECT_EQ(history.operations[1].process, 1);
  EXPECT_EQ(history.operations[1].call, 1U);
  EXPECT_EQ(history.operations[1].ret, 3U);
  EXPECT_EQ(history.name_of(history.operations[1]), "increment");
  EXPECT_EQ(call_text(history, history.operations[2]), "get() = -1");
}

TEST(HistoryOf, one_argument_is_the_input_and_several_are_a_vector) {
  const std::vector<OperationSpec> specs{{.name = "put", .arguments = {7}},
                                         {.name = "cas", .arguments = {1, 2}, .has_result = true}};
  const core::History history = history_of(counter_trace(1), specs);
  EXPECT_EQ(history.operations[0].input, core::Datum{7});
  EXPECT_EQ(history.data.to_string(history.operations[2].input), "[1 2]");
  EXPECT_EQ(call_text(history, history.operations[2]), "cas(1, 2) = 1");
}

TEST(HistoryOf, several_results_are_a_list_that_ends_at_the_first_minus_one) {
  core::Trace trace = counter_trace(0);
  const auto text_with = [&](const std::vector<std::int64_t>& results) {
    trace.calls[3].results.clear();
    for (const std::int64_t result : results) {
      trace.calls[3].results.push_back(core::Value::i32(static_cast<std::uint32_t>(result)));
    }
    const core::History history = history_of(trace, kSpecs);
    return call_text(history, history.operations[2]);
  };
  EXPECT_EQ(text_with({4, 0, -1, 7}), "get() = [4 0]");
  EXPECT_EQ(text_with({-1, -1}), "get() = []");
  EXPECT_EQ(text_with({4, 5}), "get() = [4 5]");
}

TEST(HistoryOf, calls_that_did_not_return_are_pending_and_calls_that_did_not_begin_are_absent) {
  core::Trace trace = counter_trace(0);
  trace.calls[3].returned = false;
  trace.calls.push_back({.agent = {1}, .function = "inc", .operation = 0});
  const core::History history = history_of(trace, kSpecs);
  ASSERT_EQ(history.operations.size(), 3U);
  EXPECT_EQ(call_text(history, history.operations[2]), "get() (pending)");
  EXPECT_EQ(history.operations[2].completion, core::Completion::Info);
  EXPECT_EQ(history.operations[2].ret, core::kNeverReturned);
}

TEST(LinearizabilityJudge, names_the_call_that_no_order_explains) {
  const LinearizabilityJudge judge(make_model("counter").value(), kSpecs);
  Execution execution;
  execution.trace = counter_trace(2);
  EXPECT_EQ(judge.judge(execution), Verdict::pass());
  execution.trace = counter_trace(1);
  const Verdict verdict = judge.judge(execution);
  ASSERT_EQ(verdict.kind, VerdictKind::Fail);
  const core::Finding& finding = verdict.findings[0];
  EXPECT_EQ(finding.message, "no order of these calls explains get() = 1");
  EXPECT_EQ(finding.expected, "get() = 2");
  EXPECT_EQ(finding.actual, "get() = 1");
  EXPECT_EQ(verdict.signature(), (core::Signature{"linearizability", "counter"}));
  EXPECT_THAT(finding.events, ElementsAre(core::EventId{0}, core::EventId{1}, core::EventId{3},
                                          core::EventId{5}, core::EventId{6}, core::EventId{7}));
}

TEST(LinearizabilityJudge, a_budget_that_is_too_small_is_unknown) {
  const LinearizabilityJudge judge(make_model("counter").value(), kSpecs, 1);
  Execution execution;
  execution.trace = counter_trace(1);
  EXPECT_EQ(judge.judge(execution).kind, VerdictKind::Unknown);
}

TEST(LinearizabilityJudge, a_result_of_nobody_is_explained_by_any) {
  const std::vector<OperationSpec> specs{
      {.name = "insert", .arguments = {1}},
      {.name = "contains", .arguments = {1}, .has_result = true}};
  const LinearizabilityJudge judge(make_model("set").value(), specs);
  Execution execution;
  execution.trace = counter_trace(1);
  EXPECT_EQ(judge.judge(execution), Verdict::pass());
}

TEST(LinearizabilityJudge, what_the_model_does_not_know_is_unknown_not_an_error) {
  const std::vector<OperationSpec> specs{{.name = "frob"}};
  const LinearizabilityJudge judge(make_model("counter").value(), specs);
  Execution execution;
  execution.trace = counter_trace(1);
  const Verdict verdict = judge.judge(execution);
  ASSERT_EQ(verdict.kind, VerdictKind::Unknown);
  EXPECT_THAT(verdict.findings[0].message,
              HasSubstr("model counter has no operation 'frob': it has read, get, "));
}

}  // namespace
}  // namespace heddle::harness
