#include "core/digest.hpp"

#include <fmt/format.h>

// The state's definition is wanted, to hold it by value; only functions of the stable interface are
// called.
#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>
#if defined(__x86_64__)
#include <xxh_x86dispatch.h>  // the same hashes, with the widest vectors that the processor has
#endif

#include <array>
#include <charconv>

namespace heddle::core {
namespace {

template <typename Number>
std::array<std::uint8_t, sizeof(Number)> little_endian(Number number) {
  std::array<std::uint8_t, sizeof(Number)> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return bytes;
}

bool parse_hex(std::string_view digits, std::uint64_t& number) {
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number, 16);
  return error == std::errc{} && stop == end;
}

}  // namespace

std::string to_string(const Digest& digest) {
  return fmt::format("{:016x}{:016x}", digest.high, digest.low);
}

Result<Digest> parse_digest(std::string_view text) {
  Digest digest;
  if (text.size() != 32 || !parse_hex(text.substr(0, 16), digest.high) ||
      !parse_hex(text.substr(16), digest.low)) {
    return make_error("a digest is 32 hexadecimal digits");
  }
  return digest;
}

struct Digester::State {
  XXH3_state_t xxh;
};

Digester::Digester() : state_(std::make_unique<State>()) { XXH3_128bits_reset(&state_->xxh); }

Digester::~Digester() = default;

void Digester::add_u8(std::uint8_t value) { add_bytes({&value, 1}); }
void Digester::add_u32(std::uint32_t value) { add_bytes(little_endian(value)); }
void Digester::add_u64(std::uint64_t value) { add_bytes(little_endian(value)); }

void Digester::add_text(std::string_view text) {
  add_u64(text.size());
  XXH3_128bits_update(&state_->xxh, text.data(), text.size());
}

void Digester::add_bytes(std::span<const std::uint8_t> bytes) {
  XXH3_128bits_update(&state_->xxh, bytes.data(), bytes.size());
}

Digest Digester::finish() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(&state_->xxh);
  return {.high = hash.high64, .low = hash.low64};
}

Digest digest_of(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {.high = hash.high64, .low = hash.low64};
}

}  // namespace heddle::core
