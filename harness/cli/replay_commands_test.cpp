// `heddle replay`, `shrink` and `bench shrinking`, and what explore writes for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/cli/cli_fixture.hpp"

namespace heddle::harness {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(CliReplay, ShowsTheFailureFromAnyFolderWithNothingButTheFile) {
  const Folder folder;
  const std::string repro = make_repro_file(folder);
  std::filesystem::remove(folder.path("lost_update.yaml"));
  const Folder elsewhere;
  const std::string moved = elsewhere.path("renamed.yaml");
  std::filesystem::rename(repro, moved);
  const Result result = heddle({"replay", moved});
  EXPECT_EQ(result.code, ExitCode::Failure) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("reproduced: assertion at lost_update.yaml:11"),
                                HasSubstr("store [0x0] <- 1")));
  EXPECT_EQ(heddle({"replay", moved}).out, result.out);
  const Result json = heddle({"replay", moved, "--json"});
  EXPECT_EQ(nlohmann::json::parse(json.out, nullptr, false)["reproduced"], true);
}

TEST(CliReplay, AFileThatWasDamagedIsTwo) {
  const Folder folder;
  const std::string text = *read_file(make_repro_file(folder));
  const auto replayed = [&](const std::string& changed) {
    return heddle({"replay", folder.write("changed.yaml", changed)});
  };
  const Result truncated = replayed(text.substr(0, text.size() / 2));
  EXPECT_EQ(truncated.code, ExitCode::BadInput);
  const Result program = replayed(replace_first(text, "count: 3", "count: 2"));
  EXPECT_EQ(program.code, ExitCode::BadInput);
  EXPECT_THAT(program.err, AllOf(HasSubstr("made for another program"), HasSubstr("--lenient")));
  const Result broken = replayed(replace_first(text, "(module", "(modul"));
  EXPECT_EQ(broken.code, ExitCode::BadInput);
  EXPECT_THAT(broken.err, AllOf(StartsWith(folder.path("changed.yaml") + ": error: its program: "),
                                HasSubstr("lost_update.yaml:3:4: ")));
  const Result schedule = replayed(replace_first(text, "  tail", "  t9\n  tail"));
  EXPECT_EQ(schedule.code, ExitCode::BadInput);
  EXPECT_THAT(schedule.err, AllOf(HasSubstr("does not fit"), HasSubstr("--lenient")));
  const std::size_t trace = text.find("\ntrace: ") + 8;
  std::string other = text;
  other[trace] = other[trace] == '0' ? '1' : '0';
  EXPECT_THAT(replayed(other).err, HasSubstr("the trace is not the recorded one"));
  EXPECT_EQ(replayed("name: x\n").code, ExitCode::BadInput);
}

TEST(CliReplay, ADivergenceIsToldWithBothSides) {
  const Folder folder;
  const std::string text = *read_file(make_repro_file(folder));
  const auto replayed = [&](const std::string& changed) {
    return heddle({"replay", folder.write("changed.yaml", changed)});
  };
  // As another version of Heddle might have recorded it.
  const std::size_t line = text.find("\n  1 t", text.find("\nrecord: |"));
  ASSERT_NE(line, std::string::npos);
  std::string other = text;
  other.replace(text.find(" memory0+0x0 4 at ", line), 18, " memory0+0x8 4 at ");
  const Result location = replayed(other);
  EXPECT_EQ(location.code, ExitCode::BadInput);
  EXPECT_THAT(location.err,
              AllOf(HasSubstr("the schedule does not fit the program: choice 1 (after 1 steps)"),
                    HasSubstr("different: the location"), HasSubstr("recorded:  after 1 steps t"),
                    HasSubstr("at memory0+0x8 in add at lost_update.yaml:6"),
                    HasSubstr("actual:    after 1 steps t"),
                    HasSubstr("at memory0+0x0 in add at lost_update.yaml:6"),
                    HasSubstr("options: t1 t2 t3")));
  // A program that was edited: where it leaves the schedule.
  const Result program =
      replayed(replace_first(text, "(i32.store (i32.const 0)",
                             "(drop (i32.load (i32.const 8))) (i32.store (i32.const 0)"));
  EXPECT_EQ(program.code, ExitCode::BadInput);
  EXPECT_THAT(program.err, AllOf(HasSubstr("made for another program"), HasSubstr("recorded: "),
                                 HasSubstr("actual: "), HasSubstr("in function 0 at 0x")));
}

