// BytesStrategy: one execution whose choices are read from a string of bytes, so that whoever makes
// strings of bytes (libFuzzer, AFL++) makes schedules.
//
// Each point takes one byte, or two where there are more than 256 options: the option with that
// number, modulo their count. Beyond the input, the first option: do not switch, and be punctual.
// So every string is a schedule, a prefix of a string is a schedule with fewer switches, and a
// string of zeros is the schedule without any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "harness/explore/strategy.hpp"

namespace heddle::harness {

class BytesStrategy final : public Strategy {
 public:
  explicit BytesStrategy(std::string bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] std::string_view name() const override { return "bytes"; }
  [[nodiscard]] bool begin_execution() override { return !std::exchange(has_begun_, true); }
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override;
  void end_execution(const core::Execution&) override {}
  [[nodiscard]] bool is_exhausted() const override { return has_begun_; }

 private:
  [[nodiscard]] std::size_t take_byte();

  std::string bytes_;
  std::size_t next_ = 0;
  bool has_begun_ = false;
};

}  // namespace heddle::harness
