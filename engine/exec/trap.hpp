// Traps: the ways in which Wasm code fails, with the specification's messages.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

namespace heddle::engine {

enum class Trap : std::uint8_t {
  None,
  Unreachable,
  IntegerDivideByZero,
  IntegerOverflow,
  InvalidConversionToInteger,
  OutOfBoundsMemoryAccess,
  UnalignedAtomic,
  OutOfBoundsTableAccess,
  UndefinedElement,
  UninitializedElement,  // the message ends with the index
  IndirectCallTypeMismatch,
  NullFunctionReference,
  NullExceptionReference,
  CallStackExhausted,
  HeapExhausted,  // the message says more: Heap::full_message
  NullReference,
  NullStructureReference,
  NullArrayReference,
  NullI31Reference,
  CastFailure,
  OutOfBoundsArrayAccess,
};

// Whether it is the engine that gave up, not the program that went wrong.
[[nodiscard]] constexpr bool is_exhaustion(Trap trap) {
  return trap == Trap::CallStackExhausted || trap == Trap::HeapExhausted;
}

[[nodiscard]] constexpr std::string_view message_of(Trap trap) {
  switch (trap) {
    case Trap::None:
      return "";
    case Trap::Unreachable:
      return "unreachable";
    case Trap::IntegerDivideByZero:
      return "integer divide by zero";
    case Trap::IntegerOverflow:
      return "integer overflow";
    case Trap::InvalidConversionToInteger:
      return "invalid conversion to integer";
    case Trap::OutOfBoundsMemoryAccess:
      return "out of bounds memory access";
    case Trap::UnalignedAtomic:
      return "unaligned atomic";
    case Trap::OutOfBoundsTableAccess:
      return "out of bounds table access";
    case Trap::UndefinedElement:
      return "undefined element";
    case Trap::UninitializedElement:
      return "uninitialized element";
    case Trap::IndirectCallTypeMismatch:
      return "indirect call type mismatch";
    case Trap::NullFunctionReference:
      return "null function reference";
    case Trap::NullExceptionReference:
      return "null exception reference";
    case Trap::CallStackExhausted:
      return "call stack exhausted";
    case Trap::HeapExhausted:
      return "heap exhausted";
    case Trap::NullReference:
      return "null reference";
    case Trap::NullStructureReference:
      return "null structure reference";
    case Trap::NullArrayReference:
      return "null array reference";
    case Trap::NullI31Reference:
      return "null i31 reference";
    case Trap::CastFailure:
      return "cast failure";
    case Trap::OutOfBoundsArrayAccess:
      return "out of bounds array access";
  }
  std::unreachable();
}

}  // namespace heddle::engine
