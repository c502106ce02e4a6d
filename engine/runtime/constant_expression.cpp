#include "engine/runtime/constant_expression.hpp"

#include <bit>
#include <span>
#include <vector>

#include "core/check.hpp"
#include "engine/runtime/heap.hpp"

namespace heddle::engine {
namespace {

// The operators of extended constant expressions.
Slot arithmetic(Opcode opcode, Slot left, Slot right) {
  if (opcode == Opcode::I32Add) return (left + right) & 0xffff'ffff;
  if (opcode == Opcode::I32Sub) return (left - right) & 0xffff'ffff;
  if (opcode == Opcode::I32Mul) return (left * right) & 0xffff'ffff;
  if (opcode == Opcode::I64Add) return left + right;
  if (opcode == Opcode::I64Sub) return left - right;
  HEDDLE_CHECK(opcode == Opcode::I64Mul);
  return left * right;
}

// What needs no operands and fits into a slot; nothing for all else.
std::optional<Slot> leaf(const Instruction& instruction, const Instance& instance) {
  switch (info(instruction.opcode).shape) {
    case Shape::Const:
      return instruction.value;
    case Shape::GlobalGet: {
      const GlobalInstance& global = *instance.globals[instruction.a];
      if (slot_count(global.type.type) != 1) return std::nullopt;
      return global.value;
    }
    case Shape::RefFunc:
      return std::bit_cast<Slot>(instance.functions[instruction.a]);
    case Shape::RefNull:
      return 0;
    default:
      return std::nullopt;
  }
}

class Evaluator {
 public:
  explicit Evaluator(const Instance& instance) : instance_(&instance) {}

  // False: an object could not be allocated.
  [[nodiscard]] bool step(const Instruction& instruction) {
    if (const auto value = leaf(instruction, *instance_)) return push(*value);
    switch (info(instruction.opcode).shape) {
      case Shape::GlobalGet:
        push(instance_->globals[instruction.a]->value);
        return push(instance_->globals[instruction.a]->high);
      case Shape::VectorConst:
        push(vector_immediate(instruction).low);
        return push(vector_immediate(instruction).high);
      case Shape::Binary: {
        const Slot right = pop(1)[0];
        const Slot left = pop(1)[0];
        return push(arithmetic(instruction.opcode, left, right));
      }
      case Shape::RefI31:
        return push(i31_slot(static_cast<std::uint32_t>(pop(1)[0])));
      case Shape::AnyConvertExtern:
      case Shape::ExternConvertAny:
        return true;
      default:
        return build(instruction);
    }
  }

  [[nodiscard]] ConstantValue result() const {
    return {slots_.at(0), slots_.size() == 2 ? slots_[1] : 0};
  }

 private:
  bool push(Slot slot) {
    slots_.push_back(slot);
    return true;
  }
  // Valid until the next push.
  const Slot* pop(std::size_t count) {
    HEDDLE_CHECK(slots_.size() >= count);
    const Slot* const operands = slots_.data() + (slots_.size() - count);
    slots_.resize(slots_.size() - count);
    return operands;
  }

  bool build(const Instruction& instruction) {
    Heap& heap = *instance_->heap;
    const Layout& layout = heap.layout(instance_->type_ids[instruction.a]);
    const Shape shape = info(instruction.opcode).shape;
    std::uint32_t length = 0;
    if (shape == Shape::ArrayNewFixed) length = instruction.b;
    if (shape == Shape::ArrayNew || shape == Shape::ArrayNewDefault) {
      length = static_cast<std::uint32_t>(pop(1)[0]);
    }
    Object* const object = heap.allocate_at_once(layout, length);
    if (object == nullptr) return false;
    switch (shape) {
      case Shape::StructNew:
        store_fields(*object, pop(layout.operand_slots));
        break;
      case Shape::ArrayNew:
        fill_elements(*object, 0, length, pop(layout.operand_slots));
        break;
      case Shape::ArrayNewFixed:
        store_elements(*object, 0, length, pop(std::size_t{length} * layout.operand_slots));
        break;
      default:
        HEDDLE_CHECK(shape == Shape::StructNewDefault || shape == Shape::ArrayNewDefault);
    }
    return push(slot_of(object));
  }

  const Instance* instance_;
  std::vector<Slot> slots_;
};

}  // namespace

std::optional<ConstantValue> evaluate_constant(const Expression& expression,
                                               const Instance& instance) {
  // Nearly always one instruction and its `end`.
  if (expression.code.size() == 2) {
    if (const auto value = leaf(expression.code.front(), instance)) return ConstantValue(*value);
  }
  Evaluator evaluator(instance);
  for (const Instruction& instruction : expression.code) {
    if (instruction.opcode == Opcode::End) break;
    if (!evaluator.step(instruction)) return std::nullopt;
  }
  return evaluator.result();
}

}  // namespace heddle::engine
