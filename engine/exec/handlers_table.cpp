// Table instructions; elem.drop.
#include <algorithm>
#include <optional>
#include <utility>

#include "engine/exec/far_access.hpp"
#include "engine/exec/handlers.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint64_t kElementsPerFuel = 32;

bool is_range_within(std::uint64_t begin, std::uint64_t length, std::uint64_t size) {
  return length <= size && begin <= size - length;
}

TableInstance& table_at(const ThreadState* thread, std::uint64_t index) {
  return *thread->instance->tables[index];
}
TableInstance& table_of(const ThreadState* thread, const Cell* pc) {
  return table_at(thread, static_cast<std::uint32_t>(pc->c));
}

// The operands: see operation.hpp.
Slot first(const Cell* pc, const Slot* fp) { return fp[pc->b]; }
Slot second(const Cell* pc, const Slot* fp) { return fp[pc[1].b]; }
Slot third(const Cell* pc, const Slot* fp) { return fp[static_cast<std::uint16_t>(pc[1].c)]; }

HandlerResult table_get(HEDDLE_PARAMETERS) {
  const std::vector<Slot>& elements = table_of(thread, pc).elements;
  const Slot index = first(pc, fp);
  if (index >= elements.size()) HEDDLE_TAIL(trap_with<Trap::OutOfBoundsTableAccess>);
  put_any(fp, pc->a, elements[index], acc, facc);
  HEDDLE_NEXT(2);
}

HandlerResult table_set(HEDDLE_PARAMETERS) {
  std::vector<Slot>& elements = table_of(thread, pc).elements;
  const Slot index = first(pc, fp);
  if (index >= elements.size()) HEDDLE_TAIL(trap_with<Trap::OutOfBoundsTableAccess>);
  elements[index] = second(pc, fp);
  HEDDLE_NEXT(2);
}

HandlerResult table_size(HEDDLE_PARAMETERS) {
  put_any(fp, pc->a, table_of(thread, pc).elements.size(), acc, facc);
  HEDDLE_NEXT(2);
}

bool can_grow(const TableInstance& table, std::uint64_t delta) {
  const std::uint64_t size = table.elements.size();
  const std::uint64_t max = std::max(
      size, std::min(table.type.limits.max.value_or(table.elements_max), table.elements_max));
  return delta <= max - size;
}

// Gives the size before, or -1.
HandlerResult table_grow(HEDDLE_PARAMETERS) {
  TableInstance& table = table_of(thread, pc);
  const std::uint64_t delta = second(pc, fp);
  bool grows = can_grow(table, delta);
  if (grows && thread->run->asks_to_grow) {
    if (!thread->growth) HEDDLE_TAIL(stop_growing);
    grows = *std::exchange(thread->growth, std::nullopt);
  }
  const std::uint64_t size = table.elements.size();
  if (grows) {
    table.elements.resize(size + delta, first(pc, fp));
    charge(thread, delta / kElementsPerFuel);
  }
  put_any(fp, pc->a, grows ? size : failed_growth(table.type.address), acc, facc);
  HEDDLE_NEXT(2);
}

HandlerResult table_fill(HEDDLE_PARAMETERS) {
  std::vector<Slot>& elements = table_of(thread, pc).elements;
  const Slot begin = first(pc, fp);
  const Slot length = third(pc, fp);
  if (!is_range_within(begin, length, elements.size())) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsTableAccess>);
  }
  charge(thread, length / kElementsPerFuel);
  std::fill_n(elements.begin() + static_cast<std::ptrdiff_t>(begin), length, second(pc, fp));
  HEDDLE_NEXT(2);
}

// What table.copy and table.init do once their ranges are known to be right.
void copy_elements(std::vector<Slot>& to, Slot to_begin, const std::vector<Slot>& from,
                   Slot from_begin, Slot length) {
  const auto source = from.begin() + static_cast<std::ptrdiff_t>(from_begin);
  const auto source_end = source + static_cast<std::ptrdiff_t>(length);
  const auto target = to.begin() + static_cast<std::ptrdiff_t>(to_begin);
  if (&to == &from && to_begin > from_begin) {
    std::copy_backward(source, source_end, target + static_cast<std::ptrdiff_t>(length));
  } else {
    std::copy(source, source_end, target);
  }
}

HandlerResult table_copy(HEDDLE_PARAMETERS) {
  std::vector<Slot>& to = table_of(thread, pc).elements;
  const std::vector<Slot>& from = table_at(thread, pc[1].bits).elements;
  if (!is_range_within(first(pc, fp), third(pc, fp), to.size()) ||
      !is_range_within(second(pc, fp), third(pc, fp), from.size())) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsTableAccess>);
  }
  charge(thread, third(pc, fp) / kElementsPerFuel);
  copy_elements(to, first(pc, fp), from, second(pc, fp), third(pc, fp));
  HEDDLE_NEXT(2);
}

HandlerResult table_init(HEDDLE_PARAMETERS) {
  std::vector<Slot>& to = table_at(thread, pc[1].bits).elements;
  const std::vector<Slot>& from = thread->instance->elements[static_cast<std::uint32_t>(pc->c)];
  if (!is_range_within(first(pc, fp), third(pc, fp), to.size()) ||
      !is_range_within(second(pc, fp), third(pc, fp), from.size())) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsTableAccess>);
  }
  charge(thread, third(pc, fp) / kElementsPerFuel);
  copy_elements(to, first(pc, fp), from, second(pc, fp), third(pc, fp));
  HEDDLE_NEXT(2);
}

HandlerResult elem_drop(HEDDLE_PARAMETERS) {
  thread->instance->elements[static_cast<std::uint32_t>(pc->c)].clear();
  HEDDLE_NEXT(1);
}

}  // namespace

void add_table_handlers(HandlerTable& table) {
  const auto add = [&](Opcode opcode, HandlerCode code) {
    table.set(opcode, Variant::SS, handler_of(code));
  };
  add(Opcode::TableGet, &table_get);
  add(Opcode::TableSet, &table_set);
  add(Opcode::TableSize, &table_size);
  add(Opcode::TableGrow, &table_grow);
  add(Opcode::TableFill, &table_fill);
  add(Opcode::TableCopy, &table_copy);
  add(Opcode::TableInit, &table_init);
  add(Opcode::ElemDrop, &elem_drop);
}

}  // namespace heddle::engine
