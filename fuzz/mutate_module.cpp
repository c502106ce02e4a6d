#include "fuzz/mutate_module.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "engine/binary/decode.hpp"
#include "engine/binary/encode.hpp"
#include "fuzz/input.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max);

namespace heddle::fuzz {
namespace {

using engine::Instruction;

// Numbers where arithmetic goes wrong, and any others.
std::uint64_t interesting(core::Rng& rng) {
  constexpr std::array<std::uint64_t, 14> kEdges = {0,
                                                    1,
                                                    2,
                                                    0x7fff,
                                                    0xffff,
                                                    0x10000,
                                                    0x7fff'ffff,
                                                    0x8000'0000,
                                                    0xffff'fff8,
                                                    0xffff'fffc,
                                                    0xffff'ffff,
                                                    0x1'0000'0000,
                                                    ~std::uint64_t{0} >> 1,
                                                    ~std::uint64_t{0}};
  switch (rng.below(3)) {
    case 0:
      return kEdges[rng.below(kEdges.size())];
    case 1:
      return rng.below(20);
    default:
      return rng.next() >> rng.below(64);
  }
}

// Leaves alone types, and places in the expression's pool.
void change_immediate(Instruction& instruction, core::Rng& rng) {
  using Kind = engine::ImmediateKind;
  const auto index = [&rng] {
    return static_cast<std::uint32_t>(rng.below(rng.below(8) == 0 ? 1'000 : 4));
  };
  switch (engine::info(instruction.opcode).immediate) {
    case Kind::None:
    case Kind::ZeroByte:
    case Kind::BlockType:
    case Kind::LabelTable:
    case Kind::SelectTypes:
    case Kind::TryTable:
    case Kind::CastBranch:
    case Kind::RefType:
    case Kind::HeapType:
      return;
    case Kind::Label:
    case Kind::Function:
    case Kind::Local:
    case Kind::Global:
    case Kind::Table:
    case Kind::Element:
    case Kind::Tag:
    case Kind::Type:
    case Kind::Data:
    case Kind::Memory:
      instruction.a = index();
      return;
    case Kind::TypeData:
    case Kind::TypeField:
    case Kind::TypeCount:
    case Kind::TypeElement:
    case Kind::TypeType:
    case Kind::TypeTable:
    case Kind::ElementTable:
    case Kind::TableTable:
    case Kind::DataMemory:
    case Kind::MemoryMemory:
      (rng.below(2) == 0 ? instruction.a : instruction.b) = index();
      return;
    case Kind::I32:
    case Kind::F32:
    case Kind::MemArg:
      instruction.value = static_cast<std::uint32_t>(interesting(rng));
      return;
    case Kind::I64:
    case Kind::F64:
      instruction.value = interesting(rng);
      return;
    case Kind::MemArgLane:
      instruction.b = engine::align_log2_of(instruction) | static_cast<std::uint32_t>(rng.below(17))
                                                               << engine::kLaneShift;
      return;
    case Kind::Lane:
      instruction.b = static_cast<std::uint32_t>(rng.below(17));
      return;
    case Kind::V128:
    case Kind::Shuffle:
      set_vector_immediate(instruction, {.low = interesting(rng), .high = interesting(rng)});
      return;
  }
}

// Another opcode with the same immediates: most often valid where this one was.
void change_opcode(Instruction& instruction, core::Rng& rng) {
  const auto& old = engine::info(instruction.opcode);
  for (int i = 0; i < 100; ++i) {
    const auto opcode = static_cast<engine::Opcode>(rng.below(engine::kOpcodeCount));
    const auto& other = engine::info(opcode);
    if (other.immediate != old.immediate) continue;
    if (i < 90 && other.signature != old.signature) continue;
    instruction.opcode = opcode;
    return;
  }
}

void change_code(std::vector<Instruction>& code, core::Rng& rng) {
  if (code.empty()) return;
  const std::size_t at = rng.below(code.size());
  const std::size_t from = rng.below(code.size());
  const auto place = code.begin() + static_cast<std::ptrdiff_t>(at);
  switch (rng.below(6)) {
    case 0:
      code.erase(place);
      break;
    case 1: {
      const std::size_t length = std::min<std::size_t>(1 + rng.below(4), code.size() - from);
      const auto begin = code.begin() + static_cast<std::ptrdiff_t>(from);
      const std::vector<Instruction> piece(begin, begin + static_cast<std::ptrdiff_t>(length));
      code.insert(place, piece.begin(), piece.end());
      break;
    }
    case 2:
      std::swap(code[at], code[from]);
      break;
    case 3:
      change_immediate(code[at], rng);
      break;
    default:
      change_opcode(code[at], rng);
      break;
  }
}

void change_limits(engine::Module& module, core::Rng& rng) {
  for (engine::Memory& memory : module.memories) {
    memory.type.limits.min = static_cast<std::uint32_t>(rng.below(4));
    if (memory.type.limits.max) memory.type.limits.max = memory.type.limits.min + rng.below(3);
    if (rng.below(4) == 0) {
      memory.type.shared = !memory.type.shared;
      if (memory.type.shared && !memory.type.limits.max) memory.type.limits.max = 4;
    }
  }
}

engine::Expression* find_expression(engine::Module& module, core::Rng& rng) {
  const auto pick = [&rng](auto& items) { return &items[rng.below(items.size())]; };
  switch (rng.below(8)) {
    case 0:
      return module.globals.empty() ? nullptr : &pick(module.globals)->init;
    case 1:
      return module.elements.empty() ? nullptr : &pick(module.elements)->start;
    case 2:
      return module.datas.empty() ? nullptr : &pick(module.datas)->start;
    default:
      return module.functions.empty() ? nullptr : &pick(module.functions)->body;
  }
}

std::size_t write(const engine::Module& module, std::uint8_t* out, std::size_t size_max) {
  const std::string bytes = engine::encode(module);
  if (bytes.size() > size_max) return 0;
  std::memcpy(out, bytes.data(), bytes.size());
  return bytes.size();
}

}  // namespace

void mutate(engine::Module& module, core::Rng& rng) {
  if (rng.below(16) == 0) return change_limits(module, rng);
  if (engine::Expression* const expression = find_expression(module, rng)) {
    change_code(expression->code, rng);
  }
}

std::size_t mutate_binary(std::uint8_t* data, std::size_t size, std::size_t size_max,
                          unsigned int seed) {
  core::Rng rng(seed);
  if (rng.below(2) == 0) return LLVMFuzzerMutate(data, size, size_max);
  auto module = engine::decode(source_of(data, size, false));
  if (!module) return LLVMFuzzerMutate(data, size, size_max);
  for (std::uint64_t n = 1 + rng.below(4); n > 0; --n) mutate(*module, rng);
  const std::size_t written = write(*module, data, size_max);
  return written != 0 ? written : LLVMFuzzerMutate(data, size, size_max);
}

std::size_t cross_binaries(const std::uint8_t* data1, std::size_t size1, const std::uint8_t* data2,
                           std::size_t size2, std::uint8_t* out, std::size_t size_max,
                           unsigned int seed) {
  core::Rng rng(seed);
  auto module = engine::decode(source_of(data1, size1, false));
  const auto other = engine::decode(source_of(data2, size2, false));
  if (!module || !other || module->functions.empty() || other->functions.empty()) return 0;
  const engine::Function& taken = other->functions[rng.below(other->functions.size())];
  engine::Function& changed = module->functions[rng.below(module->functions.size())];
  if (rng.below(2) == 0) {
    changed.locals = taken.locals;
    changed.body = taken.body;
  } else if (taken.body.pool.empty()) {
    auto& code = changed.body.code;
    code.insert(code.begin() + static_cast<std::ptrdiff_t>(rng.below(code.size() + 1)),
                taken.body.code.begin(), taken.body.code.end());
  }
  return write(*module, out, size_max);
}

}  // namespace heddle::fuzz
