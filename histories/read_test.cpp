#include "histories/read.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace heddle::histories {
namespace {

namespace fs = std::filesystem;
using core::Completion;
using core::History;
using core::Operation;

std::string read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

History history_of(std::string text, const ReadOptions& options = {}) {
  auto history = read_history({.file = "h", .text = std::move(text)}, options);
  EXPECT_TRUE(history) << core::describe(history.error().span) << " " << history.error().message;
  return history ? *std::move(history) : History();
}

// "h:2:1 message"
std::string error_of(std::string text, const ReadOptions& options = {}) {
  const auto history = read_history({.file = "h", .text = std::move(text)}, options);
  if (history) return "no error";
  return core::describe(history.error().span) + " " + history.error().message;
}

std::string lines_of(const History& history) {
  std::string text;
  for (const Operation& operation : history.operations) {
    text += to_string(history, operation) + "\n";
  }
  return text;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(ReadHistory, ReadsAllRecordedHistoriesWithAllTheirOperations) {
  const fs::path folder = fs::path(HEDDLE_SOURCE_DIR) / "../shared/histories";
  if (!fs::exists(folder)) GTEST_SKIP() << "../shared/histories is absent";
  std::size_t files = 0;
  std::istringstream table(read_file(folder / "verdicts.tsv"));
  for (std::string line; std::getline(table, line);) {
    const std::string file = line.substr(0, line.find('\t'));
    if (file == "file") continue;
    ++files;
    const std::string text = read_file(folder / file);
    const auto history = read_history({.file = file, .text = text});
    ASSERT_TRUE(history) << core::describe(history.error().span) << " " << history.error().message;
    // Each has an invocation, or is a line; only the nemesis invokes nothing.
    const std::size_t operations = file.starts_with("generated") ? count_of(text, "\n") - 1
                                   : text[1] == '"' || text[2] == '"'
                                       ? count_of(text, "\"type\":\"invoke\"")
                                       : count_of(text, ":invoke");
    EXPECT_EQ(history->operations.size(), operations) << file;
    for (const Operation& operation : history->operations) EXPECT_GT(operation.line, 0U);
  }
  EXPECT_EQ(files, 265U);
}

constexpr std::string_view kWrite = R"({:process 4, :type :invoke, :f :write, :value 2}
{:process 4, :type :ok, :f :write, :value 2}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value 3})";

TEST(ReadHistory, ReadsEdnInARowInVectorsAndInLists) {
  const std::string events(kWrite);
  for (const std::string& text :
       {events, "[" + events + "]", "(" + events + ")", "; a word\n#_ 1 [" + events + "] ;",
        "\xEF\xBB\xBF" + events, "#jepsen.history.Op" + events}) {
    EXPECT_EQ(lines_of(history_of(text)), "4: write 2\n1: read -> 3\n") << text;
  }
  EXPECT_EQ(lines_of(history_of("")), "");
  EXPECT_EQ(lines_of(history_of("[]")), "");
}

TEST(ReadHistory, ReadsJsonInARowAndInArrays) {
  const std::string call = R"({"type": "invoke", "f": "write", "value": 2, "process": 4})";
  const std::string ok = R"({"type": "ok", "f": "write", "value": 2, "process": 4, "x": [{}]})";
  for (const std::string& text :
       {call + "\n" + ok, "[" + call + ",\n" + ok + "]", " [" + call + "]\n[" + ok + "]"}) {
    EXPECT_EQ(lines_of(history_of(text)), "4: write 2\n") << text;
  }
}

TEST(ReadHistory, ReadsTheLogOfJepsenUtil) {
  const History history = history_of(
      "2015-01-01 starting\n"
      "INFO  jepsen.util - 4\t:invoke\t:cas\t[1 2]\n"
      "INFO  jepsen.util - :nemesis\t:info\t:start\t\"cut off\"\n"
      "INFO  jepsen.util - some words\n"
      "INFO  jepsen.util - 0  :invoke :read    nil\n"
      "INFO  jepsen.util - 4\t:info\t:cas\t:timed-out\r\n"
      "INFO  jepsen.util - 0  :ok :read    2\n");
  EXPECT_EQ(lines_of(history), "4: cas [1 2] -> ?\n0: read -> 2\n");
  ASSERT_EQ(history.annotations.size(), 1U);
  EXPECT_EQ(history.annotations[0].lane, "nemesis");
  EXPECT_EQ(history.annotations[0].text, "start \"cut off\"");
  EXPECT_EQ(history.annotations[0].time, 1U);
  EXPECT_EQ(history.operations[0].line, 2U);
  EXPECT_EQ(history.operations[0].column, 21U);
}

