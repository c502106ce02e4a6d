// Session: the executions of one program under one strategy, one after the other.
//
// In mode `shared` it learns which locations are scheduling points: first from one execution
// without switches, which is not among those that it gives out, then from all that teach. An
// execution that two agents share more in than was known is repeated with what it has met, where
// that is not learnt for all that follow anyway.
//
// Invariants:
//   1. Executions of numbered strategies depend on the program, the options and their number only,
//      not on which others are run here: only lessons (is_lesson) teach, and every shard runs all
//      of them, those of other shards without showing them.
//   2. A strategy that is not numbered learns from every execution, and begins again when there is
//      more to choose at.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/execution.hpp"
#include "core/result.hpp"
#include "harness/explore/make_strategy.hpp"
#include "harness/run/parallel_search.hpp"
#include "harness/run/program.hpp"
#include "harness/run/shard.hpp"

namespace heddle::harness {

struct SessionOptions {
  std::string strategy = "random";
  StrategyOptions parameters;
  ExecuteOptions execute;  // `shared` is what is known in advance
  Shard shard;
  std::size_t workers = 1;  // threads of the system, where a strategy can make use of them
};

class Session {
 public:
  // Errors: an unknown strategy; a shard of one whose executions are not numbered.
  [[nodiscard]] static core::Result<Session> make(const Program& program,
                                                  const SessionOptions& options);

  // The next execution of this shard, with a number below `numbers_max`. Nothing: there is none, or
  // it was interrupted (see ExecuteOptions::should_stop).
  [[nodiscard]] std::optional<core::Execution> next(std::uint64_t numbers_max);

  // Of the last execution.
  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] ExecuteOptions options() const;
  [[nodiscard]] const Strategy& strategy() const { return *strategy_; }

  [[nodiscard]] bool is_exhausted() const {
    if (parallel_ != nullptr) return parallel_->is_exhausted();
    return !again_ && strategy_->is_exhausted();
  }
  // How many executions there may be in all, of a search. 0: nobody knows.
  [[nodiscard]] double estimate() const {
    return parallel_ != nullptr ? parallel_->estimate() : strategy_->estimate();
  }
  // How often an enumeration has begun again.
  [[nodiscard]] std::uint64_t restarts() const { return restarts_; }

 private:
  Session(const Program& program, const SessionOptions& options,
          std::unique_ptr<Strategy> strategy);

  [[nodiscard]] std::optional<core::Execution> next_numbered(std::uint64_t numbers_max);
  [[nodiscard]] std::optional<core::Execution> next_enumerated();
  [[nodiscard]] std::optional<core::Execution> next_of_search();
  [[nodiscard]] bool look_around();
  [[nodiscard]] std::optional<core::Execution> execute();
  [[nodiscard]] std::shared_ptr<const core::SharedLocations> known_and(
      const core::Execution& execution) const;

  const Program* program_;
  SessionOptions options_;
  std::unique_ptr<Strategy> strategy_;
  std::unique_ptr<ParallelSearch> parallel_;  // null: one thread
  ExecuteOptions execute_;
  std::shared_ptr<const core::SharedLocations> used_;   // by the last execution
  std::shared_ptr<const core::SharedLocations> known_;  // learnt
  std::uint64_t next_ = 0;
  std::uint64_t number_ = 0;
  std::uint64_t repeats_ = 0;  // of the present number
  bool has_looked_ = false;
  bool again_ = false;  // the present number is to be repeated
  std::uint64_t restarts_ = 0;
};

}  // namespace heddle::harness
