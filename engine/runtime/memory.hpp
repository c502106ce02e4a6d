// MemoryInstance: a linear memory. Spec: exec/runtime, "Memory Instances".
//
// The whole address range that the type's maximum (and the engine's limit) allows is reserved when
// the memory is made, so that the bytes never move; growing makes more of it accessible.
//
// Invariants:
//   1. base() is constant. 2. size_bytes() is a multiple of page_bytes() and never shrinks.
//   3. Bytes of a fresh or newly grown page are zero.
//   4. Sizes can be told in the address type: a memory with 32-bit addresses has less than 2^32
//      pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/syntax/types.hpp"

namespace heddle::engine {

inline constexpr std::uint64_t kPageBytes = std::uint64_t{1} << kPageBytesLog2;

class MemoryInstance {
 public:
  // `pages_limit`: never grow beyond this many pages of kPageBytes, whatever the type says.
  // `number`: as in core::Location, in order of allocation. See is_allocated.
  MemoryInstance(MemoryType type, std::uint32_t number, std::uint64_t pages_limit);
  ~MemoryInstance();
  MemoryInstance(const MemoryInstance&) = delete;
  MemoryInstance& operator=(const MemoryInstance&) = delete;

  [[nodiscard]] std::byte* base() const { return base_; }
  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }
  [[nodiscard]] std::uint64_t page_bytes() const {
    return std::uint64_t{1} << type_.page_bytes_log2;
  }
  [[nodiscard]] std::uint64_t pages() const { return size_bytes_ >> type_.page_bytes_log2; }
  [[nodiscard]] const MemoryType& type() const { return type_; }
  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] bool shared() const { return type_.shared; }

  // False if the memory could not be allocated (then its size is 0 and it must not be used).
  [[nodiscard]] bool is_allocated() const { return base_ != nullptr; }

  // Whether the maximum and the engine's limit allow growing by that much.
  [[nodiscard]] bool can_grow(std::uint64_t delta_pages) const {
    return delta_pages <= pages_max_ - pages();
  }
  // The number of pages before, or nothing if it cannot grow by that much.
  [[nodiscard]] std::optional<std::uint64_t> grow(std::uint64_t delta_pages);

 private:
  MemoryType type_;
  std::uint32_t number_;
  std::uint64_t pages_max_;
  std::byte* base_ = nullptr;
  std::uint64_t size_bytes_ = 0;
  std::uint64_t committed_bytes_ = 0;  // accessible: size_bytes_ in whole pages of kPageBytes
  std::uint64_t reserved_bytes_ = 0;
};

}  // namespace heddle::engine
