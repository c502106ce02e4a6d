// Memories and data segments. Spec: valid/instructions, "Memory Instructions".
#include <fmt/format.h>

#include <bit>

#include "engine/valid/function_validator.hpp"

namespace heddle::engine {
namespace {

bool is_atomic(Shape shape) {
  return shape == Shape::AtomicNotify || shape == Shape::AtomicWait || shape == Shape::AtomicLoad ||
         shape == Shape::AtomicStore || shape == Shape::AtomicRmw || shape == Shape::AtomicCmpxchg;
}

}  // namespace

bool FunctionValidator::check_memory(std::uint32_t index) {
  return check_index("memory", index, context_.memories.size());
}

// Also of instructions with a lane, whose number stands above the alignment.
bool FunctionValidator::check_memory_access(const Instruction& instruction) {
  if (!check_memory(instruction.a)) return false;
  const OpcodeInfo& row = info(instruction.opcode);
  const auto natural = static_cast<std::uint32_t>(std::countr_zero(row.access_bytes));
  const std::uint32_t alignment =
      row.immediate == ImmediateKind::MemArgLane ? instruction.b & 0xff : instruction.b;
  if (alignment != natural) {
    if (alignment > natural && !is_atomic(row.shape)) {
      return fail(fmt::format("alignment must not be larger than natural: that of {} is {}",
                              row.mnemonic, row.access_bytes));
    }
    if (is_atomic(row.shape)) {
      return fail(fmt::format("atomic alignment must be natural: that of {} is {}", row.mnemonic,
                              row.access_bytes));
    }
  }
  const AddressType address = context_.memories[instruction.a]->address;
  const FixedRule& rule = fixed_rule(instruction.opcode);
  if (address == AddressType::I64) return check_fixed(rule, {.a = address});
  if (instruction.value > 0xffff'ffff) {
    return fail(fmt::format("offset out of range: {} of {}", instruction.value, row.mnemonic));
  }
  return check_fixed(rule);
}

bool FunctionValidator::check_memory_bulk(const Instruction& instruction) {
  const auto address_of = [this](std::uint32_t memory) {
    return context_.memories[memory]->address;
  };
  const auto check_data = [this](std::uint32_t data) {
    return check_index("data segment", data, context_.module.datas.size());
  };
  const FixedRule& rule = fixed_rule(instruction.opcode);
  const ImmediateKind immediate = info(instruction.opcode).immediate;
  if (immediate == ImmediateKind::Data) return check_data(instruction.a) && check_fixed(rule);
  if (immediate == ImmediateKind::DataMemory) {
    return check_memory(instruction.b) && check_data(instruction.a) &&
           check_fixed(rule, {.a = address_of(instruction.b)});
  }
  if (!check_memory(instruction.a)) return false;
  if (immediate == ImmediateKind::Memory) {
    return check_fixed(rule, {.a = address_of(instruction.a)});
  }
  return check_memory(instruction.b) &&
         check_fixed(rule, {.a = address_of(instruction.a), .b = address_of(instruction.b)});
}

}  // namespace heddle::engine
