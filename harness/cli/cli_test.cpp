#include "harness/cli/cli.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/cli/cli_fixture.hpp"
#include "harness/cli/progress.hpp"
#include "harness/explore/random.hpp"
#include "harness/run/load_program.hpp"
#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(Cli, WithoutACommandShowsTheHelp) {
  for (const auto& arguments : {std::vector<std::string>{}, {"help"}, {"--help"}, {"-h"}}) {
    const Result result = heddle(arguments);
    EXPECT_EQ(result.code, ExitCode::Pass);
    EXPECT_THAT(result.out, AllOf(HasSubstr("explore"), HasSubstr("Exit codes: 0 pass")));
    EXPECT_THAT(result.err, IsEmpty());
  }
  const Result version = heddle({"--version"});
  EXPECT_EQ(version.code, ExitCode::Pass);
  EXPECT_THAT(version.out, StartsWith("heddle "));
}

TEST(Cli, EveryCommandExplainsItself) {
  for (const std::string command :
       {"run", "explore", "replay", "shrink", "test", "list", "validate", "print", "encode"}) {
    const Result result = heddle({command, "--help"});
    EXPECT_EQ(result.code, ExitCode::Pass) << command;
    EXPECT_THAT(result.out, HasSubstr("Usage: heddle " + command));
    EXPECT_EQ(heddle({"help", command}).out, result.out);
  }
}

TEST(Cli, HelpNamesWhatAnOptionTakesAndNothingElse) {
  const std::string help = heddle({"explore", "--help"}).out;
  EXPECT_THAT(help, AllOf(HasSubstr("--seed N  "), HasSubstr("--no-shrink  "),
                          HasSubstr("--invoke NAME ARGS...  ")));
  EXPECT_THAT(help, Not(AnyOf(HasSubstr("{false}"), HasSubstr("TEXT"), HasSubstr("REQUIRED"))));
}

TEST(Cli, AnUnknownOptionIsNamedAlsoIfSomethingIsMissing) {
  EXPECT_THAT(heddle({"run", "--frobnicate"}).err, HasSubstr("unknown option --frobnicate"));
}

TEST(Cli, BadUsageIsTwoWithAHint) {
  const std::vector<std::vector<std::string>> usages{
      {"frobnicate"},
      {"--frobnicate"},
      {"run"},
      {"run", "--frobnicate", "x.wast"},
      {"explore"},
      {"explore", "x.yaml", "--strategy", "luck"},
      {"explore", "x.yaml", "--seed", "-1"},
      {"explore", "x.yaml", "--seed", "99999999999999999999"},
      {"explore", "x.yaml", "--schedules", "many"},
      {"explore", "x.yaml", "--time-limit", "0"},
      {"explore", "x.yaml", "--time-limit", "-1"},
      {"explore", "x.yaml", "--time-limit", "nan"},
      {"explore", "x.yaml", "--time-limit", "inf"},
      {"run", "x.wast", "--seed", "1", "--seeds", "2"},
      {"run", "x.wasm", "--invoke"},
      {"list", "nonsense"},
      {"replay"},
  };
  for (const auto& usage : usages) {
    const Result result = heddle(usage);
    EXPECT_EQ(result.code, ExitCode::BadInput) << usage.back();
    EXPECT_THAT(result.out, IsEmpty()) << usage.back();
    EXPECT_THAT(result.err, AllOf(StartsWith("error: "), HasSubstr("--help"))) << usage.back();
  }
}

TEST(Cli, FilesThatCannotBeReadAreTwo) {
  const Folder folder;
  const std::string empty = folder.write("empty.wast", "");
  for (const std::string command : {"run", "explore", "replay", "shrink", "test"}) {
    for (const std::string& path : {folder.path("nothing"), empty}) {
      const Result result = heddle({command, path});
      EXPECT_EQ(result.code, ExitCode::BadInput) << command;
      EXPECT_THAT(result.err, AllOf(StartsWith(path), HasSubstr("error: "))) << command;
    }
  }
  EXPECT_EQ(heddle({"run", folder.path()}).code, ExitCode::BadInput) << "nothing to run in it";
  EXPECT_EQ(heddle({"list", "scenarios", folder.path("nothing")}).code, ExitCode::BadInput);
}

