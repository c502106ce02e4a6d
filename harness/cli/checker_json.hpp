// What one of Jepsen's checkers says, as JSON (docs/formats/report-json.md, "checker-report/1").
#pragma once

#include <string>

#include "harness/jepsen/jepsen.hpp"

namespace heddle::harness {

[[nodiscard]] std::string checker_json(const CheckerReport& report, const std::string& file);

}  // namespace heddle::harness
