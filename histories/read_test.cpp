#include "histories/read.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

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

constexpr std::string_view kOpen = "{:type :invoke, :process 3, :f :write, :value 1}\n";

TEST(ReadHistory, SaysWhereAProcessInvokesTwice) {
  EXPECT_EQ(error_of(std::string(kOpen) + " {:type :invoke, :process 3, :f :read}"),
            "h:2:2 process 3 invokes read while its write of line 1 is open");
}

TEST(ReadHistory, ReadsIntervalsInTheOrderOfTheirStarts) {
  EXPECT_EQ(lines_of(history_of("# queue\ndeq 1 4 9\nenq 1 1 5\ndeq empty 6 8\n"
                                "contains_false 7 10 11\n")),
            "0: enq 1\n1: deq -> 1\n0: deq -> :empty\n0: contains 7 -> false\n");
}

}  // namespace
}  // namespace heddle::histories
