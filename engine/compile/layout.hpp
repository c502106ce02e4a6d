// Where the fields of structures and the elements of arrays are stored in an object.
//
// Invariants:
//   1. Where a field is depends on it and on the fields before it only. So an object can be read as
//      one of any supertype, and the compiler knows the places without knowing the object.
//   2. Every place is aligned to its size, but vectors to eight bytes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/compile/slots.hpp"

namespace heddle::engine {

// How many bytes are stored. Only the reader knows whether they are an integer or a float.
enum class Storage : std::uint8_t { Bits8, Bits16, Bits32, Bits64, Bits128 };

[[nodiscard]] constexpr Storage storage_of(ValueType type) {
  switch (type.kind) {
    case TypeKind::I8:
      return Storage::Bits8;
    case TypeKind::I16:
      return Storage::Bits16;
    case TypeKind::I32:
    case TypeKind::F32:
      return Storage::Bits32;
    case TypeKind::V128:
      return Storage::Bits128;
    case TypeKind::I64:
    case TypeKind::F64:
    case TypeKind::Ref:
    case TypeKind::Bottom:
      break;
  }
  return Storage::Bits64;
}
[[nodiscard]] constexpr std::uint32_t byte_count(Storage storage) {
  return 1U << static_cast<unsigned>(storage);
}
// Slots of its value on the operand stack.
[[nodiscard]] constexpr std::uint32_t slot_count(Storage storage) {
  return storage == Storage::Bits128 ? 2 : 1;
}

struct FieldPlace {
  std::uint32_t offset = 0;  // from where the fields begin
  Storage storage = Storage::Bits64;
  bool is_reference = false;
};

// Gives the place of one field after another.
class FieldPlacer {
 public:
  FieldPlace place(ValueType type) {
    const Storage storage = storage_of(type);
    const std::uint32_t alignment = std::min(byte_count(storage), 8U);
    const std::uint32_t offset = (end_ + alignment - 1) / alignment * alignment;
    end_ = offset + byte_count(storage);
    return {.offset = offset, .storage = storage, .is_reference = type.is_ref()};
  }
  [[nodiscard]] std::uint32_t end() const { return end_; }

 private:
  std::uint32_t end_ = 0;
};

[[nodiscard]] inline std::vector<FieldPlace> places_of(const StructType& type) {
  std::vector<FieldPlace> places;
  places.reserve(type.fields.size());
  FieldPlacer placer;
  for (const FieldType& field : type.fields) places.push_back(placer.place(field.type));
  return places;
}

}  // namespace heddle::engine
