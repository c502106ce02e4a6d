#include "harness/jepsen/jepsen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "histories/read.hpp"

namespace heddle::harness {
namespace {

namespace fs = std::filesystem;
using core::VerdictKind;
using testing::HasSubstr;

// Each process waits for itself only: "1 invoke add 5; 1 ok add 5; ..."
core::History history_of(std::string_view events) {
  std::string text;
  std::istringstream stream{std::string(events)};
  for (std::string event; std::getline(stream, event, ';');) {
    std::istringstream words(event);
    std::string process;
    std::string type;
    std::string function;
    std::string value;
    words >> process >> type >> function;
    std::getline(words, value);
    text += "{:process " + process + " :type :" + type + " :f :" + function + " :value " +
            (value.empty() ? "nil" : value) + "}\n";
  }
  auto history = histories::read_history({.file = "h", .text = text});
  EXPECT_TRUE(history) << history.error().message;
  return *std::move(history);
}

CheckerReport report_of(std::string_view checker, std::string_view events,
                        const CheckerOptions& options = {}) {
  const auto report = run_checker(checker, history_of(events), options);
  EXPECT_TRUE(report) << report.error().message;
  return report ? *report : CheckerReport();
}

std::string text_of(std::string_view checker, std::string_view events,
                    const CheckerOptions& options = {}) {
  return to_text(report_of(checker, events, options));
}

std::string error_of(std::string_view checker, std::string_view events) {
  const auto report = run_checker(checker, history_of(events));
  return report ? "no error" : core::describe(report.error().span) + report.error().message;
}

TEST(JepsenCheckers, AgreeWithElleCliOnItsHistories) {
  const fs::path folder = fs::path(HEDDLE_SOURCE_DIR) / "../shared/histories";
  if (!fs::exists(folder)) GTEST_SKIP() << "../shared/histories is absent";
  std::ifstream table(folder / "verdicts.tsv");
  int rows = 0;
  for (std::string line; std::getline(table, line);) {
    std::istringstream row(line);
    std::string file;
    std::string model;
    std::string operations;
    std::string verdict;
    std::getline(row, file, '\t');
    std::getline(row, model, '\t');
    std::getline(row, operations, '\t');
    std::getline(row, verdict, '\t');
    if (!model.starts_with("jepsen-")) continue;
    ++rows;
    std::ifstream stream(folder / file, std::ios::binary);
    const core::Source source{.file = file, .text = {std::istreambuf_iterator<char>(stream), {}}};
    const auto history = histories::read_history(source);
    ASSERT_TRUE(history) << file;
    const std::string name = model.substr(7, model.find(' ') - 7);
    const auto report = run_checker(name, *history, {.group_size = name == "long-fork" ? 3U : 0U});
    ASSERT_TRUE(report) << file << ": " << report.error().message;
    EXPECT_EQ(report->valid, verdict == "true" ? VerdictKind::Pass : VerdictKind::Fail)
        << file << "\n"
        << to_text(*report);
  }
  EXPECT_EQ(rows, 11);
}

TEST(JepsenCheckers, SayWhichThereAre) {
  const auto report = run_checker("kafka", core::History());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message,
            "there is no checker 'kafka': there are set, set-full, queue, total-queue, "
            "unique-ids, counter, bank, long-fork");
}

TEST(JepsenCheckers, CheckEachKeyAlone) {
  const auto report = report_of("set",
                                "0 invoke add [1 5]; 0 ok add [1 5];"
                                "0 invoke read [1 nil]; 0 ok read [1 [5]];"
                                "0 invoke add [2 6]; 0 ok add [2 6];"
                                "0 invoke read [2 nil]; 0 ok read [2 [5]]");
  ASSERT_EQ(report.parts.size(), 2U);
  EXPECT_EQ(report.parts[0].valid, VerdictKind::Pass);
  EXPECT_EQ(report.parts[1].key, "2");
  EXPECT_EQ(report.valid, VerdictKind::Fail);
}

TEST(Set, ClassifiesElements) {
  EXPECT_EQ(text_of("set",
                    "0 invoke add 1; 0 ok add 1; 0 invoke add 2; 0 ok add 2;"
                    "0 invoke add 3; 0 ok add 3; 1 invoke add 4; 1 info add 4;"
                    "2 invoke add 5; 2 fail add 5; 0 invoke read; 0 ok read #{1 2 4 9}"),
            "set: not valid\n"
            "  3 is lost: the add of line 5 succeeded, the last read, the read of line 11, is "
            "without it\n"
            "  9 is unexpected: the read of line 11 has it, but nobody added it\n"
            "  attempt-count: 5\n"
            "  acknowledged-count: 3\n"
            "  ok-count: 3\n"
            "  ok: 1, 2, 4\n"
            "  lost-count: 1\n"
            "  lost: 3\n"
            "  recovered-count: 1\n"
            "  recovered: 4\n"
            "  unexpected-count: 1\n"
            "  unexpected: 9\n");
}

TEST(Set, IsUnknownIfItIsNotRead) {
  EXPECT_EQ(report_of("set", "0 invoke add 1; 0 ok add 1; 1 invoke read; 1 fail read").valid,
            VerdictKind::Unknown);
}

TEST(Set, CountsTheLastReadOnly) {
  EXPECT_EQ(report_of("set",
                      "0 invoke add 1; 0 ok add 1; 1 invoke read; 1 ok read [];"
                      "1 invoke read; 1 ok read [1]")
                .valid,
            VerdictKind::Pass);
}

TEST(SetFull, TellsLostFromStableElements) {
  const std::string added = "0 invoke add 1; 0 ok add 1; 1 invoke read; 1 ok read [1];";
  EXPECT_EQ(report_of("set-full", added).valid, VerdictKind::Pass);
  const std::string lost = added + "1 invoke read; 1 ok read []";
  EXPECT_THAT(text_of("set-full", lost),
              HasSubstr("1 is lost: known since the add of line 1, it is not in the read of line "
                        "5\n"));
  const std::string stale = lost + "; 1 invoke read; 1 ok read [1]";
  EXPECT_THAT(text_of("set-full", stale), HasSubstr("stale: 1\n"));
  EXPECT_EQ(report_of("set-full", stale).valid, VerdictKind::Pass);
  EXPECT_EQ(report_of("set-full", stale, {.is_linearizable = true}).valid, VerdictKind::Fail);
}

TEST(SetFull, DoesNotMissWhatWasAddedWhileItWasRead) {
  EXPECT_THAT(text_of("set-full", "1 invoke read; 0 invoke add 1; 0 ok add 1; 1 ok read []"),
              HasSubstr("set-full: unknown\n  no element was read for good\n"));
}

TEST(SetFull, LooksAtReadsBegunBeforeTheAdd) {
  EXPECT_THAT(text_of("set-full",
                      "1 invoke read; 2 invoke read; 0 invoke add 1; 1 ok read [1]; 2 ok read []"),
              HasSubstr("never-read: 1\n"));
}

TEST(SetFull, KnowsAnElementFromTheReadThatHasIt) {
  EXPECT_EQ(report_of("set-full",
                      "0 invoke add 1; 0 info add 1; 1 invoke read; 1 ok read [1];"
                      "1 invoke read; 1 ok read []")
                .valid,
            VerdictKind::Fail);
  EXPECT_EQ(
      report_of("set-full", "0 invoke add 1; 0 info add 1; 1 invoke read; 1 ok read []").valid,
      VerdictKind::Unknown);
}

TEST(SetFull, FindsElementsTwiceInOneRead) {
  EXPECT_THAT(text_of("set-full", "0 invoke add 1; 0 ok add 1; 1 invoke read; 1 ok read [1 1]"),
              HasSubstr("1 is more than once in the read of line 3\n"));
}

TEST(SetFull, MeasuresLatenciesInMilliseconds) {
  auto history =
      histories::read_history({.file = "h",
                               .text = "{:process 0 :type :invoke :f :add :value 1 :time 0}"
                                       "{:process 0 :type :ok :f :add :value 1 :time 1000000}"
                                       "{:process 0 :type :invoke :f :read :time 4500000}"
                                       "{:process 0 :type :ok :f :read :value [] :time 5000000}"
                                       "{:process 0 :type :invoke :f :read :time 6000000}"
                                       "{:process 0 :type :ok :f :read :value [1] :time 7000000}"});
  ASSERT_TRUE(history);
  const auto report = run_checker("set-full", *history);
  ASSERT_TRUE(report);
  EXPECT_THAT(to_text(*report), HasSubstr("worst-stale: 1 after 3 ms\n"));
  EXPECT_THAT(to_text(*report), HasSubstr("stable-latencies: 0: 3 ms, 0.5: 3 ms"));
}

// Jepsen's own way: each read looks at each element.
std::string slow_outcomes(const core::History& history) {
  struct Seen {
    std::int64_t known = -1, with = -1, without = -1;
  };
  std::map<std::int64_t, Seen> elements;
  std::vector<std::pair<std::uint64_t, const core::Operation*>> events;
  for (const core::Operation& operation : history.operations) {
    events.emplace_back(operation.call, &operation);
    if (operation.ret != core::kNeverReturned) events.emplace_back(operation.ret, &operation);
  }
  std::ranges::sort(events);
  for (const auto& [time, operation] : events) {
    const bool is_ok = time == operation->ret && operation->completion == core::Completion::Ok;
    if (history.name_of(*operation) == "add") {
      Seen& seen = elements[operation->input.word];
      if (time == operation->call) seen = {};
      if (is_ok && seen.known < 0) seen.known = static_cast<std::int64_t>(time);
    } else if (is_ok) {
      const auto items = history.data.items_of(operation->output);
      for (auto& [value, seen] : elements) {
        const bool has = std::ranges::find(items, core::Datum{value}) != items.end();
        std::int64_t& last = has ? seen.with : seen.without;
        last = std::max(last, static_cast<std::int64_t>(operation->call));
        if (has && seen.known < 0) seen.known = static_cast<std::int64_t>(time);
      }
    }
  }
  std::string text;
  for (const auto& [value, seen] : elements) {
    const bool is_stable = seen.with >= 0 && seen.without < seen.with;
    const bool is_late = seen.known >= 0 && seen.known < seen.without;
    if (is_stable && is_late) text += " stale " + std::to_string(value);
    if (!is_stable && is_late) text += " lost " + std::to_string(value);
    if (!is_stable && !is_late) text += " never-read " + std::to_string(value);
  }
  return text;
}

std::string fast_outcomes(const CheckerReport& report) {
  std::map<std::string, std::string> outcomes;  // by element
  for (const CheckerEntry& entry : report.entries) {
    const auto* elements = std::get_if<std::vector<std::string>>(&entry.value);
    if (elements == nullptr) continue;
    for (const std::string& element : *elements) {
      outcomes[element] = " " + entry.name + " " + element;
    }
  }
  std::string text;
  for (const auto& [element, outcome] : outcomes) text += outcome;
  return text;
}

RC_GTEST_PROP(SetFull, DecidesAsJepsenDoes, ()) {
  std::string events;
  std::map<int, std::string> open;  // what each process will be told
  int next_element = 0;
  const auto steps = *rc::gen::inRange(0, 40);
  for (int i = 0; i < steps; ++i) {
    const int process = *rc::gen::inRange(0, 3);
    const std::string prefix = std::to_string(process) + " ";
    if (open.contains(process)) {
      events += open.at(process);
      open.erase(process);
      continue;
    }
    if (*rc::gen::arbitrary<bool>()) {
      // Elements that no run "3..5" of the report joins.
      const std::string element = std::to_string(2 * (*rc::gen::inRange(0, 3)));
      events += prefix + "invoke add " + element + ";";
      open[process] =
          prefix + (*rc::gen::arbitrary<bool>() ? "ok" : "info") + " add " + element + ";";
    } else {
      std::string read = " read [";
      for (next_element = 0; next_element < 6; next_element += 2) {
        if (*rc::gen::arbitrary<bool>()) read += std::to_string(next_element) + " ";
      }
      events += prefix + "invoke read;";
      open[process] = prefix + "ok" + read + "];";
    }
  }
  const core::History history = history_of(events);
  const auto report = run_checker("set-full", history);
  RC_ASSERT(report.has_value());
  RC_ASSERT(fast_outcomes(*report) == slow_outcomes(history));
}

TEST(Queue, FindsWhatWasNotThere) {
  EXPECT_EQ(text_of("queue",
                    "0 invoke enqueue 1; 1 invoke dequeue; 1 ok dequeue 1;"
                    "1 invoke dequeue; 1 ok dequeue 1; 0 ok enqueue 1"),
            "queue: not valid\n"
            "  the dequeue of line 4 returned 1, which was not there\n"
            "  final-size: 0\n"
            "  unexpected-count: 1\n"
            "  unexpected: 1\n");
}

TEST(TotalQueue, ClassifiesElements) {
  EXPECT_EQ(text_of("total-queue",
                    "0 invoke enqueue 1; 0 ok enqueue 1; 0 invoke enqueue 2; 0 ok enqueue 2;"
                    "1 invoke enqueue 3; 1 info enqueue 3;"
                    "0 invoke dequeue; 0 ok dequeue 1; 0 invoke dequeue; 0 ok dequeue 1;"
                    "0 invoke drain; 0 ok drain [3 7]"),
            "total-queue: not valid\n"
            "  2 is lost: the enqueue of line 3 succeeded, but it never came out\n"
            "  7 is unexpected: the drain of line 11 has it, but nobody put it in\n"
            "  attempt-count: 3\n"
            "  acknowledged-count: 2\n"
            "  ok-count: 2\n"
            "  lost-count: 1\n"
            "  lost: 2\n"
            "  unexpected-count: 1\n"
            "  unexpected: 7\n"
            "  duplicated-count: 1\n"
            "  duplicated: 1\n"
            "  recovered-count: 1\n"
            "  recovered: 3\n");
}

TEST(TotalQueue, LetsElementsComeTwice) {
  EXPECT_EQ(report_of("total-queue",
                      "0 invoke enqueue 1; 0 ok enqueue 1; 0 invoke dequeue; 0 ok dequeue 1;"
                      "0 invoke dequeue; 0 ok dequeue 1")
                .valid,
            VerdictKind::Pass);
}

TEST(TotalQueue, DoesNotKnowWhatACrashedDrainTook) {
  EXPECT_EQ(report_of("total-queue", "0 invoke drain; 0 info drain").valid, VerdictKind::Unknown);
}

TEST(UniqueIds, FindsIdsGivenTwice) {
  EXPECT_EQ(text_of("unique-ids",
                    "0 invoke generate; 1 invoke generate; 0 ok generate 7; 1 ok generate 3;"
                    "0 invoke generate; 0 ok generate 7; 1 invoke generate"),
            "unique-ids: not valid\n"
            "  7 was given 2 times: by the generate of line 1, again by the generate of line 5\n"
            "  attempted-count: 4\n"
            "  acknowledged-count: 3\n"
            "  duplicated-count: 1\n"
            "  duplicated: 7\n"
            "  range: [3 7]\n");
}

TEST(Counter, BoundsReadsByWhatWasAndWhatCouldHaveBeenAdded) {
  const std::string open = "0 invoke add 2; 0 ok add 2; 0 invoke add 3; 1 invoke read;";
  for (const auto& [value, valid] :
       {std::pair(1, false), std::pair(2, true), std::pair(5, true), std::pair(6, false)}) {
    EXPECT_EQ(report_of("counter", open + "1 ok read " + std::to_string(value)).valid,
              valid ? VerdictKind::Pass : VerdictKind::Fail)
        << value;
  }
  EXPECT_THAT(text_of("counter", open + "1 ok read 6"),
              HasSubstr("the read of line 4 returned 6, but 2 to 5 was possible\n"));
}

TEST(Counter, LeavesOutAddsThatFailed) {
  EXPECT_EQ(report_of("counter", "0 invoke add 2; 0 fail add 2; 0 invoke read; 0 ok read 2").valid,
            VerdictKind::Fail);
}

TEST(Counter, TakesNoNegativeAddsAndNoOverflow) {
  EXPECT_EQ(error_of("counter", "0 invoke add -1"), ":1:1this checker's counters only grow");
  EXPECT_THAT(error_of("counter", "0 invoke add 9223372036854775807; 1 invoke add 1"),
              HasSubstr("beyond 64 bits"));
}

TEST(Bank, NamesEachKindOfError) {
  EXPECT_EQ(text_of("bank",
                    "0 invoke read; 0 ok read {0 10, 1 0}; 0 invoke read; 0 ok read {0 9, 1 0};"
                    "0 invoke read; 0 ok read {0 11, 1 -1}; 0 invoke read; 0 ok read {0 nil, 1 0};"
                    "0 invoke read; 0 ok read {0 10, 1 0, 2 0}"),
            "bank: not valid\n"
            "  the read of line 3 shows 9 in all, not 10\n"
            "  the read of line 5 shows the negative balance -1\n"
            "  the read of line 7 has no balance of account 0\n"
            "  the read of line 9 has the unexpected account 2\n"
            "  read-count: 5\n"
            "  error-count: 4\n"
            "  account-count: 2\n"
            "  account: 0, 1\n"
            "  total: 10 (of the first read of line 1)\n"
            "  unexpected-key-count: 1\n"
            "  nil-balance-count: 1\n"
            "  wrong-total-count: 1\n"
            "  negative-value-count: 1\n"
            "  wrong-totals: 9 to 9\n");
}

TEST(Bank, MayBeToldTheTotalAndToAllowDebts) {
  const std::string read = "0 invoke read; 0 ok read {0 11, 1 -1}";
  EXPECT_EQ(report_of("bank", read).valid, VerdictKind::Fail);
  EXPECT_EQ(report_of("bank", read, {.allows_negative = true}).valid, VerdictKind::Pass);
  EXPECT_EQ(report_of("bank", read, {.total = 11, .allows_negative = true}).valid,
            VerdictKind::Fail);
}

TEST(LongFork, FindsReadsThatNoOrderExplains) {
  const std::string reads =
      "0 invoke read [[:r 0 nil] [:r 1 nil]]; 0 ok read [[:r 0 1] [:r 1 nil]];"
      "0 invoke read [[:r 1 nil] [:r 0 nil]]; 0 ok read [[:r 1 1] [:r 0 %]]";
  const auto with = [&](std::string_view value) {
    std::string text = reads;
    return text.replace(text.find('%'), 1, value);
  };
  EXPECT_EQ(report_of("long-fork", with("1")).valid, VerdictKind::Pass);
  EXPECT_THAT(text_of("long-fork", with("nil")),
              HasSubstr("a fork: the read of line 1 and the read of line 3 each saw a write that "
                        "the other did not\n"));
  EXPECT_EQ(report_of("long-fork", with("2")).valid, VerdictKind::Unknown) << "two values";
  EXPECT_EQ(report_of("long-fork", with("1"), {.group_size = 3}).valid, VerdictKind::Unknown);
}

TEST(LongFork, LetsReadsComeInAnyOrder) {
  EXPECT_EQ(report_of("long-fork",
                      "0 invoke read; 0 ok read [[:r 0 1] [:r 1 1]];"
                      "0 invoke read; 0 ok read [[:r 0 nil] [:r 1 nil]]")
                .valid,
            VerdictKind::Pass);
}

TEST(LongFork, WantsOneWriteOfEachKey) {
  EXPECT_EQ(report_of("long-fork",
                      "0 invoke write [[:w 0 1]]; 0 ok write [[:w 0 1]]; 1 invoke write [[:w 0 2]]")
                .valid,
            VerdictKind::Unknown);
}

}  // namespace
}  // namespace heddle::harness
