// For tests: random functions on vectors, which know what they compute.
//
// The generator executes what it generates, on the model's values: conditions are known, and what
// an arm that is not taken would do is forgotten at its end. Programs always terminate and never
// trap.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "core/rng.hpp"
#include "engine/exec/handlers.hpp"
#include "engine/exec/vector_model.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::engine {

class RandomVectorProgram {
 public:
  // Numbers are in `low`.
  struct Operand {
    ValueType type;
    V128 bits;
  };
  using Operands = std::vector<Operand>;
  static constexpr std::uint32_t kMemoryBytes = 256;
  static constexpr std::size_t kParameters = 4;

  explicit RandomVectorProgram(std::uint64_t seed) : rng_(seed) {
    for (const ValueType type : {kV128, kI32, kV128, kF64}) {
      now_.locals.push_back({.type = type, .bits = random_bits(type)});
    }
    arguments = now_.locals;
    for (const ValueType type : {kV128, kI32, kV128, kI64, kF32, kV128}) {
      now_.locals.push_back({.type = type, .bits = {}});
    }
    module_.memories.push_back({.type = {.limits = {.min = 1, .max = 1}}});
    add_globals();
    add_callee();
    add_function();
  }

  [[nodiscard]] const Module& module() const { return module_; }
  Operands arguments;
  // What the function returns, and leaves behind.
  Operands results;
  [[nodiscard]] const Operands& globals() const { return now_.globals; }
  [[nodiscard]] const std::array<std::byte, kMemoryBytes>& memory() const { return now_.memory; }

 private:
  struct State {
    Operands locals;
    Operands globals;
    Operands stack;
    std::array<std::byte, kMemoryBytes> memory{};
  };
  static constexpr std::size_t kHeightMax = 12;

  std::uint32_t below(std::uint64_t n) { return static_cast<std::uint32_t>(rng_.below(n)); }

  V128 random_bits(ValueType type) {
    V128 bits{.low = rng_.next(), .high = rng_.next()};
    if (rng_.below(4) == 0) bits = {.low = rng_.below(3), .high = rng_.below(3)};
    if (type.kind != TypeKind::V128) bits.high = 0;
    if (type == kI32 || type == kF32) bits.low &= 0xffff'ffff;
    return bits;
  }

  void add_globals() {
    for (int i = 0; i < 2; ++i) {
      const V128 bits = random_bits(kV128);
      Global global{.type = {.type = kV128, .is_mutable = true}};
      global.init.code = {constant(kV128, bits), {.opcode = Opcode::End}};
      module_.globals.push_back(std::move(global));
      now_.globals.push_back({.type = kV128, .bits = bits});
    }
  }

  // (v128 a, i32 n, v128 b) -> (v128 a xor b, i32 n, v128 of a local)
  void add_callee() {
    Function function{.type = module_.add_type({{kV128, kI32, kV128}, {kV128, kI32, kV128}})};
    function.locals.push_back({1, kV128});
    function.body.code = {
        {.opcode = Opcode::LocalGet, .a = 0}, {.opcode = Opcode::LocalGet, .a = 2},
        {.opcode = Opcode::V128Xor},          {.opcode = Opcode::LocalGet, .a = 1},
        {.opcode = Opcode::LocalGet, .a = 3}, {.opcode = Opcode::End}};
    module_.functions.push_back(std::move(function));
  }

  void add_function() {
    FunctionType type;
    for (std::size_t i = 0; i < kParameters; ++i) {
      type.parameters.push_back(now_.locals[i].type);
    }
    type.results = {kV128, kI32, kV128, kV128};
    Function function{.type = module_.add_type(type)};
    for (std::size_t i = kParameters; i < now_.locals.size(); ++i) {
      function.locals.push_back({1, now_.locals[i].type});
    }
    for (int i = 0; i < 60; ++i) statement(3);
    for (const ValueType result : type.results) push(result);
    results.assign(now_.stack.end() - std::ssize(type.results), now_.stack.end());
    emit({.opcode = Opcode::Return});
    emit({.opcode = Opcode::End});
    function.body = expression_;
    module_.functions.push_back(std::move(function));
    module_.exports.push_back({.name = "run", .index = 1});
  }

  void emit(const Instruction& instruction) { expression_.code.push_back(instruction); }

  static Instruction constant(ValueType type, V128 bits) {
    Instruction instruction{.opcode = Opcode::V128Const};
    if (type.kind == TypeKind::V128) {
      set_vector_immediate(instruction, {.low = bits.low, .high = bits.high});
      return instruction;
    }
    instruction.opcode = type == kI32   ? Opcode::I32Const
                         : type == kI64 ? Opcode::I64Const
                         : type == kF32 ? Opcode::F32Const
                                        : Opcode::F64Const;
    instruction.value = bits.low;
    return instruction;
  }

