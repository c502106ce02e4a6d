// ByteCursor: the bytes of a DWARF section, read from front to back.
//
// Failure is sticky: a read over the end yields zero, and so does every later one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace heddle::engine {

class ByteCursor {
 public:
  explicit ByteCursor(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }

  std::string_view bytes(std::uint64_t count) {
    if (count > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(static_cast<std::size_t>(count));
    return taken;
  }

  // Little-endian, of up to eight bytes.
  std::uint64_t fixed(std::uint64_t width) {
    if (width > 8) {
      fail();
      return 0;
    }
    std::uint64_t value = 0;
    int shift = 0;
    for (const char byte : bytes(width)) {
      value |= std::uint64_t{static_cast<std::uint8_t>(byte)} << shift;
      shift += 8;
    }
    return value;
  }
  std::uint8_t u8() { return static_cast<std::uint8_t>(fixed(1)); }

  // LEB128; what does not fit 64 bits is cut off.
  std::uint64_t unsigned_leb() { return leb().value; }
  std::int64_t signed_leb() {
    const Leb leb_value = leb();
    std::uint64_t value = leb_value.value;
    const bool is_negative = (leb_value.last & 0x40) != 0;
    if (is_negative && leb_value.bits < 64) value |= ~std::uint64_t{0} << leb_value.bits;
    return static_cast<std::int64_t>(value);
  }

  // Up to a NUL, which is taken, too.
  std::string_view text() {
    const std::size_t end = rest_.find('\0');
    if (end == std::string_view::npos) {
      fail();
      return {};
    }
    const std::string_view taken = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return taken;
  }

  void fail() {
    ok_ = false;
    rest_ = {};
  }

 private:
  struct Leb {
    std::uint64_t value = 0;
    int bits = 0;
    std::uint8_t last = 0;
  };
  Leb leb() {
    Leb result;
    do {
      if (rest_.empty()) {
        fail();
        return {};
      }
      result.last = u8();
      if (result.bits < 64) result.value |= std::uint64_t{result.last & 0x7fU} << result.bits;
      result.bits = std::min(result.bits + 7, 70);
    } while ((result.last & 0x80) != 0);
    return result;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace heddle::engine
