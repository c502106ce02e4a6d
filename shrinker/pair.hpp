// The pair: two neighbouring steps of which the order decides whether a program fails.
//
// Between the order of steps of a failing execution and that of the nearest passing one lies a path
// on which each order differs from the one before by a swap of two neighbours. The verdict differs
// at its ends, so somewhere on it two neighbouring orders have different verdicts: bisection finds
// such a place with a number of executions that is logarithmic in the length of the path, whatever
// the verdicts in between are (Choi and Zeller, ISSTA 2002).
//
// The nearest passing execution is the one with the longest common beginning that is found by
// cutting the failing schedule short; if all of these fail, some placement of few preemptions.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/execution.hpp"
#include "shrinker/agents.hpp"
#include "shrinker/candidate.hpp"

namespace heddle::shrinker {

enum class Trial : std::uint8_t {
  Fails,   // with the signature that is looked into
  Passes,  // a Pass
  Other,   // anything else
};

struct Tried {
  Trial trial = Trial::Other;
  core::Execution execution;
};
using Try = std::function<Tried(const Candidate&)>;

struct PairOptions {
  std::uint64_t attempts_max = 300;  // calls of `attempt`
  std::size_t swaps_max = 1'000'000;
  IsPoint is_point = [](const core::Action&) { return true; };
  std::function<bool()> should_stop = [] { return false; };
};

// Up to `earlier` the two executions have the same steps; then the failing one makes `earlier`
// before `later`, and the other one the other way round.
struct Pair {
  core::Execution failing;
  core::Execution passing;
  core::EventId earlier{};  // of the failing trace
  core::EventId later{};
  bool passes = true;  // or the other way round something else comes of it, but not this failure
};

// Nothing: no passing execution was found, or the two orders do not do what their schedules did.
[[nodiscard]] std::optional<Pair> find_pair(const core::Execution& failing, const Try& attempt,
                                            const PairOptions& options = {});

}  // namespace heddle::shrinker