  Operand take() {
    const Operand operand = now_.stack.back();
    now_.stack.pop_back();
    return operand;
  }
  void put(ValueType type, V128 bits) { now_.stack.push_back({.type = type, .bits = bits}); }

  void push_constant(ValueType type, V128 bits) {
    emit(constant(type, bits));
    put(type, bits);
  }
  void push_local(std::uint32_t index) {
    emit({.opcode = Opcode::LocalGet, .a = index});
    now_.stack.push_back(now_.locals[index]);
  }
  std::uint32_t local_of(ValueType type) {
    for (;;) {
      const std::uint32_t index = below(now_.locals.size());
      if (now_.locals[index].type == type) return index;
    }
  }
  void push(ValueType type) {
    if (type.kind == TypeKind::V128 && below(4) == 0) {
      const std::uint32_t index = below(now_.globals.size());
      emit({.opcode = Opcode::GlobalGet, .a = index});
      now_.stack.push_back(now_.globals[index]);
    } else if (below(3) == 0) {
      push_constant(type, random_bits(type));
    } else {
      push_local(local_of(type));
    }
  }
  // Operands of these types on top: those that are there, if they are right, or others.
  void push_all(const std::vector<ValueType>& types) {
    const auto begin = now_.stack.size() - std::min(now_.stack.size(), types.size());
    const bool fits =
        now_.stack.size() >= floor_ + types.size() &&
        std::ranges::equal(std::span(now_.stack).subspan(begin), types, {}, &Operand::type);
    if (fits && below(4) != 0) return;
    for (const ValueType type : types) push(type);
  }

  void statement(int depth) {
    while (now_.stack.size() > floor_ + kHeightMax) {
      emit({.opcode = Opcode::Drop});
      take();
    }
    switch (below(depth > 0 ? 19 : 16)) {
      case 0:
        return push_local(below(now_.locals.size()));
      case 1:
      case 2:
        return push_local(local_of(kV128));
      case 3:
        return assign(below(now_.locals.size()));
      case 4:
      case 5:
      case 6:
        return assign(local_of(kV128));
      case 7:
        return choose();
      case 8:
        return access();
      case 9:
        return global_set();
      case 10:
        return push(kV128);
      case 16:
        return if_else(depth);
      case 17:
        return block(depth);
      case 18:
        return call();
      default:
        return operation();
    }
  }

  // Of what is on the stack, or of another local or constant.
  void assign(std::uint32_t index) {
    const ValueType type = now_.locals[index].type;
    if (below(2) == 0) {
      push_all({type});
    } else {
      push(type);
    }
    const bool is_tee = below(2) == 0;
    emit({.opcode = is_tee ? Opcode::LocalTee : Opcode::LocalSet, .a = index});
    now_.locals[index] = now_.stack.back();
    if (!is_tee) take();
  }

  void choose() {
    const ValueType type = std::array{kV128, kV128, kF64}[below(3)];
    push_all({type, type, kI32});
    if (below(2) == 0) {
      emit({.opcode = Opcode::Select});
    } else {
      emit({.opcode = Opcode::SelectTyped,
            .a = static_cast<std::uint32_t>(expression_.pool.size()),
            .b = 1});
      expression_.pool.push_back(encode(type));
    }
    const bool is_first = static_cast<std::uint32_t>(take().bits.low) != 0;
    const Operand second = take();
    if (!is_first) now_.stack.back() = second;
  }

  void global_set() {
    push_all({kV128});
    const std::uint32_t index = below(now_.globals.size());
    emit({.opcode = Opcode::GlobalSet, .a = index});
    now_.globals[index] = take();
  }

  void call() {
    push_all({kV128, kI32, kV128});
    emit({.opcode = Opcode::Call, .a = 0});
    const V128 b = take().bits;
    const V128 n = take().bits;
    const V128 a = take().bits;
    put(kV128, {.low = a.low ^ b.low, .high = a.high ^ b.high});
    put(kI32, n);
    put(kV128, {});
  }

  static const std::vector<Opcode>& operations() {
    static const std::vector<Opcode> kOperations = [] {
      std::vector<Opcode> all;
      for (std::size_t i = 0; i < kOpcodeCount; ++i) {
        const auto opcode = static_cast<Opcode>(i);
        const Shape shape = info(opcode).shape;
        if (shape >= Shape::VectorShuffle && shape <= Shape::VectorShift) all.push_back(opcode);
      }
      return all;
    }();
    return kOperations;
  }

