#include "engine/runtime/observe_memories.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <iterator>
#include <string_view>

#include "core/digest.hpp"

namespace heddle::engine {
namespace {

// Most of a memory is zero: look at it in blocks that can be compared at once.
constexpr std::size_t kBlockBytes = 1024;

bool is_zero_block(const std::byte* block) {
  static constexpr std::array<std::byte, kBlockBytes> kZeros{};
  return std::memcmp(block, kZeros.data(), kBlockBytes) == 0;
}

// Appends the block's words that are not zero; false once there are too many.
bool append_words(std::string& text, const std::byte* block, std::uint64_t address,
                  std::size_t& shown) {
  for (std::size_t i = 0; i < kBlockBytes; i += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, block + i, 4);
    if (word == 0) continue;
    if (shown == kWordsShown) return false;
    ++shown;
    fmt::format_to(std::back_inserter(text), " [{:#x}]={}", address + i, word);
  }
  return true;
}

std::string digest_text(const MemoryInstance& memory) {
  const auto* const bytes = reinterpret_cast<const char*>(memory.base());
  return to_string(core::digest_of(std::string_view(bytes, memory.size_bytes())));
}

}  // namespace

std::string observe_memories(const Store& store) {
  std::string text;
  for (const MemoryInstance& memory : store.memories()) {
    if (!memory.shared() || !memory.is_allocated()) continue;
    if (!text.empty()) text += '\n';
    fmt::format_to(std::back_inserter(text), "memory{}:", memory.number());
    if (memory.pages() != memory.type().limits.min) {
      fmt::format_to(std::back_inserter(text), " {} pages", memory.pages());
    }
    std::size_t shown = 0;
    for (std::uint64_t address = 0; address < memory.size_bytes(); address += kBlockBytes) {
      const std::byte* const block = memory.base() + address;
      if (is_zero_block(block) || append_words(text, block, address, shown)) continue;
      text += " ... digest " + digest_text(memory);
      break;
    }
  }
  return text;
}

}  // namespace heddle::engine
