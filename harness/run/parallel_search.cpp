#include "harness/run/parallel_search.hpp"

#include <chrono>
#include <utility>

#include "core/recycle.hpp"

namespace heddle::harness {

ParallelSearch::ParallelSearch(const Program& program, ReadsFromSearch& search, std::size_t workers)
    : program_(&program), search_(&search), own_(search.options()) {
  for (std::size_t i = 1; i < workers; ++i) others_.emplace_back([this] { help(); });
}

ParallelSearch::~ParallelSearch() {
  stops_ = true;
  {
    const std::scoped_lock lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
}

std::optional<core::Execution> ParallelSearch::next(const ExecuteOptions& options) {
  while (true) {
    while (!ready_.empty()) {
      Done done = std::move(ready_.front());
      ready_.pop_front();
      estimate_ = done.estimate;
      if (done.is_wanted) return std::move(done.execution);
      core::recycle(done.execution);
    }
    if (was_interrupted_ || search_->round_size() == 0) return std::nullopt;
    if (!is_running_) begin_round(options);
    finish_round(options);
    collect();
    if (!was_interrupted_ && search_->round_size() != 0) begin_round(options);
  }
}

void ParallelSearch::begin_round(const ExecuteOptions& options) {
  is_running_ = true;
  {
    const std::scoped_lock lock(mutex_);
    options_ = options;
    options_.should_stop = [this] { return stops_.load(std::memory_order_relaxed); };
    round_.clear();
    round_.resize(search_->round_size());
    next_ = 0;
    finished_ = 0;
  }
  changed_.notify_all();
}

// Works itself, then waits for the others.
void ParallelSearch::finish_round(const ExecuteOptions& options) {
  constexpr std::chrono::milliseconds kPatience(20);
  std::unique_lock lock(mutex_);
  while (next_ < round_.size()) {
    const std::size_t number = next_++;
    lock.unlock();
    run(number, own_, options);
    lock.lock();
    ++finished_;
  }
  while (finished_ < round_.size()) {
    const bool is_finished =
        changed_.wait_for(lock, kPatience, [this] { return finished_ == round_.size(); });
    if (!is_finished && options.should_stop()) stops_ = true;
  }
  is_running_ = false;
}

void ParallelSearch::collect() {
  for (Done& done : round_) {
    was_interrupted_ = was_interrupted_ || done.finding == nullptr;
    if (was_interrupted_) break;
    done.is_wanted = search_->take(std::move(done.finding));
    done.estimate = search_->estimate();
    ready_.push_back(std::move(done));
  }
}

// What another thread does.
void ParallelSearch::help() {
  Worker worker(search_->options());
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_over_ || next_ < round_.size(); });
    if (is_over_) return;
    const std::size_t number = next_++;
    lock.unlock();
    run(number, worker, options_);
    lock.lock();
    if (++finished_ == round_.size()) changed_.notify_all();
  }
}

void ParallelSearch::run(std::size_t number, Worker& worker, const ExecuteOptions& options) {
  Done& done = round_[number];
  worker.follower.begin(&search_->leaf(number).plan);
  done.execution = program_->execute(worker.follower, options);
  if (was_interrupted(done.execution)) return;
  done.finding = worker.analysis.run(search_->leaf(number), worker.follower, done.execution);
}

}  // namespace heddle::harness
