#include "harness/run/deciding_pair.hpp"

#include <utility>

#include "core/check.hpp"
#include "harness/run/candidate_runner.hpp"
#include "harness/run/replay_program.hpp"
#include "shrinker/pair.hpp"

namespace heddle::harness {

std::optional<reports::DecidingPair> find_deciding_pair(const Program& program,
                                                        const core::Execution& failing,
                                                        const core::Signature& signature,
                                                        const ExecuteOptions& options,
                                                        const std::function<bool()>& should_stop) {
  const CandidateRunner runner(program, signature, options, failing.steps, should_stop);
  auto found = shrinker::find_pair(
      failing, [&](const shrinker::Candidate& candidate) { return runner.run(candidate); },
      {.is_point = [&](const core::Action& action) { return runner.is_point(action); },
       .should_stop = should_stop});
  if (!found) return std::nullopt;
  ExecuteOptions with_stacks = runner.options();
  with_stacks.backtraces_at = {found->earlier, found->later};
  with_stacks.should_stop = [] { return false; };  // it is as long as what has been executed
  Replayed again = replay(program, found->failing.schedule, ReplayMode::Strict, with_stacks);
  HEDDLE_CHECK(!again.divergence && found->later.index < again.execution.trace.events.size());
  reports::DecidingPair pair{
      .earlier = found->earlier, .later = found->later, .other_passes = found->passes};
  for (core::Backtrace& backtrace : again.execution.backtraces) {
    auto& stack = backtrace.event == pair.earlier ? pair.earlier_stack : pair.later_stack;
    stack = std::move(backtrace.frames);
  }
  pair.trace = std::move(again.execution.trace);
  return pair;
}

}  // namespace heddle::harness
