// What is said about histories, word by word.
#include "reports/history_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace heddle::reports {
namespace {

using core::VerdictKind;
using testing::HasSubstr;
using testing::Not;

std::shared_ptr<const core::History> history() {
  core::History made;
  const auto add = [&](std::int64_t process, std::string_view function, core::Datum input,
                       core::Datum output) {
    const auto time = 2 * made.operations.size();
    made.operations.push_back({.process = process,
                               .function = made.function_of(function),
                               .completion = core::Completion::Ok,
                               .input = input,
                               .output = output,
                               .call = time,
                               .ret = time + 1,
                               .line = static_cast<std::uint32_t>(time + 1),
                               .column = 1});
  };
  add(0, "write", {3}, {3});
  add(0, "write", {4}, {4});
  add(1, "read", core::kNil, {3});
  return std::make_shared<const core::History>(std::move(made));
}

ObjectReport failing_object() {
  ObjectReport object{.verdict = VerdictKind::Fail, .operations = 3, .decider = "register monitor"};
  object.failure = HistoryFailure{.unplaced = 2,
                                  .explained = {"4"},
                                  .minimal = {0, 1, 2},
                                  .is_minimal = true,
                                  .confirmed_by = {"register monitor", "search"},
                                  .placed = {0, 1},
                                  .minimal_unplaced = 2,
                                  .configurations = {"4"},
                                  .levels = {{.name = "sequential consistency",
                                              .kind = VerdictKind::Pass,
                                              .note = "in another order"}}};
  return object;
}

HistoryReport report_of(std::vector<ObjectReport> objects) {
  return {.file = "h.edn",
          .model = "register",
          .assumptions = "initial state 0",
          .history = history(),
          .objects = std::move(objects)};
}

TEST(HistoryReport, a_failure_is_told_with_its_evidence) {
  EXPECT_EQ(render_text(report_of({failing_object()})),
            "h.edn: not linearizable\n"
            "  model register; initial state 0\n"
            "  3 operations, register monitor\n"
            "  cannot be placed: 1: read -> 3  (line 5)\n"
            "  3 operations are already wrong, and without any of them nothing would be "
            "(confirmed by register monitor and search):\n"
            "0  |-- 1. write 3 --| |-- 2. write 4 --|\n"
            "1                                       |-- !! read -> 3 --|\n"
            "  with only these, before !! the object could be:\n"
            "    4\n"
            "  and !! could return: 4\n"
            "  sequential consistency: yes, in another order\n");
}

TEST(HistoryReport, without_a_picture_operations_are_listed) {
  EXPECT_THAT(render_text(report_of({failing_object()}), {.draws = false}),
              HasSubstr("    0: write 3  (line 1)\n"
                        "    0: write 4  (line 3)\n"
                        "    !! 1: read -> 3  (line 5)\n"));
}

TEST(HistoryReport, what_passes_and_what_is_unknown_take_a_line) {
  ObjectReport object{.verdict = VerdictKind::Pass, .operations = 1, .decider = "search"};
  object.nodes = 1;
  object.is_witness_replayed = true;
  EXPECT_EQ(render_text(report_of({object})),
            "h.edn: linearizable\n  model register; initial state 0\n"
            "  1 operation, search, 1 position; the witness was replayed\n");
  object.verdict = VerdictKind::Unknown;
  object.is_witness_replayed = false;
  object.nodes = 20;
  object.cause = "no time";
  EXPECT_THAT(render_text(report_of({object})),
              HasSubstr("h.edn: unknown\n  model register; initial state 0\n"
                        "  1 operation, search, 20 positions: no time\n"));
}

TEST(HistoryReport, of_keys_only_failures_are_told_and_not_too_many) {
  std::vector<ObjectReport> objects;
  for (int key = 0; key < 15; ++key) {
    objects.push_back(failing_object());
    objects.back().key = std::to_string(key);
    objects.back().failure.reset();
    if (key < 2) objects.back().verdict = VerdictKind::Pass;
  }
  const std::string text = render_text(report_of(objects));
  EXPECT_THAT(text, HasSubstr("(15 keys: 2 linearizable, 13 not, 0 unknown)"));
  EXPECT_THAT(text, HasSubstr("\nkey 2: not linearizable, 3 operations, register monitor\n"));
  EXPECT_THAT(text, Not(HasSubstr("key 1:")));
  EXPECT_THAT(text, HasSubstr("... and 3 keys more\n"));
}

TEST(HistoryReport, the_worst_verdict_of_the_objects_counts) {
  ObjectReport pass{.verdict = VerdictKind::Pass};
  ObjectReport unknown{.verdict = VerdictKind::Unknown};
  EXPECT_EQ(report_of({}).verdict(), VerdictKind::Pass);
  EXPECT_EQ(report_of({pass, unknown}).verdict(), VerdictKind::Unknown);
  EXPECT_EQ(report_of({unknown, failing_object(), pass}).verdict(), VerdictKind::Fail);
}

TEST(HistoryReport, json_has_all_of_it) {
  const auto json = nlohmann::json::parse(to_json({report_of({failing_object()})}), nullptr, false);
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(json["heddle"], "check-report/1");
  const nlohmann::json& object = json["files"][0]["objects"][0];
  EXPECT_EQ(object["verdict"], "fail");
  EXPECT_EQ(object["decider"], "register monitor");
  EXPECT_FALSE(object.contains("key"));
  const nlohmann::json& failure = object["failure"];
  EXPECT_EQ(failure["unplaced"]["index"], 2);
  EXPECT_EQ(failure["minimal"][1]["text"], "0: write 4");
  EXPECT_EQ(failure["minimal"][1]["line"], 3);
  EXPECT_EQ(failure["placed"], (std::vector<int>{0, 1}));
  EXPECT_EQ(failure["levels"][0]["note"], "in another order");
}

TEST(HistoryReport, a_table_says_which_verdicts_differ) {
  const std::vector<VerdictRow> rows{{.file = "a.edn",
                                      .model = "queue",
                                      .operations = 7,
                                      .expected = "true",
                                      .actual = "true",
                                      .decider = "search",
                                      .milliseconds = 0.5},
                                     {.file = "long.edn",
                                      .model = "set",
                                      .operations = 12,
                                      .expected = "true",
                                      .actual = "false",
                                      .decider = "set monitor",
                                      .milliseconds = 2}};
  EXPECT_EQ(verdict_table(rows),
            "file      model                ops  expected found    decider                 ms\n"
            "a.edn     queue                  7  true     true     search               0.500\n"
            "long.edn  set                   12  true     false    set monitor          2.000  "
            "DIFFERENT\n"
            "total: 1 passed, 1 failed, 0 skipped\n");
  EXPECT_THAT(verdict_table(rows, false), Not(HasSubstr("0.500")));
}

}  // namespace
}  // namespace heddle::reports
