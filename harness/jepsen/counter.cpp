// counter: what is read lies between the sum of all increments that had succeeded before the read
// began and the sum of all that could have been made before it ended.
#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "harness/jepsen/checkers.hpp"
#include "harness/jepsen/report.hpp"

namespace heddle::harness {

namespace {

using core::Completion;

class Counter {
 public:
  explicit Counter(const CheckerInput& input)
      : input_(input), operations_(input.history.operations) {}

  core::Result<CheckerReport> check() {
    for (const CheckerEvent& event : events_of(input_)) {
      const std::string& name = input_.history.name_of(operations_[event.operation]);
      if (name == "add") HEDDLE_TRY(add(event));
      if (name == "read") HEDDLE_TRY(read(event));
    }
    add_count(report_, "read-count", reads_);
    add_count(report_, "error-count", report_.findings.size());
    report_.entries.push_back({"final-bounds", fmt::format("[{} {}]", lower_, upper_)});
    return std::move(report_);
  }

 private:
  core::Result<void> add(const CheckerEvent& event) {
    const core::Operation& operation = operations_[event.operation];
    const auto amount = input_.history.data.integer_of(operation.input);
    if (!amount) return error_at(input_, event.operation, "a counter is added integers to");
    if (*amount < 0) {
      return error_at(input_, event.operation, "this checker's counters only grow");
    }
    const bool is_invocation = event.side == EventSide::Invocation;
    if (operation.completion == Completion::Fail) return {};
    if (!is_invocation && operation.completion != Completion::Ok) return {};
    std::int64_t& bound = is_invocation ? upper_ : lower_;
    if (__builtin_add_overflow(bound, *amount, &bound)) {
      return error_at(input_, event.operation, "the sum of all increments is beyond 64 bits");
    }
    return {};
  }

  core::Result<void> read(const CheckerEvent& event) {
    const core::Operation& operation = operations_[event.operation];
    if (operation.completion != Completion::Ok || is_nothing(operation.output)) return {};
    if (event.side == EventSide::Invocation) {
      lower_before_[event.operation] = lower_;
      return {};
    }
    const auto value = input_.history.data.integer_of(operation.output);
    if (!value) return error_at(input_, event.operation, "what is read of a counter is an integer");
    ++reads_;
    const auto before = lower_before_.find(event.operation);
    const std::int64_t lower = before->second;
    lower_before_.erase(before);
    if (*value >= lower && *value <= upper_) return {};
    add_failure(report_,
                fmt::format("the {} returned {}, but {} to {} was possible",
                            describe(input_, event.operation), *value, lower, upper_),
                {event.operation});
    return {};
  }

  const CheckerInput& input_;
  const std::vector<core::Operation>& operations_;
  std::int64_t lower_ = 0;
  std::int64_t upper_ = 0;
  std::size_t reads_ = 0;
  std::map<std::uint32_t, std::int64_t> lower_before_;  // of reads that are open
  CheckerReport report_;
};

}  // namespace

core::Result<CheckerReport> check_counter(const CheckerInput& input) {
  return Counter(input).check();
}

}  // namespace heddle::harness
