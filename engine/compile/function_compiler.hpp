// FunctionCompiler: one function body to cells, in one forward pass. Spec: exec/instructions.
//
// The body has been validated. Code that cannot be reached is skipped, as its types are unknown.
// Values at a label are in the temporaries that belong to their height, so that all branches to it
// agree; on the way there they may be anywhere (see OperandStack).
//
// Invariants:
//   1. The temporary of a height is written only by code that produces the value of that height, or
//      by moves to a label on the path that branches there.
//   2. Constants that are not immediates live in frame slots behind the locals: `constants_`; the
//      space for them is set aside before the pass. When it is used up, a constant is materialised
//      in its own temporary instead.
//   3. No instruction emits more cells than it has operands, results and immediates that were not
//      settled before: the code is linear in the body.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "engine/compile/assembler.hpp"
#include "engine/compile/layout.hpp"
#include "engine/compile/operand_stack.hpp"
#include "engine/compile/stack_map.hpp"
#include "engine/valid/signature.hpp"

namespace heddle::engine {

// What a function body refers to, looked up once for a module.
struct CompileContext {
  const Module* module = nullptr;
  std::vector<std::uint32_t> function_types;  // type indices, of all functions
  std::vector<const GlobalType*> globals;     // of all
  std::vector<const TableType*> tables;       // of all
  std::vector<const MemoryType*> memories;    // of all
  std::vector<std::uint32_t> tag_types;       // type indices, of all tags
  std::uint32_t imported_functions = 0;
  bool is_memory_shared = false;
  const FunctionCode* functions = nullptr;      // of defined functions
  std::vector<std::vector<FieldPlace>> places;  // by type; empty if it is not of structures

  [[nodiscard]] const FunctionType& type_of_function(std::uint32_t function) const {
    return module->function_type(function_types[function]);
  }
};

// All but `functions`.
[[nodiscard]] CompileContext context_of(const Module& module);

inline constexpr std::uint32_t kFrameSlotsMax = 65'535;

class FunctionCompiler {
 public:
  FunctionCompiler(const CompileContext& module, const HandlerTable& handlers, CodeArena& arena)
      : module_(&module), arena_(&arena), assembler_(handlers) {}

  // May be called for one function after another. The code is the same with or without `maps`,
  // which notes where references are.
  [[nodiscard]] core::Result<void> compile(const Function& function, FunctionCode& code,
                                           StackMapBuilder* maps = nullptr);

 private:
  // An operand taken from the stack. A constant's `slot` is the temporary it may be written to.
  struct Source {
    bool is_constant = false;
    std::uint32_t slot = 0;
    std::uint64_t constant = 0;
  };

  // A comparison or test whose result is only the condition of a branch, or may turn out to be.
  struct Comparison {
    Opcode opcode = Opcode::I32Eqz;
    bool is_negated = false;
    Source left;
    Source right;              // of comparisons
    std::uint32_t result = 0;  // slot
    std::uint32_t begin = 0;   // its cells
    std::uint32_t end = 0;
    Accumulators before;  // at `begin`
  };

  // The last operation, if it is one on i32 with an immediate, or an addition and a mask: the next
  // one may be made with it.
  struct Immediate {
    Opcode opcode = Opcode::I32Add;
    std::uint32_t cell = 0;
    std::uint32_t end = 0;  // behind it; 0: there is none
    std::uint32_t left = 0;
    std::uint32_t value = 0;
    std::optional<std::uint32_t> mask;
    Accumulators before;
  };

  static constexpr std::uint32_t kEndOfCatches = 0xffff'ffff;

  enum class LabelKind : std::uint8_t { Function, Block, Loop, If };
  struct Label {
    LabelKind kind = LabelKind::Block;
    std::uint32_t height = 0;            // of the stack, without parameters
    std::uint32_t parameters = 0;        // slots
    std::uint32_t results = 0;           // slots
    const FunctionType* type = nullptr;  // of the block; null: `value`, if there are results
    ValueType value;
    std::uint32_t loop_begin = 0;
    std::uint32_t branches = Assembler::kEndOfChain;
    std::uint32_t else_branch = Assembler::kEndOfChain;
    std::uint32_t stub = 0;  // where br_table number `stub_owner` goes to reach this label
    std::uint32_t stub_owner = 0;
    std::uint32_t catches = kEndOfCatches;  // clauses that lead here, chained by their targets
    std::uint32_t try_range = kNoTry;       // of a try_table

