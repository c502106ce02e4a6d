#include "core/rng.hpp"

#include <bit>

#include "core/check.hpp"

namespace heddle::core {
namespace {

constexpr std::uint64_t kGolden = 0x9e37'79b9'7f4a'7c15;

// The output function of splitmix64 (Steele, Lea and Flood 2014): a bijection that scatters.
std::uint64_t scatter(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
  z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
  return z ^ (z >> 31);
}

}  // namespace

Rng::Rng(std::uint64_t seed) : state_{} {
  // splitmix64 visits every number, so at most one of the four words is 0: never the bad state.
  for (std::uint64_t& word : state_) {
    seed += kGolden;
    word = scatter(seed);
  }
}

std::uint64_t Rng::next() {
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

std::uint64_t Rng::below(std::uint64_t bound) {
  HEDDLE_CHECK(bound != 0);
  // __int128 is no standard type, but both compilers Heddle supports have it.
  __extension__ using Wide = unsigned __int128;
  Wide product = Wide{next()} * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    // Of 2^64 draws, this many would fall on some numbers once more often than on others.
    const std::uint64_t surplus = (0 - bound) % bound;
    while (static_cast<std::uint64_t>(product) < surplus) product = Wide{next()} * bound;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t Rng::stream_seed(std::uint64_t seed, std::uint64_t stream) {
  if (stream == 0) return seed;
  return scatter(scatter(seed + kGolden) + stream * kGolden);
}

Rng Rng::stream(std::uint64_t seed, std::uint64_t stream) { return Rng(stream_seed(seed, stream)); }

}  // namespace heddle::core
