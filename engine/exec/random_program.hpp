// For tests: random functions that exercise the compiler, and a plain stack machine to check them.
//
// Programs always terminate (loops count down the local kCounter) and never trap. They use i32, i64
// and f64, so that both accumulators are busy, and leave many values on the operand stack, so that
// it matters when a value is read.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "core/check.hpp"
#include "core/rng.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::engine {

inline constexpr std::uint32_t kCounter = 0;  // local: only loops change it
inline constexpr std::array kLocalTypes{kI32, kI32, kI32, kI64, kF64, kI32, kI32, kI64, kF64};
inline constexpr std::uint32_t kParameters = 5;
inline constexpr std::uint32_t kMemoryMask = 1023;

class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t seed) : rng_(seed) {
    module_.memories.push_back({.type = {.limits = {.min = 1, .max = 1}}});
    for (const ValueType type : {kI32, kI64, kF64}) add_global(type);
    // The last function is the one to run; the others are called by it.
    add_function({{kI32, kI64}, {kF64}}, 6);
    add_function({{kI32, kI32}, {kI32, kI32}}, 6);
    add_function({{kLocalTypes.begin(), kLocalTypes.begin() + kParameters}, {kI32, kI64, kF64}},
                 40);
    module_.exports.push_back({.name = "run", .index = 2});
  }
  [[nodiscard]] const Module& module() const { return module_; }

 private:
  struct Label {
    std::vector<ValueType> types;  // what a branch takes along
    bool is_loop = false;
  };

  std::uint32_t below(std::uint64_t n) { return static_cast<std::uint32_t>(rng_.below(n)); }

  void add_global(ValueType type) {
    Global global{.type = {.type = type, .is_mutable = true}};
    const Opcode constant = type == kI32   ? Opcode::I32Const
                            : type == kI64 ? Opcode::I64Const
                                           : Opcode::F64Const;
    global.init.code = {{.opcode = constant}, {.opcode = Opcode::End}};
    module_.globals.push_back(std::move(global));
  }

  std::uint32_t add_type(FunctionType type) { return module_.add_type(std::move(type)); }

  void add_function(const FunctionType& type, int length) {
    Function function{.type = add_type(type)};
    locals_ = type.parameters;
    const auto declare = [&](ValueType local) {
      function.locals.push_back({1, local});
      locals_.push_back(local);
    };
    for (std::size_t i = locals_.size(); i < kLocalTypes.size(); ++i) declare(kLocalTypes[i]);
    expression_ = {};
    stack_.clear();
    floor_ = 0;
    labels_ = {{.types = type.results}};
    for (int i = 0; i < length; ++i) {
      if (!statement(3)) break;
    }
    if (!is_dead_) finish_block(type.results);
    is_dead_ = false;
    emit(Opcode::End);
    function.body = expression_;
    module_.functions.push_back(std::move(function));
  }

  void emit(Opcode opcode, std::uint32_t a = 0, std::uint32_t b = 0, std::uint64_t value = 0) {
    expression_.code.push_back({.opcode = opcode, .a = a, .b = b, .value = value});
  }

  [[nodiscard]] std::size_t available() const { return stack_.size() - floor_; }
  [[nodiscard]] bool top_is(std::initializer_list<ValueType> types) const {
    return available() >= types.size() &&
           std::equal(types.begin(), types.end(), stack_.end() - std::ssize(types));
  }
  void pop(std::size_t n) { stack_.resize(stack_.size() - n); }

  void push_constant(ValueType type) {
    static constexpr std::array<std::uint64_t, 9> kInteresting{
        0, 1, 2, 0xffff'ffff'ffff'ffff, 0x7fff'ffff, 0x8000'0000, 0x1234, 0x8000'0000'0000'0000,
        77};
    const std::uint64_t bits = kInteresting[below(kInteresting.size())];
    if (type == kI32) emit(Opcode::I32Const, 0, 0, bits & 0xffff'ffff);
    if (type == kI64) emit(Opcode::I64Const, 0, 0, bits);
    if (type == kF64) {
      const double number = static_cast<double>(static_cast<std::int64_t>(bits)) / 4;
      emit(Opcode::F64Const, 0, 0, std::bit_cast<std::uint64_t>(number));
    }
    stack_.push_back(type);
  }

  // A local of a type, but not the counter; -1 if there is none.
  std::int32_t some_local(ValueType type) {
    const std::uint32_t start = below(locals_.size());
    for (std::uint32_t i = 0; i < locals_.size(); ++i) {
      const auto local = static_cast<std::uint32_t>((start + i) % locals_.size());
      if (local != kCounter && locals_[local] == type) return static_cast<std::int32_t>(local);
    }
    return -1;
  }

  // Makes the stack of the current block end with exactly these types.
  void finish_block(const std::vector<ValueType>& types) {
    while (available() > types.size() ||
           !std::equal(stack_.begin() + static_cast<std::ptrdiff_t>(floor_), stack_.end(),
                       types.begin())) {
      consume();
    }
    while (available() < types.size()) push_any(types[available()]);
  }
  // Takes the top of the stack away, mostly so that it is seen in the end.
  void consume() {
    const ValueType type = stack_.back();
    pop(1);
    if (below(8) == 0) return emit(Opcode::Drop);
    if (type == kF64) emit(Opcode::I64ReinterpretF64);
    const bool is_i32 = type == kI32;
    const std::uint32_t seen = is_i32 ? 0 : 1;
    emit(Opcode::GlobalGet, seen);
    emit(is_i32 ? Opcode::I32Sub : Opcode::I64Sub);
    emit(Opcode::GlobalSet, seen);
  }
  void push_any(ValueType type) {
    const std::int32_t local = some_local(type);
    if (local < 0 || below(3) == 0) return push_constant(type);
    emit(Opcode::LocalGet, static_cast<std::uint32_t>(local));
    stack_.push_back(type);
  }

  // False if code behind it cannot be reached.
  bool statement(int depth) {
    switch (below(22)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4: {
        const auto local = below(locals_.size());
        emit(Opcode::LocalGet, local);
        stack_.push_back(locals_[local]);
        return true;
      }
      case 5:
      case 6:
        push_constant(std::array{kI32, kI64, kF64}[below(3)]);
        return true;
      case 7:
      case 8:
        local_set();
        return true;
      case 9:
      case 10:
      case 11:
        numeric();
        return true;
      case 12:
        if (available() > 6) consume();
        return true;
      case 13:
        select();
        return true;
      case 14:
      case 15:
      case 16:
        if (depth > 0) block(depth - 1);
        return true;
      case 17:
      case 18:
        return branch();
      case 19:
        memory();
        return true;
      case 20:
        global();
        return true;
      default:
        call();
        return true;
    }
  }

  void local_set() {
    if (available() == 0) return;
    const std::int32_t local = some_local(stack_.back());
    if (local < 0) return;
    const bool is_tee = below(2) == 0;
    emit(is_tee ? Opcode::LocalTee : Opcode::LocalSet, static_cast<std::uint32_t>(local));
    if (!is_tee) pop(1);
  }

  void replace(std::size_t operands, ValueType result, Opcode opcode) {
    emit(opcode);
    pop(operands);
    stack_.push_back(result);
  }

  void numeric() {
    if (top_is({kI32, kI32})) {
      static constexpr std::array kOperations{Opcode::I32Add,  Opcode::I32Sub, Opcode::I32Xor,
                                              Opcode::I32ShrS, Opcode::I32Eq,  Opcode::I32Ne,
                                              Opcode::I32LtS,  Opcode::I32GtU, Opcode::I32LeU,
                                              Opcode::I32GeS,  Opcode::I32Mul, Opcode::I32Rotl};
      return replace(2, kI32, kOperations[below(kOperations.size())]);
    }
    if (top_is({kI64, kI64})) {
      static constexpr std::array kOperations{Opcode::I64Add, Opcode::I64Sub, Opcode::I64And};
      static constexpr std::array kComparisons{Opcode::I64LtS, Opcode::I64Eq, Opcode::I64GeU};
      if (below(2) == 0) return replace(2, kI64, kOperations[below(kOperations.size())]);
      return replace(2, kI32, kComparisons[below(kComparisons.size())]);
    }
    if (top_is({kF64, kF64})) {
      static constexpr std::array kOperations{Opcode::F64Add, Opcode::F64Sub, Opcode::F64Min};
      static constexpr std::array kComparisons{Opcode::F64Lt, Opcode::F64Eq, Opcode::F64Ge};
      if (below(2) == 0) return replace(2, kF64, kOperations[below(kOperations.size())]);
      return replace(2, kI32, kComparisons[below(kComparisons.size())]);
    }
    if (top_is({kI32})) {
      if (below(2) == 0) return replace(1, kI32, Opcode::I32Eqz);
      if (below(2) == 0) return replace(1, kI64, Opcode::I64ExtendI32S);
      return replace(1, kF64, Opcode::F64ConvertI32S);
    }
    if (top_is({kI64}))
      return replace(1, kI32, below(2) == 0 ? Opcode::I64Eqz : Opcode::I32WrapI64);
    if (top_is({kF64})) return replace(1, kI32, Opcode::I32TruncSatF64S);
  }

  void select() {
    if (available() < 3 || stack_.back() != kI32) return;
    const ValueType type = stack_[stack_.size() - 2];
    if (type != stack_[stack_.size() - 3]) return;
    replace(3, type, Opcode::Select);
  }

  void block(int depth) {
    const bool is_if = below(3) == 0;
    if (is_if && !top_is({kI32})) return;
    if (is_if) pop(1);
    const bool is_loop = !is_if && below(2) == 0;
    const std::size_t parameters = std::min<std::size_t>(below(3), available());
    FunctionType type;
    type.parameters.assign(stack_.end() - static_cast<std::ptrdiff_t>(parameters), stack_.end());
    for (std::uint32_t n = below(3); n > 0; --n) {
      type.results.push_back(std::array{kI32, kI64, kF64}[below(3)]);
    }
    emit(is_if ? Opcode::If : is_loop ? Opcode::Loop : Opcode::Block, add_type(type));
    const std::size_t outer_floor = floor_;
    floor_ = stack_.size() - parameters;
    labels_.push_back({.types = is_loop ? type.parameters : type.results, .is_loop = is_loop});
    body(type, depth);
    if (is_if && (type.parameters != type.results || below(2) == 0)) {
      emit(Opcode::Else);
      stack_.resize(floor_);
      stack_.insert(stack_.end(), type.parameters.begin(), type.parameters.end());
      body(type, depth);
    } else if (is_if) {
      emit(Opcode::Else);
    }
    emit(Opcode::End);
    labels_.pop_back();
    stack_.resize(floor_);
    stack_.insert(stack_.end(), type.results.begin(), type.results.end());
    floor_ = outer_floor;
  }

  void body(const FunctionType& type, int depth) {
    for (std::uint32_t n = below(8); n > 0; --n) {
      if (!statement(depth)) break;
    }
    if (!is_dead_) {
      if (labels_.back().is_loop) repeat(type);
      finish_block(type.results);
    }
    is_dead_ = false;
  }

  // Counts down, and goes back to the beginning of the loop until that is zero.
  void repeat(const FunctionType& type) {
    finish_block(type.parameters);
    emit(Opcode::LocalGet, kCounter);
    emit(Opcode::I32Const, 0, 0, 1);
    emit(Opcode::I32Sub);
    emit(Opcode::LocalTee, kCounter);
    emit(Opcode::I32Const, 0, 0, 0);
    emit(Opcode::I32GtS);
    emit(Opcode::BrIf, 0);
  }

  [[nodiscard]] bool can_branch(const Label& label, std::size_t above) const {
    if (label.is_loop || available() < label.types.size() + above) return false;
    return std::equal(label.types.rbegin(), label.types.rend(),
                      stack_.rbegin() + static_cast<std::ptrdiff_t>(above));
  }

  bool branch() {
    const std::uint32_t depth = below(labels_.size());
    const Label& label = labels_[labels_.size() - 1 - depth];
    if (top_is({kI32}) && can_branch(label, 1)) {
      if (below(3) == 0) return branch_table(label);
      emit(Opcode::BrIf, depth);
      pop(1);
      return true;
    }
    if (!can_branch(label, 0) || below(4) != 0) return true;
    emit(depth + 1 == labels_.size() && below(2) == 0 ? Opcode::Return : Opcode::Br, depth);
    is_dead_ = true;
    return false;
  }

  bool branch_table(const Label& model) {
    const auto start = static_cast<std::uint32_t>(expression_.pool.size());
    for (std::uint32_t depth = 0; depth < labels_.size(); ++depth) {
      const Label& label = labels_[labels_.size() - 1 - depth];
      if (!label.is_loop && label.types == model.types) {
        expression_.pool.push_back(depth);
        if (below(2) == 0) expression_.pool.push_back(depth);
      }
    }
    emit(Opcode::BrTable, start, static_cast<std::uint32_t>(expression_.pool.size() - start - 1));
    is_dead_ = true;
    return false;
  }

  void memory() {
    const auto mask_top = [&] {
      emit(Opcode::I32Const, 0, 0, kMemoryMask);
      emit(Opcode::I32And);
    };
    if (top_is({kI32, kI64}) || top_is({kI32, kF64})) {
      const bool is_integer = stack_.back() == kI64;
      const std::int32_t local = some_local(stack_.back());
      if (local < 0) return;
      emit(Opcode::LocalSet, static_cast<std::uint32_t>(local));
      mask_top();
      emit(Opcode::LocalGet, static_cast<std::uint32_t>(local));
      emit(is_integer ? Opcode::I64Store : Opcode::F64Store, 0, 0, 3);
      pop(2);
      return;
    }
    if (!top_is({kI32})) return;
    mask_top();
    if (below(3) == 0) {
      emit(Opcode::I32Const, 0, 0, below(2) == 0 ? 7 : 0x12345);
      emit(Opcode::I32Store, 0, 0, 1);
      pop(1);
      return;
    }
    static constexpr std::array kLoads{Opcode::I32Load8S, Opcode::I64Load, Opcode::F64Load};
    const std::uint32_t n = below(3);
    emit(kLoads[n], 0, 0, 5);
    pop(1);
    stack_.push_back(std::array{kI32, kI64, kF64}[n]);
  }

  void global() {
    const std::uint32_t index = below(3);
    const ValueType type = module_.globals[index].type.type;
    if (top_is({type})) {
      emit(Opcode::GlobalSet, index);
      pop(1);
    } else {
      emit(Opcode::GlobalGet, index);
      stack_.push_back(type);
    }
  }

  void call() {
    if (module_.functions.size() < 2) return;  // only the last function calls the others
    if (top_is({kI32, kI64})) {
      emit(Opcode::Call, 0);
      pop(2);
      stack_.push_back(kF64);
    } else if (top_is({kI32, kI32})) {
      emit(Opcode::Call, 1);
    }
  }

  core::Rng rng_;
  Module module_;
  Expression expression_;
  std::vector<ValueType> locals_;
  std::vector<ValueType> stack_;
  std::vector<Label> labels_;
  std::size_t floor_ = 0;  // of the current block, in stack_
  bool is_dead_ = false;
};

}  // namespace heddle::engine
