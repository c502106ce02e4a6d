// RandomStrategy: at each point, every option is equally likely.
//
// Execution i of seed s draws from Rng::stream(s, i). So any execution can be repeated alone: it is
// execution 0 of its own `execution_seed`, and it is also what an empty schedule with the tail
// `random:EXECUTION_SEED` replays.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/rng.hpp"
#include "harness/explore/strategy.hpp"

namespace heddle::harness {

class RandomStrategy final : public Strategy {
 public:
  explicit RandomStrategy(std::uint64_t seed) : seed_(seed), execution_seed_(seed), rng_(seed) {}

  [[nodiscard]] std::string_view name() const override { return "random"; }
  [[nodiscard]] bool is_numbered() const override { return true; }
  void seek(std::uint64_t number) override { executions_ = number; }
  [[nodiscard]] bool begin_execution() override;
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override;
  [[nodiscard]] core::Rule rule() override { return {core::Rule::Kind::Uniform, &rng_}; }
  void end_execution(const core::Execution& execution) override;
  [[nodiscard]] std::uint64_t execution_seed() const override { return execution_seed_; }

 private:
  std::uint64_t seed_;
  std::uint64_t execution_seed_;
  std::uint64_t executions_ = 0;  // begun
  core::Rng rng_;
};

}  // namespace heddle::harness
