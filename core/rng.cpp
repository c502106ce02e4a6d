#include "core/rng.hpp"

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

std::uint64_t Rng::stream_seed(std::uint64_t seed, std::uint64_t stream) {
  if (stream == 0) return seed;
  return scatter(scatter(seed + kGolden) + stream * kGolden);
}

Rng Rng::stream(std::uint64_t seed, std::uint64_t stream) { return Rng(stream_seed(seed, stream)); }

}  // namespace heddle::core
