// ParallelSearch: an exhaustive search by several threads of the system.
//
// The search says which executions can be run next, a round of them; the threads run and analyse
// them, in any order; what they have found is taken in the round's order, and the next round begins
// while those of the last one are judged. So what is shown, and what is searched next, does not
// depend on the number of threads (harness/explore/reads_from_search.hpp).
//
// Invariants:
//   1. Everything that an execution uses is its own, or belongs to its thread: programs are not
//      changed by being executed.
//   2. The search is changed by the caller's thread only, and only while no round is being run.
//   3. ExecuteOptions::should_stop is called by the caller's thread only.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "harness/explore/reads_from_search.hpp"
#include "harness/run/program.hpp"

namespace heddle::harness {

class ParallelSearch {
 public:
  // All of them must outlive it.
  ParallelSearch(const Program& program, ReadsFromSearch& search, std::size_t workers);
  ParallelSearch(const ParallelSearch&) = delete;
  ParallelSearch& operator=(const ParallelSearch&) = delete;
  ParallelSearch(ParallelSearch&&) = delete;
  ParallelSearch& operator=(ParallelSearch&&) = delete;
  ~ParallelSearch();

  // The next execution that counts. Nothing: there is none, or it was interrupted.
  [[nodiscard]] std::optional<core::Execution> next(const ExecuteOptions& options);

  // All have been given out.
  [[nodiscard]] bool is_exhausted() const { return ready_.empty() && search_->round_size() == 0; }
  // ReadsFromSearch::estimate, as of the last execution given out.
  [[nodiscard]] double estimate() const { return estimate_; }

 private:
  // What a thread needs.
  struct Worker {
    explicit Worker(const ReadsFromOptions& options) : analysis(options) {}
    PlanFollower follower;
    ReadsFromAnalysis analysis;
  };
  struct Done {
    core::Execution execution;
    std::unique_ptr<Finding> finding;  // null: interrupted
    bool is_wanted = true;
    double estimate = 0;
  };

  void begin_round(const ExecuteOptions& options);
  void finish_round(const ExecuteOptions& options);
  void collect();
  void help();
  void run(std::size_t number, Worker& worker, const ExecuteOptions& options);

  const Program* program_;
  ReadsFromSearch* search_;
  Worker own_;  // of the caller's thread
  double estimate_ = 0;
  std::deque<Done> ready_;  // of the round before, not given out yet
  bool is_running_ = false;
  bool was_interrupted_ = false;

  std::atomic<bool> stops_ = false;  // executions are to end
  std::mutex mutex_;                 // guards what follows
  std::condition_variable changed_;
  ExecuteOptions options_;  // of the present round, for all threads but the caller's
  std::vector<Done> round_;
  std::size_t next_ = 0;      // of the round: to be run
  std::size_t finished_ = 0;  // how many have been run
  bool is_over_ = false;      // no more rounds come
  std::vector<std::jthread> others_;
};

}  // namespace heddle::harness