    [[nodiscard]] std::uint32_t arity() const {
      return kind == LabelKind::Loop ? parameters : results;
    }
  };

  void begin(const Function& function);
  [[nodiscard]] std::uint32_t reserve_constants(const Expression& body) const;
  [[nodiscard]] core::Result<void> finish(const Function& function, FunctionCode& code) const;
  void compile_instruction(const Instruction& instruction);

  // Operands
  [[nodiscard]] std::uint32_t temporary(std::uint32_t height) const {
    return temporaries_begin_ + height;
  }
  [[nodiscard]] Source source_at(std::uint32_t position) const;
  Source pop();
  // A slot from which the operand can be read; may emit a cell if it is a constant.
  std::uint32_t slot_of(Source& source);
  void write_constant(std::uint32_t slot, std::uint64_t value);
  void copy(std::uint32_t slot, const Source& source);
  void settle_from(std::uint32_t position);
  void settle_locals();
  void settle_local(std::uint32_t slot);
  [[nodiscard]] auto settler();

  // Operations made with the one before (fused_compiler.cpp)
  void note_immediate(Opcode opcode, std::uint32_t cell, std::uint32_t left, std::uint64_t value,
                      const Accumulators& before);
  // Whether nothing is behind it, and it can be taken back.
  [[nodiscard]] bool is_last(const Immediate& immediate) const {
    return immediate.end != 0 && immediate.end == assembler_.position() &&
           assembler_.can_truncate(immediate.cell);
  }
  // Whether the operation was made with the last one, of which it takes the result.
  bool binary_with_last(Opcode opcode, const Source& left, const Source& right);
  void emit_pair(const Pair& pair, const Source& other);
  void emit_ring_index(std::uint32_t shift);

  // Numbers (function_compiler.cpp)
  void binary(Opcode opcode);
  void unary(Opcode opcode);
  void select();
  void drop();
  void local_get(const Instruction& instruction);
  void local_set(const Instruction& instruction);
  void assign(std::uint32_t slot);
  void global_set(const Instruction& instruction);
  void index_result(Operation operation, std::uint32_t index, ValueType type);

  // Memory and tables (memory_compiler.cpp)
  Source pop_address(std::uint64_t& offset);
  void load(const Instruction& instruction);
  void store(const Instruction& instruction);
  struct General {
    Operation operation;
    std::uint32_t operand_count = 0;
    bool has_result = false;
    TypeKind result_type = TypeKind::Bottom;
    SlotClass result_class = SlotClass::Number;
    std::uint32_t immediate = 0;
    std::uint64_t second_immediate = 0;
    bool is_visible = false;
  };
  void general(const Instruction& instruction, const General& general);
  [[nodiscard]] bool is_near(const Instruction& instruction) const;
  void far(const Instruction& instruction);
  void memory_instruction(const Instruction& instruction);
  void table_instruction(const Instruction& instruction);

  // References to functions, objects and i31 (reference_compiler.cpp), structures and arrays
  // (aggregate_compiler.cpp)
  struct ReferenceTest {
    bool is_null_test = true;
    std::uint32_t target = 0;  // encoded type, of a test that is a cast
  };
  void reference_instruction(const Instruction& instruction);
  std::uint32_t emit_reference_branch(const ReferenceTest& test, std::uint32_t slot, bool when);
  void branch_on_null(std::uint32_t depth);
  void branch_on_non_null(std::uint32_t depth);
  // A branch to a label that takes all that is on the stack, made if the test of the reference in
  // `slot` gives `when`.
  void branch_on(const ReferenceTest& test, std::uint32_t slot, bool when, std::uint32_t depth);
  void check_reference(Operation operation, std::optional<std::uint32_t> target);
  void reference_result(const Instruction& instruction);
  void aggregate_instruction(const Instruction& instruction);
  void get_place(Operation operation, const Source& object, std::int32_t where, ValueType type);
  void set_place(Operation operation, std::uint32_t operand_count, ValueType type,
                 std::uint32_t offset);
  void build(const Instruction& instruction, std::uint32_t operand_slots, bool has_result);