TEST(ReadHistory, ReadsCallsAndReturns) {
  EXPECT_EQ(lines_of(history_of("# @object atomic-stack\n"
                                "[1] call push(c)\n   [2] call pop\n[1] return\n[2] return c\n"
                                "[1] call push 4\n[1] ret\n[2] call pop()\n[2] return empty\n"
                                "[3] call pop(4)\n[3] return\n[4] call cas(1, 2)\n[4] crash\n"
                                "[5] call push(?<1,2>)\n")),
            "1: push c\n2: pop -> c\n1: push 4\n2: pop -> :empty\n3: pop -> 4\n"
            "4: cas [1 2] -> ?\n5: push \"?<1,2>\" -> ?\n");
}

TEST(ReadHistory, TellsFormatsByTheirContent) {
  const std::vector<std::pair<std::string_view, std::optional<Format>>> cases{
      {"", Format::Edn},
      {" ; x", Format::Edn},
      {"[{:type", Format::Edn},
      {"[ {\"type\"", Format::Json},
      {"{\"type\"", Format::Json},
      {"#jepsen.history.Op{:a 1}", Format::Edn},
      {"#_{} {}", Format::Edn},
      {"# queue\nenq 1 1 2", Format::Intervals},
      {"enq 1 1 2", Format::Intervals},
      {"# @object atomic-queue\n\n[1] call enq(1)", Format::Calls},
      {"[12] call deq", Format::Calls},
      {"[12 13]", Format::Edn},
      {"x\nINFO  jepsen.util - 0 :invoke :read nil", Format::JepsenLog},
      {"%PDF", std::nullopt},
  };
  for (const auto& [text, format] : cases) EXPECT_EQ(detect_format(text), format) << text;
}

TEST(ReadHistory, KnowsWhatTheCommentsSayTheObjectIs) {
  EXPECT_EQ(declared_object("# queue\nenq 1 1 2"), "queue");
  EXPECT_EQ(declared_object("#priorityqueue\n"), "priorityqueue");
  EXPECT_EQ(declared_object("# a sentence\n# @object atomic-stack yes\n[1] call pop"), "stack");
  EXPECT_EQ(declared_object("enq 1 1 2"), "");
}

TEST(ReadHistory, NamesItsFormats) {
  for (const Format format :
       {Format::Edn, Format::Json, Format::JepsenLog, Format::Intervals, Format::Calls}) {
    EXPECT_EQ(format_named(to_string(format)), format);
  }
  EXPECT_EQ(format_named("xml"), std::nullopt);
}

TEST(ReadHistory, OrdersEventsByTheirPlaces) {
  const History history = history_of(
      "{:process 1 :type :invoke :f :a :time 70}{:process :nemesis :type :info :f :kill}"
      "{:process 7 :type :info :f :noise}\n"
      "{:process 2 :type :invoke :f :b :time 60} {:process 1 :type :ok :f :a :time 50}");
  ASSERT_EQ(history.operations.size(), 2U);
  EXPECT_EQ(history.operations[0].call, 0U);
  EXPECT_EQ(history.annotations[0].time, 1U);
  EXPECT_EQ(history.operations[1].call, 2U);
  EXPECT_EQ(history.operations[0].ret, 3U);
  EXPECT_EQ(history.operations[1].ret, core::kNeverReturned);
  EXPECT_EQ(history.operations[1].completion, Completion::Info);
  EXPECT_EQ(history.operations[1].line, 2U);
  EXPECT_EQ(history.operations[1].column, 1U);
  EXPECT_EQ(history.wall_times[0], (core::WallTimes{.call_ns = 70, .ret_ns = 50}));
  EXPECT_EQ(history.wall_times[1], (core::WallTimes{.call_ns = 60}));
}

TEST(ReadHistory, KeepsWallTimesOnlyIfThereAreAny) {
  EXPECT_TRUE(history_of(std::string(kWrite)).wall_times.empty());
}

