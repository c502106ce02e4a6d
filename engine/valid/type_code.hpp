// TypeCode: a ValueType in 32 bits, as immediates hold it. The validator works with these: they
// compare with one instruction, and lists of them can point straight into a body.
//
// Invariant: codes of references to defined types hold the module's type index, not an id; so do
// messages.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "engine/syntax/instruction.hpp"
#include "engine/syntax/types.hpp"

namespace heddle::engine {

using TypeCode = std::uint32_t;
using Types = std::span<const TypeCode>;

inline constexpr TypeCode kI32Code = encode(kI32);
inline constexpr TypeCode kI64Code = encode(kI64);
inline constexpr TypeCode kV128Code = encode(kV128);
inline constexpr TypeCode kBottomCode = encode(kBottom);

[[nodiscard]] constexpr bool is_ref(TypeCode code) { return decode_value_type(code).is_ref(); }
[[nodiscard]] constexpr bool is_defaultable(TypeCode code) {
  return decode_value_type(code).is_defaultable();
}
[[nodiscard]] constexpr TypeCode with_nullable(TypeCode code, bool is_nullable) {
  return encode(decode_value_type(code).with_nullable(is_nullable));
}
[[nodiscard]] constexpr TypeCode ref_code(HeapKind heap, bool is_nullable) {
  return encode(ref_type(heap, is_nullable));
}
[[nodiscard]] constexpr TypeCode defined_ref_code(std::uint32_t type, bool is_nullable) {
  return encode(defined_ref_type(type, is_nullable));
}
[[nodiscard]] constexpr TypeCode code_of(AddressType address) {
  return address == AddressType::I32 ? kI32Code : kI64Code;
}
// What a field's value is on the stack.
[[nodiscard]] constexpr TypeCode unpacked_code(ValueType type) {
  return type.is_packed() ? kI32Code : encode(type);
}

// "i32", "(ref 3)".
[[nodiscard]] std::string spell(TypeCode code);
// "[i32 i64]"; of long lists, the end.
[[nodiscard]] std::string spell(Types types);

}  // namespace heddle::engine
