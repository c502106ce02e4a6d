// Operation: what the compiler asks for, and the table in which engine/exec keeps its handlers.
//
// An operation is an opcode in some form, or an internal one, with a variant that says where its
// operands come from. The compiler picks the best variant that the table has, so that handlers can
// be added or taken away without touching it. Fields of the cells (slots unless said otherwise):
//
//   Binary, Compare            a: result, b: left, c: right or immediate
//   Unary, Convert, Test       a: result, b: operand
//   the same as branches       a: left, b: right or 16-bit immediate, c: distance to the target
//   pairs                      a: result, b: left of the first, c: its immediate;
//                              annex: b: the second's other operand, or c: immediate
//   RingIndex                  a: result, b: operand, c: added; annex: b: shift, c: mask
//   Load                       a: result, b: address, c: offset (unsigned)
//   Store                      a: address, b: value or 16-bit immediate, c: offset (unsigned)
//   Select                     a: result, b: first, c: second | condition << 16
//   Br                         c: distance
//   BrTable                    a: index, c: targets; then one cell more than that, c: distance
//   Call, CallImport           c: the callee's frame; annex: callee, or c: function index
//   CallIndirect               a: index, c: frame; annex: c: type, bits: table
//   CallRef                    a: reference, c: frame; annex
//   ReturnCall...              as Call...; c: where the callee's parameters are. All but those of
//                              functions that the module defines are followed by a return of the
//                              results in that place, for callees that are the host's.
//   Throw                      b: first value, c: tag         ThrowRef    b: reference
//   WideArithmetic             a: first result, the second is behind it; b: first operand,
//                              c: second | third << 16; annex: b: fourth
//   GlobalGet, RefFunc         a: result, c: index       GlobalSet   b: value, c: index
//   DataDrop, ElemDrop         c: index
//   VectorUnary, Test, Splat   a: result, b: operand; vectors are given by their low slot
//   VectorExtract              a: result, b: operand, c: lane
//   VectorBinary, Ternary      a: result, b: first, c: second | third << 16
//   VectorReplace, Shift       a: result, b: vector, c: number | lane << 16, or an immediate count
//   VectorShuffle              a: result, b: first, c: second; annex: its sixteen bytes are lanes
//   accesses of vectors        a: result, b: address, c: offset;
//                              annex: a: opcode, b: vector, c: lane << 16; where
//   Far accesses               a: result, b: address, c: memory; annex: a: opcode | kFarBit, b:
//                              second, c: third operand, where; annex: bits: offset
//   FieldGet                   a: result, b: structure, c: offset
//   FieldSet                   a: value, b: structure, c: offset
//   ElementGet                 a: result, b: array, c: index
//   ElementSet                 a: value, b: array, c: index
//   ArrayLen, RefI31, I31Get   a: result, b: operand
//   RefAsNonNull               b: operand
//   RefTest                    a: result, b: operand; annex: bits: encoded type
//   RefCast                    b: operand; annex: bits: encoded type
//   BrOnCast as a branch       a: operand, c: distance; annex: bits: encoded type
//   all others on objects      a: result, b: the first of neighbouring operands, c: type;
//                              annex: bits: second immediate
//   all others                 a: result, b: first operand, c: index or offset;
//                              annex: a: opcode, b: second, c: third operand; where or a second
//                              index
//
// Invariant: a variant that reads an accumulator has the operand's slot in its cell all the same.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/compile/code.hpp"
#include "engine/syntax/instruction.hpp"

