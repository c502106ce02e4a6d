// Structures and arrays. Spec: exec/instructions, "Aggregate Instructions".
//
// An instruction that allocates checks its operands first, then asks for space; when that is
// refused the thread stops at the instruction, which is repeated after the collection. What it
// costs beyond one instruction is charged when it can no longer be repeated.
#include <array>
#include <cstring>
#include <span>
#include <type_traits>

#include "engine/exec/handlers.hpp"
#include "engine/runtime/heap.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint64_t kBytesPerFuel = 256;

bool is_range_within(std::uint64_t begin, std::uint64_t length, std::uint64_t size) {
  return begin <= size && length <= size - begin;
}

// The immediates, and the n-th slot of operands: see operation.hpp.
std::uint32_t second_immediate(const Cell* pc) { return static_cast<std::uint32_t>(pc[1].bits); }
const Slot* operands(const Cell* pc, const Slot* fp) { return fp + pc->b; }
std::uint32_t number(Slot slot) { return static_cast<std::uint32_t>(slot); }

const Layout& layout_at(const ThreadState* thread, const Cell* pc) {
  const Instance& instance = *thread->instance;
  return instance.heap->layout(instance.type_ids[static_cast<std::uint32_t>(pc->c)]);
}
Object* allocate(ThreadState* thread, const Layout& layout, std::uint32_t length = 0) {
  return thread->instance->heap->allocate(layout, length);
}

// A segment's bytes or references, none if it was dropped.
std::span<const std::uint8_t> data_at(const ThreadState* thread, std::uint32_t index) {
  const Instance& instance = *thread->instance;
  if (instance.dropped_datas[index]) return {};
  return instance.module->module().datas[index].bytes;
}
std::span<const Slot> elements_at(const ThreadState* thread, std::uint32_t index) {
  return thread->instance->elements[index];
}

std::byte* element_of(Object& array, std::uint64_t index) {
  return array.fields() + index * byte_count(array.layout->element);
}
void copy_bytes(std::byte* to, const void* from, std::uint64_t bytes) {
  if (bytes != 0) std::memcpy(to, from, bytes);
}
void charge_elements(ThreadState* thread, const Object& array, std::uint64_t count) {
  charge(thread, count * byte_count(array.layout->element) / kBytesPerFuel);
}

// What is stored, as the value of a slot.
template <typename Stored>
Slot widen(Stored stored) {
  if constexpr (std::is_signed_v<Stored>) {
    return static_cast<std::uint32_t>(std::int32_t{stored});
  } else {
    return stored;
  }
}

struct Vector {
  std::array<Slot, 2> halves;
};

template <typename Stored>
inline void load(Slot* fp, std::uint32_t slot, const std::byte* from, Slot& acc, double& facc) {
  Stored stored{};
  std::memcpy(&stored, from, sizeof(Stored));
  if constexpr (std::is_same_v<Stored, Vector>) {
    std::memcpy(fp + slot, &stored, sizeof(Stored));
  } else {
    put_any(fp, slot, widen(stored), acc, facc);
  }
}

template <typename Stored>
inline void store(std::byte* to, const Slot* value) {
  if constexpr (std::is_same_v<Stored, Vector>) {
    std::memcpy(to, value, sizeof(Stored));
  } else {
    const auto stored = static_cast<Stored>(*value);
    std::memcpy(to, &stored, sizeof(Stored));
  }
}

template <Variant variant>
[[nodiscard]] inline Object* object(const Slot* fp, const Cell* pc, Slot acc, double facc) {
  return object_of(operand<Slot, is_left_accumulated(variant)>(fp, pc->b, acc, facc));
}

template <typename Stored, Variant variant>
HandlerResult field_get(HEDDLE_PARAMETERS) {
  const Object* const structure = object<variant>(fp, pc, acc, facc);
  if (structure == nullptr) HEDDLE_TAIL(trap_with<Trap::NullStructureReference>);
  load<Stored>(fp, pc->a, structure->fields() + pc->c, acc, facc);
  HEDDLE_NEXT(1);
}

