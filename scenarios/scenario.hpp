// Scenario: a module, who calls what at the same time, and what must hold.
// docs/formats/scenario.md.
//
// A pure value, made by load_scenario. Invariants:
//   1. `processes` is expanded: `count` and `repeat` of the file are gone. Process i runs on agent
//      i + 1; agent 0, `main`, runs `setup`, then spawns all, joins all, then runs `finally`.
//   2. Names of processes are pairwise different, and none is "main".
//   3. `preemptions` is only set if a failure is expected.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/choice.hpp"
#include "core/fault_rates.hpp"
#include "core/points.hpp"
#include "core/source.hpp"
#include "scenarios/literal.hpp"

namespace heddle::scenarios {

// What a call means to the specification of linearizability: "fetch_add" of 1.
struct SpecOperation {
  std::string name;
  std::vector<std::int64_t> arguments;
  bool has_result = false;  // set by resolve: the export returns something
};

struct CallStep {
  std::string function;  // an export's name
  std::vector<Literal> arguments;
  std::optional<std::vector<Literal>> returns;  // none: nothing is asserted
  std::int32_t operation = -1;  // into Scenario::operations; -1: the call is no part of the history
  core::Span span;
};

struct Process {
  std::string name;
  std::vector<CallStep> operations;
};

// What may be violated; the names are those of core::Finding::rule.
enum class Rule : std::uint8_t {
  Assertion,
  Trap,
  Deadlock,
  Livelock,
  LostWakeup,
  DataRace,
  Linearizability,
  Atomicity,
  Liveness,  // of scenarios with faults and a quiet period
};
inline constexpr std::array kRules{Rule::Assertion,       Rule::Trap,       Rule::Deadlock,
                                   Rule::Livelock,        Rule::LostWakeup, Rule::DataRace,
                                   Rule::Linearizability, Rule::Atomicity,  Rule::Liveness};
[[nodiscard]] std::string_view to_string(Rule rule);
[[nodiscard]] std::optional<Rule> parse_rule(std::string_view word);

struct Linearizability {
  std::string model;  // the judge knows which there are
  std::optional<std::int64_t> initial;
  core::Span span;
};

struct Checks {
  bool assertions = true;
  bool traps = true;
  bool deadlock = true;
  bool livelock = true;
  bool lost_wakeups = false;  // told as findings of their own, not only to explain a deadlock
  bool races = false;
  std::optional<Linearizability> linearizability;
  std::vector<std::string> atomic;  // exports whose calls must be serializable
  core::Span atomic_span;
};

// Which instances the calls go to.
enum class Instances : std::uint8_t {
  PerProcess,  // one for main and one for each process: globals and tables are the agent's own
  One,         // one for all
};

struct Limits {
  std::optional<std::uint64_t> steps;
  std::optional<std::uint64_t> instructions;
};

// Defaults for exploring this scenario; what is not set is for the caller to choose.
struct ExploreDefaults {
  std::optional<std::string> strategy;
  std::optional<std::uint64_t> schedules;
  std::optional<std::uint64_t> preemptions;  // the bound of strategies that have one
  std::optional<std::uint64_t> depth;        // of strategies that have one
  std::optional<std::uint64_t> seed;
  std::optional<core::PointMode> points;
  std::optional<std::vector<core::Choice>> schedule;  // of the strategy `replay`
};

struct Scenario {
  std::string name;
  std::string about;
  std::shared_ptr<const core::Source> module;  // text, or the bytes of a binary; not parsed
  Instances instances = Instances::PerProcess;
  std::vector<CallStep> setup;
  std::vector<Process> processes;
  std::vector<CallStep> finally;
  std::vector<SpecOperation> operations;  // what core::Call::operation points into
  Checks checks;
  std::optional<Rule> expected_failure;      // none: every schedule passes
  std::optional<std::uint64_t> preemptions;  // of the smallest failing schedule
  Limits limits;
  ExploreDefaults explore;
  std::optional<core::FaultRates> faults;  // what goes wrong, beyond what always may

  // Whence it came: all that is needed to load it again.
  std::string file;
  std::string text;
  std::map<std::string, std::string> files;  // contents by the name used in `module_file`
};

// "lost_update.yaml:14": how findings name the call. Stable under all schedules.
[[nodiscard]] std::string place_of(const CallStep& step);

}  // namespace heddle::scenarios
