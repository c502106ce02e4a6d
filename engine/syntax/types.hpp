// Types. Spec: structure/types.
//
// Invariant: a ValueType is a small value, compared member by member; two equal types of one module
// are equal values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heddle::engine {

enum class HeapKind : std::uint8_t { Func, Extern };
enum class TypeKind : std::uint8_t { I32, I64, F32, F64, V128, Ref, Bottom };

struct ValueType {
  TypeKind kind = TypeKind::I32;
  HeapKind heap = HeapKind::Func;  // of Ref; Func for all others, so that equality works
  bool nullable = false;           // likewise

  constexpr bool operator==(const ValueType&) const = default;
  [[nodiscard]] constexpr bool is_ref() const { return kind == TypeKind::Ref; }
  [[nodiscard]] constexpr bool is_number() const { return kind <= TypeKind::F64; }
};

inline constexpr ValueType kI32{.kind = TypeKind::I32};
inline constexpr ValueType kI64{.kind = TypeKind::I64};
inline constexpr ValueType kF32{.kind = TypeKind::F32};
inline constexpr ValueType kF64{.kind = TypeKind::F64};
inline constexpr ValueType kFuncRef{TypeKind::Ref, HeapKind::Func, true};
inline constexpr ValueType kExternRef{TypeKind::Ref, HeapKind::Extern, true};
// The type of anything: what the validator pops from an unreachable stack. Never in a module.
inline constexpr ValueType kBottom{.kind = TypeKind::Bottom};

struct FunctionType {
  std::vector<ValueType> parameters;
  std::vector<ValueType> results;

  bool operator==(const FunctionType&) const = default;
};

struct Limits {
  std::uint64_t min = 0;
  std::optional<std::uint64_t> max;

  bool operator==(const Limits&) const = default;
};

struct TableType {
  ValueType element = kFuncRef;
  Limits limits;  // in elements

  bool operator==(const TableType&) const = default;
};

struct MemoryType {
  Limits limits;  // in pages of 64 KiB
  bool shared = false;

  bool operator==(const MemoryType&) const = default;
};

struct GlobalType {
  ValueType type;
  bool is_mutable = false;

  bool operator==(const GlobalType&) const = default;
};

// "i32", "funcref", "[i32 i64] -> [f32]": as the specification's messages spell them.
[[nodiscard]] std::string to_string(ValueType type);
[[nodiscard]] std::string to_string(const FunctionType& type);

}  // namespace heddle::engine
