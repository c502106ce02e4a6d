// Function bodies and constant expressions. Spec: binary/instructions.
#include <fmt/format.h>

#include "engine/binary/decoder.hpp"
#include "engine/binary/opcode_lookup.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint32_t kMemoryFlag = 0x40;  // announces the index of a memory

bool is_nullable(Opcode opcode) {
  return opcode == Opcode::RefTestNull || opcode == Opcode::RefCastNull;
}

}  // namespace

Function Decoder::function_body(std::uint32_t type) {
  Function function;
  function.type = type;
  function.offset = reader_.position();
  std::uint64_t locals = 0;
  vec([&] {
    const std::uint32_t count = reader_.u32();
    function.locals.push_back({.count = count, .type = value_type()});
    locals += count;
  });
  if (locals > 0xffff'ffff) reader_.fail("too many locals", function.offset);
  function.body = expression();
  return function;
}

inline Opcode Decoder::opcode() {
  if (features_.has_all()) [[likely]] {
    const auto first = reader_.peek();
    if (first && kOpcodeTable[0][*first] != kNoOpcode) [[likely]] {
      static_cast<void>(reader_.u8());
      return static_cast<Opcode>(kOpcodeTable[0][*first]);
    }
  }
  return rare_opcode();
}

Expression Decoder::expression() {
  code_.clear();
  pool_.clear();
  open_.assign(1, Shape::Block);
  while (!open_.empty() && reader_.ok()) {
    // In place: a processor waits for small stores that are copied as a whole right afterwards.
    Instruction& instruction = code_.emplace_back();
    instruction.offset = reader_.position();
    instruction.opcode = opcode();
    const OpcodeReading reading = kOpcodeReadings[static_cast<std::size_t>(instruction.opcode)];
    if (reading.immediate != ImmediateKind::None) immediates(reading.immediate, instruction);
    if (reading.nesting != Nesting::None) nest(instruction);
  }
  // Copied, so that the Module holds no spare capacity.
  return {.code = {code_.begin(), code_.end()}, .pool = {pool_.begin(), pool_.end()}};
}

// With a prefix, or switched off, or none at all.
Opcode Decoder::rare_opcode() {
  const std::uint32_t begin = reader_.position();
  const std::uint8_t first = reader_.u8();
  const std::size_t row = opcode_row(first);
  const std::uint32_t code = row == 0 ? first : reader_.u32();
  const auto opcode = lookup_opcode(row, code);
  if (opcode && (features_.has_all() || features_.has(info(*opcode).feature))) [[likely]]
    return *opcode;
  reader_.fail(row == 0 ? fmt::format("illegal opcode {:02x}", first)
                        : fmt::format("illegal opcode {:02x} {:02x}", first, code),
               begin);
  return Opcode::Nop;
}

// Keeps track of what is open, so that the last `end` of an expression is known without recursion.
void Decoder::nest(const Instruction& instruction) {
  const Shape shape = info(instruction.opcode).shape;
  if (reading_of(instruction.opcode).nesting == Nesting::Opens) {
    open_.push_back(shape);
  } else if (shape == Shape::End) {
    open_.pop_back();
  } else if (shape == Shape::Else) {
    if (open_.back() != Shape::If) reader_.fail("END opcode expected", instruction.offset);
    open_.back() = Shape::Else;
  }
}

// NOLINTNEXTLINE(readability-function-size): one case for each kind of immediate
void Decoder::immediates(ImmediateKind kind, Instruction& instruction) {
  switch (kind) {
    case ImmediateKind::None:
      return;
    case ImmediateKind::BlockType:
      return block_type(instruction);
    case ImmediateKind::LabelTable:
      return label_table(instruction);
    case ImmediateKind::SelectTypes:
      return select_types(instruction);
    case ImmediateKind::MemArg:
      return memory_argument(instruction);
    case ImmediateKind::Data:
      uses_data_segments_ = true;
      [[fallthrough]];
    case ImmediateKind::Label:
    case ImmediateKind::Function:
    case ImmediateKind::Local:
    case ImmediateKind::Global:
    case ImmediateKind::Table:
    case ImmediateKind::Element:
    case ImmediateKind::Tag:
    case ImmediateKind::Type:
      instruction.a = reader_.u32();
      return;
    case ImmediateKind::TypeData:
      uses_data_segments_ = true;
      [[fallthrough]];
    case ImmediateKind::TypeField:
    case ImmediateKind::TypeCount:
    case ImmediateKind::TypeElement:
    case ImmediateKind::TypeType:
    case ImmediateKind::TypeTable:
    case ImmediateKind::ElementTable:
    case ImmediateKind::TableTable:
      instruction.a = reader_.u32();
      instruction.b = reader_.u32();
      return;
    case ImmediateKind::DataMemory:
      uses_data_segments_ = true;
      instruction.a = reader_.u32();
      instruction.b = memory_index();
      return;
    case ImmediateKind::MemoryMemory:
      instruction.a = memory_index();
      instruction.b = memory_index();
      return;
    case ImmediateKind::Memory:
      instruction.a = memory_index();
      return;
    case ImmediateKind::ZeroByte:
      return reader_.expect_zero_byte();
    case ImmediateKind::I32:
      instruction.value = static_cast<std::uint32_t>(reader_.s32());
      return;
    case ImmediateKind::I64:
      instruction.value = static_cast<std::uint64_t>(reader_.s64());
      return;
    case ImmediateKind::F32:
      instruction.value = reader_.fixed32();
      return;
    case ImmediateKind::F64:
      instruction.value = reader_.fixed64();
      return;
    case ImmediateKind::TryTable:
      block_type(instruction);
      return try_table(instruction);
    case ImmediateKind::CastBranch:
      return cast_branch(instruction);
    case ImmediateKind::MemArgLane:
      memory_argument(instruction);
      instruction.b |= std::uint32_t{reader_.u8()} << kLaneShift;
      return;
    case ImmediateKind::Lane:
      instruction.b = reader_.u8();
      return;
    case ImmediateKind::V128:
    case ImmediateKind::Shuffle: {
      const std::uint64_t low = reader_.fixed64();
      return set_vector_immediate(instruction, {.low = low, .high = reader_.fixed64()});
    }
    case ImmediateKind::RefType:
      instruction.b = encode(heap_type(is_nullable(instruction.opcode)));
      return;
    case ImmediateKind::HeapType:
      instruction.b = encode(heap_type(true));
      return;
  }
}

void Decoder::block_type(Instruction& instruction) {
  const std::uint32_t begin = reader_.position();
  const std::uint8_t first = reader_.peek().value_or(0);
  if (first == 0x40) {
    static_cast<void>(reader_.u8());
    instruction.a = kBlockEmpty;
  } else if ((first & 0xc0) == 0x40) {  // any other negative number of one byte: a value type
    instruction.a = kBlockValue;
    instruction.b = encode(value_type());
  } else {
    const std::int64_t index = reader_.s33();
    if (index < 0) reader_.fail("malformed block type", begin);
    // No module that fits into memory has so many types, and the Module could not say it.
    if (index >= kBlockValue) reader_.fail(fmt::format("unknown type {}", index), begin);
    instruction.a = static_cast<std::uint32_t>(index);
  }
}

void Decoder::memory_argument(Instruction& instruction) {
  const std::uint32_t begin = reader_.position();
  instruction.b = reader_.u32();
  const std::uint32_t end = features_.has(Feature::MultiMemory) ? 2 * kMemoryFlag : kMemoryFlag;
  if (instruction.b >= end) reader_.fail("malformed memop flags", begin);
  if (instruction.b >= kMemoryFlag) {
    instruction.b -= kMemoryFlag;
    instruction.a = reader_.u32();
  }
  instruction.value = wide_number();
}

// Before there were several memories, there was a byte for the future.
std::uint32_t Decoder::memory_index() {
  if (features_.has(Feature::MultiMemory)) return reader_.u32();
  reader_.expect_zero_byte();
  return 0;
}

void Decoder::try_table(Instruction& instruction) {
  const std::uint64_t start = pool_.size();
  std::uint64_t count = 0;
  vec([&] {
    const std::uint32_t begin = reader_.position();
    const std::uint8_t code = reader_.u8();
    if (code > static_cast<std::uint8_t>(CatchKind::CatchAllRef)) {
      return reader_.fail("malformed catch clause", begin);
    }
    pool_.push_back(code);
    pool_.push_back(has_tag(static_cast<CatchKind>(code)) ? reader_.u32() : 0);
    pool_.push_back(reader_.u32());
    ++count;
  });
  instruction.value = start | count << 32;
}

void Decoder::cast_branch(Instruction& instruction) {
  const std::uint32_t begin = reader_.position();
  const std::uint8_t flags = reader_.u8();
  if (flags > 3) reader_.fail("malformed br_on_cast flags", begin);
  instruction.a = reader_.u32();
  instruction.b = encode(heap_type((flags & 1) != 0));
  instruction.value = encode(heap_type((flags & 2) != 0));
}

void Decoder::label_table(Instruction& instruction) {
  instruction.a = static_cast<std::uint32_t>(pool_.size());
  vec([&] { pool_.push_back(reader_.u32()); });
  instruction.b = static_cast<std::uint32_t>(pool_.size()) - instruction.a;
  pool_.push_back(reader_.u32());  // the default
}

void Decoder::select_types(Instruction& instruction) {
  instruction.a = static_cast<std::uint32_t>(pool_.size());
  vec([&] { pool_.push_back(encode(value_type())); });
  instruction.b = static_cast<std::uint32_t>(pool_.size()) - instruction.a;
}

}  // namespace heddle::engine
