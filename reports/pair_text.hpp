// The pair of steps that decides, for a person and as JSON: what each does, where in the code, and
// who called it.
#pragma once

#include <string>

#include "reports/explore_report.hpp"
#include "reports/json.hpp"

namespace heddle::reports {

// Lines, each with a line break.
[[nodiscard]] std::string pair_text(const DecidingPair& pair);
[[nodiscard]] Json pair_json(const DecidingPair& pair);

}  // namespace heddle::reports
