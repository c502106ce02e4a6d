// FlatIndex: finds numbered items by their hash, in one array without pointers.
//
// The items themselves are elsewhere; who asks says whether the one found is the one meant. Items
// are not removed. Invariant: at most half of the entries are used, so that looking up something
// that is not there ends soon.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace heddle::harness {

inline constexpr std::uint32_t kNoItem = UINT32_MAX;

[[nodiscard]] constexpr std::uint64_t mix_hash(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9e37'79b9'7f4a'7c15;
  return hash ^ hash >> 32;
}

[[nodiscard]] constexpr std::uint64_t hash_of(std::span<const std::int64_t> words) {
  std::uint64_t hash = words.size();
  for (const std::int64_t word : words) hash = mix_hash(hash, static_cast<std::uint64_t>(word));
  return hash;
}

class FlatIndex {
 public:
  // The item with this hash of which is_meant(item) is true; or kNoItem.
  template <typename IsMeant>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, const IsMeant& is_meant) const {
    if (entries_.empty()) return kNoItem;
    const auto key = static_cast<std::uint32_t>(hash);
    for (std::size_t i = key & mask();; i = (i + 1) & mask()) {
      const Entry& entry = entries_[i];
      if (entry.item == kNoItem) return kNoItem;
      if (entry.key == key && is_meant(entry.item)) return entry.item;
    }
  }

  // An item that is not there.
  void insert(std::uint64_t hash, std::uint32_t item) {
    if (2 * (size_ + 1) > entries_.size()) grow();
    put({static_cast<std::uint32_t>(hash), item});
    ++size_;
  }

  [[nodiscard]] std::uint64_t bytes() const { return entries_.size() * sizeof(Entry); }

 private:
  struct Entry {
    std::uint32_t key = 0;
    std::uint32_t item = kNoItem;
  };

  [[nodiscard]] std::size_t mask() const { return entries_.size() - 1; }

  void put(const Entry& entry) {
    std::size_t i = entry.key & mask();
    while (entries_[i].item != kNoItem) i = (i + 1) & mask();
    entries_[i] = entry;
  }

  void grow() {
    const std::vector<Entry> old =
        std::exchange(entries_, std::vector<Entry>(std::max<std::size_t>(16, 2 * entries_.size())));
    for (const Entry& entry : old) {
      if (entry.item != kNoItem) put(entry);
    }
  }

  std::vector<Entry> entries_;  // a power of two
  std::size_t size_ = 0;
};

}  // namespace heddle::harness