template <typename Stored, Variant variant>
HandlerResult field_set(HEDDLE_PARAMETERS) {
  Object* const structure = object<variant>(fp, pc, acc, facc);
  if (structure == nullptr) HEDDLE_TAIL(trap_with<Trap::NullStructureReference>);
  store<Stored>(structure->fields() + pc->c, fp + pc->a);
  HEDDLE_NEXT(1);
}

template <typename Stored, Variant variant>
HandlerResult element_get(HEDDLE_PARAMETERS) {
  const Object* const array = object<variant>(fp, pc, acc, facc);
  if (array == nullptr) HEDDLE_TAIL(trap_with<Trap::NullArrayReference>);
  const std::uint32_t index = number(fp[pc->c]);
  if (index >= array->length) HEDDLE_TAIL(trap_with<Trap::OutOfBoundsArrayAccess>);
  load<Stored>(fp, pc->a, array->fields() + std::uint64_t{index} * sizeof(Stored), acc, facc);
  HEDDLE_NEXT(1);
}

template <typename Stored, Variant variant>
HandlerResult element_set(HEDDLE_PARAMETERS) {
  Object* const array = object<variant>(fp, pc, acc, facc);
  if (array == nullptr) HEDDLE_TAIL(trap_with<Trap::NullArrayReference>);
  const std::uint32_t index = number(fp[pc->c]);
  if (index >= array->length) HEDDLE_TAIL(trap_with<Trap::OutOfBoundsArrayAccess>);
  store<Stored>(array->fields() + std::uint64_t{index} * sizeof(Stored), fp + pc->a);
  HEDDLE_NEXT(1);
}

template <Variant variant>
HandlerResult array_len(HEDDLE_PARAMETERS) {
  const Object* const array = object<variant>(fp, pc, acc, facc);
  if (array == nullptr) HEDDLE_TAIL(trap_with<Trap::NullArrayReference>);
  put_any(fp, pc->a, array->length, acc, facc);
  HEDDLE_NEXT(1);
}

template <bool is_default>
HandlerResult struct_new(HEDDLE_PARAMETERS) {
  const Layout& layout = layout_at(thread, pc);
  Object* const structure = allocate(thread, layout);
  if (structure == nullptr) HEDDLE_TAIL(stop_unallocated);
  charge(thread, layout.fields_bytes / kBytesPerFuel);
  if constexpr (!is_default) store_fields(*structure, operands(pc, fp));
  put_any(fp, pc->a, slot_of(structure), acc, facc);
  HEDDLE_NEXT(2);
}

template <bool is_default>
HandlerResult array_new(HEDDLE_PARAMETERS) {
  const Layout& layout = layout_at(thread, pc);
  const Slot* const value = operands(pc, fp);
  const std::uint32_t length = number(value[is_default ? 0 : layout.operand_slots]);
  Object* const array = allocate(thread, layout, length);
  if (array == nullptr) HEDDLE_TAIL(stop_unallocated);
  charge_elements(thread, *array, length);
  if constexpr (!is_default) fill_elements(*array, 0, length, value);
  put_any(fp, pc->a, slot_of(array), acc, facc);
  HEDDLE_NEXT(2);
}

HandlerResult array_new_fixed(HEDDLE_PARAMETERS) {
  const std::uint32_t length = second_immediate(pc);
  Object* const array = allocate(thread, layout_at(thread, pc), length);
  if (array == nullptr) HEDDLE_TAIL(stop_unallocated);
  charge_elements(thread, *array, length);
  store_elements(*array, 0, length, operands(pc, fp));
  put_any(fp, pc->a, slot_of(array), acc, facc);
  HEDDLE_NEXT(2);
}

