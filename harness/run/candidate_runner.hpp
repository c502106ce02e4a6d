// CandidateRunner: runs what the shrinker proposes, on a program, and says whether it is the
// failure.
#pragma once

#include <cstdint>
#include <functional>

#include "core/execution.hpp"
#include "core/verdict.hpp"
#include "harness/run/program.hpp"
#include "shrinker/candidate.hpp"
#include "shrinker/pair.hpp"
#include "shrinker/shrink.hpp"

namespace heddle::harness {

class CandidateRunner {
 public:
  // Executions may be some times as long as the failing one, which has `failing_steps`: edited
  // schedules may spin where it did not. `program` must outlive the runner.
  CandidateRunner(const Program& program, core::Signature signature, ExecuteOptions options,
                  std::uint64_t failing_steps, const std::function<bool()>& should_stop);

  [[nodiscard]] shrinker::Tried run(const shrinker::Candidate& candidate) const;
  [[nodiscard]] std::optional<shrinker::Failing> run_failing(
      const shrinker::Candidate& candidate) const;

  [[nodiscard]] bool is_the_failure(const core::Verdict& verdict) const;
  // Whether the machine asks before such an access.
  [[nodiscard]] bool is_point(const core::Action& action) const;
  [[nodiscard]] const ExecuteOptions& options() const { return options_; }

 private:
  const Program& program_;
  core::Signature signature_;
  ExecuteOptions options_;
};

}  // namespace heddle::harness
