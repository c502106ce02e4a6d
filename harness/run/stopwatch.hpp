// Stopwatch: elapsed time, and the median of several measurements. For benchmarks only.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace heddle::harness {

class Stopwatch {
 public:
  [[nodiscard]] double milliseconds() const {
    const auto elapsed = std::chrono::steady_clock::now() - begin_;
    return std::chrono::duration<double, std::milli>(elapsed).count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

[[nodiscard]] inline double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace heddle::harness
