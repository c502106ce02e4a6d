#include "harness/run/run_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "harness/explore/random.hpp"

namespace heddle::harness {

namespace {

// Different failures told; with many seeds, most are the same ones again.
constexpr std::size_t kFailuresMax = 100;

class Run {
 public:
  Run(const Program& program, const RunOptions& options)
      : program_(program),
        options_(options),
        is_script_(program.repro_base().kind == core::ProgramKind::Script) {
    result_.file.file = program.name();
  }

  // False: it was interrupted.
  bool execute(std::uint64_t seed, const std::function<bool()>& should_stop) {
    ExecuteOptions execute_options = options_.execute;
    execute_options.should_stop = should_stop;
    RandomStrategy strategy(seed);
    std::ignore = strategy.begin_execution();
    core::Execution execution = program_.execute(strategy, execute_options);
    strategy.end_execution(execution);
    const core::Verdict verdict = program_.judge(execution);
    result_.verdict = std::max(result_.verdict, verdict.kind);
    add_counts(execution.assertions, verdict.kind);
    if (verdict.kind == core::VerdictKind::Fail) result_.failing_seeds.push_back(seed);
    for (const core::Finding& finding : verdict.findings) add_failure(finding, seed);
    digests_.push_back(core::trace_digest_of(execution));
    result_.last = std::move(execution);
    return !was_interrupted(result_.last);
  }

  RunResult finish(bool was_interrupted) {
    result_.was_interrupted = was_interrupted;
    if (digests_.size() == 1) {
      result_.digest = digests_.front();
    } else {
      core::Digester digester;
      for (const core::Digest& digest : digests_) {
        digester.add_u64(digest.high);
        digester.add_u64(digest.low);
      }
      result_.digest = digester.finish();
    }
    return std::move(result_);
  }

 private:
  void add_counts(core::AssertionCounts counts, core::VerdictKind kind) {
    const bool has_none = counts.passed + counts.failed + counts.skipped == 0;
    switch (kind) {
      case core::VerdictKind::Pass:
        if (has_none && !is_script_) counts.passed = 1;
        break;
      case core::VerdictKind::Unknown:
        if (has_none) counts.skipped = 1;
        break;
      case core::VerdictKind::Fail:
        counts.failed = std::max<std::uint64_t>(counts.failed, 1);
        break;
    }
    result_.file.counts.passed += counts.passed;
    result_.file.counts.failed += counts.failed;
    result_.file.counts.skipped += counts.skipped;
  }

  void add_failure(const core::Finding& finding, std::uint64_t seed) {
    const bool has_many = options_.seed_count > 1;
    if (result_.file.failures.size() >= kFailuresMax) return;
    if (!told_.insert({finding.place, has_many ? finding.rule : finding.message}).second) return;
    std::string message = finding.message;
    if (finding.rule != "assertion" && finding.rule != "script") {
      message = finding.rule + ": " + message;
    }
    if (has_many) message += fmt::format(" (seed {})", seed);
    result_.file.failures.push_back({.place = finding.place, .message = std::move(message)});
  }

  const Program& program_;
  const RunOptions& options_;
  bool is_script_;
  RunResult result_;
  std::vector<core::Digest> digests_;
  std::set<std::pair<std::string, std::string>> told_;
};

}  // namespace

RunResult run_program(const Program& program, const RunOptions& options,
                      const std::function<bool()>& should_stop) {
  Run run(program, options);
  for (std::uint64_t i = 0; i < options.seed_count; ++i) {
    if (should_stop() || !run.execute(options.first_seed + i, should_stop)) return run.finish(true);
  }
  return run.finish(false);
}

}  // namespace heddle::harness
