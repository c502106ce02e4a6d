#include "reports/diagram.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

#include "core/arbitrary.hpp"
#include "reports/diagram_rows.hpp"
#include "reports/example_traces.hpp"
#include "reports/golden_fixture.hpp"

namespace heddle::reports {
namespace {

using core::ActionKind;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(Diagram, OfALostUpdateLooksLikeThis) {
  const Example example = lost_update();
  expect_golden(draw_diagram(example.trace, example.findings, example.ends), "lost_update.txt");
}

TEST(Diagram, OfADeadlockLooksLikeThis) {
  const Example example = deadlock();
  expect_golden(draw_diagram(example.trace, example.findings, example.ends), "deadlock.txt");
}

TEST(Diagram, OfEveryKindOfActionLooksLikeThis) {
  TraceBuilder b({"main", "", "quiet"});
  b.call(0, "f", {core::Value::i64(UINT64_MAX), core::Value::f32(0x3f80'0000)});
  for (const std::uint64_t size : {1U, 2U, 4U, 8U, 100U}) {
    core::Action read = TraceBuilder::access(ActionKind::Read, 16, 7, 0);
    read.size_bytes = size;
    core::Action write = TraceBuilder::access(ActionKind::Write, 0x10000, 0, 0xdead'beef);
    write.size_bytes = size;
    write.ordering = core::Ordering::Unordered;
    b.add(0, {read});
    b.add(0, {write});
  }
  core::Action init = TraceBuilder::access(ActionKind::Write, 0, 0, 1);
  init.ordering = core::Ordering::Init;
  b.add(0, {init});
  b.rmw(0, 0, 0xffff'ffff, 0);
  core::Action elsewhere = TraceBuilder::access(ActionKind::Read, 0, 1, 0);
  elsewhere.location.number = 1;
  b.add(0, {elsewhere});
  elsewhere.location.region = core::RegionKind::Global;
  elsewhere.ordering = core::Ordering::Unordered;
  b.add(0, {elsewhere});
  b.add(0, {{.kind = ActionKind::Fence}});
  b.add(0, {{.kind = ActionKind::Host}});
  b.wait(1, 8, 5);
  b.load(0, 0, 0);
  b.add(0, {{.kind = ActionKind::Notify, .location = elsewhere.location, .read_value = 1}});
  b.add(1, {{.kind = ActionKind::Woken}});
  b.wait(1, 8, 5);
  b.add(1, {{.kind = ActionKind::TimedOut}});
  b.ret(0, {core::Value::i32(1), core::Value::i32(2)});
  const std::vector<core::AgentEnd> ends{
      {}, {.outcome = {.kind = core::OutcomeKind::Trapped, .message = "unreachable"}}};
  expect_golden(draw_diagram(b.trace(), {}, ends), "actions.txt");
}

TEST(Diagram, LeavesOutAgentsThatNeverAct) {
  TraceBuilder b({"main", "busy", "idle"});
  b.load(1, 0, 0);
  const std::string text = draw_diagram(b.trace(), {});
  EXPECT_THAT(text, HasSubstr("busy"));
  EXPECT_THAT(text, Not(HasSubstr("main")));
  EXPECT_THAT(text, Not(HasSubstr("idle")));
}

TEST(Diagram, SaysInWhichFunctionAnAgentIsWhereThatChanges) {
  TraceBuilder b({"main"});
  b.name_functions({"run", "lock", ""});
  b.call(0, "run");
  b.in(0).load(0, 0, 0);
  b.in(1).load(0, 4, 0);
  b.in(1).load(0, 8, 0);
  b.in(2).load(0, 12, 0);
  b.in(0).load(0, 16, 0);
  const std::string text = draw_diagram(b.trace(), {});
  EXPECT_THAT(text, HasSubstr("[0x0] -> 0\n"));
  EXPECT_THAT(text, HasSubstr("[0x4] -> 0  in lock\n"));
  EXPECT_THAT(text, HasSubstr("[0x8] -> 0\n"));
  EXPECT_THAT(text, HasSubstr("[0xc] -> 0  in func 2\n"));
  EXPECT_THAT(text, HasSubstr("[0x10] -> 0  in run\n"));
}

TEST(Diagram, ShowsSourceLinesWhereTheyAreKnown) {
  TraceBuilder b({"main"});
  b.name_functions({"run", "lock", ""}, "src/queue.c");
  b.call(0, "run");
  b.in(1).load(0, 4, 0);
  const std::string text = draw_diagram(b.trace(), {});
  EXPECT_THAT(text, HasSubstr("      line  main\n      ----  ----\n"));
  EXPECT_THAT(text, HasSubstr("   1        call run()\n"));
  EXPECT_THAT(text, HasSubstr("   2   100  load  [0x4] -> 0  in lock\n"));
  EXPECT_THAT(text, HasSubstr("line  of queue.c"));
}

TEST(Diagram, ShowsFilesOfSourceLinesIfThereAreSeveral) {
  TraceBuilder b({"main"});
  b.name_functions({"run"}, "a.c");
  b.trace().modules.push_back(
      std::make_shared<core::KnownNames>("", std::vector<std::string>{"lock"}, "b.c"));
  const core::Action access = TraceBuilder::access(core::ActionKind::Read, 0, 0, 0);
  b.add(0, {access}, {.module = 0, .function = 1, .offset = 2});
  b.add(0, {access}, {.module = 1, .function = 1, .offset = 3});
  const std::string text = draw_diagram(b.trace(), {});
  EXPECT_THAT(text, HasSubstr("   1  a.c:102  load"));
  EXPECT_THAT(text, HasSubstr("   2  b.c:103  load"));
  EXPECT_THAT(text, Not(HasSubstr("line  of")));
}

TEST(Diagram, CountsEqualStepsInsteadOfRepeatingThem) {
  TraceBuilder b({"main"});
  for (int i = 0; i < 57; ++i) b.load(0, 0, 1);
  const std::string text = draw_diagram(b.trace(), {});
  EXPECT_THAT(text, HasSubstr("load  [0x0] -> 1  (x57)\n"));
  EXPECT_EQ(lines_of(text).size(), 3U);
}

TEST(Diagram, CutsTheMiddleButKeepsTheEvidence) {
  TraceBuilder b({"main", "other"});
  for (std::uint64_t i = 0; i < 10'000; ++i) b.store(i % 2 == 0 ? 0 : 1, 0, i);
  const std::vector<core::Finding> findings{
      {.rule = "assertion", .message = "m", .events = {{5'000}}}};
  const std::string text = draw_diagram(b.trace(), findings, {}, {.rows_max = 20});
  EXPECT_THAT(text, HasSubstr("<- 0\n"));
  EXPECT_THAT(text, HasSubstr("<- 9999\n"));
  EXPECT_THAT(text, HasSubstr("* 5001"));

  // What is shown and what is left out add up to the whole.
  std::uint64_t left_out = 0;
  std::uint64_t shown = 0;
  for (const std::string& line : lines_of(text)) {
    const std::size_t dots = line.find("... ");
    if (dots != std::string::npos) left_out += std::stoull(line.substr(dots + 4));
    shown += line.contains("store") ? 1 : 0;
  }
  EXPECT_LE(shown, 20U);
  EXPECT_EQ(shown + left_out, 10'000U);
}

TEST(Diagram, LeavesOutPrivateEventsFirst) {
  TraceBuilder b({"main", "other"});
  b.store(0, 0x100, 7);
  for (std::uint64_t i = 0; i < 10'000; ++i) b.store(0, 0x10, i);
  const core::EventId evidence = b.store(0, 0x10, 42);
  b.store(0, 0x10, 43);
  b.load(1, 0x100, 7);
  const std::vector<core::Finding> findings{
      {.rule = "assertion", .message = "m", .events = {evidence}}};
  const std::string text = draw_diagram(b.trace(), findings, {}, {.rows_max = 20});
  EXPECT_THAT(text, HasSubstr("     1  store [0x100] <- 7\n"
                              "    ..\n"
                              "*10002  store [0x10] <- 42\n"
                              "    ..\n"
                              " 10004                       load  [0x100] -> 7\n"));
  EXPECT_THAT(text, HasSubstr("..  accesses that concern no other agent"));
  EXPECT_THAT(text, Not(HasSubstr("left out")));
}

TEST(Diagram, ShowsPrivateEventsWhereThereIsRoom) {
  TraceBuilder b({"main", "other"});
  b.store(0, 0x10, 1);
  b.store(1, 0x20, 1);
  const std::string text = draw_diagram(b.trace(), {});
  EXPECT_THAT(text, HasSubstr("store [0x10] <- 1"));
  EXPECT_THAT(text, Not(HasSubstr("..")));
}

TEST(Diagram, OfManyAgentsNamesThemInOneColumn) {
  std::vector<std::string> names;
  for (int i = 0; i < 30; ++i) names.push_back("worker" + std::to_string(i));
  TraceBuilder b(names);
  for (std::uint32_t agent = 0; agent < 30; ++agent) b.store(agent, 0, agent);
  const std::string text = draw_diagram(b.trace(), {});
  EXPECT_THAT(text, HasSubstr("\n   1  worker0   store [0x0] <- 0\n"));
  EXPECT_THAT(text, HasSubstr("\n  30  worker29  store [0x0] <- 29\n"));
}

TEST(Diagram, LetsOneLongNameNotSqueezeTheRest) {
  TraceBuilder b({"main", "a"});
  b.call(0, std::string(500, 'x'));
  b.load(1, 0, 0);
  const std::string text = draw_diagram(b.trace(), {});
  EXPECT_THAT(text, HasSubstr("xxx~\n"));
  EXPECT_THAT(text, HasSubstr("load  [0x0] -> 0\n"));
}

TEST(Diagram, SaysWhatWasExpectedUnlessTheMessageDoes) {
  const Example example = lost_update();
  const auto drawn = [&](std::string message) {
    const std::vector<core::Finding> findings{
        {.rule = "r", .message = std::move(message), .expected = "i32:3", .actual = "i32:1"}};
    return draw_diagram(example.trace, findings);
  };
  EXPECT_THAT(drawn("get failed"), HasSubstr("* r: get failed (expected i32:3, got i32:1)\n"));
  EXPECT_THAT(drawn("i32:1 is not i32:3"), HasSubstr("* r: i32:1 is not i32:3\n"));
}

TEST(Diagram, KeepsTextsApartFromTheLifelinesTheyRunOver) {
  // Five wide columns do not fit: the texts of each run up to the next one's lifeline.
  TraceBuilder b({"a", "b", "c", "d", "e"});
  for (std::uint32_t agent = 0; agent < 5; ++agent) b.call(agent, "f");
  for (std::uint32_t agent = 0; agent < 5; ++agent) {
    for (std::uint64_t value = 1; value < 1'000'000; value *= 10) b.rmw(agent, 0, 0, value);
  }
  const std::string text = draw_diagram(b.trace(), {});
  EXPECT_THAT(text, HasSubstr(" |"));
  EXPECT_THAT(text, Not(::testing::ContainsRegex("[0-9a-f][|]")));
}

TEST(Diagram, OfNothingSaysSo) { EXPECT_EQ(draw_diagram({}, {}), "(no events)\n"); }

TEST(Diagram, ShowsHostileNamesEscaped) {
  TraceBuilder b({"\x1b[2J"});
  b.call(0, "a\nb");
  const std::string text = draw_diagram(b.trace(), {});
  EXPECT_THAT(text, HasSubstr("\\1b[2J"));
  EXPECT_THAT(text, HasSubstr("call a\\0ab()"));
}

core::Trace random_trace() {
  TraceBuilder b(std::vector<std::string>(static_cast<std::size_t>(*rc::gen::inRange(1, 40)),
                                          *rc::gen::arbitrary<std::string>()));
  const auto agents = static_cast<std::uint32_t>(b.trace().agents.size());
  const int events = *rc::gen::inRange(0, 200);
  for (int i = 0; i < events; ++i) {
    core::Action action{
        .kind = *core::arbitrary::one_up_to(ActionKind::Host),
        .ordering = *core::arbitrary::one_up_to(core::Ordering::Init),
        .location = {.region = *core::arbitrary::one_up_to(core::RegionKind::TlsCell),
                     .number = *rc::gen::inRange<std::uint32_t>(0, 2),
                     .offset = *core::arbitrary::number<std::uint64_t>()},
        .size_bytes = *core::arbitrary::number<std::uint64_t>(),
        .read_value = *core::arbitrary::number<std::uint64_t>(),
        .written_value = *core::arbitrary::number<std::uint64_t>()};
    b.add(*rc::gen::inRange<std::uint32_t>(0, agents + 1), {action, action},
          {.module = 0, .function = *rc::gen::inRange<std::uint32_t>(0, 3)});
  }
  return b.trace();
}

RC_GTEST_PROP(Diagram, KeepsToItsColumnsAndRowsWhateverTheTrace, ()) {
  const core::Trace trace = random_trace();
  const DiagramOptions options{.columns_max = *rc::gen::inRange<std::size_t>(40, 120),
                               .rows_max = *rc::gen::inRange<std::size_t>(4, 100)};
  const std::vector<core::Finding> findings{{.rule = *rc::gen::arbitrary<std::string>(),
                                             .message = *rc::gen::arbitrary<std::string>(),
                                             .events = {{3}, {7}, {1'000}}}};
  const std::string text = draw_diagram(trace, findings, {}, options);
  const std::vector<std::string> lines = lines_of(text);
  for (const std::string& line : lines) RC_ASSERT(line.size() <= options.columns_max);
  for (const char c : text) RC_ASSERT(c == '\n' || (c >= ' ' && c <= '~'));
  RC_ASSERT(rows_of(trace, findings, {}, options.rows_max).size() <= options.rows_max);
}

}  // namespace
}  // namespace heddle::reports
