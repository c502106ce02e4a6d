// FunctionValidator: the specification's algorithm over one function body or constant expression,
// in one pass. Spec: appendix "Validation Algorithm"; valid/instructions.
//
// Instructions with a fixed signature are checked straight from the opcode table; the others by
// their shape, in one file for each of the specification's chapters. Methods return false after
// recording the error: most instructions are right, and the way of a right one should be short.
//
// Invariant: the module's types, and the types of its imports and definitions, have been checked
// (module_validator.cpp). One object serves all functions of a module, so that its stacks are
// allocated once.
#pragma once

#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "engine/valid/fixed_rule.hpp"
#include "engine/valid/locals.hpp"
#include "engine/valid/module_context.hpp"
#include "engine/valid/type_stack.hpp"

namespace heddle::engine {

class FunctionValidator {
 public:
  explicit FunctionValidator(const ModuleContext& context)
      : context_(context), types_(context.types), stack_(context.types) {}

  // `index` counts imports.
  [[nodiscard]] core::Result<void> check(std::uint32_t index, const Function& function);

  // Where a constant expression stands, for messages: "global 3".
  struct Place {
    std::string_view what;
    std::uint32_t index = 0;
    std::uint32_t offset = 0;
  };
  // A constant expression that yields an `expected` and reads the first `globals` globals at most.
  [[nodiscard]] core::Result<void> check_constant(const Expression& expression, TypeCode expected,
                                                  std::size_t globals, Place place);

 private:
  [[nodiscard]] bool check_body(const Function& function);
  [[nodiscard]] bool check_code(const Expression& expression, Types results);
  [[nodiscard]] bool check(const Instruction& instruction);
  [[nodiscard]] bool check_is_constant(const Instruction& instruction);

  // `addresses` are the types that the letters a, b stand for.
  struct Addresses {
    AddressType a = AddressType::I32;
    AddressType b = AddressType::I32;
  };
  [[nodiscard]] bool check_fixed(const FixedRule& rule);
  [[nodiscard]] bool check_fixed(const FixedRule& rule, Addresses addresses);

  // function_control.cpp
  [[nodiscard]] bool check_block(const Instruction& instruction);
  [[nodiscard]] bool check_else();
  [[nodiscard]] bool check_end();
  [[nodiscard]] bool check_br(const Instruction& instruction);
  [[nodiscard]] bool check_br_if(const Instruction& instruction);
  [[nodiscard]] bool check_br_table(const Instruction& instruction);
  [[nodiscard]] bool is_first_target(std::uint32_t depth);
  [[nodiscard]] bool check_return();
  [[nodiscard]] bool check_throw(const Instruction& instruction);
  [[nodiscard]] bool check_catch(const CatchClause& clause);
  [[nodiscard]] bool check_catches(const Instruction& instruction);
  [[nodiscard]] bool check_block_type(const Instruction& instruction, ControlFrame& frame);
  [[nodiscard]] bool check_frame_end();
  [[nodiscard]] bool check_label(std::uint32_t depth);
  [[nodiscard]] const ControlFrame& frame_at(std::uint32_t depth) const;

  // function_call.cpp
  [[nodiscard]] bool check_call(const Instruction& instruction);
  [[nodiscard]] bool check_call_indirect(const Instruction& instruction);
  [[nodiscard]] bool check_call_ref(const Instruction& instruction);
  [[nodiscard]] bool check_call_of(std::uint32_t type);

  // function_variable.cpp: parametric instructions, too
  [[nodiscard]] bool check_drop();
  [[nodiscard]] bool check_select(const Instruction& instruction);
  [[nodiscard]] bool check_typed_select(const Instruction& instruction);
  [[nodiscard]] bool check_local(const Instruction& instruction, Shape shape);
  [[nodiscard]] bool check_global(const Instruction& instruction);

  // function_memory.cpp
  [[nodiscard]] bool check_memory(std::uint32_t index);
  [[nodiscard]] bool check_memory_access(const Instruction& instruction);
  [[nodiscard]] bool check_memory_bulk(const Instruction& instruction);

