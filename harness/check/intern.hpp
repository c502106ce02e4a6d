// Intern: gives equal keys equal small numbers, in the order of their first appearance.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace heddle::harness {

// Of a sequence of numbers; never seen outside the process.
struct SequenceHash {
  template <typename Sequence>
  std::size_t operator()(const Sequence& sequence) const noexcept {
    std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
    for (const auto item : sequence) {
      hash = (hash ^ static_cast<std::uint64_t>(item)) * 0x9e37'79b9'7f4a'7c15;
      hash ^= hash >> 32;
    }
    return static_cast<std::size_t>(hash);
  }
};

template <typename Key>
class Intern {
 public:
  std::uint32_t number_of(const Key& key) {
    const auto [found, is_new] =
        numbers_.try_emplace(key, static_cast<std::uint32_t>(keys_.size()));
    if (is_new) keys_.push_back(&found->first);  // nodes of the map do not move
    return found->second;
  }

  [[nodiscard]] const Key& key_of(std::uint32_t number) const { return *keys_[number]; }
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  // order never seen: looked up, never iterated
  std::unordered_map<Key, std::uint32_t, SequenceHash> numbers_;
  std::vector<const Key*> keys_;
};

}  // namespace heddle::harness
