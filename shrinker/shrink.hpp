// Shrinking a failing schedule: the same failure with the fewest preemptions that can be found.
//
// The shrinker knows no engine. It edits schedules and asks to have them run; only what a run
// itself recorded counts, never what was asked for. In this order: the shortest beginning that
// fails; the causal slice, in its normal form (reorder.hpp); few preemptions placed anew
// (placements.hpp); agents and faults left out; segments removed, pulled back, pushed forward and
// run on.
//
// Invariants:
//   1. The result fails with the same signature: `run` says so, and its execution is from `run`.
//   2. Each accepted step is smaller by (preemptions, faults and timeouts, switches, steps,
//   choices,
//      the choices themselves in order), so shrinking ends; it is deterministic if `run` is.
//   3. Failing is not assumed to be monotone: a part of a failing schedule may pass, and pass again
//      to fail in a part of that (Tzoref et al. 2007). So edits are tried until none helps, and a
//      few preemptions are also placed anew, before accesses that conflict.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/execution.hpp"
#include "core/schedule.hpp"
#include "shrinker/agents.hpp"
#include "shrinker/candidate.hpp"

namespace heddle::shrinker {

// An execution that fails with the signature that is shrunk.
struct Failing {
  core::Execution execution;
  std::vector<core::EventId> evidence{};  // of the finding; may be empty
};

// Runs the candidate, as Follower follows it. Nothing: it does not fail so.
using Run = std::function<std::optional<Failing>(const Candidate&)>;

struct ShrinkOptions {
  std::uint64_t attempts_max = 4000;  // calls of `run`
  // Steps in all of them, so that long executions are not tried for hours. Of an execution that
  // does not fail, they are taken to be as many as the best so far has.
  std::uint64_t steps_max = 10'000'000;
  std::size_t ordered_max = 20'000;  // events in a trace that is ordered anew
  IsPoint is_point = [](const core::Action&) { return true; };
  std::function<bool()> should_stop = [] { return false; };  // asked before each attempt
};

struct ShrinkResult {
  core::Schedule schedule;  // the shortest that gives `execution`; its tail is `first`
  core::Execution execution;
  std::uint64_t attempts = 0;
  std::uint64_t preemptions = 0;  // of the execution
  bool is_exhausted =
      false;  // attempts or steps ran out, or it was stopped: more might have been possible
};

// Nothing if the schedule of `failing`, run again, does not fail with the signature.
[[nodiscard]] std::optional<ShrinkResult> shrink(const core::Execution& failing, const Run& run,
                                                 const ShrinkOptions& options = {});

}  // namespace heddle::shrinker
