// The one source of randomness: xoshiro256** (Blackman and Vigna, 2018), seeded through splitmix64.
//
// Always passed in by the caller; never seeded from the environment. The sequence for a seed is
// part of Heddle's interface: a printed seed must find the same bug on every machine and version.
#pragma once

#include <array>
#include <cstdint>

namespace heddle::core {

class Rng {
 public:
  explicit Rng(std::uint64_t seed);

  // Uniform over all 64-bit numbers.
  [[nodiscard]] std::uint64_t next();

  // Uniform in [0, bound). `bound` must not be 0. Unbiased (Lemire 2019).
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);

  // A generator for a sub-task: equal (seed, stream) pairs give equal generators. It is
  // Rng(stream_seed(seed, stream)), so that a sub-task can be repeated from one printed number.
  // Stream 0 is the seed itself: the first sub-task of a seed needs no other number.
  [[nodiscard]] static std::uint64_t stream_seed(std::uint64_t seed, std::uint64_t stream);
  [[nodiscard]] static Rng stream(std::uint64_t seed, std::uint64_t stream);

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace heddle::core