TEST(ReadHistory, WritesAnnotationsAsFunctionAndValue) {
  const History history = history_of(
      "{:process :nemesis :type :info :f :start :value \"cut off\"}"
      "{:process \"n 1\" :type :info :f :stop :value [:n1 2]}{:process :x :type :info :f :y}");
  EXPECT_THAT(
      history.annotations,
      testing::ElementsAre(core::Annotation{.lane = "nemesis", .text = "start cut off", .time = 0},
                           core::Annotation{.lane = "n 1", .text = "stop [:n1 2]", .time = 1},
                           core::Annotation{.lane = "x", .text = "y", .time = 2}));
}

TEST(ReadHistory, FillsArgumentsFromCompletions) {
  EXPECT_EQ(lines_of(history_of("{:process 0 :type :invoke :f :write :value nil}"
                                "{:process 0 :type :ok :f :write :value 5}"
                                "{:process 0 :type :invoke :f :dequeue}"
                                "{:process 0 :type :ok :f :dequeue :value 6}")),
            "0: write 5\n0: dequeue -> 6\n");
}

TEST(ReadHistory, SplitsPairsOnlyIfAllValuesAreSome) {
  const std::string pairs =
      "{:process 0 :type :invoke :f :write :value [7 [1 2]]}"
      "{:process 0 :type :ok :f :write :value [7 [1 2]]}"
      "{:process 0 :type :invoke :f :read :value [7 nil]}"
      "{:process 0 :type :ok :f :read :value [7 [1 2]]}";
  EXPECT_EQ(lines_of(history_of(pairs)), "0: write of 7 [1 2]\n0: read of 7 -> [1 2]\n");
  EXPECT_EQ(lines_of(history_of(pairs, {.keyed = Keyed::No})),
            "0: write [7 [1 2]]\n0: read [7 nil] -> [7 [1 2]]\n");
  const std::string other = pairs + "{:process 0 :type :invoke :f :read :value 3}";
  EXPECT_EQ(history_of(other).operations[0].key, core::kUnknown);
  EXPECT_EQ(error_of(other, {.keyed = Keyed::Yes}),
            "h:1:201 the values of this operation are no [key value] of one key");
  // Compare and swap without reads is no keyed history.
  EXPECT_EQ(lines_of(history_of("{:process 0 :type :invoke :f :cas :value [1 2]}")),
            "0: cas [1 2] -> ?\n");
}

TEST(ReadHistory, TakesDeclaredKeys) {
  EXPECT_EQ(lines_of(history_of("{:process 0 :type :invoke :f :get :key \"a\" :value nil}"
                                "{:process 0 :type :ok :f :get :key \"a\" :value \"x\"}")),
            "0: get of \"a\" -> \"x\"\n");
}

TEST(ReadHistory, MayLackProcessesIfThereIsOne) {
  const std::string read = "{:type :invoke :f :read}\n{:type :ok :f :read :value 1}\n";
  EXPECT_EQ(lines_of(history_of(read)), "0: read -> 1\n");
  EXPECT_EQ(error_of(read + "{:process 1 :type :invoke :f :read}"),
            "h:3:1 some operations have a :process, others have none");
}

constexpr std::string_view kOpen = "{:type :invoke, :process 3, :f :write, :value 1}\n";