  // function_table.cpp
  [[nodiscard]] bool check_table(std::uint32_t index);
  [[nodiscard]] bool check_element_segment(std::uint32_t index);
  [[nodiscard]] bool check_table_access(const Instruction& instruction);
  [[nodiscard]] bool check_table_init(const Instruction& instruction);
  [[nodiscard]] bool check_table_copy(const Instruction& instruction);

  // function_reference.cpp
  [[nodiscard]] bool check_reference(const Instruction& instruction);
  [[nodiscard]] bool check_ref_func(const Instruction& instruction);
  [[nodiscard]] bool check_ref_test(const Instruction& instruction);
  [[nodiscard]] bool check_br_on_null(const Instruction& instruction);
  [[nodiscard]] bool check_br_on_non_null(const Instruction& instruction);
  [[nodiscard]] bool check_br_on_cast(const Instruction& instruction);
  [[nodiscard]] bool check_label_last(std::uint32_t depth, TypeCode last);
  [[nodiscard]] bool pop_ref(TypeCode& type);

  // function_aggregate.cpp
  [[nodiscard]] bool check_struct(const Instruction& instruction);
  [[nodiscard]] bool check_struct_field(const Instruction& instruction, const StructType& type);
  [[nodiscard]] bool check_array(const Instruction& instruction);
  [[nodiscard]] bool check_array_new(const Instruction& instruction, const FieldType& element);
  [[nodiscard]] bool check_array_new_fixed(const Instruction& instruction, TypeCode element);
  [[nodiscard]] bool check_array_access(const Instruction& instruction, const FieldType& element);
  [[nodiscard]] bool check_array_bulk(const Instruction& instruction, const FieldType& element);
  [[nodiscard]] bool check_array_copy(const Instruction& instruction, const FieldType& element);
  [[nodiscard]] bool check_array_source(const Instruction& instruction, const FieldType& element);
  [[nodiscard]] bool check_signedness(const Instruction& instruction, const FieldType& field,
                                      const char* what);
  [[nodiscard]] const ArrayType* find_array(std::uint32_t type);

  // function_vector.cpp
  [[nodiscard]] bool check_lane(const Instruction& instruction);
  [[nodiscard]] bool check_memory_lane(const Instruction& instruction);
  [[nodiscard]] bool check_shuffle(const Instruction& instruction);

  [[nodiscard]] bool check_index(std::string_view what, std::uint32_t index, std::size_t count) {
    return index < count || fail(unknown(what, index));
  }
  [[nodiscard]] bool check_type(TypeCode type);
  [[nodiscard]] bool check_function_type(std::uint32_t type);

  // Popping, with an error on failure.
  [[nodiscard]] bool pop(TypeCode type) { return stack_.pop(type) || fail_mismatch(); }
  [[nodiscard]] bool pop(Types types) { return stack_.pop(types) || fail_mismatch(); }
  template <std::same_as<TypeCode>... Code>
  [[nodiscard]] bool pop_all(Code... types) {
    return pop(std::array{types...});
  }
  bool push(TypeCode type) {
    stack_.push(type);
    return true;
  }
  bool push(Types types) {
    stack_.push(types);
    return true;
  }
  bool push_frame(ControlFrame frame) {
    frame.locals_height = locals_.height();
    stack_.push_frame(frame);
    return true;
  }
  bool set_unreachable() {
    stack_.set_unreachable();
    return true;
  }

  // Always false. `message` begins with the specification's wording.
  [[nodiscard]] bool fail(std::string message);
  [[nodiscard]] bool fail_mismatch();
  // A type mismatch of "instruction", "block", ... that `requires_` something.
  [[nodiscard]] bool fail_mismatch(std::string_view what, const std::string& wanted,
                                   std::string_view where, const std::string& found);

  const ModuleContext& context_;
  const TypeContext& types_;
  TypeStack stack_;
  Locals locals_;
  const Expression* body_ = nullptr;
  const Instruction* current_ = nullptr;             // for messages; null before the first
  std::size_t globals_ = 0;                          // how many may be read
  std::vector<const Instruction*> checked_targets_;  // by depth: the br_table it was last named by
  Place place_;
  std::optional<core::Error> error_;
};

}  // namespace heddle::engine