TEST(CliExplore, WritesAScenarioOfTheFailure) {
  const Folder folder;
  const std::string path = folder.write("lost_update.yaml", kLostUpdate);
  const Result explored = heddle(
      {"explore", path, "--repro-dir", folder.path("repros"), "--regress", folder.path("regress")});
  EXPECT_EQ(explored.code, ExitCode::Failure);
  EXPECT_THAT(explored.err, HasSubstr("processes 3 -> 3, calls 4 -> 4, 1 preemption\n"));
  const Result tested = heddle({"test", folder.path("regress")});
  EXPECT_EQ(tested.code, ExitCode::Pass) << tested.out;
  EXPECT_THAT(tested.out, HasSubstr("1 passed, 0 failed"));
  const std::string repro = (*list_files(folder.path("repros"), {".yaml"})).front();
  const Result shrunk = heddle(
      {"shrink", repro, "--regress", folder.path("again.yaml"), "-o", folder.path("s.yaml")});
  EXPECT_EQ(shrunk.code, ExitCode::Pass);
  EXPECT_THAT(shrunk.out, HasSubstr("the two steps that decide"));
  EXPECT_EQ(heddle({"test", folder.path("again.yaml")}).code, ExitCode::Pass);
}

TEST(CliBench, OfShrinkingHoldsFailuresAgainstTheirScenario) {
  const Folder folder;
  const std::string path = folder.write("lost_update.yaml", kLostUpdate);
  const Result result =
      heddle({"bench", "shrinking", path, "--strategies", "random,pos", "--trials", "2"});
  EXPECT_EQ(result.code, ExitCode::Pass) << result.out;
  EXPECT_THAT(result.out,
              HasSubstr("\n4 failures, 4 of them with no more preemptions than needed"));
  folder.write("lost_update.yaml",
               replace_first(std::string(kLostUpdate), "preemptions: 1", "preemptions: 0"));
  const Result missed =
      heddle({"bench", "shrinking", path, "--strategies", "random", "--trials", "1"});
  EXPECT_EQ(missed.code, ExitCode::Failure);
  EXPECT_THAT(missed.out, HasSubstr("MISSED"));
}

TEST(CliReplay, AProgramThatWasFixedInTheReproPassesLeniently) {
  const Folder folder;
  const std::string fixed =
      replace_first(*read_file(make_repro_file(folder)),
                    "(i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))",
                    "(drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))");
  const Result result = heddle({"replay", folder.write("fixed.yaml", fixed), "--lenient"});
  EXPECT_EQ(result.code, ExitCode::Pass) << result.err;
  EXPECT_THAT(result.out, HasSubstr("not reproduced: the program passes"));
}

TEST(CliReplay, AScheduleThatPassesIsZeroAndSaysSo) {
  const Folder folder;
  std::string text = *read_file(make_repro_file(folder));
  // Nothing but the tail: no preemption, no failure.
  const std::size_t begin = text.find('\n', text.find("  program ")) + 1;
  const std::size_t end = text.find("  tail");
  text.erase(begin, end - begin);
  const Result result = heddle({"replay", folder.write("x.yaml", text), "--lenient"});
  EXPECT_EQ(result.code, ExitCode::Pass);
  EXPECT_THAT(result.out, HasSubstr("not reproduced: the program passes under this schedule"));
  EXPECT_EQ(heddle({"shrink", folder.path("x.yaml")}).code, ExitCode::BadInput);
}

TEST(CliShrink, WritesASmallerReproNextToTheFirst) {
  const Folder folder;
  const std::string path = folder.write("lost_update.yaml", kLostUpdate);
  ASSERT_EQ(
      heddle({"explore", path, "--no-shrink", "--repro-dir", folder.path(), "--seed", "1"}).code,
      ExitCode::Failure);
  const std::string repro = repros_in(folder).front();
  const Result result = heddle({"shrink", repro});
  EXPECT_EQ(result.code, ExitCode::Pass) << result.err;
  EXPECT_THAT(result.out, HasSubstr("-> 1, steps"));
  ASSERT_THAT(repros_in(folder), SizeIs(2));
  EXPECT_EQ(heddle({"shrink", repro, "-o", folder.path("out.repro.yaml")}).code, ExitCode::Pass);
  EXPECT_EQ(heddle({"replay", folder.path("out.repro.yaml")}).code, ExitCode::Failure);
}

}  // namespace
}  // namespace heddle::harness
