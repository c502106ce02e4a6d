// TypeStack: the two stacks of the validation algorithm, operands (their types) and control frames.
// Spec: appendix "Validation Algorithm", "Data Structures".
//
// Invariants:
//   1. There are at least `frames().back().height` operands; nothing pops below that.
//   2. In an unreachable frame, popping at that height yields Bottom instead of failing.
//   3. After a failed pop, `mismatch()` says what was wanted and what was there.
#pragma once

#include <cstdint>
#include <optional>
#include <ranges>
#include <span>
#include <vector>

#include "engine/syntax/instruction.hpp"
#include "engine/syntax/types.hpp"

namespace heddle::engine {

using Types = std::span<const ValueType>;

struct ControlFrame {
  Shape shape = Shape::Block;  // Block (functions too), Loop, If or Else
  bool is_unreachable = false;
  std::uint32_t height = 0;  // operands below the frame
  Types parameters;          // both point into the module, or to constants
  Types results;

  // What a branch to the frame's label takes along.
  [[nodiscard]] Types label_types() const { return shape == Shape::Loop ? parameters : results; }
};

class TypeStack {
 public:
  struct Mismatch {
    ValueType expected = kBottom;    // Bottom: any type
    std::optional<ValueType> found;  // none: there was no operand
  };

  void clear() {
    operands_.clear();
    frames_.clear();
  }
  [[nodiscard]] const std::vector<ControlFrame>& frames() const { return frames_; }
  [[nodiscard]] const Mismatch& mismatch() const { return mismatch_; }
  [[nodiscard]] std::size_t height() const { return operands_.size(); }
  // Operands that belong to the innermost frame.
  [[nodiscard]] std::size_t height_in_frame() const {
    return operands_.size() - frames_.back().height;
  }

  void push(ValueType type) { operands_.push_back(type); }
  void push(Types types) { operands_.insert(operands_.end(), types.begin(), types.end()); }

  // Of any type; Bottom from an unreachable frame.
  [[nodiscard]] std::optional<ValueType> pop() {
    if (height_in_frame() == 0) [[unlikely]] {
      if (frames_.back().is_unreachable) return kBottom;
      mismatch_ = {};
      return std::nullopt;
    }
    const ValueType found = operands_.back();
    operands_.pop_back();
    return found;
  }

  [[nodiscard]] bool pop(ValueType expected) {
    const auto found = pop();
    if (found && (*found == expected || *found == kBottom)) [[likely]]
      return true;
    mismatch_ = {expected, found};
    return false;
  }

  [[nodiscard]] bool pop(Types expected) {
    for (const ValueType type : std::views::reverse(expected)) {
      if (!pop(type)) return false;
    }
    return true;
  }

  // Whether pop(expected) would succeed; pops nothing.
  [[nodiscard]] bool holds(Types expected) {
    const std::size_t available = height_in_frame();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const ValueType wanted = expected[expected.size() - 1 - i];
      if (i == available) {
        if (frames_.back().is_unreachable) return true;
        mismatch_ = {wanted, std::nullopt};
        return false;
      }
      const ValueType found = operands_[operands_.size() - 1 - i];
      if (found != wanted && found != kBottom) {
        mismatch_ = {wanted, found};
        return false;
      }
    }
    return true;
  }

  // The frame's parameters must have been popped; they become its first operands.
  void push_frame(Shape shape, Types parameters, Types results) {
    frames_.push_back({.shape = shape,
                       .is_unreachable = false,
                       .height = static_cast<std::uint32_t>(operands_.size()),
                       .parameters = parameters,
                       .results = results});
    push(parameters);
  }
  // The frame must hold no operands.
  void pop_frame() { frames_.pop_back(); }

  // The rest of the innermost frame cannot be reached: its operands are gone.
  void set_unreachable() {
    operands_.resize(frames_.back().height);
    frames_.back().is_unreachable = true;
  }

 private:
  std::vector<ValueType> operands_;
  std::vector<ControlFrame> frames_;
  Mismatch mismatch_;
};

}  // namespace heddle::engine
