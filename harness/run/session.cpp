#include "harness/run/session.hpp"

#include <fmt/format.h>

#include <tuple>
#include <utility>

#include "core/recycle.hpp"
#include "harness/explore/bytes.hpp"
#include "harness/explore/reads_from_strategy.hpp"

namespace heddle::harness {

namespace {

// Each repetition of an execution has met more than the one before.
constexpr std::uint64_t kRepeatsMax = 3;

}  // namespace

core::Result<Session> Session::make(const Program& program, const SessionOptions& options) {
  HEDDLE_LET(std::unique_ptr<Strategy> strategy,
             make_strategy(options.strategy, options.parameters));
  if (options.shard.count != 1 && !strategy->is_numbered()) {
    return core::make_error(fmt::format(
        "executions of the strategy '{}' depend on each other: they cannot be divided into shards",
        options.strategy));
  }
  return Session(program, options, std::move(strategy));
}

Session::Session(const Program& program, const SessionOptions& options,
                 std::unique_ptr<Strategy> strategy)
    : program_(&program),
      options_(options),
      strategy_(std::move(strategy)),
      execute_(options.execute),
      known_(options.execute.shared) {
  auto* const search = dynamic_cast<ReadsFromStrategy*>(strategy_.get());
  if (search == nullptr || options.workers < 2) return;
  parallel_ = std::make_unique<ParallelSearch>(program, search->search(), options.workers);
}

// One execution without switches, which is none of those that are asked for: what it has met is
// where the first of them can choose.
bool Session::look_around() {
  has_looked_ = true;
  if (execute_.points != core::PointMode::Shared || execute_.shared) return true;
  BytesStrategy first_options("");
  std::ignore = first_options.begin_execution();
  core::Execution execution = program_->execute(first_options, execute_);
  if (was_interrupted(execution)) return false;
  known_ = known_and(execution);
  core::recycle(execution);
  return true;
}

std::optional<core::Execution> Session::next(std::uint64_t numbers_max) {
  if (!has_looked_ && !look_around()) return std::nullopt;
  return strategy_->is_numbered() ? next_numbered(numbers_max) : next_enumerated();
}

ExecuteOptions Session::options() const {
  ExecuteOptions options = options_.execute;
  options.shared = used_;
  return options;
}

std::optional<core::Execution> Session::execute() {
  used_ = execute_.shared;
  core::Execution execution = program_->execute(*strategy_, execute_);
  if (was_interrupted(execution)) return std::nullopt;
  strategy_->end_execution(execution);
  return execution;
}

std::shared_ptr<const core::SharedLocations> Session::known_and(
    const core::Execution& execution) const {
  core::SharedLocations all = execution.newly_shared;
  if (execute_.shared) all.add(*execute_.shared);
  return std::make_shared<const core::SharedLocations>(std::move(all));
}

std::optional<core::Execution> Session::next_numbered(std::uint64_t numbers_max) {
  while (true) {
    if (!again_) {
      number_ = next_++;
      repeats_ = 0;
      execute_.shared = known_;
    }
    again_ = false;
    if (number_ >= numbers_max) return std::nullopt;
    const bool is_ours = options_.shard.owns(number_);
    if (!is_ours && !is_lesson(number_)) continue;
    strategy_->seek(number_);
    if (!strategy_->begin_execution()) return std::nullopt;
    std::optional<core::Execution> execution = execute();
    if (!execution) return std::nullopt;
    if (!execution->newly_shared.is_empty()) {
      if (is_lesson(number_)) {
        known_ = known_and(*execution);
      } else if (repeats_++ < kRepeatsMax) {
        execute_.shared = known_and(*execution);
        again_ = true;
      }
    }
    if (is_ours) return execution;
    core::recycle(*execution);
  }
}

std::optional<core::Execution> Session::next_enumerated() {
  if (parallel_ != nullptr) {
    number_ = next_++;
    return parallel_->next(execute_);
  }
  while (true) {
    std::optional<core::Execution> execution = next_of_search();
    if (!execution || !strategy_->is_redundant()) return execution;
    core::recycle(*execution);
  }
}

std::optional<core::Execution> Session::next_of_search() {
  if (again_) {
    strategy_ = *make_strategy(options_.strategy, options_.parameters);
    ++restarts_;
    again_ = false;
  }
  execute_.shared = known_;
  if (!strategy_->begin_execution()) return std::nullopt;
  number_ = next_++;
  std::optional<core::Execution> execution = execute();
  if (!execution) return std::nullopt;
  if (!execution->newly_shared.is_empty()) {
    known_ = known_and(*execution);
    again_ = true;
  }
  return execution;
}

}  // namespace heddle::harness
