// Masks: sets of numbers below a limit that is known beforehand, each in one 64-bit word.
//
// Up to 64 numbers, the word is the set. Beyond, it is the number of an interned row, so that
// positions of a search have one size, and sets that many positions share are kept once. Equal sets
// have equal words either way.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/linear/rows.hpp"

namespace heddle::harness {

using Mask = std::uint64_t;

class Masks {
 public:
  explicit Masks(std::size_t limit) : words_((limit + 63) / 64) {
    if (is_wide()) {
      scratch_.resize(words_);
      rows_.number_of(scratch_);
    }
  }

  // The empty set is 0, wide or not.
  static constexpr Mask kEmpty = 0;

  [[nodiscard]] std::size_t words() const { return words_; }

  // The numbers from 64 * index on, as bits.
  [[nodiscard]] std::uint64_t word(Mask mask, std::size_t index) const {
    return is_wide() ? static_cast<std::uint64_t>(row(mask)[index]) : mask;
  }
  [[nodiscard]] bool has(Mask mask, std::size_t number) const {
    return (word(mask, number / 64) >> (number % 64) & 1) != 0;
  }
  [[nodiscard]] Mask with(Mask mask, std::size_t number) {
    return is_wide() ? flip(mask, number, true) : mask | std::uint64_t{1} << number;
  }
  [[nodiscard]] Mask without(Mask mask, std::size_t number) {
    return is_wide() ? flip(mask, number, false) : mask & ~(std::uint64_t{1} << number);
  }

  [[nodiscard]] bool is_subset(Mask left, Mask right) const {
    if (left == right) return true;
    if (!is_wide()) return (left & ~right) == 0;
    const std::span<const std::int64_t> l = row(left);
    const std::span<const std::int64_t> r = row(right);
    for (std::size_t i = 0; i < words_; ++i) {
      if ((l[i] & ~r[i]) != 0) return false;
    }
    return true;
  }

  [[nodiscard]] std::vector<std::uint32_t> numbers_of(Mask mask) const {
    std::vector<std::uint32_t> numbers;
    for (std::size_t i = 0; i < words_; ++i) {
      for (std::uint64_t bits = word(mask, i); bits != 0; bits &= bits - 1) {
        numbers.push_back(static_cast<std::uint32_t>(64 * i) +
                          static_cast<std::uint32_t>(std::countr_zero(bits)));
      }
    }
    return numbers;
  }

  [[nodiscard]] std::uint64_t bytes() const { return rows_.bytes(); }

 private:
  [[nodiscard]] bool is_wide() const { return words_ > 1; }
  [[nodiscard]] std::span<const std::int64_t> row(Mask mask) const {
    return rows_.row(static_cast<std::uint32_t>(mask));
  }

  Mask flip(Mask mask, std::size_t number, bool is_in) {
    const std::span<const std::int64_t> old = row(mask);
    scratch_.assign(old.begin(), old.end());
    const auto bit = static_cast<std::int64_t>(std::uint64_t{1} << (number % 64));
    std::int64_t& word = scratch_[number / 64];
    word = is_in ? word | bit : word & ~bit;
    return rows_.number_of(scratch_);
  }

  std::size_t words_;
  std::vector<std::int64_t> scratch_;
  Rows rows_;
};

}  // namespace heddle::harness
