// Writer: the mirror of Reader. Spec: binary/values. Numbers take the fewest bytes possible.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace heddle::engine {

class Writer {
 public:
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

  void raw(std::string_view bytes) { bytes_ += bytes; }
  void u8(std::uint8_t byte) { bytes_ += static_cast<char>(byte); }
  void fixed32(std::uint32_t value) { fixed(value, 4); }
  void fixed64(std::uint64_t value) { fixed(value, 8); }

  // LEB128, unsigned and signed.
  void u(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) u8(static_cast<std::uint8_t>(value | 0x80));
    u8(static_cast<std::uint8_t>(value));
  }
  void s(std::int64_t value) {
    for (; value < -0x40 || value >= 0x40; value >>= 7) {
      u8(static_cast<std::uint8_t>((value & 0x7f) | 0x80));
    }
    u8(static_cast<std::uint8_t>(value & 0x7f));
  }

  void name(std::string_view text) {
    u(text.size());
    raw(text);
  }

  // Whatever `write` writes to the Writer it is given, preceded by its length.
  template <typename Write>
  void sized(Write write) {
    Writer content;
    write(content);
    name(content.bytes());
  }

  // The number of elements of `list`, then each of them.
  template <typename List, typename Write>
  void vec(const List& list, Write write) {
    u(list.size());
    for (const auto& element : list) write(element);
  }

 private:
  void fixed(std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) u8(static_cast<std::uint8_t>(value >> (8 * i)));
  }

  std::string bytes_;
};

}  // namespace heddle::engine
