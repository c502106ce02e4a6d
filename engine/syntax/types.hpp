// Types. Spec: syntax/types.
//
// Invariants:
//   1. A ValueType is a small value, compared member by member. Equal values are equal types of one
//      module; the reverse holds for all but references to defined types, of which two may be equal
//      under different indices (see type_table.hpp).
//   2. `heap` means something in references only, `index` only in references to defined types;
//      elsewhere they have their defaults, so that invariant 1 holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace heddle::engine {

// What a reference refers to: Defined stands for the module's type of some index. Bottom is below
// all of them; the validator finds it where code cannot be reached. Never in a module.
enum class HeapKind : std::uint8_t {
  Any,
  Eq,
  I31,
  Struct,
  Array,
  None,
  Func,
  NoFunc,
  Extern,
  NoExtern,
  Exn,
  NoExn,
  Defined,
  Bottom,
};
// I8 and I16 are types of fields only. Bottom is the type of anything.
enum class TypeKind : std::uint8_t { I32, I64, F32, F64, V128, Ref, I8, I16, Bottom };

struct ValueType {
  TypeKind kind = TypeKind::I32;
  HeapKind heap = HeapKind::Func;
  bool nullable = false;
  std::uint32_t index = 0;

  constexpr bool operator==(const ValueType&) const = default;
  [[nodiscard]] constexpr bool is_ref() const { return kind == TypeKind::Ref; }
  [[nodiscard]] constexpr bool is_number() const { return kind <= TypeKind::F64; }
  [[nodiscard]] constexpr bool is_packed() const {
    return kind == TypeKind::I8 || kind == TypeKind::I16;
  }
  // A reference to the module's type `index`.
  [[nodiscard]] constexpr bool is_defined_ref() const {
    return kind == TypeKind::Ref && heap == HeapKind::Defined;
  }
  // Whether a local or field of this type needs no initial value.
  [[nodiscard]] constexpr bool is_defaultable() const { return !is_ref() || nullable; }
  [[nodiscard]] constexpr ValueType with_nullable(bool is_nullable) const {
    ValueType type = *this;
    type.nullable = is_nullable;
    return type;
  }
};

[[nodiscard]] constexpr ValueType ref_type(HeapKind heap, bool nullable) {
  return {.kind = TypeKind::Ref, .heap = heap, .nullable = nullable};
}
[[nodiscard]] constexpr ValueType defined_ref_type(std::uint32_t index, bool nullable) {
  return {.kind = TypeKind::Ref, .heap = HeapKind::Defined, .nullable = nullable, .index = index};
}

inline constexpr ValueType kI32{.kind = TypeKind::I32};
inline constexpr ValueType kI64{.kind = TypeKind::I64};
inline constexpr ValueType kF32{.kind = TypeKind::F32};
inline constexpr ValueType kF64{.kind = TypeKind::F64};
inline constexpr ValueType kV128{.kind = TypeKind::V128};
inline constexpr ValueType kFuncRef = ref_type(HeapKind::Func, true);
inline constexpr ValueType kExternRef = ref_type(HeapKind::Extern, true);
// The type of anything: what the validator pops from an unreachable stack. Never in a module.
inline constexpr ValueType kBottom{.kind = TypeKind::Bottom};

struct FunctionType {
  std::vector<ValueType> parameters;
  std::vector<ValueType> results;

  bool operator==(const FunctionType&) const = default;
};

struct FieldType {
  ValueType type;  // may be packed
  bool is_mutable = false;

  bool operator==(const FieldType&) const = default;
};

struct StructType {
  std::vector<FieldType> fields;

  bool operator==(const StructType&) const = default;
};

struct ArrayType {
  FieldType element;

  bool operator==(const ArrayType&) const = default;
};

// A defined type: what a type section holds.
struct SubType {
  std::variant<FunctionType, StructType, ArrayType> composite;
  bool is_final = true;
  std::vector<std::uint32_t> supertypes;  // at most one in a valid module

  bool operator==(const SubType&) const = default;
  // Null if it is another.
  [[nodiscard]] const FunctionType* function() const {
    return std::get_if<FunctionType>(&composite);
  }
  [[nodiscard]] const StructType* structure() const { return std::get_if<StructType>(&composite); }
  [[nodiscard]] const ArrayType* array() const { return std::get_if<ArrayType>(&composite); }
};

// A recursive group: `count` neighbours among a module's types that may refer to each other.
struct RecursiveGroup {
  std::uint32_t begin = 0;
  std::uint32_t count = 1;

  bool operator==(const RecursiveGroup&) const = default;
};

// By which memories and tables are addressed.
enum class AddressType : std::uint8_t { I32, I64 };
[[nodiscard]] constexpr ValueType value_type(AddressType address) {
  return address == AddressType::I32 ? kI32 : kI64;
}

struct Limits {
  std::uint64_t min = 0;
  std::optional<std::uint64_t> max;

  bool operator==(const Limits&) const = default;
};

struct TableType {
  ValueType element = kFuncRef;
  Limits limits;  // in elements
  AddressType address = AddressType::I32;

  bool operator==(const TableType&) const = default;
};

inline constexpr std::uint8_t kPageBytesLog2 = 16;

struct MemoryType {
  Limits limits;  // in pages
  bool shared = false;
  AddressType address = AddressType::I32;
  std::uint8_t page_bytes_log2 = kPageBytesLog2;  // another only with custom page sizes

  bool operator==(const MemoryType&) const = default;
};

struct GlobalType {
  ValueType type;
  bool is_mutable = false;

  bool operator==(const GlobalType&) const = default;
};

// What an exception carries: the parameters of the module's function type `type`.
struct TagType {
  std::uint32_t type = 0;

  bool operator==(const TagType&) const = default;
};

// "i32", "funcref", "(ref null 3)", "[i32 i64] -> [f32]": as the text format spells them.
[[nodiscard]] std::string to_string(ValueType type);
[[nodiscard]] std::string to_string(const FunctionType& type);
// "func", "any", "noextern": the keyword of an abstract heap type.
[[nodiscard]] const char* keyword_of(HeapKind heap);

}  // namespace heddle::engine
