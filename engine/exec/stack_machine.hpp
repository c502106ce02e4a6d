// For tests: a plain stack machine for the instructions that RandomProgram uses. Slow and simple.
#pragma once

#include <bit>
#include <cstring>
#include <vector>

#include "core/check.hpp"
#include "engine/exec/numerics.hpp"
#include "engine/runtime/memory.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::engine {

class StackMachine {
 public:
  explicit StackMachine(const Module& module)
      : memory(kPageBytes), globals(module.globals.size()), module_(&module) {}

  // Nothing if it takes too long.
  [[nodiscard]] std::vector<std::uint64_t> call(std::uint32_t function,
                                                std::vector<std::uint64_t> locals) {
    const Function& code = module_->functions[function];
    const FunctionType& type = module_->function_type(code.type);
    for (const LocalRun& run : code.locals) locals.resize(locals.size() + run.count);
    std::vector<std::uint64_t> stack;
    std::vector<Block> blocks{{0, code.body.code.size(), 0, type.results.size(), false}};
    for (std::size_t pc = 0; !blocks.empty(); ++pc) {
      if (++steps > kStepsMax) return {};
      pc = execute(code.body, pc, stack, locals, blocks);
    }
    return {stack.end() - std::ssize(type.results), stack.end()};
  }

  static constexpr int kStepsMax = 200'000;
  int steps = 0;
  std::vector<std::byte> memory;
  std::vector<std::uint64_t> globals;

 private:
  struct Block {
    std::size_t begin;
    std::size_t end;
    std::size_t height;
    std::size_t arity;
    bool is_loop;
  };
  using Stack = std::vector<std::uint64_t>;

  // The matching `else` (if wanted and there) or `end` of the block that begins at pc.
  static std::size_t match(const Expression& body, std::size_t pc, bool wants_else) {
    for (int depth = 0;; ++pc) {
      const Shape shape = info(body.code[pc].opcode).shape;
      if (shape == Shape::Block || shape == Shape::Loop || shape == Shape::If) ++depth;
      if (shape == Shape::Else && depth == 1 && wants_else) return pc;
      if (shape == Shape::End && --depth == 0) return pc;
    }
  }

  static std::uint64_t take(Stack& stack) {
    const std::uint64_t value = stack.back();
    stack.pop_back();
    return value;
  }

  // Returns the position before the one to go on at.
  static std::size_t branch(std::size_t depth, Stack& stack, std::vector<Block>& blocks) {
    const Block block = blocks[blocks.size() - 1 - depth];
    stack.erase(stack.begin() + static_cast<std::ptrdiff_t>(block.height),
                stack.end() - static_cast<std::ptrdiff_t>(block.arity));
    blocks.resize(blocks.size() - depth);
    if (block.is_loop) return block.begin;
    blocks.pop_back();
    return block.end;
  }

