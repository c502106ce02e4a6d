// Instruction: one instruction of a function body or constant expression, and what is known about
// every opcode. Spec: structure/instructions, binary/instructions, text/instructions.
//
// Bodies are flat lists in binary order: `block`, `else` and `end` are instructions of their own,
// and every Expression ends with `end`. Folded text is unfolded by the parser.
//
// Invariant: which of `a`, `b` and `value` mean something follows from the opcode's ImmediateKind:
//
//   BlockType     a: type index, or kBlockEmpty / kBlockValue; with kBlockValue, b: encoded
//                 ValueType
//   TryTable      a, b: the block type; value: start in Expression::pool | number of catches << 32;
//                 each catch takes three words: CatchKind, tag, label
//   Label         a: depth
//   LabelTable    a: start in Expression::pool, b: number of targets without the default, which
//                 follows them in the pool
//   CastBranch    a: depth, b: encoded ValueType of the operand, value: that of the target
//   Function, Local, Global, Table, Memory, Element, Data, Tag, Type      a: index
//   TypeTable     a: type, b: table              (call_indirect)
//   ElementTable  a: element segment, b: table   (table.init)
//   TableTable    a: destination, b: source      (table.copy)
//   DataMemory    a: data segment, b: memory     (memory.init)
//   MemoryMemory  a: destination, b: source      (memory.copy)
//   TypeField     a: type, b: field              (struct.get)
//   TypeCount     a: type, b: number of operands (array.new_fixed)
//   TypeData      a: type, b: data segment       (array.new_data)
//   TypeElement   a: type, b: element segment    (array.new_elem)
//   TypeType      a: destination, b: source      (array.copy)
//   MemArg        a: memory, b: log2 of the alignment, value: offset
//   MemArgLane    a: memory, b: log2 of the alignment | lane << 8, value: offset
//   Lane          b: lane
//   SelectTypes   a: start in Expression::pool, b: count; encoded ValueTypes
//   HeapType      b: encoded ValueType of the reference (nullable)
//   RefType       b: encoded ValueType; the opcode says whether it is nullable, too
//   I32 I64 F32 F64   value: bits, zero-extended
//   V128, Shuffle     value: the low eight bytes (lanes), a and b: the next four and the last four
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/syntax/features.hpp"
#include "engine/syntax/types.hpp"

namespace heddle::engine {

enum class Shape : std::uint8_t {
  Unreachable,
  Nop,
  Block,
  Loop,
  If,
  TryTable,
  Else,
  End,
  Br,
  BrIf,
  BrTable,
  Return,
  Call,
  CallIndirect,
  ReturnCall,
  ReturnCallIndirect,
  CallRef,
  ReturnCallRef,
  Throw,
  ThrowRef,
  BrOnNull,
  BrOnNonNull,
  BrOnCast,
  BrOnCastFail,
  Drop,
  Select,
  LocalGet,
  LocalSet,
  LocalTee,
  GlobalGet,
  GlobalSet,
  TableGet,
  TableSet,
  TableInit,
  ElemDrop,
  TableCopy,
  TableGrow,
  TableSize,
  TableFill,
  Load,
  Store,
  MemorySize,
  MemoryGrow,
  MemoryInit,
  DataDrop,
  MemoryCopy,
  MemoryFill,
  Const,
  Test,
  Compare,
  Unary,
  Binary,
  Convert,
  WideArithmetic,
  RefNull,
  RefIsNull,
  RefFunc,
  RefEq,
  RefAsNonNull,
  RefTest,
  RefCast,
  AnyConvertExtern,
  ExternConvertAny,
  RefI31,
  I31Get,
  StructNew,
  StructNewDefault,
  StructGet,
  StructSet,
  ArrayNew,
  ArrayNewDefault,
  ArrayNewFixed,
  ArrayNewData,
  ArrayNewElem,
  ArrayGet,
  ArraySet,
  ArrayLen,
  ArrayFill,
  ArrayCopy,
  ArrayInitData,
  ArrayInitElem,
  VectorLoad,
  VectorStore,
  VectorLoadLane,
  VectorStoreLane,
  VectorConst,
  VectorShuffle,
  VectorSplat,
  VectorExtract,
  VectorReplace,
  VectorUnary,
  VectorBinary,
  VectorTernary,
  VectorTest,
  VectorShift,
  AtomicNotify,
  AtomicWait,
  AtomicFence,
  AtomicLoad,
  AtomicStore,
  AtomicRmw,
  AtomicCmpxchg,
};

enum class ImmediateKind : std::uint8_t {
  None,
  BlockType,
  TryTable,
  Label,
  LabelTable,
  CastBranch,
  Function,
  Tag,
  Type,
  TypeField,
  TypeCount,
  TypeData,
  TypeElement,
  TypeType,
  TypeTable,
  SelectTypes,
  Local,
  Global,
  Table,
  ElementTable,
  Element,
  TableTable,
  MemArg,
  MemArgLane,
  Lane,
  Memory,
  DataMemory,
  Data,
  MemoryMemory,
  I32,
  I64,
  F32,
  F64,
  V128,
  Shuffle,
  HeapType,
  RefType,
  ZeroByte,
};

enum class Opcode : std::uint16_t {
#define HEDDLE_INSTRUCTION(name, ...) name,
#include "engine/syntax/instructions.def"
#undef HEDDLE_INSTRUCTION
};

struct OpcodeInfo {
  std::string_view mnemonic;
  std::uint8_t prefix;
  std::uint32_t code;
  Shape shape;
  ImmediateKind immediate;
  std::string_view signature;
  std::uint8_t access_bytes;
  Feature feature;
};

inline constexpr OpcodeInfo kOpcodes[] = {
#define HEDDLE_INSTRUCTION(name, mnemonic, prefix, code, shape, immediate, signature, bytes, \
                           feature)                                                          \
  {mnemonic, prefix,          code, Shape::shape, ImmediateKind::immediate, signature,       \
   bytes,    Feature::feature},
#include "engine/syntax/instructions.def"
#undef HEDDLE_INSTRUCTION
};

