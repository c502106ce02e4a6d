// CodeArena: memory for the code of a module's functions: thousands of small arrays that live and
// die together, so that neither making nor freeing them costs a call of the allocator each.
//
// Blocks are kept for the next module, so that loading one after another does not ask the system
// for the same memory again and again.
//
// Invariant: what is in it never moves.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace heddle::engine {

// Blocks that no arena uses. May be used by several threads.
class CodeBlocks {
 public:
  using Block = std::unique_ptr<std::byte[]>;
  static constexpr std::size_t kBytes = std::size_t{1} << 16;

  [[nodiscard]] Block take() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return std::make_unique_for_overwrite<std::byte[]>(kBytes);
    Block block = std::move(idle_.back());
    idle_.pop_back();
    return block;
  }
  void give(Block block) {
    const std::scoped_lock lock(mutex_);
    if (idle_.size() < kIdleMax) idle_.push_back(std::move(block));
  }

  // Lives as long as any arena.
  [[nodiscard]] static std::shared_ptr<CodeBlocks> of_all() {
    static const auto kBlocks = std::make_shared<CodeBlocks>();
    return kBlocks;
  }

 private:
  static constexpr std::size_t kIdleMax = 128;  // 8 MB
  std::mutex mutex_;
  std::vector<Block> idle_;
};

class CodeArena {
 public:
  CodeArena() = default;
  CodeArena(const CodeArena&) = delete;
  CodeArena& operator=(const CodeArena&) = delete;
  ~CodeArena() {
    for (CodeBlocks::Block& block : blocks_) pool_->give(std::move(block));
  }

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
  static constexpr std::size_t kSmall = std::size_t{1} << 10;  // the first block: most modules' all

  [[nodiscard]] std::byte* allocate(std::size_t bytes) {
    bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    if (bytes > left_) make_block(bytes);
    left_ -= bytes;
    return std::exchange(next_, next_ + bytes);
  }

  void make_block(std::size_t bytes) {
    const bool is_first = next_ == nullptr;
    left_ = CodeBlocks::kBytes;
    if (bytes > left_ || (is_first && bytes <= kSmall)) {
      left_ = std::max(bytes, kSmall);
      others_.push_back(std::make_unique_for_overwrite<std::byte[]>(left_));
      next_ = others_.back().get();
    } else {
      blocks_.push_back(pool_->take());
      next_ = blocks_.back().get();
    }
  }

  std::shared_ptr<CodeBlocks> pool_ = CodeBlocks::of_all();
  std::vector<CodeBlocks::Block> blocks_;
  std::vector<CodeBlocks::Block> others_;  // smaller or larger ones
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace heddle::engine
