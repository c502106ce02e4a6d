// queue, total-queue and unique-ids: counting elements.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "harness/jepsen/checkers.hpp"
#include "harness/jepsen/report.hpp"

namespace heddle::harness {

namespace {

using core::Completion;
using core::Datum;

constexpr std::size_t kDuplicatesShown = 48;

// So many of one element; which operation was the first.
struct Tally {
  std::size_t attempts = 0;
  std::size_t enqueues = 0;
  std::size_t dequeues = 0;
  std::uint32_t enqueued_by = 0;  // of those that are ok
  std::uint32_t dequeued_by = 0;  // the last
};

class TotalQueue {
 public:
  explicit TotalQueue(const CheckerInput& input)
      : input_(input), operations_(input.history.operations) {}

  core::Result<CheckerReport> check() {
    for (const std::uint32_t index : operations_named(input_, "enqueue")) enqueue(index);
    for (const std::uint32_t index : completed_named(input_, "dequeue")) {
      dequeue(operations_[index].output, index);
    }
    for (const std::uint32_t index : operations_named(input_, "drain")) HEDDLE_TRY(drain(index));
    count();
    return std::move(report_);
  }

 private:
  void enqueue(std::uint32_t index) {
    Tally& tally = tallies_[operations_[index].input];
    ++tally.attempts;
    if (operations_[index].completion != Completion::Ok) return;
    if (tally.enqueues++ == 0) tally.enqueued_by = index;
  }

  void dequeue(Datum value, std::uint32_t index) {
    if (is_nothing(value)) return;
    Tally& tally = tallies_[value];
    ++tally.dequeues;
    tally.dequeued_by = index;
  }

  core::Result<void> drain(std::uint32_t index) {
    const core::Operation& drained = operations_[index];
    if (drained.completion == Completion::Info) {
      add_doubt(report_,
                fmt::format("the {} crashed: nobody knows what it took", describe(input_, index)),
                {index});
    }
    if (drained.completion != Completion::Ok || is_nothing(drained.output)) return {};
    HEDDLE_TRY(expect_collection(input_, index));
    for (const Datum value : input_.history.data.items_of(drained.output)) dequeue(value, index);
    return {};
  }

  void count() {
    Datums ok, unexpected, duplicated, lost, recovered;
    std::size_t attempts = 0;
    std::size_t enqueues = 0;
    for (auto& [value, tally] : tallies_) {
      attempts += tally.attempts;
      enqueues += tally.enqueues;
      const std::size_t matched = std::min(tally.dequeues, tally.attempts);
      ok.insert(ok.end(), matched, value);
      auto& excess = tally.attempts == 0 ? unexpected : duplicated;
      excess.insert(excess.end(), tally.dequeues - matched, value);
      const std::size_t missing = tally.enqueues - std::min(tally.enqueues, tally.dequeues);
      lost.insert(lost.end(), missing, value);
      recovered.insert(recovered.end(), matched - std::min(matched, tally.enqueues), value);
      complain(value, tally, missing);
    }
    const core::Data& data = input_.history.data;
    add_count(report_, "attempt-count", attempts);
    add_count(report_, "acknowledged-count", enqueues);
    add_count(report_, "ok-count", ok.size());
    add_elements(report_, data, "lost", lost);
    add_elements(report_, data, "unexpected", unexpected);
    add_elements(report_, data, "duplicated", duplicated);
    add_elements(report_, data, "recovered", recovered);
  }

  void complain(Datum value, const Tally& tally, std::size_t missing) {
    const std::string text = input_.history.data.to_string(value);
    if (missing > 0) {
      add_failure(report_,
                  fmt::format("{} is lost: the {} succeeded, but it never came out", text,
                              describe(input_, tally.enqueued_by)),
                  {tally.enqueued_by});
    }
    if (tally.dequeues > 0 && tally.attempts == 0) {
      add_failure(report_,
                  fmt::format("{} is unexpected: the {} has it, but nobody put it in", text,
                              describe(input_, tally.dequeued_by)),
                  {tally.dequeued_by});
    }
  }

  using Datums = std::vector<Datum>;

  const CheckerInput& input_;
  const std::vector<core::Operation>& operations_;
  ElementTable<Tally> tallies_;
  CheckerReport report_;
};

}  // namespace

core::Result<CheckerReport> check_queue(const CheckerInput& input) {
  CheckerReport report;
  const core::History& history = input.history;
  ElementTable<std::size_t> contents;
  std::size_t size = 0;
  std::vector<Datum> unexpected;
  for (const CheckerEvent& event : events_of(input)) {
    const core::Operation& operation = history.operations[event.operation];
    const std::string& name = history.name_of(operation);
    if (name == "enqueue" && event.side == EventSide::Invocation) {
      ++contents[operation.input];
      ++size;
    }
    const bool takes = name == "dequeue" && event.side == EventSide::Completion &&
                       operation.completion == Completion::Ok && !is_nothing(operation.output);
    if (!takes) continue;
    std::size_t& count = contents[operation.output];
    if (count > 0) {
      --count;
      --size;
      continue;
    }
    unexpected.push_back(operation.output);
    add_failure(
        report,
        fmt::format("the {} returned {}, which was not there", describe(input, event.operation),
                    history.data.to_string(operation.output)),
        {event.operation});
  }
  add_count(report, "final-size", size);
  add_elements(report, history.data, "unexpected", unexpected);
  return report;
}

core::Result<CheckerReport> check_total_queue(const CheckerInput& input) {
  return TotalQueue(input).check();
}

core::Result<CheckerReport> check_unique_ids(const CheckerInput& input) {
  CheckerReport report;
  const core::History& history = input.history;
  ElementTable<std::vector<std::uint32_t>> generated;
  const std::vector<std::uint32_t> completed = completed_named(input, "generate");
  std::optional<std::pair<std::int64_t, std::int64_t>> range;
  for (const std::uint32_t index : completed) {
    const Datum id = history.operations[index].output;
    generated[id].push_back(index);
    if (const auto number = history.data.integer_of(id)) {
      range = range ? std::pair(std::min(range->first, *number), std::max(range->second, *number))
                    : std::pair(*number, *number);
    }
  }
  std::vector<Datum> duplicated;
  for (auto& [id, operations] : generated) {
    if (operations.size() < 2) continue;
    duplicated.push_back(id);
    if (duplicated.size() > kDuplicatesShown) continue;
    add_failure(report,
                fmt::format("{} was given {} times: by the {}, again by the {}",
                            history.data.to_string(id), operations.size(),
                            describe(input, operations[0]), describe(input, operations[1])),
                operations);
  }
  add_count(report, "attempted-count", operations_named(input, "generate").size());
  add_count(report, "acknowledged-count", completed.size());
  add_elements(report, history.data, "duplicated", duplicated);
  if (range) {
    report.entries.push_back({"range", fmt::format("[{} {}]", range->first, range->second)});
  }
  return report;
}

}  // namespace heddle::harness
