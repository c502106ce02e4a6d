// Rows: gives equal rows of words equal small numbers, in the order of their first appearance.
//
// States of models, classes of calls and wide masks are such rows. All words are in one array.
// A span that `row` gives is valid until the next row is added.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/linear/flat_index.hpp"

namespace heddle::harness {

class Rows {
 public:
  std::uint32_t number_of(std::span<const std::int64_t> words) {
    const std::uint64_t hash = hash_of(words);
    const std::uint32_t found = index_.find(
        hash, [&](std::uint32_t number) { return std::ranges::equal(row(number), words); });
    if (found != kNoItem) return found;
    const auto number = static_cast<std::uint32_t>(ends_.size());
    words_.insert(words_.end(), words.begin(), words.end());
    ends_.push_back(words_.size());
    index_.insert(hash, number);
    return number;
  }

  [[nodiscard]] std::span<const std::int64_t> row(std::uint32_t number) const {
    const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::span(words_).subspan(begin, ends_[number] - begin);
  }

  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] std::uint64_t bytes() const {
    return words_.capacity() * sizeof(std::int64_t) + ends_.capacity() * sizeof(std::size_t) +
           index_.bytes();
  }

 private:
  std::vector<std::int64_t> words_;
  std::vector<std::size_t> ends_;  // of each row, in words_
  FlatIndex index_;
};

}  // namespace heddle::harness
