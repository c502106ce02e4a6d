// Instruction: one instruction of a function body or constant expression, and what is known about
// every opcode. Spec: structure/instructions, binary/instructions, text/instructions.
//
// Bodies are flat lists in binary order: `block`, `else` and `end` are instructions of their own,
// and every Expression ends with `end`. Folded text is unfolded by the parser.
//
// Invariant: which of `a`, `b` and `value` mean something follows from the opcode's ImmediateKind:
//
//   BlockType     a: type index, or kBlockEmpty / kBlockValue; with kBlockValue, b: encoded
//   ValueType Label         a: depth LabelTable    a: start in Expression::pool, b: number of
//   targets without the default, which
//                 follows them in the pool
//   Function, Local, Global, Table, Memory, Element, Data      a: index
//   TypeTable     a: type, b: table              (call_indirect)
//   ElementTable  a: element segment, b: table   (table.init)
//   TableTable    a: destination, b: source      (table.copy)
//   DataMemory    a: data segment, b: memory     (memory.init)
//   MemoryMemory  a: destination, b: source      (memory.copy)
//   MemArg        a: memory, b: log2 of the alignment, value: offset
//   SelectTypes   a: start in Expression::pool, b: count; encoded ValueTypes
//   HeapType      b: encoded ValueType of the reference (nullable)
//   I32 I64 F32 F64   value: bits, zero-extended
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/syntax/types.hpp"

namespace heddle::engine {

enum class Shape : std::uint8_t {
  Unreachable,
  Nop,
  Block,
  Loop,
  If,
  Else,
  End,
  Br,
  BrIf,
  BrTable,
  Return,
  Call,
  CallIndirect,
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
  RefNull,
  RefIsNull,
  RefFunc,
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
  Label,
  LabelTable,
  Function,
  TypeTable,
  SelectTypes,
  Local,
  Global,
  Table,
  ElementTable,
  Element,
  TableTable,
  MemArg,
  Memory,
  DataMemory,
  Data,
  MemoryMemory,
  I32,
  I64,
  F32,
  F64,
  HeapType,
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
};

inline constexpr OpcodeInfo kOpcodes[] = {
#define HEDDLE_INSTRUCTION(name, mnemonic, prefix, code, shape, immediate, signature, bytes) \
  {mnemonic, prefix, code, Shape::shape, ImmediateKind::immediate, signature, bytes},
#include "engine/syntax/instructions.def"
#undef HEDDLE_INSTRUCTION
};

inline constexpr std::size_t kOpcodeCount = sizeof(kOpcodes) / sizeof(kOpcodes[0]);

[[nodiscard]] constexpr const OpcodeInfo& info(Opcode opcode) {
  return kOpcodes[static_cast<std::size_t>(opcode)];
}

// By mnemonic. `select` gives Opcode::Select.
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

// A ValueType in 32 bits, for immediates. decode(encode(t)) == t.
[[nodiscard]] constexpr std::uint32_t encode(ValueType type) {
  return static_cast<std::uint32_t>(type.kind) | static_cast<std::uint32_t>(type.heap) << 8 |
         static_cast<std::uint32_t>(type.nullable) << 16;
}
[[nodiscard]] constexpr ValueType decode_value_type(std::uint32_t bits) {
  return {static_cast<TypeKind>(bits & 0xff), static_cast<HeapKind>(bits >> 8 & 0xff),
          (bits >> 16 & 1) != 0};
}

}  // namespace heddle::engine
