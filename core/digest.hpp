// Digest: 128 bits that identify a value (XXH3-128 over a canonical little-endian form).
//
// Equal on every machine, compiler and build type, because only bytes written with `add_*` count:
// never memory as the compiler laid it out, never an address.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace heddle::core {

struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(const Digest&) const = default;
};

// 32 lower-case hexadecimal digits.
[[nodiscard]] std::string to_string(const Digest& digest);

// The reverse: exactly 32 hexadecimal digits. The error has no span.
[[nodiscard]] Result<Digest> parse_digest(std::string_view text);

class Digester {
 public:
  Digester();
  ~Digester();
  Digester(const Digester&) = delete;
  Digester& operator=(const Digester&) = delete;

  void add_u8(std::uint8_t value);
  void add_u32(std::uint32_t value);
  void add_u64(std::uint64_t value);
  void add_text(std::string_view text);  // its length, then its bytes
  void add_bytes(std::span<const std::uint8_t> bytes);

  [[nodiscard]] Digest finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] Digest digest_of(std::string_view bytes);

}  // namespace heddle::core
