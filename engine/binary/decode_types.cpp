// Spec: binary/types.
#include "engine/binary/decoder.hpp"

namespace heddle::engine {

// Types are negative 7-bit LEB128 numbers: one byte, and a continuation bit is one byte too many.
std::uint8_t Decoder::s7() {
  const std::uint8_t byte = reader_.u8();
  if ((byte & 0x80) != 0) reader_.fail("integer representation too long", reader_.position());
  return byte;
}

ValueType Decoder::value_type() {
  const std::uint32_t begin = reader_.position();
  switch (s7()) {
    case 0x7f:
      return kI32;
    case 0x7e:
      return kI64;
    case 0x7d:
      return kF32;
    case 0x7c:
      return kF64;
    case 0x7b:
      return {.kind = TypeKind::V128};
    case 0x70:
      return kFuncRef;
    case 0x6f:
      return kExternRef;
    default:
      reader_.fail("malformed value type", begin);
      return kI32;
  }
}

ValueType Decoder::reference_type() {
  const std::uint32_t begin = reader_.position();
  switch (s7()) {
    case 0x70:
      return kFuncRef;
    case 0x6f:
      return kExternRef;
    default:
      reader_.fail("malformed reference type", begin);
      return kFuncRef;
  }
}

std::vector<ValueType> Decoder::result_type() {
  std::vector<ValueType> types;
  vec([&] { types.push_back(value_type()); });
  return types;
}

FunctionType Decoder::function_type() {
  const std::uint32_t begin = reader_.position();
  if (s7() != 0x60) reader_.fail("malformed function type", begin);
  FunctionType type;
  type.parameters = result_type();
  type.results = result_type();
  return type;
}

Limits Decoder::limits(bool& is_shared) {
  const std::uint32_t begin = reader_.position();
  const std::uint8_t flags = reader_.u8();
  if ((flags & ~3U) != 0) reader_.fail("malformed limits flags", begin);
  is_shared = (flags & 2) != 0;
  Limits limits{.min = reader_.u32(), .max = {}};
  if ((flags & 1) != 0) limits.max = reader_.u32();
  return limits;
}

TableType Decoder::table_type() {
  TableType type;
  type.element = reference_type();
  const std::uint32_t begin = reader_.position();
  bool is_shared = false;
  type.limits = limits(is_shared);
  if (is_shared) reader_.fail("tables cannot be shared (yet)", begin);
  return type;
}

// Flag 0x02, shared without a maximum, is well formed; the validator rejects it, as for text.
MemoryType Decoder::memory_type() {
  MemoryType type;
  type.limits = limits(type.shared);
  return type;
}

GlobalType Decoder::global_type() {
  GlobalType type;
  type.type = value_type();
  const std::uint32_t begin = reader_.position();
  const std::uint8_t mutability = reader_.u8();
  if (mutability > 1) reader_.fail("malformed mutability", begin);
  type.is_mutable = mutability == 1;
  return type;
}

}  // namespace heddle::engine
