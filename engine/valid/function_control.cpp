// Structured control, branches and exceptions. Spec: valid/instructions, "Control Instructions".
#include <fmt/format.h>

#include <utility>

#include "core/check.hpp"
#include "engine/valid/function_validator.hpp"

namespace heddle::engine {

bool FunctionValidator::check_block_type(const Instruction& instruction, ControlFrame& frame) {
  if (instruction.a == kBlockEmpty) return true;
  if (instruction.a == kBlockValue) {
    if (!check_type(instruction.b)) return false;
    frame.results = Types(&instruction.b, 1);
    return true;
  }
  if (!check_function_type(instruction.a)) return false;
  frame.parameters = types_.parameters(instruction.a);
  frame.results = types_.results(instruction.a);
  return true;
}

bool FunctionValidator::check_block(const Instruction& instruction) {
  ControlFrame frame{.shape = info(instruction.opcode).shape, .parameters = {}, .results = {}};
  if (!check_block_type(instruction, frame)) return false;
  if (frame.shape == Shape::If && !pop(kI32Code)) return false;
  if (!pop(frame.parameters)) return false;
  if (frame.shape == Shape::TryTable && !check_catches(instruction)) return false;
  return push_frame(frame);
}

// The innermost frame's operands must be its results, and nothing else; they are popped.
bool FunctionValidator::check_frame_end() {
  const Types results = stack_.frames().back().results;
  const std::size_t height = stack_.height_in_frame();
  if (height <= results.size() && stack_.pop(results)) [[likely]] {
    locals_.reset_to(stack_.frames().back().locals_height);
    return true;
  }
  return fail_mismatch("block", spell(results), "stack", spell(stack_.top(height)));
}

bool FunctionValidator::check_else() {
  if (stack_.frames().back().shape != Shape::If) return fail("END opcode expected");
  if (!check_frame_end()) return false;
  ControlFrame frame = stack_.frames().back();
  stack_.pop_frame();
  frame.shape = Shape::Else;
  frame.is_unreachable = false;
  return push_frame(frame);
}

bool FunctionValidator::check_end() {
  if (!check_frame_end()) return false;
  const ControlFrame frame = stack_.frames().back();
  // Without `else`, the parameters pass through.
  if (frame.shape == Shape::If && !types_.matches(frame.parameters, frame.results)) {
    return fail_mismatch("if without else", spell(frame.results), "it",
                         spell(frame.parameters) + " only");
  }
  stack_.pop_frame();
  stack_.push(frame.results);
  return !stack_.frames().empty() || current_ == &body_->code.back() ||
         fail("unexpected content after the end");
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
  if (!check_label(instruction.a) || !pop(kI32Code)) return false;
  const Types types = frame_at(instruction.a).label_types();
  return pop(types) && push(types);
}

// A label need be checked only once for each br_table, however often that names it.
bool FunctionValidator::is_first_target(std::uint32_t depth) {
  if (depth >= checked_targets_.size()) checked_targets_.resize(stack_.frames().size());
  return std::exchange(checked_targets_[depth], current_) != current_;
}

bool FunctionValidator::check_br_table(const Instruction& instruction) {
  const auto& pool = body_->pool;
  HEDDLE_CHECK(std::size_t{instruction.a} + instruction.b < pool.size());
  const std::span<const std::uint32_t> targets(&pool[instruction.a], instruction.b);
  const std::uint32_t otherwise = pool[instruction.a + instruction.b];
  if (!pop(kI32Code) || !check_label(otherwise)) return false;
  const std::size_t arity = frame_at(otherwise).label_types().size();
  for (const std::uint32_t target : targets) {
    if (!check_label(target)) return false;
    if (!is_first_target(target)) continue;
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

bool FunctionValidator::check_throw(const Instruction& instruction) {
  if (info(instruction.opcode).shape == Shape::ThrowRef) {
    return pop(ref_code(HeapKind::Exn, true)) && set_unreachable();
  }
  return check_index("tag", instruction.a, context_.tags.size()) &&
         pop(types_.parameters(context_.tags[instruction.a])) && set_unreachable();
}

bool FunctionValidator::check_catches(const Instruction& instruction) {
  const std::size_t begin = instruction.value & 0xffff'ffff;
  HEDDLE_CHECK(begin + std::size_t{catch_count(instruction)} * kCatchWords <= body_->pool.size());
  for (std::uint32_t i = 0; i < catch_count(instruction); ++i) {
    if (!check_catch(catch_clause(*body_, instruction, i))) return false;
  }
  return true;
}

// What a clause catches must be what its label takes.
bool FunctionValidator::check_catch(const CatchClause& clause) {
  Types values;
  if (has_tag(clause.kind)) {
    if (!check_index("tag", clause.tag, context_.tags.size())) return false;
    values = types_.parameters(context_.tags[clause.tag]);
  }
  if (!check_label(clause.label)) return false;
  const Types label = frame_at(clause.label).label_types();
  constexpr TypeCode kException = ref_code(HeapKind::Exn, false);
  const std::size_t exceptions = gives_exception(clause.kind) ? 1 : 0;
  if (label.size() == values.size() + exceptions &&
      types_.matches(values, label.first(values.size())) &&
      (exceptions == 0 || types_.matches(kException, label.back()))) {
    return true;
  }
  std::string caught = spell(values);
  if (exceptions != 0) caught += " and " + spell(kException);
  return fail_mismatch("catch handler", spell(label), "it", caught);
}

}  // namespace heddle::engine