HandlerResult array_new_data(HEDDLE_PARAMETERS) {
  const std::span<const std::uint8_t> data = data_at(thread, second_immediate(pc));
  const std::uint32_t begin = number(operands(pc, fp)[0]);
  const std::uint32_t length = number(operands(pc, fp)[1]);
  const Layout& layout = layout_at(thread, pc);
  const std::uint64_t bytes = std::uint64_t{length} * byte_count(layout.element);
  if (!is_range_within(begin, bytes, data.size())) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
  }
  Object* const array = allocate(thread, layout, length);
  if (array == nullptr) HEDDLE_TAIL(stop_unallocated);
  charge_elements(thread, *array, length);
  copy_bytes(array->fields(), data.data() + begin, bytes);
  put_any(fp, pc->a, slot_of(array), acc, facc);
  HEDDLE_NEXT(2);
}

HandlerResult array_new_elem(HEDDLE_PARAMETERS) {
  const std::span<const Slot> elements = elements_at(thread, second_immediate(pc));
  const std::uint32_t begin = number(operands(pc, fp)[0]);
  const std::uint32_t length = number(operands(pc, fp)[1]);
  if (!is_range_within(begin, length, elements.size())) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsTableAccess>);
  }
  Object* const array = allocate(thread, layout_at(thread, pc), length);
  if (array == nullptr) HEDDLE_TAIL(stop_unallocated);
  charge_elements(thread, *array, length);
  store_elements(*array, 0, length, elements.data() + begin);
  put_any(fp, pc->a, slot_of(array), acc, facc);
  HEDDLE_NEXT(2);
}

// Operands: array, begin, value, length.
HandlerResult array_fill(HEDDLE_PARAMETERS) {
  const Slot* const operand = operands(pc, fp);
  if (operand[0] == 0) HEDDLE_TAIL(trap_with<Trap::NullArrayReference>);
  Object& array = *object_of(operand[0]);
  const std::uint32_t begin = number(operand[1]);
  const std::uint32_t length = number(operand[2 + array.layout->operand_slots]);
  if (!is_range_within(begin, length, array.length)) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsArrayAccess>);
  }
  charge_elements(thread, array, length);
  fill_elements(array, begin, length, operand + 2);
  HEDDLE_NEXT(2);
}

// Operands: target, where, source, where, length.
HandlerResult array_copy(HEDDLE_PARAMETERS) {
  const Slot* const operand = operands(pc, fp);
  if (operand[0] == 0 || operand[2] == 0) HEDDLE_TAIL(trap_with<Trap::NullArrayReference>);
  Object& target = *object_of(operand[0]);
  Object& source = *object_of(operand[2]);
  const std::uint32_t length = number(operand[4]);
  if (!is_range_within(number(operand[1]), length, target.length) ||
      !is_range_within(number(operand[3]), length, source.length)) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsArrayAccess>);
  }
  charge_elements(thread, target, length);
  std::memmove(element_of(target, number(operand[1])), element_of(source, number(operand[3])),
               std::uint64_t{length} * byte_count(target.layout->element));
  HEDDLE_NEXT(2);
}

// Operands: array, where, begin in the segment, length.
HandlerResult array_init_data(HEDDLE_PARAMETERS) {
  const Slot* const operand = operands(pc, fp);
  if (operand[0] == 0) HEDDLE_TAIL(trap_with<Trap::NullArrayReference>);
  Object& array = *object_of(operand[0]);
  const std::uint32_t length = number(operand[3]);
  if (!is_range_within(number(operand[1]), length, array.length)) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsArrayAccess>);
  }
  const std::span<const std::uint8_t> data = data_at(thread, second_immediate(pc));
  const std::uint64_t bytes = std::uint64_t{length} * byte_count(array.layout->element);
  if (!is_range_within(number(operand[2]), bytes, data.size())) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsMemoryAccess>);
  }
  charge_elements(thread, array, length);
  copy_bytes(element_of(array, number(operand[1])), data.data() + number(operand[2]), bytes);
  HEDDLE_NEXT(2);
}