// File names, and what files say of themselves, reach the terminal escaped.
TEST(Cli, NothingFromAFileControlsTheTerminal) {
  const Folder folder;
  const std::string name = "a\x1b[31m\n\x9b.yaml";
  const std::string path = folder.write(name, kLostUpdate);
  const std::string broken = folder.write("\x1b.yaml", "name: \x1b");
  const std::string exports =
      folder.write("x.wat", R"((module (func (export "\1b[31m") (param i32))))");
  ASSERT_EQ(heddle({"explore", path, "--repro-dir", folder.path()}).code, ExitCode::Failure);
  const std::string repro = repros_in(folder).front();
  const std::vector<std::vector<std::string>> commands{{"run", path, "--digest"},
                                                       {"explore", path, "--repro-dir", path},
                                                       {"test", path},
                                                       {"replay", repro},
                                                       {"shrink", repro},
                                                       {"list", "scenarios", folder.path()},
                                                       {"run", broken},
                                                       {"explore", broken},
                                                       {"test", broken},
                                                       {"run", folder.path("\x1b")},
                                                       {"run", exports},
                                                       {"validate", exports, folder.path("\x1b")},
                                                       {"validate", broken},
                                                       {"run", exports, "--invoke", "\x1b"}};
  for (const auto& command : commands) {
    const Result result = heddle(command);
    for (const char byte : result.out + result.err) {
      ASSERT_TRUE((byte >= ' ' && byte < '\x7f') || byte == '\n')
          << command.front() << ": " << result.out << result.err;
    }
  }
}

TEST(Cli, BrokenFilesAreTwoWithACaret) {
  const Folder folder;
  for (const std::string_view text :
       {std::string_view("(module\n  (func (i32.foo)))"), std::string_view("(module \xff)"),
        std::string_view("(module\0)", 9), std::string_view("(module (func")}) {
    const Result result = heddle({"run", folder.write("x.wast", text)});
    EXPECT_EQ(result.code, ExitCode::BadInput);
    EXPECT_THAT(result.err, AllOf(HasSubstr("x.wast:"), HasSubstr(": error: "), HasSubstr("^")));
  }
  const Result scenario = heddle({"explore", folder.write("x.yaml", "name: x\nfoo: 1\n")});
  EXPECT_EQ(scenario.code, ExitCode::BadInput);
  EXPECT_THAT(scenario.err, HasSubstr("x.yaml:2:1: error: unknown key 'foo'"));
}

TEST(CliRun, PrintsCountsPerFileAndInTotal) {
  const Folder folder;
  folder.write("a.wast", R"((module (func (export "f") (result i32) (i32.const 1)))
    (assert_return (invoke "f") (i32.const 1)))");
  folder.write("b/b.wast", R"((module (func (export "f") (result i32) (i32.const 1)))
    (assert_return (invoke "f") (i32.const 2)))");
  folder.write("skipped/c.wast", "(");
  const Result bad = heddle({"run", folder.path(), "--skip", "skipped"});
  EXPECT_EQ(bad.code, ExitCode::Failure);
  EXPECT_EQ(bad.out, folder.path("a.wast") + ": 1 passed, 0 failed, 0 skipped\n" +
                         folder.path("b/b.wast") + ": 0 passed, 1 failed, 0 skipped\n" +
                         "  b.wast:2: expected i32:2, got i32:1\n" +
                         "total: 1 passed, 1 failed, 0 skipped\n");
  const Result good = heddle({"run", folder.path("a.wast")});
  EXPECT_EQ(good.code, ExitCode::Pass);
  EXPECT_THAT(good.out, EndsWith("total: 1 passed, 0 failed, 0 skipped\n"));
  const Result broken = heddle({"run", folder.path()});
  EXPECT_EQ(broken.code, ExitCode::BadInput);
  EXPECT_THAT(broken.out, EndsWith("total: 1 passed, 2 failed, 0 skipped\n"));
}

TEST(CliRun, JsonIsAllThatStandsOnTheOutput) {
  const Folder folder;
  const std::string path = folder.write("a.wast", "(module) (assert_invalid (module) \"x\")");
  const Result result = heddle({"run", path, "--json", "--digest"});
  EXPECT_EQ(result.code, ExitCode::Failure);
  const auto json = nlohmann::json::parse(result.out, nullptr, false);
  ASSERT_FALSE(json.is_discarded()) << result.out;
  EXPECT_EQ(json["total"]["failed"], 1);
  EXPECT_THAT(result.err, HasSubstr("digest "));
}

TEST(CliRun, CollectingAtEveryAllocationChangesNothing) {
  const Folder folder;
  const std::string path = folder.write("objects.wast", R"(
(module
  (memory 1 1 shared)
  (type $node (struct (field i32) (field (ref null $node))))
  (func (export "run") (result i32) (local $list (ref null $node)) (local $n i32)
    (loop $again
      (local.set $list (struct.new $node (local.get $n) (local.get $list)))
      (i32.atomic.store (i32.const 0) (local.get $n))
      (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                              (i32.const 5))))
    (struct.get $node 0 (struct.get $node 1 (local.get $list)))))
(assert_return (invoke "run") (i32.const 3)))");
  const Result plain = heddle({"run", path, "--digest"});
  const Result stressed = heddle({"run", path, "--digest", "--gc-stress"});
  EXPECT_EQ(plain.code, ExitCode::Pass);
  EXPECT_EQ(stressed.out, plain.out);
  EXPECT_EQ(stressed.err, plain.err);
}