  std::size_t execute(const Expression& body, std::size_t pc, Stack& stack, Stack& locals,
                      std::vector<Block>& blocks) {
    const Instruction& instruction = body.code[pc];
    switch (info(instruction.opcode).shape) {
      case Shape::Block:
      case Shape::Loop:
      case Shape::If: {
        const FunctionType& type = module_->function_type(instruction.a);
        const bool is_loop = instruction.opcode == Opcode::Loop;
        const std::size_t end = match(body, pc, false);
        const bool skips = instruction.opcode == Opcode::If && (take(stack) & 0xffff'ffff) == 0;
        const std::size_t height = stack.size() - type.parameters.size();
        blocks.push_back(
            {pc, end, height, is_loop ? type.parameters.size() : type.results.size(), is_loop});
        return skips ? match(body, pc, true) : pc;
      }
      case Shape::Else:
        return branch(0, stack, blocks);
      case Shape::End:
        blocks.pop_back();
        return pc;
      case Shape::Br:
        return branch(instruction.a, stack, blocks);
      case Shape::BrIf:
        return (take(stack) & 0xffff'ffff) != 0 ? branch(instruction.a, stack, blocks) : pc;
      case Shape::BrTable: {
        const std::uint64_t index = std::min<std::uint64_t>(take(stack), instruction.b);
        return branch(body.pool[instruction.a + index], stack, blocks);
      }
      case Shape::Return:
        return branch(blocks.size() - 1, stack, blocks);
      case Shape::Call: {
        const FunctionType& type = module_->function_type(module_->functions[instruction.a].type);
        const auto arguments = stack.end() - std::ssize(type.parameters);
        Stack results = call(instruction.a, {arguments, stack.end()});
        stack.erase(arguments, stack.end());
        results.resize(type.results.size());  // when it took too long
        stack.insert(stack.end(), results.begin(), results.end());
        return pc;
      }
      default:
        simple(instruction, stack, locals);
        return pc;
    }
  }

  void simple(const Instruction& instruction, Stack& stack, Stack& locals) {
    switch (info(instruction.opcode).shape) {
      case Shape::Drop:
        stack.pop_back();
        return;
      case Shape::Select: {
        const bool first = (take(stack) & 0xffff'ffff) != 0;
        const std::uint64_t second = take(stack);
        if (!first) stack.back() = second;
        return;
      }
      case Shape::LocalGet:
        stack.push_back(locals[instruction.a]);
        return;
      case Shape::LocalSet:
        locals[instruction.a] = take(stack);
        return;
      case Shape::LocalTee:
        locals[instruction.a] = stack.back();
        return;
      case Shape::GlobalGet:
        stack.push_back(globals[instruction.a]);
        return;
      case Shape::GlobalSet:
        globals[instruction.a] = take(stack);
        return;
      case Shape::Const:
        stack.push_back(instruction.value);
        return;
      case Shape::Store: {
        const std::uint64_t value = take(stack);
        std::memcpy(memory.data() + take(stack) + instruction.value, &value,
                    info(instruction.opcode).access_bytes);
        return;
      }
      case Shape::Load: {
        std::uint64_t value = 0;
        std::memcpy(&value, memory.data() + stack.back() + instruction.value,
                    info(instruction.opcode).access_bytes);
        if (instruction.opcode == Opcode::I32Load8S) {
          value = static_cast<std::uint32_t>(static_cast<std::int8_t>(value));
        }
        stack.back() = value;
        return;
      }
      default:
        numeric(instruction.opcode, stack);
    }
  }

  template <Opcode opcode>
  static void numeric(Stack& stack) {
    constexpr Shape kShape = info(opcode).shape;
    using T = OperandOf<opcode, 0>;
    const auto read = [](std::uint64_t bits) {
      if constexpr (std::is_same_v<T, double>) {
        return std::bit_cast<double>(bits);
      } else {
        return static_cast<T>(bits);
      }
    };
    const auto write = [&](auto value) {
      if constexpr (std::is_same_v<decltype(value), double>) {
        stack.back() = std::bit_cast<std::uint64_t>(value);
      } else {
        stack.back() = value;
      }
    };
    if constexpr (kShape == Shape::Binary || kShape == Shape::Compare) {
      const T right = read(take(stack));
      const T left = read(stack.back());
      if constexpr (kShape == Shape::Binary) {
        write(binary<opcode>(left, right));
      } else {
        write(static_cast<std::uint32_t>(compare<opcode>(left, right)));
      }
    } else if constexpr (kShape == Shape::Test) {
      write(static_cast<std::uint32_t>(test(read(stack.back()))));
    } else {
      write(convert<opcode>(read(stack.back())));
    }
  }

  static void numeric(Opcode opcode, Stack& stack) {
    switch (opcode) {
#define HEDDLE_CASE(name) \
  case Opcode::name:      \
    return numeric<Opcode::name>(stack)
      HEDDLE_CASE(I32Add);
      HEDDLE_CASE(I32Sub);
      HEDDLE_CASE(I32Xor);
      HEDDLE_CASE(I32ShrS);
      HEDDLE_CASE(I32Eq);
      HEDDLE_CASE(I32Ne);
      HEDDLE_CASE(I32LtS);
      HEDDLE_CASE(I32GtS);
      HEDDLE_CASE(I32GtU);
      HEDDLE_CASE(I32LeU);
      HEDDLE_CASE(I32GeS);
      HEDDLE_CASE(I32Mul);
      HEDDLE_CASE(I32Rotl);
      HEDDLE_CASE(I64ReinterpretF64);
      HEDDLE_CASE(I32And);
      HEDDLE_CASE(I64Add);
      HEDDLE_CASE(I64Sub);
      HEDDLE_CASE(I64And);
      HEDDLE_CASE(I64LtS);
      HEDDLE_CASE(I64Eq);
      HEDDLE_CASE(I64GeU);
      HEDDLE_CASE(F64Add);
      HEDDLE_CASE(F64Sub);
      HEDDLE_CASE(F64Min);
      HEDDLE_CASE(F64Lt);
      HEDDLE_CASE(F64Eq);
      HEDDLE_CASE(F64Ge);
      HEDDLE_CASE(I32Eqz);
      HEDDLE_CASE(I64Eqz);
      HEDDLE_CASE(I64ExtendI32S);
      HEDDLE_CASE(F64ConvertI32S);
      HEDDLE_CASE(I32WrapI64);
      HEDDLE_CASE(I32TruncSatF64S);
#undef HEDDLE_CASE
      default:
        core::check_failed("an opcode of RandomProgram", __FILE__, __LINE__);
    }
  }

  const Module* module_;
};

}  // namespace heddle::engine