HandlerResult array_init_elem(HEDDLE_PARAMETERS) {
  const Slot* const operand = operands(pc, fp);
  if (operand[0] == 0) HEDDLE_TAIL(trap_with<Trap::NullArrayReference>);
  Object& array = *object_of(operand[0]);
  const std::uint32_t length = number(operand[3]);
  if (!is_range_within(number(operand[1]), length, array.length)) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsArrayAccess>);
  }
  const std::span<const Slot> elements = elements_at(thread, second_immediate(pc));
  if (!is_range_within(number(operand[2]), length, elements.size())) {
    HEDDLE_TAIL(trap_with<Trap::OutOfBoundsTableAccess>);
  }
  charge_elements(thread, array, length);
  store_elements(array, number(operand[1]), length, elements.data() + number(operand[2]));
  HEDDLE_NEXT(2);
}

template <Variant variant>
void add_places(HandlerTable& table) {
  const auto set = [&](Operation operation, HandlerCode code) {
    table.set(operation, variant, handler_of(code));
  };
  set(Internal::FieldGet8S, &field_get<std::int8_t, variant>);
  set(Internal::FieldGet8U, &field_get<std::uint8_t, variant>);
  set(Internal::FieldGet16S, &field_get<std::int16_t, variant>);
  set(Internal::FieldGet16U, &field_get<std::uint16_t, variant>);
  set(Internal::FieldGet32, &field_get<std::uint32_t, variant>);
  set(Internal::FieldGet64, &field_get<std::uint64_t, variant>);
  set(Internal::FieldGet128, &field_get<Vector, variant>);
  set(Internal::FieldSet8, &field_set<std::uint8_t, variant>);
  set(Internal::FieldSet16, &field_set<std::uint16_t, variant>);
  set(Internal::FieldSet32, &field_set<std::uint32_t, variant>);
  set(Internal::FieldSet64, &field_set<std::uint64_t, variant>);
  set(Internal::FieldSet128, &field_set<Vector, variant>);
  set(Internal::ElementGet8S, &element_get<std::int8_t, variant>);
  set(Internal::ElementGet8U, &element_get<std::uint8_t, variant>);
  set(Internal::ElementGet16S, &element_get<std::int16_t, variant>);
  set(Internal::ElementGet16U, &element_get<std::uint16_t, variant>);
  set(Internal::ElementGet32, &element_get<std::uint32_t, variant>);
  set(Internal::ElementGet64, &element_get<std::uint64_t, variant>);
  set(Internal::ElementGet128, &element_get<Vector, variant>);
  set(Internal::ElementSet8, &element_set<std::uint8_t, variant>);
  set(Internal::ElementSet16, &element_set<std::uint16_t, variant>);
  set(Internal::ElementSet32, &element_set<std::uint32_t, variant>);
  set(Internal::ElementSet64, &element_set<std::uint64_t, variant>);
  set(Internal::ElementSet128, &element_set<Vector, variant>);
  set(Opcode::ArrayLen, &array_len<variant>);
}

}  // namespace

void add_aggregate_handlers(HandlerTable& table) {
  add_places<Variant::SS>(table);
  add_places<Variant::AS>(table);
  const auto add = [&](Opcode opcode, HandlerCode code) {
    table.set(opcode, Variant::SS, handler_of(code));
  };
  add(Opcode::StructNew, &struct_new<false>);
  add(Opcode::StructNewDefault, &struct_new<true>);
  add(Opcode::ArrayNew, &array_new<false>);
  add(Opcode::ArrayNewDefault, &array_new<true>);
  add(Opcode::ArrayNewFixed, &array_new_fixed);
  add(Opcode::ArrayNewData, &array_new_data);
  add(Opcode::ArrayNewElem, &array_new_elem);
  add(Opcode::ArrayFill, &array_fill);
  add(Opcode::ArrayCopy, &array_copy);
  add(Opcode::ArrayInitData, &array_init_data);
  add(Opcode::ArrayInitElem, &array_init_elem);
}

}  // namespace heddle::engine