  void operation() {
    const Opcode opcode = operations()[below(operations().size())];
    const Signature& types = signature(opcode);
    push_all({types.operands.begin(), types.operands.begin() + types.operand_count});
    Instruction instruction{.opcode = opcode};
    if (info(opcode).immediate == ImmediateKind::Shuffle) {
      constexpr std::uint64_t kLaneMask = 0x1f1f'1f1f'1f1f'1f1f;
      set_vector_immediate(instruction,
                           {.low = rng_.next() & kLaneMask, .high = rng_.next() & kLaneMask});
    } else if (info(opcode).immediate == ImmediateKind::Lane) {
      instruction.b = below(128 / lane_bits(shape_name(opcode)));
    }
    emit(instruction);
    std::vector<V128> operands(types.operand_count);
    for (std::size_t i = operands.size(); i-- > 0;) operands[i] = take().bits;
    const auto result = VectorModel::result(opcode, operands, instruction);
    HEDDLE_CHECK(result.has_value());
    put(types.result, *result);
  }

  // Of whole vectors and of lanes; the loads that extend have a test of their own.
  void access() {
    constexpr std::array kAccesses{Opcode::V128Load,       Opcode::V128Store,
                                   Opcode::V128Load8Lane,  Opcode::V128Store16Lane,
                                   Opcode::V128Load64Lane, Opcode::V128Store32Lane};
    const Opcode opcode = kAccesses[below(kAccesses.size())];
    const std::uint32_t bytes = info(opcode).access_bytes;
    const std::uint32_t lane = bytes == 16 ? 0 : below(16 / bytes);
    const std::uint64_t offset = below(100);
    push_constant(kI32, {.low = below(100)});
    const bool has_vector = signature(opcode).operand_count == 2;
    if (has_vector) push(kV128);
    emit({.opcode = opcode, .b = lane << 8, .value = offset});
    std::array<std::byte, 16> vector{};
    if (has_vector) {
      const V128 bits = take().bits;
      std::memcpy(vector.data(), &bits, sizeof bits);
    }
    std::byte* const at = now_.memory.data() + take().bits.low + offset;
    std::byte* const part = vector.data() + std::size_t{lane} * bytes;
    if (!signature(opcode).has_result) {
      std::memcpy(at, part, bytes);
      return;
    }
    std::memcpy(part, at, bytes);
    V128 result;
    std::memcpy(&result, vector.data(), sizeof result);
    put(kV128, result);
  }

  // Blocks take a vector and give a vector and a number.
  std::uint32_t block_type() { return module_.add_type({{kV128}, {kV128, kI32}}); }

  // Statements, then the results; operands that are below are out of reach.
  void body(int depth, std::size_t floor) {
    const std::size_t outer = std::exchange(floor_, floor);
    for (std::uint32_t i = below(6); i > 0; --i) statement(depth - 1);
    finish_block();
    floor_ = outer;
  }
  // Only the results are left of what the block has pushed, which takes a branch here: from a stack
  // that may be higher.
  void finish_block() {
    push_all({kV128, kI32});
    if (now_.stack.size() == floor_ + 2) return;
    emit({.opcode = Opcode::Br, .a = 0});
    leave();
  }
  void leave() {
    const Operand number = take();
    const Operand vector = take();
    now_.stack.resize(floor_);
    now_.stack.push_back(vector);
    now_.stack.push_back(number);
  }

  void if_else(int depth) {
    push_all({kV128, kI32});
    emit({.opcode = Opcode::If, .a = block_type()});
    const bool is_taken = static_cast<std::uint32_t>(take().bits.low) != 0;
    const State before = now_;
    const std::size_t floor = now_.stack.size() - 1;
    body(depth, floor);
    State after_then = std::exchange(now_, before);
    emit({.opcode = Opcode::Else});
    body(depth, floor);
    if (is_taken) now_ = std::move(after_then);
    emit({.opcode = Opcode::End});
  }

  void block(int depth) {
    push_all({kV128});
    emit({.opcode = Opcode::Block, .a = block_type()});
    const std::size_t outer = std::exchange(floor_, now_.stack.size() - 1);
    for (std::uint32_t i = below(4); i > 0; --i) statement(depth - 1);
    push_all({kV128, kI32});
    push(kI32);
    emit({.opcode = Opcode::BrIf, .a = 0});
    const bool is_taken = static_cast<std::uint32_t>(take().bits.low) != 0;
    State there = now_;
    for (std::uint32_t i = below(4); i > 0; --i) statement(depth - 1);
    finish_block();
    if (is_taken) {
      now_ = std::move(there);
      leave();
    }
    emit({.opcode = Opcode::End});
    floor_ = outer;
  }

  core::Rng rng_;
  Module module_;
  Expression expression_;
  State now_;
  std::size_t floor_ = 0;
};

}  // namespace heddle::engine
