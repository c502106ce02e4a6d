// ParallelSearch: an exhaustive search by several threads of the system.
//
// The search says which executions can be run next, a round of them; the threads run and analyse
// them, in any order; what they have found is taken in the round's order. So what is shown, and
// what is searched next, does not depend on the number of threads
// (harness/explore/reads_from_search.hpp).
//
// Everything that an execution uses is its own, or belongs to its thread: programs are not changed
// by being executed.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>

#include "harness/explore/reads_from_search.hpp"
#include "harness/run/program.hpp"

namespace heddle::harness {

class ParallelSearch {
 public:
  // All of them must outlive it.
  ParallelSearch(const Program& program, ReadsFromSearch& search, std::size_t workers)
      : program_(&program), search_(&search), workers_(workers) {}

  // The next execution that counts. Nothing: there is none, or it was interrupted.
  [[nodiscard]] std::optional<core::Execution> next(const ExecuteOptions& options);

 private:
  struct Done {
    core::Execution execution;
    std::unique_ptr<ReadsFromSearch::Finding> finding;  // null: interrupted
  };

  void run_round(const ExecuteOptions& options);

  const Program* program_;
  ReadsFromSearch* search_;
  std::size_t workers_;
  std::deque<Done> done_;  // of the present round, not taken yet
};

}  // namespace heddle::harness
