// The value that an action on many bytes has in a trace (core::Action): up to eight bytes
// themselves, little-endian; of more, a digest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace heddle::engine {

[[nodiscard]] std::uint64_t bulk_value(std::span<const std::byte> bytes);

}  // namespace heddle::engine