TEST(CliRun, SameSeedSameDigest) {
  const Folder folder;
  const std::string path = folder.write("x.yaml", kLostUpdate);
  const auto digest = [&path](const std::string& seed) {
    return heddle({"run", path, "--seed", seed, "--digest"}).out;
  };
  EXPECT_EQ(digest("7"), digest("7"));
  EXPECT_NE(digest("7"), digest("8"));
}

TEST(CliRun, ACallOfAModuleMayTakeMoreStepsThanAnyOtherExecution) {
  const Folder folder;
  const std::string path = folder.write("count.wat", R"((module (memory 1 1 shared)
    (func (export "count") (param $times i32) (result i32)
      (loop $next
        (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
        (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
      (i32.load (i32.const 0)))))");
  const Result result = heddle({"run", path, "--invoke", "count", "1000010"});
  EXPECT_EQ(result.code, ExitCode::Pass);
  EXPECT_EQ(result.out, "i32:1000010\n");
  const Result limited =
      heddle({"run", path, "--steps", "1000000", "--invoke", "count", "1000010"});
  EXPECT_EQ(limited.code, ExitCode::Unknown);
  EXPECT_THAT(limited.err, HasSubstr("1000000 steps"));
}

TEST(CliRun, TheDigestOfAModulesTraceIsThatOfTheWholeTrace) {
  const Folder folder;
  const std::string path = folder.write("add.wat", R"((module (memory 1 1 shared)
    (func (export "add") (result i32) (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))))");
  const auto program = load_program(path, {"add"});
  RandomStrategy strategy(1);
  ASSERT_TRUE(strategy.begin_execution());
  const core::Execution whole = (*program)->execute(strategy, {});
  ASSERT_THAT(whole.trace.events, SizeIs(4));  // invoke, the access, return, end
  const std::string digest = to_string(core::digest_of(whole.trace));
  EXPECT_EQ(heddle({"run", path, "--digest", "--invoke", "add"}).out,
            "i32:0\ndigest " + digest + "\n");
  const auto json =
      nlohmann::json::parse(heddle({"run", path, "--json", "--invoke", "add"}).out, nullptr, false);
  ASSERT_FALSE(json.is_discarded());
  EXPECT_EQ(json["trace"], digest);
}

TEST(CliRun, ManySeedsNameThoseThatFail) {
  const Folder folder;
  const Result result = heddle({"run", folder.write("x.yaml", kLostUpdate), "--seeds", "50"});
  EXPECT_EQ(result.code, ExitCode::Failure);
  EXPECT_THAT(result.out, HasSubstr("failing seeds: 1 "));
}

TEST(CliRun, CallsAFunctionOfAModule) {
  const Folder folder;
  const std::string path =
      folder.write("m.wat", R"((module (func (export "sub") (param i32 i32) (result i32)
                    (i32.sub (local.get 0) (local.get 1)))
                  (func (export "boom") (unreachable)) (func (export "loop") (loop (br 0)))))");
  const Result result = heddle({"run", path, "--invoke", "sub", "-1", "0x2"});
  EXPECT_EQ(result.code, ExitCode::Pass);
  EXPECT_EQ(result.out, "i32:-3\n");
  EXPECT_EQ(heddle({"run", "--invoke", "sub", "5", "2", "--seed", "3", path}).out, "i32:3\n");
  EXPECT_EQ(heddle({"run", path, "--invoke", "boom"}).code, ExitCode::Failure);
  EXPECT_EQ(heddle({"run", path, "--invoke", "loop", "--instructions", "100"}).code,
            ExitCode::Unknown);
  EXPECT_EQ(heddle({"run", path, "--invoke", "sub", "1"}).code, ExitCode::BadInput);
  EXPECT_EQ(heddle({"run", path, path, "--invoke", "boom"}).code, ExitCode::BadInput);
  EXPECT_THAT(heddle({"run", path}).out, HasSubstr("sub: function [i32 i32] -> [i32]"));
}