  // Vectors (vector_compiler.cpp)
  void vector_instruction(const Instruction& instruction);
  // The low slot of a vector, of which the high one is the next; may emit cells.
  std::uint32_t pop_vector();
  std::uint32_t vector_constant_slot(std::uint32_t position, std::uint64_t low, std::uint64_t high);
  void push_vector(std::uint32_t position);
  void select_vector();
  void assign_vector(std::uint32_t local);
  void vector_global_get(const Instruction& instruction);
  void vector_global_set(const Instruction& instruction);
  void vector_access(const Instruction& instruction);
  void vector_shuffle(const Instruction& instruction);
  void vector_and_number(const Instruction& instruction);
  void vector_operation(const Instruction& instruction);
  void vector_splat(const Instruction& instruction);

  // Numbers of 128 bits in two of 64 (wide_compiler.cpp)
  void wide_arithmetic(const Instruction& instruction);

  // Exceptions (exception_compiler.cpp)
  void exception_instruction(const Instruction& instruction);
  void enter_try_table(const Instruction& instruction);
  void add_clause(const CatchClause& clause);
  void end_try(std::uint32_t range);
  // Clauses of the chain lead here.
  void bind_catches(std::uint32_t first);
  // What the clauses that lead out of the function do: return.
  void catch_in_function(const Label& label);

  // Control (control_compiler.cpp)
  void control(const Instruction& instruction);
  void enter_block(const Instruction& instruction);
  void else_();
  void end();
  void push_parameters(const Label& label);
  void push_results(const Label& label);
  void branch(std::uint32_t depth);
  void branch_if(std::uint32_t depth);
  void branch_table(const Instruction& instruction);
  void return_();
  struct CallForm {
    const FunctionType* type = nullptr;
    Operation operation;
    std::optional<Source> callee;
    Cell annex;
    bool is_tail = false;
    bool may_be_host = false;
  };
  void call(const Instruction& instruction);
  void call_indirect(const Instruction& instruction);
  void emit_call(CallForm form);
  void push_call_results(const FunctionType& type);
  // The condition on top of the stack, its cells taken back if it is a comparison just made.
  Comparison pop_condition();
  // Emits a branch taken when the condition is `when`; its target is not set yet.
  std::uint32_t emit_branch(Comparison& condition, bool when);
  void jump_to(Label& label, std::uint32_t branch_cell);
  // Whether values must move on the way to a label; if not, they have been settled where they are.
  bool needs_moves(const Label& label);
  void move_to(const Label& label);
  Label& label_at(std::uint32_t depth) { return labels_[labels_.size() - 1 - depth]; }
  void skip_unreachable();

  const CompileContext* module_;
  CodeArena* arena_;
  StackMapBuilder* maps_ = nullptr;
  Assembler assembler_;
  OperandStack stack_;
  LocalSlots local_slots_;
  std::vector<Label> labels_;
  std::vector<std::uint64_t> constants_;
  std::vector<TryRange> tries_;
  std::vector<CatchTarget> catches_;
  std::uint32_t open_try_ = kNoTry;  // the innermost
  Comparison comparison_;
  Immediate immediate_;
  const Expression* body_ = nullptr;
  std::size_t next_ = 0;      // in body_->code
  std::uint32_t offset_ = 0;  // of the current instruction
  std::uint32_t function_index_ = 0;
  std::uint32_t parameters_ = 0;  // slots
  std::uint32_t results_ = 0;     // slots
  std::uint64_t locals_ = 0;      // slots, with the parameters
  std::uint32_t constants_max_ = 0;
  std::uint32_t temporaries_begin_ = 0;
  std::uint32_t br_tables_ = 0;
  bool is_reachable_ = true;
};

}  // namespace heddle::engine
