// Sketch: a set of 64-bit digests whose size is wanted, in bounded memory.
//
// Up to kExactMax different digests it is the set itself. Beyond, it keeps the smallest ones, and
// estimates the number of all by how close together these are (k minimum values; Bar-Yossef et al.,
// 2002): digests are uniform, so one in a hundred kept means one in a hundred below the largest
// kept.
//
// Invariants:
//   1. What it is depends on the set of what was added, not on the order.
//   2. add(Sketch) is the union: associative, commutative, idempotent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heddle::core {

// A bijection that makes digests of numbers (splitmix64's last step).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}
// One for each order of two.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x, std::uint64_t y) {
  return mix(mix(x + 0x9e3779b97f4a7c15) ^ y);
}

class Sketch {
 public:
  static constexpr std::size_t kExactMax = 4096;

  // Whether it was not there before. Beyond kExactMax: and is small enough to be kept.
  bool add(std::uint64_t digest);
  void add(const Sketch& other);

  [[nodiscard]] bool is_exact() const { return threshold_ == kNone; }
  // The number of all that were added; if not exact, within a few percent.
  [[nodiscard]] std::uint64_t size() const;
  // In order. What to_sketch makes the same sketch from.
  [[nodiscard]] std::vector<std::uint64_t> kept() const;
  // `is_exact`: no others were there.
  [[nodiscard]] static Sketch of(std::span<const std::uint64_t> kept, bool is_exact);

  bool operator==(const Sketch& other) const;

 private:
  static constexpr std::uint64_t kNone = ~std::uint64_t{0};

  [[nodiscard]] std::size_t slot_of(std::uint64_t digest) const;
  void grow();
  void drop_large();

  std::vector<std::uint64_t> slots_ = std::vector<std::uint64_t>(64);  // a hash table; 0: free
  std::size_t count_ = 0;
  std::uint64_t threshold_ = kNone;  // what is larger is not kept
};

}  // namespace heddle::core
