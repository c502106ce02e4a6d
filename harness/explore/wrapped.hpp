// WrappedStrategy: another strategy, with something done to what it chooses.
//
// Everything but choosing is the inner strategy's, except what does not hold of it any more: its
// coverage and the seed of an execution are not told, unless a derived class knows better. Numbers
// drawn are a function of the seed and the execution's number, and others than those that the inner
// strategy draws from the same seed.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "core/rng.hpp"
#include "harness/explore/strategy.hpp"

namespace heddle::harness {

class WrappedStrategy : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const final { return inner_->name(); }
  [[nodiscard]] std::string_view decider() const final { return inner_->decider(); }
  [[nodiscard]] bool is_numbered() const final { return inner_->is_numbered(); }
  void seek(std::uint64_t number) final {
    inner_->seek(number);
    next_ = number;
  }
  [[nodiscard]] bool begin_execution() override {
    if (!inner_->begin_execution()) return false;
    rng_ = core::Rng::stream(stream_seed_, next_++);
    return true;
  }
  [[nodiscard]] bool wants_stop() const final { return inner_->wants_stop(); }
  void end_execution(const core::Execution& execution) final { inner_->end_execution(execution); }
  [[nodiscard]] bool is_exhausted() const final { return inner_->is_exhausted(); }

 protected:
  // `stream` tells the numbers of one kind of wrapping from those of others.
  WrappedStrategy(std::unique_ptr<Strategy> inner, std::uint64_t seed, std::uint64_t stream)
      : inner_(std::move(inner)),
        stream_seed_(core::Rng::stream_seed(seed, stream)),
        rng_(stream_seed_) {}

  [[nodiscard]] Strategy& inner() { return *inner_; }
  [[nodiscard]] const Strategy& inner() const { return *inner_; }
  [[nodiscard]] core::Rng& rng() { return rng_; }

 private:
  std::unique_ptr<Strategy> inner_;
  std::uint64_t stream_seed_;
  std::uint64_t next_ = 0;  // number of the next execution
  core::Rng rng_;           // of the present one
};

}  // namespace heddle::harness
