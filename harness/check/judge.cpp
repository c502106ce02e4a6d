#include "harness/check/judge.hpp"

#include <utility>

namespace heddle::harness {

std::optional<core::Verdict> unless_recorded(const core::Execution& execution, std::string rule) {
  if (!execution.trace.events.empty() || execution.steps == 0) return std::nullopt;
  core::Finding finding;
  finding.rule = std::move(rule);
  finding.message = "the execution's events were not recorded";
  return core::Verdict::unknown(std::move(finding));
}

}  // namespace heddle::harness
