// CodeArena: memory for the code of a module's functions: thousands of small arrays that live and
// die together, so that neither making nor freeing them costs a call of the allocator each.
//
// Invariant: what is in it never moves.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace heddle::engine {

class CodeArena {
 public:
  template <typename T>
  [[nodiscard]] std::span<const T> copy(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= kAlignment);
    if (items.empty()) return {};
    T* const begin = reinterpret_cast<T*>(allocate(items.size_bytes()));
    std::uninitialized_copy(items.begin(), items.end(), begin);
    return {begin, items.size()};
  }

 private:
  static constexpr std::size_t kAlignment = 8;
  static constexpr std::size_t kBlockMin = std::size_t{1} << 10;
  static constexpr std::size_t kBlockMax = std::size_t{1} << 16;

  [[nodiscard]] std::byte* allocate(std::size_t bytes) {
    bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    if (bytes > left_) {
      block_ = std::min(2 * block_, kBlockMax);
      left_ = std::max(block_, bytes);
      blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(left_));
      next_ = blocks_.back().get();
    }
    left_ -= bytes;
    return std::exchange(next_, next_ + bytes);
  }

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t block_ = kBlockMin / 2;
};

}  // namespace heddle::engine
