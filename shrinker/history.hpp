// Minimal histories: of the operations of a history that no model explains, the few that are
// enough.
//
// Delta debugging (Zeller and Hildebrandt, TSE 2002, "ddmin", without its tests of subsets): whole
// values are left out first (all operations that mention one), then processes, then groups that
// the caller knows, then single operations; first in halves, then in quarters, and so on, so that a
// core of k of n operations is found in about 2 k log n tests. This is repeated until nothing can
// be left out.
//
// A read of a value whose write was left out fails too, but for a reason that the history does not
// have. So an operation goes with the last one that gives a value which it uses (keeps_origins).
//
// Invariants:
//   1. The result is an ascending subset of what was given, and `still_fails` was true of it, or it
//      is all that was given.
//   2. If is_minimal: it stops failing whichever single operation is left out (together with those
//      that lose an origin by it).
//   3. Deterministic if `still_fails` is. Failing is not assumed to be monotone.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/history.hpp"

namespace heddle::shrinker {

// Asked about ascending indices of operations; never about none.
using StillFails = std::function<bool(std::span<const std::uint32_t>)>;

// The words that an operation brings into the object, and those that it says it has found there.
struct Words {
  std::vector<std::int64_t> given{};
  std::vector<std::int64_t> used{};
};

// Given: those of the input; used: those of the output. Of vectors and sets: the items. Outputs
// that repeat the input say nothing.
[[nodiscard]] Words words_of(const core::History& history, const core::Operation& operation);

struct MinimizeOptions {
  std::uint64_t tests_max = 20'000;  // calls of still_fails
  bool keeps_origins = true;
  // Indices of operations that make sense only together (a lock's acquisition and its release):
  // they are left out as a whole too.
  std::vector<std::vector<std::uint32_t>> groups{};
  // A model may know better which arguments are given and which are used.
  std::function<Words(const core::History&, const core::Operation&)> words = words_of;
  std::function<bool()> should_stop = [] { return false; };  // asked before each test
};

struct MinimalHistory {
  std::vector<std::uint32_t> operations{};
  std::uint64_t tests = 0;
  bool is_minimal = false;  // otherwise it was stopped, or ran out of tests
};

// `operations`: ascending, and known to fail.
[[nodiscard]] MinimalHistory minimize_history(const core::History& history,
                                              std::span<const std::uint32_t> operations,
                                              const StillFails& still_fails,
                                              const MinimizeOptions& options = {});

}  // namespace heddle::shrinker
