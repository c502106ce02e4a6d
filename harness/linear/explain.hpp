// Explanation: why a history is not linearizable, for a person.
//
// The first call, by its return, that cannot have a place; what it could have returned instead; and
// where everything stood just before: the longest order of calls that explains the beginning of the
// history, and all configurations that survive until then (Knossos calls them :configs).
//
// Deterministic, and at most a few times as expensive as deciding.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/linear/decision.hpp"

namespace heddle::harness {

// A way to be, after the returns before that of the unplaced call. Calls are indices into
// Calls::calls, ascending.
struct Configuration {
  ModelState state;
  std::vector<std::uint32_t> placed;  // of those that are open and will return
  std::vector<std::uint32_t> used;    // of those that are pending

  auto operator<=>(const Configuration&) const = default;
};

struct Explanation {
  // Fail: what follows says why. Pass, Unknown: there is nothing to explain, or a limit was reached
  // before it was known.
  core::VerdictKind kind = core::VerdictKind::Unknown;
  std::string cause{};  // Unknown: why

  std::uint32_t unplaced = 0;
  std::vector<std::uint32_t> order{};
  // Ascending, the smallest few; none if it could not have happened at all, or returns nothing.
  std::vector<std::int64_t> results{};
  // Ascending; the first few of `configuration_count`. A configuration that can do whatever another
  // one can is left out.
  std::vector<Configuration> configurations{};
  std::size_t configuration_count = 0;
};

inline constexpr std::size_t kExplainedResultsMax = 8;
inline constexpr std::size_t kConfigurationsMax = 32;

[[nodiscard]] Explanation explain(const Calls& calls, const Model& model,
                                  const DecideOptions& options = {});

}  // namespace heddle::harness