TEST(CliExplore, FindsTheBugDrawsItAndSaysHowToReplayIt) {
  const Folder folder;
  const std::string path = folder.write("lost_update.yaml", kLostUpdate);
  const Result result = heddle({"explore", path, "--repro-dir", folder.path("repros")});
  EXPECT_EQ(result.code, ExitCode::Failure);
  EXPECT_THAT(result.out, AllOf(HasSubstr("seed 1"), HasSubstr("shrunk to 1"),
                                HasSubstr("heddle replay " + folder.path("repros")),
                                HasSubstr("store [0x0] <- 1")));
  EXPECT_EQ(heddle({"explore", path, "--repro-dir", folder.path("repros")}).out, result.out)
      << "no time is printed";
  EXPECT_EQ(heddle({"explore", folder.write("ok.yaml", kAtomicUpdate), "--schedules", "20"}).code,
            ExitCode::Pass);
}

TEST(CliExplore, JsonHoldsTheReport) {
  const Folder folder;
  const std::string path = folder.write("x.yaml", kLostUpdate);
  const Result result = heddle({"explore", path, "--repro-dir", folder.path(), "--json"});
  const auto json = nlohmann::json::parse(result.out, nullptr, false);
  ASSERT_FALSE(json.is_discarded());
  EXPECT_EQ(json["verdict"], "fail");
  EXPECT_EQ(json["failures"][0]["preemptions_shrunk"], 1);
}

// Calls `on_first_byte` before the first byte is written.
class Watched final : public std::stringbuf {
 public:
  explicit Watched(std::function<void()> on_first_byte) : look_(std::move(on_first_byte)) {}

 protected:
  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    if (look_) std::exchange(look_, nullptr)();
    return std::stringbuf::xsputn(bytes, count);
  }

 private:
  std::function<void()> look_;
};

TEST(CliExplore, TheReproIsOnDiskBeforeTheReportIsDrawn) {
  const Folder folder;
  const std::string path = folder.write("x.yaml", kLostUpdate);
  std::size_t repros = 0;
  Watched watched([&] { repros = repros_in(folder).size(); });
  std::ostream out(&watched);
  std::ostringstream err;
  Terminal terminal{.out = out, .err = err};
  EXPECT_EQ(run_command({"explore", path, "--repro-dir", folder.path()}, terminal),
            ExitCode::Failure);
  EXPECT_EQ(repros, 1U);
}

