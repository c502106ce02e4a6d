// What the handlers of loads, stores and atomics have in common.
#pragma once

#include <cstring>

#include "engine/compile/code.hpp"
#include "engine/exec/numerics.hpp"
#include "engine/runtime/instances.hpp"

namespace heddle::engine {

template <std::size_t bytes>
using UnsignedOf = std::conditional_t<
    bytes == 1, std::uint8_t,
    std::conditional_t<bytes == 2, std::uint16_t,
                       std::conditional_t<bytes == 4, std::uint32_t, std::uint64_t>>>;

// What an instruction accesses in memory.
template <Opcode opcode>
using AccessOf = UnsignedOf<info(opcode).access_bytes>;

template <typename T>
[[nodiscard]] inline T read_memory(const std::byte* address) {
  static_assert(std::endian::native == std::endian::little);
  T value{};
  std::memcpy(&value, address, sizeof value);
  return value;
}
template <typename T>
inline void write_memory(std::byte* address, T value) {
  std::memcpy(address, &value, sizeof value);
}

// The result of a load, from what was read.
template <Opcode opcode>
[[nodiscard]] inline ResultOf<opcode> loaded(AccessOf<opcode> bits) {
  using Result = ResultOf<opcode>;
  if constexpr (std::is_floating_point_v<Result>) {
    return std::bit_cast<Result>(bits);
  } else if constexpr (is_signed_operation(opcode)) {
    return static_cast<Result>(
        static_cast<SignedOf<Result>>(static_cast<SignedOf<AccessOf<opcode>>>(bits)));
  } else {
    return bits;
  }
}

// What a store writes, from the operand's slot.
template <Opcode opcode>
[[nodiscard]] inline AccessOf<opcode> stored(Slot value) {
  return static_cast<AccessOf<opcode>>(value);
}

[[nodiscard]] inline std::uint64_t effective_address(std::uint32_t address, const Cell* pc) {
  return std::uint64_t{address} + static_cast<std::uint32_t>(pc->c);
}

}  // namespace heddle::engine
