// KnownWrites: all writes that any trace has made so far, and what a read may therefore see.
//
// The domain of the enumeration. It grows until no trace writes anything new. A read's values are
// mixed cell by cell, but for what the axioms forbid in any execution (exec/relaxed):
//   1. of the tear-free writes of its range, a tear-free read sees one at most;
//   2. with an atomic write of its range, an atomic read does not see initial cells: they were
//      overwritten before it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "harness/memory/candidate.hpp"

namespace heddle::harness {

class KnownWrites {
 public:
  KnownWrites(const MemoryModelSwitches& switches, std::vector<std::uint64_t> seeds)
      : switches_(switches), seeds_(std::move(seeds)) {}

  // Whether that was new.
  bool add(const std::vector<MemoryEvent>& events);

  // Every value that the access may read, ascending; at most `kValuesMax`.
  [[nodiscard]] const std::vector<std::vector<Cell>>& values(const MemoryAccess& read);
  [[nodiscard]] bool is_complete() const { return is_complete_; }

 private:
  static constexpr std::size_t kValuesMax = 1 << 16;
  using Key = std::tuple<core::Location, std::uint64_t, core::Ordering, Tearing>;
  using Options = std::vector<std::set<Cell>>;  // by cell

  [[nodiscard]] bool is_whole(const MemoryAccess& write, const MemoryAccess& read) const;
  void add_cells(const MemoryAccess& write, const MemoryAccess& read, Options& options) const;
  void add_seeds(const MemoryAccess& read, Options& options) const;
  void add_products(const Options& options, std::set<std::vector<Cell>>& values);

  MemoryModelSwitches switches_;
  std::vector<std::uint64_t> seeds_;
  std::vector<MemoryAccess> writes_;
  std::map<Key, std::vector<std::vector<Cell>>> values_;  // asked for since the last new write
  bool is_complete_ = true;
};

}  // namespace heddle::harness
