// Decision: what a decider says about the calls of one object.
//
// Linearizability (Herlihy and Wing 1990): is there an order of the calls that the model explains,
// and in which no call comes behind one that was invoked after its return? Pending calls may be
// placed anywhere behind their invocation, or nowhere.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/verdict.hpp"
#include "harness/models/calls.hpp"

namespace heddle::harness {

struct Decision {
  core::VerdictKind kind = core::VerdictKind::Unknown;
  std::string_view decider{};  // "queue monitor", "search", ...: of static storage

  // Pass, if it was asked for: the witness, indices into Calls::calls in an order that explains all
  // calls that returned and those pending ones that it uses.
  std::vector<std::uint32_t> witness{};

  // Fail: calls that cannot be explained even if there were no others (ascending); small if the
  // decider knows better than all of them.
  std::vector<std::uint32_t> culprits{};

  std::string cause{};      // Unknown: why, in words for a person
  std::uint64_t nodes = 0;  // positions that a search has visited
};

struct DecideOptions {
  bool wants_witness = false;
  bool only_searches = false;  // no special deciders
  // A search gives up, as Unknown, beyond these.
  std::uint64_t nodes_max = 10'000'000;
  std::uint64_t bytes_max = std::uint64_t{2} << 30;
  // Asked now and then; true: give up. Null: never. Several threads may ask at once.
  std::function<bool()> should_stop{};
  // Searches in place of search() (harness/linear/search.hpp), and decides the same. Null: it does.
  std::function<Decision(const Calls&, const Model&, const DecideOptions&)> search{};
};

}  // namespace heddle::harness
