#include "engine/exec/actions_bulk_value.hpp"

#include <string_view>

#include "core/digest.hpp"

namespace heddle::engine {

std::uint64_t bulk_value(std::span<const std::byte> bytes) {
  if (bytes.size() > 8) {
    return core::digest_of({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).low;
  }
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  }
  return value;
}

}  // namespace heddle::engine
