#include "engine/binary/reader.hpp"

#include <utility>

namespace heddle::engine {

void Reader::fail(std::string message, std::size_t offset) {
  if (failure_) return;
  failure_ = Failure{std::move(message), static_cast<std::uint32_t>(offset)};
  position_ = bytes_.size();
}

std::uint64_t Reader::fixed(int width) {
  std::uint64_t value = 0;
  for (int i = 0; i < width; ++i) value |= std::uint64_t{u8()} << (8 * i);
  return value;
}

std::uint64_t Reader::u_slow(int bits) {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    if (shift >= bits) {
      fail("integer representation too long", position_);
      return 0;
    }
    const std::uint8_t byte = u8();
    // The bits beyond the number must be zero.
    if (bits - shift < 7 && (byte & 0x7f & (0x7f << (bits - shift))) != 0) {
      fail("integer too large", position_ - 1);
      return 0;
    }
    value |= (std::uint64_t{byte} & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
}

std::int64_t Reader::s_slow(int bits) {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    if (shift >= bits) {
      fail("integer representation too long", position_);
      return 0;
    }
    const std::uint8_t byte = u8();
    if (bits - shift < 7) {
      // The bits beyond the number must all equal its sign.
      const unsigned beyond = 0x7fU & (0x7fU << (bits - shift - 1));
      if ((byte & beyond) != 0 && (byte & beyond) != beyond) {
        fail("integer too large", position_ - 1);
        return 0;
      }
    }
    value |= (std::uint64_t{byte} & 0x7f) << shift;
    if ((byte & 0x80) == 0) {
      if ((byte & 0x40) != 0 && shift + 7 < 64) value |= ~std::uint64_t{0} << (shift + 7);
      return static_cast<std::int64_t>(value);
    }
  }
}

std::uint32_t Reader::length() {
  // Measured from before the number, as the reference interpreter does: a length that is too large
  // by no more than its own encoding is found out by reading on ("unexpected end").
  const std::size_t begin = position_;
  const std::uint32_t count = u32();
  if (count > bytes_.size() - begin) {
    fail("length out of bounds", begin);
    return 0;
  }
  return count;
}

std::string_view Reader::bytes(std::size_t count) {
  if (count > bytes_.size() - position_) {
    fail("unexpected end of section or function", bytes_.size());
    return {};
  }
  const std::string_view taken = bytes_.substr(position_, count);
  position_ += count;
  return taken;
}

std::string_view Reader::name() {
  const std::size_t begin = position_;
  const std::string_view text = bytes(length());
  if (!is_valid_utf8(text)) fail("malformed UTF-8 encoding", begin);
  return text;
}

void Reader::expect_zero_byte() {
  const std::size_t begin = position_;
  if (u8() != 0) fail("zero byte expected", begin);
}

bool is_valid_utf8(std::string_view text) {
  const auto byte_at = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const std::uint8_t lead = byte_at(i++);
    if (lead < 0x80) continue;
    const int continuations = lead < 0xc2   ? -1
                              : lead < 0xe0 ? 1
                              : lead < 0xf0 ? 2
                              : lead < 0xf8 ? 3
                                            : -1;
    if (continuations < 0) return false;
    std::uint32_t scalar = lead & (0x3fU >> continuations);
    for (int n = 0; n < continuations; ++n, ++i) {
      if (i == text.size() || (byte_at(i) & 0xc0) != 0x80) return false;
      scalar = scalar << 6 | (byte_at(i) & 0x3fU);
    }
    const bool is_overlong =
        (continuations == 2 && scalar < 0x800) || (continuations == 3 && scalar < 0x10000);
    const bool is_surrogate = scalar >= 0xd800 && scalar < 0xe000;
    if (is_overlong || is_surrogate || scalar > 0x10ffff) return false;
  }
  return true;
}

}  // namespace heddle::engine