inline constexpr std::size_t kOpcodeCount = sizeof(kOpcodes) / sizeof(kOpcodes[0]);

[[nodiscard]] constexpr const OpcodeInfo& info(Opcode opcode) {
  return kOpcodes[static_cast<std::size_t>(opcode)];
}

// By mnemonic. Of those that stand for two opcodes, the first: `select` gives Opcode::Select,
// `ref.test` and `ref.cast` those for references that are not null.
[[nodiscard]] std::optional<Opcode> find_opcode(std::string_view mnemonic);

// By binary form; `prefix` 0 for one-byte opcodes.
[[nodiscard]] std::optional<Opcode> find_opcode(std::uint8_t prefix, std::uint32_t code);

inline constexpr std::uint32_t kBlockEmpty = 0xffff'ffff;
inline constexpr std::uint32_t kBlockValue = 0xffff'fffe;

struct Instruction {
  Opcode opcode = Opcode::Nop;
  std::uint32_t offset = 0;  // where it begins in the module's Source
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint64_t value = 0;

  bool operator==(const Instruction&) const = default;
};

struct Expression {
  std::vector<Instruction> code;
  std::vector<std::uint32_t> pool;

  bool operator==(const Expression&) const = default;
};

// How a clause of try_table catches, and what it hands to its label.
enum class CatchKind : std::uint8_t {
  Catch,        // a tag: its values
  CatchRef,     // a tag: its values and the exception
  CatchAll,     // anything: nothing
  CatchAllRef,  // anything: the exception
};
[[nodiscard]] constexpr bool has_tag(CatchKind kind) {
  return kind == CatchKind::Catch || kind == CatchKind::CatchRef;
}
[[nodiscard]] constexpr bool gives_exception(CatchKind kind) {
  return kind == CatchKind::CatchRef || kind == CatchKind::CatchAllRef;
}

// A clause of a try_table, out of its expression's pool.
struct CatchClause {
  CatchKind kind = CatchKind::CatchAll;
  std::uint32_t tag = 0;
  std::uint32_t label = 0;  // depth, seen from around the try_table
};
inline constexpr std::uint32_t kCatchWords = 3;
[[nodiscard]] constexpr std::uint32_t catch_count(const Instruction& try_table) {
  return static_cast<std::uint32_t>(try_table.value >> 32);
}
[[nodiscard]] inline CatchClause catch_clause(const Expression& expression,
                                              const Instruction& try_table, std::uint32_t n) {
  const std::size_t at = (try_table.value & 0xffff'ffff) + std::size_t{n} * kCatchWords;
  return {static_cast<CatchKind>(expression.pool[at]), expression.pool[at + 1],
          expression.pool[at + 2]};
}

// The sixteen bytes of v128.const or lanes of i8x16.shuffle, as two little-endian halves.
struct VectorImmediate {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  constexpr bool operator==(const VectorImmediate&) const = default;
  [[nodiscard]] constexpr std::uint8_t byte(std::uint32_t n) const {
    return static_cast<std::uint8_t>((n < 8 ? low : high) >> (n % 8 * 8));
  }
};
[[nodiscard]] constexpr VectorImmediate vector_immediate(const Instruction& instruction) {
  return {instruction.value, instruction.a | std::uint64_t{instruction.b} << 32};
}
constexpr void set_vector_immediate(Instruction& instruction, VectorImmediate vector) {
  instruction.value = vector.low;
  instruction.a = static_cast<std::uint32_t>(vector.high);
  instruction.b = static_cast<std::uint32_t>(vector.high >> 32);
}

// Of a MemArgLane's `b`: the lane is above, the alignment below.
inline constexpr std::uint32_t kLaneShift = 8;
[[nodiscard]] constexpr std::uint32_t lane_of(const Instruction& instruction) {
  return instruction.b >> kLaneShift;
}
[[nodiscard]] constexpr std::uint32_t align_log2_of(const Instruction& instruction) {
  return instruction.b & ((1U << kLaneShift) - 1);
}

// A ValueType in 32 bits, for immediates. decode(encode(t)) == t, but that type indices above
// kEncodedIndexMax become kEncodedIndexMax, which no valid module has (see valid/limits.hpp).
inline constexpr std::uint32_t kEncodedIndexMax = 0x7f'ffff;
[[nodiscard]] constexpr std::uint32_t encode(ValueType type) {
  const std::uint32_t index = type.index < kEncodedIndexMax ? type.index : kEncodedIndexMax;
  return static_cast<std::uint32_t>(type.kind) | static_cast<std::uint32_t>(type.heap) << 4 |
         static_cast<std::uint32_t>(type.nullable) << 8 | index << 9;
}
[[nodiscard]] constexpr ValueType decode_value_type(std::uint32_t bits) {
  return {static_cast<TypeKind>(bits & 0xf), static_cast<HeapKind>(bits >> 4 & 0xf),
          (bits >> 8 & 1) != 0, bits >> 9};
}

}  // namespace heddle::engine
