#include "scenarios/base64.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace heddle::scenarios {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      const auto byte = j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U;
      group = group << 8 | byte;
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= count ? kAlphabet[group >> (18 - 6 * j) & 0x3f] : '=';
    }
  }
  return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t group = 0;
  int digits = 0;   // of the group
  int padding = 0;  // likewise
  for (const char c : text) {
    if (c == '\n' || c == ' ') continue;
    const std::size_t digit = kAlphabet.find(c);
    const bool is_padding = c == '=' && digits >= 2;
    if (!is_padding && (digit == std::string_view::npos || padding > 0)) return std::nullopt;
    group = group << 6 | (is_padding ? 0 : static_cast<std::uint32_t>(digit));
    (is_padding ? padding : digits) += 1;
    if (digits + padding < 4) continue;
    for (int j = 0; j < 3 - padding; ++j) {
      bytes += static_cast<char>(group >> (16 - 8 * j) & 0xff);
    }
    if (padding > 0) {
      // The last group: no bit may be set that belongs to no byte, and nothing may follow.
      if ((group & (padding == 1 ? 0xffU : 0xffffU)) != 0) return std::nullopt;
    }
    group = 0;
    digits = 0;
  }
  if (digits != 0) return std::nullopt;
  return bytes;
}

}  // namespace heddle::scenarios
