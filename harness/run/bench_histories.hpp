// bench_histories: how long checking takes: published histories with known verdicts, and large ones
// that are made up. The goals are those that Heddle sets itself; docs/cli.md says what is timed.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "core/result.hpp"
#include "reports/histories_bench.hpp"

namespace heddle::harness {

struct BenchHistoriesOptions {
  std::string folder = "../shared/histories";  // with its verdicts.tsv
  std::size_t repeats = 5;
  std::uint32_t large = 1'000'000;  // operations
};

// Without the folder, only the large ones are timed, and `folder_is_missing` is set.
struct BenchedHistories {
  reports::HistoriesBenchReport report;
  bool folder_is_missing = false;
};
[[nodiscard]] core::Result<BenchedHistories> bench_histories(
    const BenchHistoriesOptions& options, const std::function<bool()>& should_stop);

}  // namespace heddle::harness