namespace heddle::engine {

// Left and right (or only, or first) operand: from its Slot, the Accumulator that belongs to its
// type, or an Immediate.
enum class Variant : std::uint8_t { SS, SI, AS, AI, SA, AA };
inline constexpr std::size_t kVariantCount = 6;

enum class Form : std::uint8_t {
  Plain,
  BranchIf,  // of comparisons and tests: branch if it holds
  BranchUnless,
  Visible,  // on shared memory: needs a permit, records an event
  Far,      // on any memory, by any address and offset: three cells
};
inline constexpr std::size_t kFormCount = 5;

enum class Internal : std::uint16_t {
  Move,              // a: to, b: from
  MoveRange,         // a: to, b: from, c: slots
  ConstantSigned,    // a: to, c: value, sign-extended
  ConstantUnsigned,  // a: to, c: value, zero-extended
  ConstantWide,      // a: to; annex: bits
  ReturnNone,
  ReturnOne,   // b: value
  ReturnMany,  // b: first value, c: count
  CallImport,
  ReturnCallImport,
  RingIndex,        // ((operand + added) & mask) << shift: where something is in a ring
  Action,           // a visible action that the machine makes
  MoveVector,       // a: to, b: from: low slots, as below
  SelectVector,     // as Select
  GlobalGetVector,  // as GlobalGet
  GlobalSetVector,  // as GlobalSet
  // Of fields and elements, by how they are stored: see Storage.
  FieldGet8S,
  FieldGet8U,
  FieldGet16S,
  FieldGet16U,
  FieldGet32,
  FieldGet64,
  FieldGet128,
  FieldSet8,
  FieldSet16,
  FieldSet32,
  FieldSet64,
  FieldSet128,
  ElementGet8S,
  ElementGet8U,
  ElementGet16S,
  ElementGet16U,
  ElementGet32,
  ElementGet64,
  ElementGet128,
  ElementSet8,
  ElementSet16,
  ElementSet32,
  ElementSet64,
  ElementSet128,
};
inline constexpr std::size_t kInternalCount = 40;

// Two operations in one: the first has an immediate and gives an operand to the second, the left
// one unless that makes no difference. Addresses are made of these.
struct Pair {
  std::size_t first = 0;   // in kPairFirst
  std::size_t second = 0;  // in kPairSecond
};
inline constexpr std::array kPairFirst{Opcode::I32Add, Opcode::I32Mul,  Opcode::I32And,
                                       Opcode::I32Shl, Opcode::I32ShrU, Opcode::I32Rotl};
inline constexpr std::array kPairSecond{Opcode::I32Add, Opcode::I32Sub, Opcode::I32And,
                                        Opcode::I32Or,  Opcode::I32Xor, Opcode::I32Shl};
inline constexpr std::size_t kPairCount = kPairFirst.size() * kPairSecond.size();
[[nodiscard]] constexpr bool can_begin_pair(Opcode opcode) {
  return std::ranges::find(kPairFirst, opcode) != kPairFirst.end();
}
[[nodiscard]] constexpr std::optional<Pair> find_pair(Opcode first, Opcode second) {
  const auto* const at_first = std::ranges::find(kPairFirst, first);
  const auto* const at_second = std::ranges::find(kPairSecond, second);
  if (at_first == kPairFirst.end() || at_second == kPairSecond.end()) return std::nullopt;
  return Pair{static_cast<std::size_t>(at_first - kPairFirst.begin()),
              static_cast<std::size_t>(at_second - kPairSecond.begin())};
}

// In the opcode of an annex: another annex with the offset follows.
inline constexpr std::uint16_t kFarBit = 0x8000;

struct Operation {
  std::size_t index = 0;

  // NOLINTBEGIN(google-explicit-constructor): an opcode is an operation.
  constexpr Operation(Opcode opcode, Form form = Form::Plain)
      : index(static_cast<std::size_t>(form) * kOpcodeCount + static_cast<std::size_t>(opcode)) {}
  constexpr Operation(Internal internal)
      : index(kFormCount * kOpcodeCount + static_cast<std::size_t>(internal)) {}
  constexpr Operation(Pair pair)
      : index(kFormCount * kOpcodeCount + kInternalCount + pair.first * kPairSecond.size() +
              pair.second) {}
  // NOLINTEND(google-explicit-constructor)
};
inline constexpr std::size_t kOperationCount =
    kFormCount * kOpcodeCount + kInternalCount + kPairCount;

class HandlerTable {
 public:
  void set(Operation operation, Variant variant, Handler handler) {
    handlers_[operation.index][static_cast<std::size_t>(variant)] = handler;
  }
  // Null if there is no such variant.
  [[nodiscard]] Handler find(Operation operation, Variant variant) const {
    return handlers_[operation.index][static_cast<std::size_t>(variant)];
  }

 private:
  std::array<std::array<Handler, kVariantCount>, kOperationCount> handlers_{};
};

}  // namespace heddle::engine
