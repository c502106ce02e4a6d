// TypeStack: the two stacks of the validation algorithm, operands (their types) and control frames.
// Spec: appendix "Validation Algorithm", "Data Structures".
//
// Invariants:
//   1. There are at least `frames().back().height` operands; nothing pops below that.
//   2. In an unreachable frame, popping at that height yields Bottom instead of failing.
//   3. A pop that fails pops nothing; then `mismatch()` says what was wanted and what was there.
//   4. What is popped may be of a subtype of what is expected; most often it is the type itself,
//      and that way is short.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/syntax/instruction.hpp"
#include "engine/valid/type_code.hpp"
#include "engine/valid/type_context.hpp"

namespace heddle::engine {

struct ControlFrame {
  Shape shape = Shape::Block;  // Block (functions too), Loop, If, Else or TryTable
  bool is_unreachable = false;
  std::uint32_t height = 0;         // operands below the frame
  std::uint32_t locals_height = 0;  // locals set before it
  Types parameters;                 // both point into the module, or to its types
  Types results;

  // What a branch to the frame's label takes along.
  [[nodiscard]] Types label_types() const { return shape == Shape::Loop ? parameters : results; }
};

class TypeStack {
 public:
  struct Mismatch {
    std::vector<TypeCode> expected;
    std::vector<TypeCode> found;  // at most as many
  };

  // `types` must have been checked before anything is popped.
  explicit TypeStack(const TypeContext& types) : types_(types) {}

  void clear() {
    operands_.clear();
    frames_.clear();
    base_ = 0;
  }
  [[nodiscard]] const std::vector<ControlFrame>& frames() const { return frames_; }
  [[nodiscard]] const Mismatch& mismatch() const { return mismatch_; }
  [[nodiscard]] std::size_t height() const { return operands_.size(); }
  // Operands that belong to the innermost frame.
  [[nodiscard]] std::size_t height_in_frame() const { return operands_.size() - base_; }

  void push(TypeCode type) { operands_.push_back(type); }
  void push(Types types) {
    for (const TypeCode type : types) operands_.push_back(type);
  }

  // Of any type; Bottom from an unreachable frame.
  [[nodiscard]] std::optional<TypeCode> pop() {
    if (operands_.size() == base_) [[unlikely]] {
      if (frames_.back().is_unreachable) return kBottomCode;
      return std::nullopt;
    }
    const TypeCode found = operands_.back();
    operands_.pop_back();
    return found;
  }

  [[nodiscard]] bool pop(TypeCode expected) {
    if (operands_.size() > base_ && operands_.back() == expected) [[likely]] {
      operands_.pop_back();
      return true;
    }
    return pop_subtypes(Types(&expected, 1));
  }

  // The last is the topmost.
  [[nodiscard]] bool pop(Types expected) {
    const std::size_t count = expected.size();
    if (count > height_in_frame()) return pop_subtypes(expected);
    const TypeCode* found = operands_.data() + (operands_.size() - count);
    for (std::size_t i = 0; i < count; ++i) {
      if (found[i] != expected[i]) return pop_subtypes(expected);
    }
    operands_.resize(operands_.size() - count);
    return true;
  }

  // Whether pop(expected) would succeed; pops nothing.
  [[nodiscard]] bool holds(Types expected) {
    const Types found = top(expected.size());
    if (found.size() == expected.size() || frames_.back().is_unreachable) {
      const Types wanted = expected.last(found.size());
      if (types_.matches(found, wanted)) return true;
    }
    mismatch_.expected.assign(expected.begin(), expected.end());
    mismatch_.found.assign(found.begin(), found.end());
    return false;
  }

  // The topmost `count` operands of the innermost frame, or all, if there are fewer.
  [[nodiscard]] Types top(std::size_t count) const {
    return Types(operands_).last(std::min(count, height_in_frame()));
  }

  // The frame's parameters must have been popped; they become its first operands.
  void push_frame(ControlFrame frame) {
    frame.height = static_cast<std::uint32_t>(operands_.size());
    base_ = frame.height;
    frames_.push_back(frame);
    push(frame.parameters);
  }
  // The frame must hold no operands.
  void pop_frame() {
    frames_.pop_back();
    base_ = frames_.empty() ? 0 : frames_.back().height;
  }

  // The rest of the innermost frame cannot be reached: its operands are gone.
  void set_unreachable() {
    operands_.resize(base_);
    frames_.back().is_unreachable = true;
  }

 private:
  [[nodiscard]] bool pop_subtypes(Types expected) {
    if (!holds(expected)) return false;
    operands_.resize(operands_.size() - std::min(expected.size(), height_in_frame()));
    return true;
  }

  const TypeContext& types_;
  std::vector<TypeCode> operands_;
  std::size_t base_ = 0;  // the innermost frame's height
  std::vector<ControlFrame> frames_;
  Mismatch mismatch_;
};

}  // namespace heddle::engine
