// The one source of randomness: xoshiro256** (Blackman and Vigna, 2018), seeded through splitmix64.
//
// Always passed in by the caller; never seeded from the environment. The sequence for a seed is
// part of Heddle's interface: a printed seed must find the same bug on every machine and version.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "core/check.hpp"

namespace heddle::core {

class Rng {
 public:
  explicit Rng(std::uint64_t seed);

  // Uniform over all 64-bit numbers.
  [[nodiscard]] std::uint64_t next();

  // Uniform in [0, bound). `bound` must not be 0. Unbiased (Lemire 2019).
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);

  // The same in two parts, for who may not wait: almost always, `draw` decides at once. Otherwise,
  // `finish` must be called with what it gave.
  struct Draw {
    std::uint64_t number = 0;
    std::uint64_t low = 0;
    [[nodiscard]] bool is_final(std::uint64_t bound) const { return low >= bound; }
  };
  [[nodiscard]] Draw draw(std::uint64_t bound);
  [[nodiscard]] std::uint64_t finish(Draw draw, std::uint64_t bound);

  // A generator for a sub-task: equal (seed, stream) pairs give equal generators. It is
  // Rng(stream_seed(seed, stream)), so that a sub-task can be repeated from one printed number.
  // Stream 0 is the seed itself: the first sub-task of a seed needs no other number.
  [[nodiscard]] static std::uint64_t stream_seed(std::uint64_t seed, std::uint64_t stream);
  [[nodiscard]] static Rng stream(std::uint64_t seed, std::uint64_t stream);

 private:
  std::array<std::uint64_t, 4> state_;
};

// Both are inline: an execution draws at each of its steps.

inline std::uint64_t Rng::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

inline Rng::Draw Rng::draw(std::uint64_t bound) {
  // __int128 is no standard type, but both compilers Heddle supports have it.
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{next()} * bound;
  return {.number = static_cast<std::uint64_t>(product >> 64),
          .low = static_cast<std::uint64_t>(product)};
}

inline std::uint64_t Rng::finish(Draw draw, std::uint64_t bound) {
  if (!draw.is_final(bound)) [[unlikely]] {
    // Of 2^64 draws, this many would fall on some numbers once more often than on others.
    const std::uint64_t surplus = (0 - bound) % bound;
    while (draw.low < surplus) draw = this->draw(bound);
  }
  return draw.number;
}

inline std::uint64_t Rng::below(std::uint64_t bound) {
  HEDDLE_CHECK(bound != 0);
  return finish(draw(bound), bound);
}

}  // namespace heddle::core
