// memory.size, grow, fill, copy and init of unshared memory; data.drop.
#include <cstring>

#include "engine/exec/handlers.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint64_t kBytesPerFuel = 256;

// Whether [begin, begin + length) lies within [0, size).
bool is_range_within(std::uint64_t begin, std::uint64_t length, std::uint64_t size) {
  return begin + length <= size;
}

// The three operands of a bulk operation.
struct Operands {
  std::uint32_t first;
  std::uint32_t second;
  std::uint32_t third;
};
Operands operands(const Cell* pc, const Slot* fp) {
  return {.first = static_cast<std::uint32_t>(fp[pc->b]),
          .second = static_cast<std::uint32_t>(fp[pc[1].b]),
          .third = static_cast<std::uint32_t>(fp[static_cast<std::uint16_t>(pc[1].c)])};
}

HandlerResult memory_size_handler(HEDDLE_PARAMETERS) {
  put_any(fp, pc->a, thread->memory()->pages(), acc, facc);
  HEDDLE_NEXT(2);
}

HandlerResult memory_grow(HEDDLE_PARAMETERS) {
  MemoryInstance& instance_memory = *thread->memory();
  const auto pages = instance_memory.grow(static_cast<std::uint32_t>(fp[pc->b]));
  memory_size = instance_memory.size_bytes();
  put_any(fp, pc->a, pages ? *pages : Slot{0xffff'ffff}, acc, facc);
  HEDDLE_NEXT(2);
}

HandlerResult memory_fill(HEDDLE_PARAMETERS) {
  const auto [begin, value, length] = operands(pc, fp);
  if (!is_range_within(begin, length, memory_size)) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
  }
  charge(thread, length / kBytesPerFuel);
  if (length != 0) std::memset(memory + begin, static_cast<std::uint8_t>(value), length);
  HEDDLE_NEXT(2);
}

HandlerResult memory_copy(HEDDLE_PARAMETERS) {
  const auto [to, from, length] = operands(pc, fp);
  if (!is_range_within(to, length, memory_size) || !is_range_within(from, length, memory_size)) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
  }
  charge(thread, length / kBytesPerFuel);
  if (length != 0) std::memmove(memory + to, memory + from, length);
  HEDDLE_NEXT(2);
}

HandlerResult memory_init(HEDDLE_PARAMETERS) {
  const auto [to, from, length] = operands(pc, fp);
  const Instance& instance = *thread->instance;
  const auto segment = static_cast<std::uint32_t>(pc->c);
  const auto& bytes = instance.module->module().datas[segment].bytes;
  const std::uint64_t available = instance.dropped_datas[segment] ? 0 : bytes.size();
  if (!is_range_within(to, length, memory_size) || !is_range_within(from, length, available)) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
  }
  charge(thread, length / kBytesPerFuel);
  if (length != 0) std::memcpy(memory + to, bytes.data() + from, length);
  HEDDLE_NEXT(2);
}

HandlerResult data_drop(HEDDLE_PARAMETERS) {
  thread->instance->dropped_datas[static_cast<std::uint32_t>(pc->c)] = true;
  HEDDLE_NEXT(1);
}

}  // namespace

void add_memory_handlers(HandlerTable& table) {
  const auto add = [&](Opcode opcode, HandlerCode code) {
    table.set(opcode, Variant::SS, handler_of(code));
  };
  add(Opcode::MemorySize, &memory_size_handler);
  add(Opcode::MemoryGrow, &memory_grow);
  add(Opcode::MemoryFill, &memory_fill);
  add(Opcode::MemoryCopy, &memory_copy);
  add(Opcode::MemoryInit, &memory_init);
  add(Opcode::DataDrop, &data_drop);
}

}  // namespace heddle::engine
