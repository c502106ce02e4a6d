#include "histories/write_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "histories/read.hpp"
#include "histories/same_history.hpp"
#include "histories/value_generator.hpp"

namespace heddle::histories {
namespace {

using core::History;
using core::Operation;

History history_of(const std::string& text) {
  auto history = read_history({.file = "h", .text = text});
  EXPECT_TRUE(history) << core::describe(history.error().span) << " " << history.error().message
                       << "\n"
                       << text;
  return history ? *std::move(history) : History();
}

constexpr std::string_view kAll = R"({:type :invoke, :f :write, :value 1, :process 3, :time 5}
{:type :info, :f :start, :value "cut off", :process :nemesis}
{:type :invoke, :f :cas, :key "k", :value [1 #{2}], :process 4, :time 6}
{:type :ok, :f :write, :value 1, :process 3, :time 7})";

TEST(WriteHistory, WritesOneEventALine) {
  EXPECT_EQ(write_edn(history_of(std::string(kAll))),
            "{:type :invoke, :f :write, :value 1, :process 3, :time 5, :index 0}\n"
            "{:type :info, :f :start, :value \"cut off\", :process :nemesis, :index 1}\n"
            "{:type :invoke, :f :cas, :key \"k\", :value [1 #{2}], :process 4, :time 6, :index "
            "2}\n"
            "{:type :ok, :f :write, :value 1, :process 3, :time 7, :index 3}\n");
  EXPECT_EQ(write_json_lines(history_of(std::string(kAll))),
            "{\"type\":\"invoke\",\"f\":\"write\",\"value\":1,\"process\":3,\"time\":5,\"index\":0}"
            "\n"
            "{\"type\":\"info\",\"f\":\"start\",\"value\":\"cut off\",\"process\":\"nemesis\","
            "\"index\":1}\n"
            "{\"type\":\"invoke\",\"f\":\"cas\",\"key\":\"k\",\"value\":[1,{\"edn\":\"#{2}\"}],"
            "\"process\":4,\"time\":6,\"index\":2}\n"
            "{\"type\":\"ok\",\"f\":\"write\",\"value\":1,\"process\":3,\"time\":7,\"index\":3}\n");
}

// Of intervals, at equal times too: who precedes whom, by number of the line.
std::set<std::pair<std::string, std::string>> precedence_of(const History& history) {
  std::set<std::pair<std::string, std::string>> pairs;
  for (const Operation& before : history.operations) {
    for (const Operation& after : history.operations) {
      if (before.ret < after.call) {
        pairs.emplace(to_string(history, before), to_string(history, after));
      }
    }
  }
  return pairs;
}

RC_GTEST_PROP(WriteHistory, KeepsThePrecedenceOfIntervals, ()) {
  std::string text;
  const auto intervals = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 8), rc::gen::inRange(0, 4)));
  int number = 0;
  for (const auto& [start, length] : intervals) {
    text += "enq " + std::to_string(number++) + " " + std::to_string(start) + " " +
            std::to_string(start + length) + "\n";
  }
  const History history = history_of(text);
  const auto precedence = precedence_of(history);
  RC_ASSERT(precedence_of(history_of(write_edn(history))) == precedence);
  RC_ASSERT(precedence_of(history_of(write_json_lines(history))) == precedence);
}

TEST(WriteHistory, WritesInstantsOfOneProcessOneBehindTheOther) {
  History history;
  const std::uint32_t read = history.function_of("read");
  for (std::uint64_t ret : {5U, 5U, 6U}) {
    history.operations.push_back(
        {.function = read, .completion = core::Completion::Ok, .call = 5, .ret = ret});
  }
  EXPECT_EQ(history_of(write_edn(history)).operations.size(), 3U);
}

// Random events that a recorder could have written.
std::string any_events() {
  History pool;
  core::Data& data = pool.data;
  const auto value = [&] { return " :value " + data.to_string(any_value(data, 2)); };
  const auto may_be = [](std::string text) { return *rc::gen::arbitrary<bool>() ? text : ""; };
  std::string text;
  std::set<int> open;
  const int events = *rc::gen::inRange(0, 20);
  for (int i = 0; i < events; ++i) {
    const int process = *rc::gen::inRange(-1, 3);
    const std::string time = may_be(" :time " + std::to_string(*rc::gen::inRange(-9, 9)));
    if (process < 0) {
      const std::string lane = data.to_string(data.string(any_text()));
      const std::string name = data.to_string(data.string(any_text()));
      text += "{:process " + lane + " :type :info " + may_be(":f " + name) + may_be(value()) + "}";
    } else if (open.insert(process).second) {
      const std::string name = data.to_string(
          data.string(*rc::gen::element<std::string>("read", "write", "cas", "a b", ":x", "")));
      text += "{:type :invoke :process " + std::to_string(process) + " :f " + name +
              may_be(value()) + may_be(" :key " + data.to_string(any_value(data, 1))) + time + "}";
    } else {
      open.erase(process);
      text += "{:type " + *rc::gen::element<std::string>(":ok", ":fail", ":info") + " :process " +
              std::to_string(process) + may_be(value()) + time + "}";
    }
    text += '\n';
  }
  return text;
}

RC_GTEST_PROP(WriteHistory, WritesWhatIsReadAsTheSameHistory, ()) {
  const std::string text = any_events();
  const History history = history_of(text);
  const std::string edn = write_edn(history);
  RC_ASSERT(same_history(history_of(edn), history));
  const std::string json = write_json_lines(history);
  RC_ASSERT(same_history(history_of(json), history));
  std::istringstream lines(json);
  for (std::string line; std::getline(lines, line);) RC_ASSERT(nlohmann::json::accept(line));
}

TEST(SameHistory, SeesDifferences) {
  const std::string text(kAll);
  const History history = history_of(text);
  EXPECT_TRUE(same_history(history, history_of("\n " + text)));
  for (const auto& [part, other] :
       std::vector<std::pair<std::string, std::string>>{{"#{2}", "#{3}"},
                                                        {"\"k\"", ":k"},
                                                        {"cut", "put"},
                                                        {":time 5", ":time 4"},
                                                        {":ok", ":fail"},
                                                        {":cas", ":add"},
                                                        {":process 4", ":process 5"}}) {
    std::string changed = text;
    changed.replace(changed.find(part), part.size(), other);
    EXPECT_FALSE(same_history(history, history_of(changed))) << part;
  }
}

}  // namespace
}  // namespace heddle::histories
