// The checkers of this folder, each in a file of its own; jepsen.cpp lists them.
#pragma once

#include "harness/jepsen/jepsen.hpp"

namespace heddle::harness {

[[nodiscard]] core::Result<CheckerReport> check_set(const CheckerInput& input);
[[nodiscard]] core::Result<CheckerReport> check_set_full(const CheckerInput& input);
[[nodiscard]] core::Result<CheckerReport> check_queue(const CheckerInput& input);
[[nodiscard]] core::Result<CheckerReport> check_total_queue(const CheckerInput& input);
[[nodiscard]] core::Result<CheckerReport> check_unique_ids(const CheckerInput& input);
[[nodiscard]] core::Result<CheckerReport> check_counter(const CheckerInput& input);
[[nodiscard]] core::Result<CheckerReport> check_bank(const CheckerInput& input);
[[nodiscard]] core::Result<CheckerReport> check_long_fork(const CheckerInput& input);

}  // namespace heddle::harness
