// The commands, each with the options that it understands. cli.cpp fills them in from argv.
//
// One file each: command_run.cpp, command_explore.cpp, ... docs/cli.md is the manual.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/terminal.hpp"
#include "harness/jepsen/jepsen.hpp"
#include "harness/run/campaign.hpp"
#include "harness/run/check_setup.hpp"
#include "harness/run/module_folder.hpp"

namespace heddle::harness {

struct RunCommand {
  std::vector<std::string> paths;
  std::vector<std::string> disable;  // names of features; likewise below
  std::vector<std::string> enable;
  std::string expectations;  // a file; empty: none
  bool ignores_messages = false;
  std::vector<std::string> skip;    // globs of files and folders to leave out
  std::vector<std::string> invoke;  // of a module: an export and its arguments
  std::string modules = default_modules_folder();
  std::uint64_t seed = 1;
  std::uint64_t seeds = 0;  // 1 to N instead of `seed`; 0: no
  std::optional<std::uint64_t> steps;
  std::optional<std::uint64_t> instructions;
  bool collects_always = false;
  bool shows_digest = false;
  std::string history;  // a file for that of the execution; empty: none is written
  bool is_json = false;
};

struct ExploreCommand {
  std::string path;
  std::vector<std::string> disable;
  std::vector<std::string> enable;
  std::vector<std::string> invoke;
  std::string modules = default_modules_folder();
  CampaignChoices choices;
  std::optional<double> seconds_max;
  std::string repro_dir = "repros";
  std::string regress;  // a file or a folder for scenarios of failures; empty: none are written
  bool keeps_going = false;
  bool shrinks = true;
  bool shows_outcomes = false;
  bool until_saturated = false;
  std::size_t workers = 1;
  bool covers = true;
  std::string shard;     // "I/N"; empty: of the environment, or all
  std::string bytes;     // a file; empty: none
  std::string schedule;  // likewise
  bool is_json = false;
};

struct MergeCommand {
  std::vector<std::string> paths;
  bool is_json = false;
};

struct BenchCommand {
  std::string what;
  std::vector<std::string> paths;
  std::string folder = "scenarios/structures";
  std::string modules = default_modules_folder();
  std::vector<std::string> strategies;  // empty: those that draw at random
  std::optional<std::uint64_t> trials;  // 20, of shrinking 5
  std::uint64_t schedules_max = 10'000;
  std::optional<core::PointMode> points;
  bool is_json = false;
};

struct TestCommand {
  std::vector<std::string> paths;
  std::vector<std::string> skip;
  std::string modules = default_modules_folder();
  CampaignChoices choices;
  std::string repro_dir = "repros";
  bool is_json = false;
};

struct ReplayCommand {
  std::string path;
  bool is_lenient = false;
  std::string history;  // a file for that of the execution; empty: none is written
  bool is_json = false;
};

struct ShrinkCommand {
  std::string path;
  std::string output;   // empty: next to the input
  std::string regress;  // a file or a folder for a scenario; empty: none is written
};

struct CheckCommand {
  std::vector<std::string> paths;
  CheckRequest request;
  std::string verdicts;  // a table instead of paths; empty: none
  std::string checker;   // of Jepsen's, instead of a model
  CheckerOptions checker_options;
  std::optional<double> seconds_max;
  std::uint64_t nodes_max = 10'000'000;
  std::uint64_t megabytes_max = 2048;
  std::size_t workers = 1;
  bool only_searches = false;
  bool finds_witness = true;
  bool explains = true;
  bool draws = true;
  bool follows = false;
  std::string witness;  // files; empty: none is written
  std::string minimal;
  std::string converted;
  bool is_json = false;
};

struct ListCommand {
  std::string what = "scenarios";  // or "strategies", "judges", "models"
  std::string folder = "scenarios";
  bool is_json = false;
};

struct ValidateCommand {
  std::vector<std::string> paths;
  std::vector<std::string> disable;
  std::vector<std::string> enable;
};

struct PrintCommand {
  std::string path;
  std::vector<std::string> disable;
  std::vector<std::string> enable;
};

struct EncodeCommand {
  std::string path;
  std::vector<std::string> disable;
  std::vector<std::string> enable;
  std::string output;  // empty: to the terminal's `out`
};

[[nodiscard]] ExitCode run(Terminal& terminal, const RunCommand& command);
[[nodiscard]] ExitCode explore(Terminal& terminal, const ExploreCommand& command);
[[nodiscard]] ExitCode merge(Terminal& terminal, const MergeCommand& command);
[[nodiscard]] ExitCode bench(Terminal& terminal, const BenchCommand& command);
[[nodiscard]] ExitCode test(Terminal& terminal, const TestCommand& command);
[[nodiscard]] ExitCode replay(Terminal& terminal, const ReplayCommand& command);
[[nodiscard]] ExitCode shrink(Terminal& terminal, const ShrinkCommand& command);
[[nodiscard]] ExitCode check(Terminal& terminal, const CheckCommand& command);
[[nodiscard]] ExitCode list(Terminal& terminal, const ListCommand& command);
[[nodiscard]] ExitCode validate(Terminal& terminal, const ValidateCommand& command);
[[nodiscard]] ExitCode print(Terminal& terminal, const PrintCommand& command);
[[nodiscard]] ExitCode encode(Terminal& terminal, const EncodeCommand& command);

}  // namespace heddle::harness