TEST(CliExplore, AFailureWhoseReproCannotBeWrittenIsNotLost) {
  const Folder folder;
  const std::string path = folder.write("x.yaml", kLostUpdate);
  const Result result = heddle({"explore", path, "--repro-dir", path});
  EXPECT_EQ(result.code, ExitCode::BadInput);
  EXPECT_THAT(result.out, AllOf(HasSubstr("FAIL: 1 failure"), Not(HasSubstr("replay"))));
  EXPECT_THAT(result.err, AllOf(HasSubstr("error: cannot"), HasSubstr("heddle-schedule 1\n")));
}

TEST(CliExplore, LimitsAreUnknown) {
  const Folder folder;
  const std::string path = folder.write("x.yaml", kAtomicUpdate);
  EXPECT_EQ(heddle({"explore", path, "--steps", "2"}).code, ExitCode::Unknown);
  EXPECT_EQ(heddle({"explore", path, "--strategy", "exhaustive", "--schedules", "2"}).code,
            ExitCode::Unknown);
}

TEST(CliExplore, AnInterruptionLeavesAValidReport) {
  const Folder folder;
  int asked = 0;
  const Result result = heddle({"explore", folder.write("x.yaml", kAtomicUpdate), "--json"},
                               [&asked] { return ++asked > 10; });
  EXPECT_EQ(result.code, ExitCode::Unknown);
  const auto json = nlohmann::json::parse(result.out, nullptr, false);
  ASSERT_FALSE(json.is_discarded());
  EXPECT_EQ(json["schedules"], 10);
  EXPECT_EQ(json["cut_short"], "interrupted");
  const Result text = heddle({"explore", folder.path("x.yaml")}, [] { return true; });
  EXPECT_THAT(text.out, HasSubstr("interrupted"));
  // A failure that was found stays one.
  asked = 0;
  EXPECT_EQ(heddle({"explore", folder.write("y.yaml", kLostUpdate), "--keep-going", "--repro-dir",
                    folder.path()},
                   [&asked] { return ++asked > 30; })
                .code,
            ExitCode::Failure);
}

TEST(CliRun, AnInterruptionKeepsTheCounts) {
  const Folder folder;
  folder.write("a.wast", "(assert_malformed (module quote \"x\") \"\")");
  folder.write("b.wast", "(module)");
  int asked = 0;
  const Result result = heddle({"run", folder.path()}, [&asked] { return ++asked > 2; });
  EXPECT_EQ(result.code, ExitCode::Unknown);
  EXPECT_THAT(result.out, EndsWith("total: 1 passed, 0 failed, 0 skipped\n"));
  EXPECT_THAT(result.err, HasSubstr("interrupted"));
}

TEST(CliTest, HoldsScenariosAgainstTheirVerdicts) {
  const Folder folder;
  folder.write("s/a.yaml", kLostUpdate);
  folder.write("s/b.yaml", kAtomicUpdate);
  folder.write("s/old.repro.yaml", "no scenario");
  const std::vector<std::string> command{"test", folder.path("s"), "--schedules",
                                         "100",  "--repro-dir",    folder.path("repros")};
  const Result good = heddle(command);
  EXPECT_EQ(good.code, ExitCode::Pass) << good.out;
  EXPECT_THAT(good.out, EndsWith("total: 2 passed, 0 failed, 0 skipped\n"));
  EXPECT_FALSE(is_folder(folder.path("repros"))) << "an expected failure needs no repro";

  folder.write("s/c.yaml",
               replace_first(replace_first(std::string(kLostUpdate), "{fail: assertion}", "pass"),
                             "preemptions: 1\n", ""));
  const Result bad = heddle(command);
  EXPECT_EQ(bad.code, ExitCode::Failure);
  EXPECT_THAT(bad.out, AllOf(HasSubstr("FAILED: "), EndsWith("total: 2 passed, 1 failed, "
                                                             "0 skipped\n")));
  EXPECT_THAT(bad.err, HasSubstr("heddle replay "));
  const Result json = heddle({"test", folder.path("s/b.yaml"), "--json"});
  EXPECT_EQ(nlohmann::json::parse(json.out, nullptr, false)["passed"], 1);
  EXPECT_EQ(heddle({"test", folder.path("s")}, [] { return true; }).code, ExitCode::Unknown);
  const Result limited = heddle({"test", folder.path("s/b.yaml"), "--steps", "2"});
  EXPECT_EQ(limited.code, ExitCode::Unknown);
  EXPECT_THAT(limited.out, AllOf(StartsWith("UNKNOWN: "), HasSubstr("0 failed, 1 skipped")));
}

