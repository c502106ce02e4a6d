// SampledStrategy: what strategies have in common that draw each execution at random.
//
// Execution i draws from Rng::stream(seed, i), and else depends only on the profile, which depends
// only on the lessons before it. So any execution can be had without those before it (Strategy::
// seek). Whatever is chosen besides agents and timeouts is drawn uniformly.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "core/rng.hpp"
#include "harness/explore/profile.hpp"
#include "harness/explore/strategy.hpp"

namespace heddle::harness {

class SampledStrategy : public Strategy {
 public:
  // The profile may be common to several strategies that take turns.
  SampledStrategy(std::uint64_t seed, std::shared_ptr<Profile> profile)
      : seed_(seed), rng_(seed), profile_(std::move(profile)) {}

  [[nodiscard]] bool is_numbered() const final { return true; }
  void seek(std::uint64_t number) final { next_ = number; }
  [[nodiscard]] bool begin_execution() final;
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) final;
  void end_execution(const core::Execution& execution) final;

 protected:
  [[nodiscard]] core::Rng& rng() { return rng_; }
  [[nodiscard]] Profile& profile() { return *profile_; }
  [[nodiscard]] std::uint64_t execution_number() const { return next_ - 1; }

 private:
  virtual void begin() = 0;
  // An index into the options, which are between lanes.
  [[nodiscard]] virtual std::size_t choose_lane(const core::ChoicePoint& point) = 0;

  std::uint64_t seed_;
  std::uint64_t next_ = 0;
  core::Rng rng_;
  std::shared_ptr<Profile> profile_;
};

}  // namespace heddle::harness
