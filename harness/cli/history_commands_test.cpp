// From an execution to `heddle check`: `heddle run --history` and `heddle replay --history`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "harness/cli/cli_fixture.hpp"
#include "histories/read.hpp"

namespace heddle::harness {
namespace {

using ::testing::HasSubstr;

std::string object(const std::string& name) {
  return HEDDLE_SOURCE_DIR "/scenarios/objects/" + name + ".yaml";
}

ExitCode check(const std::string& path, const std::string& model) {
  return heddle({"check", path, "--model", model}).code;
}

std::size_t operations_in(const std::string& path) {
  const auto history = histories::read_history({.file = path, .text = *read_file(path)});
  EXPECT_TRUE(history.has_value()) << history.error().message;
  return history ? history->operations.size() : 0;
}

TEST(CliHistory, ACorrectObjectHasLinearizableHistoriesInBothForms) {
  const Folder folder;
  for (const std::string name : {"queue.edn", "queue.jsonl"}) {
    const std::string path = folder.path(name);
    EXPECT_EQ(heddle({"run", object("ms_queue"), "--history", path}).code, ExitCode::Pass);
    EXPECT_EQ(operations_in(path), 6U);
    EXPECT_EQ(check(path, "queue"), ExitCode::Pass);
    EXPECT_EQ(check(path, "stack"), ExitCode::BadInput);  // it has no enqueue
  }
  EXPECT_EQ((*read_file(folder.path("queue.edn")))[0], '{');
  EXPECT_THAT(*read_file(folder.path("queue.jsonl")), HasSubstr("\"f\":\"enqueue\""));
}

TEST(CliHistory, TheReproOfABrokenObjectHasAHistoryThatIsNotLinearizable) {
  const Folder folder;
  ASSERT_EQ(
      heddle({"explore", object("treiber_untagged"), "--repro-dir", folder.path("repros")}).code,
      ExitCode::Failure);
  const std::string repro = list_files(folder.path("repros"), {".yaml"})->front();
  const std::string path = folder.path("stack.edn");
  EXPECT_EQ(heddle({"replay", repro, "--history", path}).code, ExitCode::Failure);
  EXPECT_EQ(check(path, "stack"), ExitCode::Failure);
}

TEST(CliHistory, TheSeedChoosesTheExecution) {
  const Folder folder;
  const auto text_with = [&](const std::string& seed) {
    const std::string path = folder.path("h.edn");
    heddle({"run", object("treiber"), "--history", path, "--seed", seed});
    return read_file(path).value_or("");
  };
  EXPECT_EQ(text_with("1"), text_with("1"));
  EXPECT_NE(text_with("1"), text_with("2"));
}

TEST(CliHistory, WhatHasNoOperationsHasNoHistory) {
  const Folder folder;
  const std::string path = folder.path("h.edn");
  const auto run = [&](std::vector<std::string> arguments) {
    const Result result = heddle(std::move(arguments));
    EXPECT_EQ(result.code, ExitCode::BadInput);
    EXPECT_FALSE(read_file(path).has_value());
    return result.err;
  };
  const std::string scenario = folder.write("a.yaml", kAtomicUpdate);
  const std::string module = folder.write("m.wat", "(module (func (export \"f\")))");
  EXPECT_THAT(run({"run", scenario, "--history", path}), HasSubstr("no call of a.yaml is an"));
  EXPECT_THAT(run({"run", module, "--history", path}), HasSubstr("no call of m.wat is an"));
  EXPECT_THAT(run({"replay", make_repro_file(folder), "--history", path}),
              HasSubstr("no call of lost_update.yaml is an"));
  EXPECT_THAT(run({"run", object("treiber"), object("heap"), "--history", path}),
              HasSubstr("--history needs exactly one scenario"));
  EXPECT_THAT(run({"run", object("treiber"), "--seeds", "3", "--history", path}),
              HasSubstr("excludes"));
}

TEST(CliHistory, WhatCannotBeWrittenIsBadInput) {
  const Folder folder;
  EXPECT_EQ(heddle({"run", object("treiber"), "--history", folder.path()}).code,
            ExitCode::BadInput);
}

}  // namespace
}  // namespace heddle::harness
