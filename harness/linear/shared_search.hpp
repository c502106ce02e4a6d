// SharedSearch: several searchers of one history, which tell each other what leads nowhere.
//
// The first one is search() (harness/linear/search.hpp); the others look for the same in orders of
// their own, so that they are elsewhere. Whoever has tried everything proves that there is no
// linearization, for all. The threads are the caller's: this makes none.
//
// Invariants:
//   1. Kind, witness and culprits are those of search(), whatever the number of searchers and
//      their speed: the first searcher leaves out only what is refuted, and so finds the same end.
//   2. But at a limit: who has come how far by then depends on time. A witness may then be that of
//      another searcher.
//   3. Decision::nodes is 0: it would depend on time.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "harness/linear/explorer.hpp"

namespace heddle::harness {

// What has been refuted, in numbers that all searchers share. Several threads may use it at once.
class RefutedPositions {
 public:
  RefutedPositions(const SearchPlan& plan, std::uint64_t bytes_max);

  [[nodiscard]] bool contains(const Position& position);
  // Not beyond bytes_max.
  void add(const Position& position);

  [[nodiscard]] std::uint32_t number_of_state(std::span<const std::int64_t> state);
  [[nodiscard]] std::uint32_t number_of_set(std::span<const std::int64_t> words);

 private:
  struct Shard {
    std::mutex mutex;
    Positions positions;
  };
  // Of wide sets only equal ones are known to be subsets of each other.
  struct Sets {
    bool is_wide = false;
    [[nodiscard]] bool is_subset(Mask left, Mask right) const {
      return left == right || (!is_wide && (left & ~right) == 0);
    }
  };

  [[nodiscard]] Shard& shard_of(const Position& position) {
    return shards_[(Positions::hash_of(position) >> 48) % shards_.size()];
  }

  Sets sets_;
  std::uint64_t bytes_max_;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::array<Shard, 64> shards_;
  std::mutex mutex_;  // guards what follows
  Rows states_;
  Rows set_rows_;
};

class SharedSearch {
 public:
  // Calls, model and options outlive it.
  SharedSearch(const Calls& calls, const Model& model, const DecideOptions& options,
               std::size_t searchers);

  // Once for each searcher, by any thread, several at once.
  void run(std::size_t searcher);

  // When all have returned.
  [[nodiscard]] Decision decision() const;

 private:
  void record(std::size_t searcher, const Explorer& explorer, core::VerdictKind kind);
  [[nodiscard]] bool should_stop();

  const Calls* calls_;
  const Model* model_;
  const DecideOptions* options_;
  std::size_t searchers_;
  SearchPlan plan_;
  RefutedPositions refuted_;
  std::atomic<std::uint64_t> nodes_ = 0;  // of all
  std::atomic<bool> stops_ = false;
  std::atomic<bool> was_stopped_ = false;  // by options_

  std::mutex mutex_;  // guards what follows
  Decision decision_;
  std::vector<std::uint32_t> other_witness_;
  bool has_other_witness_ = false;
  std::size_t furthest_return_ = 0;
};

}  // namespace heddle::harness
