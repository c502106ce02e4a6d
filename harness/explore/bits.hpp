// Bits: sets of small numbers, as words; rows of a table of them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heddle::harness {

using Bits = std::span<const std::uint64_t>;
using MutableBits = std::span<std::uint64_t>;

[[nodiscard]] inline bool has_bit(Bits bits, std::size_t i) {
  return (bits[i / 64] >> (i % 64) & 1) != 0;
}
inline void set_bit(MutableBits bits, std::size_t i) {
  bits[i / 64] |= std::uint64_t{1} << (i % 64);
}
inline void clear_bit(MutableBits bits, std::size_t i) {
  bits[i / 64] &= ~(std::uint64_t{1} << (i % 64));
}
inline void add_bits(MutableBits to, Bits from) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] |= from[i];
}

// Calls f(number) for each, in order; stops when f gives false.
template <typename F>
bool all_bits(Bits bits, const F& f) {
  for (std::size_t i = 0; i < bits.size(); ++i) {
    for (std::uint64_t word = bits[i]; word != 0; word &= word - 1) {
      if (!f(64 * i + static_cast<std::size_t>(std::countr_zero(word)))) return false;
    }
  }
  return true;
}
template <typename F>
void for_each_bit(Bits bits, const F& f) {
  static_cast<void>(all_bits(bits, [&f](std::size_t i) {
    f(i);
    return true;
  }));
}

class BitRows {
 public:
  void assign(std::size_t rows, std::size_t words) {
    words_ = words;
    bits_.assign(rows * words, 0);
  }
  [[nodiscard]] std::size_t words() const { return words_; }
  [[nodiscard]] Bits operator[](std::size_t row) const {
    return Bits(bits_).subspan(row * words_, words_);
  }
  [[nodiscard]] MutableBits operator[](std::size_t row) {
    return MutableBits(bits_).subspan(row * words_, words_);
  }

 private:
  std::size_t words_ = 0;
  std::vector<std::uint64_t> bits_;
};

}  // namespace heddle::harness
