#include "harness/run/parallel_search.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/recycle.hpp"

namespace heddle::harness {

std::optional<core::Execution> ParallelSearch::next(const ExecuteOptions& options) {
  while (true) {
    if (done_.empty()) run_round(options);
    if (done_.empty() || done_.front().finding == nullptr) return std::nullopt;
    Done done = std::move(done_.front());
    done_.pop_front();
    if (search_->take(std::move(done.finding))) return std::move(done.execution);
    core::recycle(done.execution);
  }
}

void ParallelSearch::run_round(const ExecuteOptions& options) {
  done_.resize(search_->round_size());
  std::mutex mutex;
  ExecuteOptions shared = options;
  shared.should_stop = [&mutex, &options] {
    const std::scoped_lock lock(mutex);
    return options.should_stop();
  };
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    PlanFollower follower;
    for (std::size_t i = next++; i < done_.size(); i = next++) {
      follower.begin(&search_->plan(i));
      done_[i].execution = program_->execute(follower, shared);
      if (was_interrupted(done_[i].execution)) continue;
      done_[i].finding = search_->analyse(i, follower, done_[i].execution);
    }
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min(workers_, done_.size()); ++i) others.emplace_back(work);
  work();
}

}  // namespace heddle::harness
