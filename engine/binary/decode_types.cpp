// Spec: binary/types.
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "engine/binary/decoder.hpp"
#include "engine/binary/type_codes.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint8_t kRefNull = 0x63;
constexpr std::uint8_t kRef = 0x64;

// The last of a page's sizes in the format's flags; which page sizes there are, the validator says.
constexpr std::uint32_t kPageBytesLog2Max = 63;

std::optional<HeapKind> heap_kind_of(std::uint8_t code) {
  for (const auto& [kind, byte] : kHeapCodes) {
    if (byte == code) return kind;
  }
  return std::nullopt;
}

}  // namespace

// Types are negative 7-bit LEB128 numbers: one byte, and a continuation bit is one byte too many.
std::uint8_t Decoder::s7() {
  const std::uint8_t byte = reader_.u8();
  if ((byte & 0x80) != 0) reader_.fail("integer representation too long", reader_.position());
  return byte;
}

std::uint32_t Decoder::type_index() {
  const std::uint32_t begin = reader_.position();
  const std::int64_t index = reader_.s33();
  if (index < 0) reader_.fail("malformed heap type", begin);
  return static_cast<std::uint32_t>(index);
}

ValueType Decoder::heap_type(bool is_nullable) {
  const std::uint32_t begin = reader_.position();
  const std::uint8_t first = reader_.peek().value_or(0);
  if ((first & 0xc0) != 0x40) return defined_ref_type(type_index(), is_nullable);
  static_cast<void>(reader_.u8());
  const auto kind = heap_kind_of(first);
  if (!kind) reader_.fail("malformed heap type", begin);
  return ref_type(kind.value_or(HeapKind::Any), is_nullable);
}

std::optional<ValueType> Decoder::find_reference_type(std::uint8_t code) {
  if (code == kRefNull || code == kRef) return heap_type(code == kRefNull);
  const auto kind = heap_kind_of(code);
  if (!kind) return std::nullopt;
  return ref_type(*kind, true);
}

ValueType Decoder::value_type() {
  const std::uint32_t begin = reader_.position();
  const std::uint8_t code = s7();
  switch (code) {
    case 0x7f:
      return kI32;
    case 0x7e:
      return kI64;
    case 0x7d:
      return kF32;
    case 0x7c:
      return kF64;
    case 0x7b:
      return kV128;
    default:
      break;
  }
  const auto reference = find_reference_type(code);
  if (!reference) reader_.fail("malformed value type", begin);
  return reference.value_or(kI32);
}

ValueType Decoder::reference_type() {
  const std::uint32_t begin = reader_.position();
  const auto reference = find_reference_type(s7());
  if (!reference) reader_.fail("malformed reference type", begin);
  return reference.value_or(kFuncRef);
}

FieldType Decoder::field_type() {
  FieldType field;
  const std::uint8_t code = reader_.peek().value_or(0);
  if (code == 0x78 || code == 0x77) {
    field.type.kind = code == 0x78 ? TypeKind::I8 : TypeKind::I16;
    static_cast<void>(reader_.u8());
  } else {
    field.type = value_type();
  }
  field.is_mutable = mutability();
  return field;
}

bool Decoder::mutability() {
  const std::uint32_t begin = reader_.position();
  const std::uint8_t mutability = reader_.u8();
  if (mutability > 1) reader_.fail("malformed mutability", begin);
  return mutability == 1;
}

std::vector<ValueType> Decoder::result_type() {
  std::vector<ValueType> types;
  vec([&] { types.push_back(value_type()); });
  return types;
}

SubType Decoder::sub_type() {
  SubType type;
  const std::uint8_t first = reader_.peek().value_or(0);
  if (first == 0x50 || first == 0x4f) {
    static_cast<void>(reader_.u8());
    type.is_final = first == 0x4f;
    vec([&] { type.supertypes.push_back(reader_.u32()); });
  }
  const std::uint32_t begin = reader_.position();
  switch (s7()) {
    case 0x60: {
      FunctionType function;
      function.parameters = result_type();
      function.results = result_type();
      type.composite = std::move(function);
      break;
    }
    case 0x5f: {
      StructType structure;
      vec([&] { structure.fields.push_back(field_type()); });
      type.composite = std::move(structure);
      break;
    }
    case 0x5e:
      type.composite = ArrayType{field_type()};
      break;
    default:
      reader_.fail("malformed definition type", begin);
  }
  return type;
}

void Decoder::recursive_type() {
  if (reader_.peek().value_or(0) != 0x4e) {
    module_.add_type(sub_type());
    return;
  }
  static_cast<void>(reader_.u8());
  const auto begin = static_cast<std::uint32_t>(module_.types.size());
  vec([&] { module_.types.push_back(sub_type()); });
  module_.groups.push_back(
      {.begin = begin, .count = static_cast<std::uint32_t>(module_.types.size()) - begin});
}

// What a table cannot be is malformed as well, but for a message of its own.
Decoder::LimitsAndFlags Decoder::limits(bool is_memory) {
  const std::uint32_t begin = reader_.position();
  const std::uint8_t flags = reader_.u8();
  std::uint8_t known = 1;
  if (features_.has(Feature::Threads)) known |= 2;
  if (features_.has(Feature::Memory64)) known |= 4;
  if (is_memory && features_.has(Feature::CustomPageSizes)) known |= 8;
  if ((flags & ~known) != 0) reader_.fail("malformed limits flags", begin);
  LimitsAndFlags result{.is_shared = (flags & 2) != 0,
                        .has_page_size = (flags & 8) != 0,
                        .address = (flags & 4) != 0 ? AddressType::I64 : AddressType::I32,
                        .limits = {}};
  result.limits.min = wide_number();
  if ((flags & 1) != 0) result.limits.max = wide_number();
  return result;
}

TableType Decoder::table_type() {
  TableType type;
  type.element = reference_type();
  const std::uint32_t begin = reader_.position();
  const LimitsAndFlags found = limits(false);
  type.limits = found.limits;
  type.address = found.address;
  if (found.is_shared) reader_.fail("tables cannot be shared (yet)", begin);
  return type;
}

// Flag 0x02, shared without a maximum, is well formed; the validator rejects it, as for text.
MemoryType Decoder::memory_type() {
  const LimitsAndFlags found = limits(true);
  MemoryType type{.limits = found.limits, .shared = found.is_shared, .address = found.address};
  if (!found.has_page_size) return type;
  const std::uint32_t begin = reader_.position();
  const std::uint32_t log2 = reader_.u32();
  if (log2 > kPageBytesLog2Max) reader_.fail("invalid custom page size", begin);
  type.page_bytes_log2 = static_cast<std::uint8_t>(log2);
  return type;
}

GlobalType Decoder::global_type() {
  GlobalType type;
  type.type = value_type();
  type.is_mutable = mutability();
  return type;
}

// The attribute says that it is for exceptions, the only ones so far.
TagType Decoder::tag_type() {
  const std::uint32_t begin = reader_.position();
  if (reader_.u8() != 0) reader_.fail("malformed tag attribute", begin);
  return {.type = reader_.u32()};
}

// Limits and offsets have 64 bits since there are memories that need them.
std::uint64_t Decoder::wide_number() {
  return features_.has(Feature::Memory64) ? reader_.u64() : reader_.u32();
}

}  // namespace heddle::engine
