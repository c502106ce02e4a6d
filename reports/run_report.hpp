// The result of running files that contain assertions (scripts, scenarios): counts per file and the
// failures.
//
// Invariant: the text form ends with `total: N passed, N failed, N skipped`, also if there are no
// files. Each file has a line of the same form, followed by its failures.
#pragma once

#include <string>
#include <vector>

#include "core/execution.hpp"

namespace heddle::reports {

struct RunFailure {
  std::string place;  // "file:line:column"
  std::string message;
};

struct FileResult {
  std::string file;
  core::AssertionCounts counts;
  std::vector<RunFailure> failures;
};

struct RunReport {
  std::vector<FileResult> files;
};

[[nodiscard]] core::AssertionCounts total_of(const RunReport& report);

[[nodiscard]] std::string render_text(const RunReport& report);

// docs/formats/report-json.md.
[[nodiscard]] std::string to_json(const RunReport& report);

}  // namespace heddle::reports
