// Structured control and calls. Spec: valid/instructions, "Control Instructions".
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/check.hpp"
#include "engine/valid/function_validator.hpp"

namespace heddle::engine {
namespace {

// A list of this one type, with static storage: what a ControlFrame can point to.
Types list_of(ValueType type) {
  static constexpr std::array kTypes = {
      kI32, kI64, kF32, kF64, ValueType{.kind = TypeKind::V128}, kFuncRef, kExternRef};
  const auto found = std::ranges::find(kTypes, type);
  HEDDLE_CHECK(found != kTypes.end());
  return {&*found, 1};
}

}  // namespace

bool FunctionValidator::check_block(const Instruction& instruction) {
  Types parameters;
  Types results;
  if (instruction.a == kBlockValue) {
    results = list_of(decode_value_type(instruction.b));
  } else if (instruction.a != kBlockEmpty) {
    if (!check_index("type", instruction.a, context_.module.types.size())) return false;
    parameters = context_.module.function_type(instruction.a).parameters;
    results = context_.module.function_type(instruction.a).results;
  }
  if (!pop(parameters)) return false;
  stack_.push_frame(info(instruction.opcode).shape, parameters, results);
  return true;
}

// The innermost frame's operands must be its results, and nothing else; they are popped.
bool FunctionValidator::check_frame_end() {
  const Types results = stack_.frames().back().results;
  if (!pop(results)) return false;
  const std::size_t left = stack_.height_in_frame();
  return left == 0 || fail(fmt::format("type mismatch: {} more than the block's {} result{}", left,
                                       results.size(), results.size() == 1 ? "" : "s"));
}

bool FunctionValidator::check_else() {
  if (stack_.frames().back().shape != Shape::If) return fail("END opcode expected");
  if (!check_frame_end()) return false;
  const ControlFrame frame = stack_.frames().back();
  stack_.pop_frame();
  stack_.push_frame(Shape::Else, frame.parameters, frame.results);
  return true;
}

bool FunctionValidator::check_end() {
  if (!check_frame_end()) return false;
  const ControlFrame frame = stack_.frames().back();
  // Without `else`, the parameters pass through.
  if (frame.shape == Shape::If && !std::ranges::equal(frame.parameters, frame.results)) {
    return fail("type mismatch: if without else must have equal parameters and results");
  }
  stack_.pop_frame();
  stack_.push(frame.results);
  return true;
}

bool FunctionValidator::check_label(std::uint32_t depth) {
  return check_index("label", depth, stack_.frames().size());
}

const ControlFrame& FunctionValidator::frame_at(std::uint32_t depth) const {
  return stack_.frames()[stack_.frames().size() - 1 - depth];
}

bool FunctionValidator::check_br(const Instruction& instruction) {
  return check_label(instruction.a) && pop(frame_at(instruction.a).label_types()) &&
         set_unreachable();
}

bool FunctionValidator::check_br_if(const Instruction& instruction) {
  if (!check_label(instruction.a) || !pop(kI32)) return false;
  const Types types = frame_at(instruction.a).label_types();
  if (!pop(types)) return false;
  stack_.push(types);
  return true;
}

bool FunctionValidator::check_br_table(const Instruction& instruction) {
  const auto& pool = body_->pool;
  HEDDLE_CHECK(std::size_t{instruction.a} + instruction.b < pool.size());
  const std::span<const std::uint32_t> targets(&pool[instruction.a], instruction.b);
  const std::uint32_t otherwise = pool[instruction.a + instruction.b];
  if (!pop(kI32) || !check_label(otherwise)) return false;
  const std::size_t arity = frame_at(otherwise).label_types().size();
  for (const std::uint32_t target : targets) {
    if (!check_label(target)) return false;
    const Types types = frame_at(target).label_types();
    if (types.size() != arity) {
      return fail(fmt::format("type mismatch: br_table's label {} takes {} values, its default {}",
                              target, types.size(), arity));
    }
    if (!stack_.holds(types)) return fail_mismatch();
  }
  return pop(frame_at(otherwise).label_types()) && set_unreachable();
}

bool FunctionValidator::check_return() {
  return pop(stack_.frames().front().results) && set_unreachable();
}

bool FunctionValidator::check_call_of(const FunctionType& type) {
  if (!pop(type.parameters)) return false;
  stack_.push(Types(type.results));
  return true;
}

bool FunctionValidator::check_call(const Instruction& instruction) {
  return check_index("function", instruction.a, context_.functions.size()) &&
         check_call_of(context_.module.function_type(context_.functions[instruction.a]));
}

bool FunctionValidator::check_call_indirect(const Instruction& instruction) {
  if (!check_index("table", instruction.b, context_.tables.size())) return false;
  const ValueType element = context_.tables[instruction.b]->element;
  if (element != kFuncRef) {
    return fail(fmt::format("type mismatch: call_indirect expects a table of funcref, found {}",
                            to_string(element)));
  }
  return check_index("type", instruction.a, context_.module.types.size()) && pop(kI32) &&
         check_call_of(context_.module.function_type(instruction.a));
}

}  // namespace heddle::engine
