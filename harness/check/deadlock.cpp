#include "harness/check/deadlock.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <utility>

#include "harness/check/blocked.hpp"

namespace heddle::harness {
namespace {

core::Verdict verdict_of(Blocked blocked, std::string rule) {
  core::Finding finding;
  finding.rule = std::move(rule);
  finding.message = fmt::format("{}", fmt::join(blocked.causes, ", "));
  if (!blocked.cycle.empty()) {
    finding.message += ": a cycle";
    if (blocked.someone_waits || blocked.someone_spins) finding.message += ", " + blocked.cycle;
  }
  if (blocked.someone_waits) finding.message += "; no agent is left that could notify";
  if (blocked.someone_spins) {
    finding.message += fmt::format("; no agent is left that could {}write what is read in vain",
                                   blocked.someone_waits ? "or " : "");
  }
  if (!blocked.consequences.empty()) {
    finding.message += fmt::format(" (so {})", fmt::join(blocked.consequences, ", "));
  }
  finding.place = std::move(blocked.place);
  finding.events = std::move(blocked.events);
  return core::Verdict::fail(std::move(finding));
}

}  // namespace

core::Verdict DeadlockJudge::judge(const core::Execution& execution) const {
  Blocked blocked = blocked_of(execution);
  if (blocked.causes.empty() || blocked.someone_spins) return core::Verdict::pass();
  return verdict_of(std::move(blocked), "deadlock");
}

core::Verdict LivelockJudge::judge(const core::Execution& execution) const {
  Blocked blocked = blocked_of(execution);
  if (!blocked.someone_spins) return core::Verdict::pass();
  return verdict_of(std::move(blocked), "livelock");
}

}  // namespace heddle::harness
