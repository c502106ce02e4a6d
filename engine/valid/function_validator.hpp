// FunctionValidator: the specification's algorithm over one function body, in one pass. Spec:
// appendix "Validation Algorithm"; valid/instructions.
//
// Instructions with a fixed signature are checked straight from the opcode table; the others by
// their shape. Methods return false after recording the error: most instructions are right, and the
// way of a right one should be short.
//
// Invariant: the module's types, imports and function types have been checked
// (module_validator.cpp). One object serves all functions of a module, so that its stacks are
// allocated once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "engine/valid/local_types.hpp"
#include "engine/valid/module_context.hpp"
#include "engine/valid/type_stack.hpp"

namespace heddle::engine {

class FunctionValidator {
 public:
  explicit FunctionValidator(const ModuleContext& context) : context_(context) {}

  // `index` counts imports.
  [[nodiscard]] core::Result<void> check(std::uint32_t index, const Function& function);

 private:
  [[nodiscard]] bool check_body(const Function& function);
  [[nodiscard]] bool check(const Instruction& instruction);
  [[nodiscard]] bool check_fixed(Opcode opcode);

  // function_control.cpp
  [[nodiscard]] bool check_block(const Instruction& instruction);
  [[nodiscard]] bool check_else();
  [[nodiscard]] bool check_end();
  [[nodiscard]] bool check_br(const Instruction& instruction);
  [[nodiscard]] bool check_br_if(const Instruction& instruction);
  [[nodiscard]] bool check_br_table(const Instruction& instruction);
  [[nodiscard]] bool check_return();
  [[nodiscard]] bool check_call(const Instruction& instruction);
  [[nodiscard]] bool check_call_indirect(const Instruction& instruction);
  [[nodiscard]] bool check_call_of(const FunctionType& type);
  [[nodiscard]] bool check_frame_end();
  [[nodiscard]] bool check_label(std::uint32_t depth);
  [[nodiscard]] const ControlFrame& frame_at(std::uint32_t depth) const;

  // function_access.cpp
  [[nodiscard]] bool check_local(const Instruction& instruction);
  [[nodiscard]] bool check_global(const Instruction& instruction);
  [[nodiscard]] bool check_memory_access(const Instruction& instruction);
  [[nodiscard]] bool check_memory_bulk(const Instruction& instruction);
  [[nodiscard]] bool check_table_access(const Instruction& instruction);
  [[nodiscard]] bool check_table_init(const Instruction& instruction);
  [[nodiscard]] bool check_table_copy(const Instruction& instruction);
  [[nodiscard]] bool check_select(const Instruction& instruction);
  [[nodiscard]] bool check_typed_select(const Instruction& instruction);
  [[nodiscard]] bool check_reference(const Instruction& instruction);
  [[nodiscard]] bool check_index(std::string_view what, std::uint32_t index, std::size_t count);

  // Popping, with an error on failure.
  [[nodiscard]] bool pop(ValueType type) { return stack_.pop(type) || fail_mismatch(); }
  [[nodiscard]] bool pop(Types types) { return stack_.pop(types) || fail_mismatch(); }
  [[nodiscard]] bool pop_any(ValueType& type);
  bool push(ValueType type) {
    stack_.push(type);
    return true;
  }
  bool set_unreachable() {
    stack_.set_unreachable();
    return true;
  }

  // Always false. `message` begins with the specification's wording.
  [[nodiscard]] bool fail(std::string message);
  [[nodiscard]] bool fail_mismatch();

  const ModuleContext& context_;
  TypeStack stack_;
  LocalTypes locals_;
  const Expression* body_ = nullptr;
  const Instruction* current_ = nullptr;  // for messages; null before the first
  std::uint32_t index_ = 0;
  std::uint32_t offset_ = 0;  // of the function
  std::optional<core::Error> error_;
};

}  // namespace heddle::engine