TEST(CliList, ListsWhatThereIs) {
  const Folder folder;
  folder.write("a.yaml", kLostUpdate);
  EXPECT_THAT(heddle({"list", "scenarios", folder.path()}).out, HasSubstr("[fails: assertion]"));
  EXPECT_THAT(heddle({"list", "strategies"}).out, HasSubstr("exhaustive"));
  EXPECT_THAT(heddle({"list", "models"}).out, HasSubstr("cas-register"));
  EXPECT_THAT(heddle({"list", "judges"}).out, HasSubstr("[data-race]"));
  const Result json = heddle({"list", "models", "--json"});
  EXPECT_FALSE(nlohmann::json::parse(json.out, nullptr, false).is_discarded());
}

TEST(Progress, TellsRateAndTimeLeft) {
  EXPECT_EQ(describe_progress(0, 10, "files", 0), "0 of 10 files");
  EXPECT_EQ(describe_progress(500, 2000, "schedules", 5),
            "500 of 2000 schedules, 100/s, 15 s left");
  EXPECT_EQ(describe_progress(3, 0, "schedules", 2), "3 schedules, 1.5/s");
  EXPECT_EQ(describe_progress(10, 10, "files", 1), "10 of 10 files, 10/s");
  EXPECT_EQ(describe_progress(1, 7201, "files", 1), "1 of 7201 files, 1.0/s, 2 h 0 min left");
}

TEST(Progress, OfASearchIsAnEstimate) {
  EXPECT_EQ(describe_search(500, 2000, "schedules", 5),
            "500 schedules of about 2000, 100/s, about 15 s left");
  const auto shown = [](std::uint64_t estimate, std::uint64_t total) {
    std::ostringstream out;
    std::ostringstream err;
    Terminal terminal{.out = out, .err = err, .err_is_terminal = false};
    Progress progress(terminal, "schedules");
    progress.update_search(500, estimate, total, 5);
    return err.str();
  };
  EXPECT_EQ(shown(2000, 0), "500 schedules of about 2000, 100/s, about 15 s left\n");
  EXPECT_EQ(shown(2000, 1000), "500 of 1000 schedules, 100/s, 5 s left\n");
  EXPECT_EQ(shown(0, 0), "500 schedules, 100/s\n");
}

TEST(Progress, IsRemovedBeforeAnythingElseIsSaid) {
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal{.out = out, .err = err, .err_is_terminal = true};
  Progress progress(terminal, "schedules");
  progress.update(1, 2, 1);
  complain(terminal, {.message = "no", .span = {}});
  EXPECT_THAT(err.str(), EndsWith("left\r\x1b[Kerror: no\n"));
}

TEST(Progress, IsOneLineOnATerminalAndNowAndThenALineElsewhere) {
  const auto shown = [](bool is_terminal) {
    std::ostringstream out;
    std::ostringstream err;
    Terminal terminal{.out = out, .err = err, .err_is_terminal = is_terminal};
    {
      Progress progress(terminal, "schedules");
      for (std::uint64_t i = 1; i <= 120; ++i) {
        progress.update(i, 120, static_cast<double>(i) / 10);  // to 12 s
      }
    }
    EXPECT_THAT(out.str(), IsEmpty());
    return err.str();
  };
  EXPECT_EQ(shown(false),
            "50 of 120 schedules, 10/s, 7 s left\n100 of 120 schedules, 10/s, 2 s left\n");
  EXPECT_THAT(shown(true), AllOf(Not(HasSubstr("\n")), StartsWith("\r\x1b[K2 of 120 schedules"),
                                 EndsWith("\r\x1b[K")));
}

}  // namespace
}  // namespace heddle::harness
