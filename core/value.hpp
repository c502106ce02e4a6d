// Value: a number or reference as it crosses the border of a program: arguments, results, what a
// read saw. Wide enough for v128.
#pragma once

#include <cstdint>
#include <string>

namespace heddle::core {

// References are named by what they refer to, not by their static type. AnyRef is only ever null.
enum class ValueKind : std::uint8_t {
  I32,
  I64,
  F32,
  F64,
  V128,
  FuncRef,
  ExternRef,  // the outside's view of anything
  AnyRef,
  I31Ref,
  StructRef,
  ArrayRef,
  HostRef,  // the inside's view of something that is not Wasm's
  ExnRef,
};

// Invariants:
//   1. Numbers: `low` holds the bits, zero-extended; only V128 uses `high`.
//   2. References: null has `is_null` set and no bits; its kind is FuncRef, ExternRef, AnyRef or
//      ExnRef, the top of its type's hierarchy. ExternRef and HostRef carry the number that the
//      script or host gave in `low`; I31Ref its 31 bits; FuncRef, StructRef, ArrayRef and ExnRef
//      the number that the store gave, which counts from 0 in the order of allocation. An ExternRef
//      that is a Wasm object seen from outside has `high` set to 1, and that object's number; one
//      that is an i31, 2 and its bits.
struct Value {
  ValueKind kind = ValueKind::I32;
  bool is_null = false;
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  bool operator==(const Value&) const = default;

  static Value i32(std::uint32_t bits) { return {.kind = ValueKind::I32, .low = bits}; }
  static Value i64(std::uint64_t bits) { return {.kind = ValueKind::I64, .low = bits}; }
  static Value f32(std::uint32_t bits) { return {.kind = ValueKind::F32, .low = bits}; }
  static Value f64(std::uint64_t bits) { return {.kind = ValueKind::F64, .low = bits}; }
};

// As the text format spells it: "i32:7", "f64:0x1.8p+1", "f32:nan:0x200000", "ref.null func",
// "ref.extern 3", "ref.func #4", "ref.i31 7", "ref.struct #0".
[[nodiscard]] std::string to_string(const Value& value);

}  // namespace heddle::core
