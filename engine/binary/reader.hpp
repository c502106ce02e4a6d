// Reader: the bytes of a binary module, read from front to back. Spec: binary/values.
//
// Failure is sticky: the first one is remembered with its message and place, the cursor jumps to
// the end, and every later read yields zero. So decoders are straight-line code that tests `ok()`
// only where it repeats something.
//
// Invariants:
//   1. The cursor never goes back, so reading is linear whatever the lengths in the input claim.
//   2. Only the end of the input stops a read, not the end of a section or function: as in the
//      reference interpreter, whose messages the test suites expect, sizes are compared afterwards.
//   3. length() never yields more than the number of bytes left plus its own encoding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heddle::engine {

class Reader {
 public:
  struct Failure {
    std::string message;
    std::uint32_t offset = 0;
  };

  // `bytes` must be shorter than 4 GiB, and outlive the reader.
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  explicit Reader(std::string&& bytes) = delete;

  [[nodiscard]] bool ok() const { return !failure_.has_value(); }
  [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }
  void fail(std::string message, std::size_t offset);

  [[nodiscard]] std::uint32_t position() const { return static_cast<std::uint32_t>(position_); }
  [[nodiscard]] bool at_end() const { return position_ == bytes_.size(); }
  // The next byte, or nothing at the end.
  [[nodiscard]] std::optional<std::uint8_t> peek() const;

  [[nodiscard]] std::uint8_t u8();
  // Fixed-width little-endian numbers: the bits of f32 and f64.
  [[nodiscard]] std::uint32_t fixed32() { return static_cast<std::uint32_t>(fixed(4)); }
  [[nodiscard]] std::uint64_t fixed64() { return fixed(8); }
  // LEB128.
  [[nodiscard]] std::uint32_t u32();
  [[nodiscard]] std::uint64_t u64() { return u(64); }
  [[nodiscard]] std::int32_t s32() { return static_cast<std::int32_t>(s(32)); }
  [[nodiscard]] std::int64_t s33() { return s(33); }
  [[nodiscard]] std::int64_t s64() { return s(64); }

  // The length of a vector, section or function body: u32 that the rest of the input can hold.
  [[nodiscard]] std::uint32_t length();
  [[nodiscard]] std::string_view bytes(std::size_t count);
  [[nodiscard]] std::string_view name();  // UTF-8

  void expect_zero_byte();

 private:
  [[nodiscard]] std::uint64_t fixed(int width);
  [[nodiscard]] std::uint64_t u(int bits);
  [[nodiscard]] std::uint64_t u_slow(int bits);
  [[nodiscard]] std::int64_t s(int bits);
  [[nodiscard]] std::int64_t s_slow(int bits);

  std::string_view bytes_;
  std::size_t position_ = 0;
  std::optional<Failure> failure_;
};

[[nodiscard]] bool is_valid_utf8(std::string_view text);

inline std::optional<std::uint8_t> Reader::peek() const {
  if (at_end()) return std::nullopt;
  return static_cast<std::uint8_t>(bytes_[position_]);
}

inline std::uint8_t Reader::u8() {
  if (at_end()) [[unlikely]] {
    fail("unexpected end of section or function", position_);
    return 0;
  }
  return static_cast<std::uint8_t>(bytes_[position_++]);
}

inline std::uint64_t Reader::u(int bits) {
  // Almost all numbers in real modules take one byte.
  if (const auto byte = peek(); byte && *byte < 0x80) [[likely]] {
    ++position_;
    return *byte;
  }
  return u_slow(bits);
}
inline std::uint32_t Reader::u32() { return static_cast<std::uint32_t>(u(32)); }

inline std::int64_t Reader::s(int bits) {
  if (const auto byte = peek(); byte && *byte < 0x80) [[likely]] {
    ++position_;
    return *byte < 0x40 ? *byte : *byte - 0x80;
  }
  return s_slow(bits);
}

}  // namespace heddle::engine
