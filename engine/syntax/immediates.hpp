// Immediates that are indices and nothing else: Instruction's `a`, or `a` and `b`.
#pragma once

#include <cstdint>

#include "engine/syntax/instruction.hpp"

namespace heddle::engine {

// How many indices the immediate is; 0 if there is anything else to it.
[[nodiscard]] constexpr std::uint32_t index_count(ImmediateKind kind) {
  switch (kind) {
    case ImmediateKind::Label:
    case ImmediateKind::Function:
    case ImmediateKind::Tag:
    case ImmediateKind::Type:
    case ImmediateKind::Local:
    case ImmediateKind::Global:
    case ImmediateKind::Table:
    case ImmediateKind::Element:
    case ImmediateKind::Memory:
    case ImmediateKind::Data:
      return 1;
    case ImmediateKind::TypeField:
    case ImmediateKind::TypeCount:
    case ImmediateKind::TypeData:
    case ImmediateKind::TypeElement:
    case ImmediateKind::TypeType:
    case ImmediateKind::TypeTable:
    case ImmediateKind::ElementTable:
    case ImmediateKind::TableTable:
    case ImmediateKind::DataMemory:
    case ImmediateKind::MemoryMemory:
      return 2;
    case ImmediateKind::None:
    case ImmediateKind::BlockType:
    case ImmediateKind::TryTable:
    case ImmediateKind::LabelTable:
    case ImmediateKind::CastBranch:
    case ImmediateKind::SelectTypes:
    case ImmediateKind::MemArg:
    case ImmediateKind::MemArgLane:
    case ImmediateKind::Lane:
    case ImmediateKind::I32:
    case ImmediateKind::I64:
    case ImmediateKind::F32:
    case ImmediateKind::F64:
    case ImmediateKind::V128:
    case ImmediateKind::Shuffle:
    case ImmediateKind::HeapType:
    case ImmediateKind::RefType:
    case ImmediateKind::ZeroByte:
      return 0;
  }
  return 0;
}

}  // namespace heddle::engine