TEST(ReadHistory, SaysWhatIsWrongWithEvents) {
  const auto error_behind = [](std::string_view event) {
    return error_of(std::string(kOpen) + " " + std::string(event));
  };
  EXPECT_EQ(error_behind("{:type :invoke, :process 3, :f :read}"),
            "h:2:2 process 3 invokes read while its write of line 1 is open");
  EXPECT_EQ(error_behind("{:type :ok, :process 4, :f :read}"),
            "h:2:2 process 4 completes what it has not invoked");
  EXPECT_EQ(error_behind("{:type :ok, :process 3, :f :read}"),
            "h:2:2 process 3 completes read, but has invoked write in line 1");
  EXPECT_EQ(error_behind("{:type :done, :process 3}"),
            "h:2:2 unknown :type ':done': invoke, ok, fail or info is expected");
  EXPECT_EQ(error_behind("{:process 3}"), "h:2:2 an operation has a :type");
  EXPECT_EQ(error_behind("{:type :invoke, :process 4}"), "h:2:2 an operation has an :f");
  EXPECT_EQ(error_behind("{:type :invoke, :process 4 :f 5}"),
            "h:2:2 the :f of an operation is a name");
  EXPECT_EQ(error_behind("{:type :invoke, :process -4 :f :x}"), "h:2:2 process -4 is negative");
  EXPECT_EQ(error_behind("{:type :invoke, :process 4 :f :x :time 1.5}"),
            "h:2:2 the :time of an operation is an integer, in nanoseconds");
  EXPECT_EQ(error_behind("5"), "h:2:2 an operation, a map, is expected");
  EXPECT_EQ(error_behind("{:type :ok"), "h:2:2 this map does not end");
  EXPECT_EQ(error_of("[" + std::string(kOpen)), "h:1:1 this list of operations does not end");
  EXPECT_EQ(error_of("%"), "h:1:1 this is no history in EDN, JSON or one of the text forms");
}

TEST(ReadHistory, SaysWhatIsWrongWithIntervals) {
  EXPECT_EQ(error_of("enq 1 1 2\nenq 2 5 4\n"), "h:2:9 this operation ends before its start");
  EXPECT_EQ(error_of("enq 1 1"), "h:1:8 a time is expected, not ''");
  EXPECT_EQ(error_of("enq 1 1 -2"), "h:1:9 a time is expected, not '-2'");
  EXPECT_EQ(error_of("enq 1 1 2 3"), "h:1:11 a line has no more than 'method value start end'");
  EXPECT_EQ(error_of("enq"), "h:1:1 'method value start end' is expected");
}

TEST(ReadHistory, SaysWhatIsWrongWithCalls) {
  EXPECT_EQ(error_of("[1] call push(1)\n [1] call pop"),
            "h:2:2 process 1 invokes pop while its push of line 1 is open");
  EXPECT_EQ(error_of("[1] does pop"),
            "h:1:4 '[process] call name(value)' or '[process] return value' is expected");
  EXPECT_EQ(error_of("[1] call (1)"), "h:1:4 a call has a name");
}

TEST(ReadHistory, CountsLinesFromWhereTheSourceBegins) {
  const auto history =
      read_history({.file = "h", .text = "\n%", .first_line = 10}, {.format = Format::Edn});
  ASSERT_FALSE(history);
  EXPECT_EQ(history.error().span.line, 11U);
}

TEST(ReadHistory, GivesIntervalsTheFirstFreeProcess) {
  const History history = history_of("a 1 1 4\na 2 2 3\na 3 3 9\na 4 4 5\na 5 5 6\n");
  std::vector<std::int64_t> processes;
  for (const Operation& operation : history.operations) processes.push_back(operation.process);
  // At the same time is not behind.
  EXPECT_THAT(processes, testing::ElementsAre(0, 1, 2, 1, 0));
}

RC_GTEST_PROP(ReadHistory, OrdersIntervalsByTheirStarts, ()) {
  std::string text;
  const auto starts = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::oneOf(
      rc::gen::inRange<std::uint64_t>(0, 20), rc::gen::inRange<std::uint64_t>(0, INT64_MAX)));
  for (const std::uint64_t start : starts) {
    text += "enq 1 " + std::to_string(start) + " " + std::to_string(INT64_MAX) + "\n";
  }
  const History history = history_of(text, {.format = Format::Intervals});
  RC_ASSERT(history.operations.size() == starts.size());
  for (std::size_t i = 1; i < history.operations.size(); ++i) {
    const Operation& before = history.operations[i - 1];
    const Operation& after = history.operations[i];
    RC_ASSERT(std::pair(before.call, before.line) < std::pair(after.call, after.line));
  }
}

TEST(ReadHistory, ReadsIntervalsInTheOrderOfTheirStarts) {
  EXPECT_EQ(lines_of(history_of("# queue\ndeq 1 4 9\nenq 1 1 5\ndeq empty 6 8\n"
                                "contains_false 7 10 11\n")),
            "0: enq 1\n1: deq -> 1\n0: deq -> :empty\n0: contains 7 -> false\n");
}

}  // namespace
}  // namespace heddle::histories
