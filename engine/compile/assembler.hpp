// Assembler: the cells of the function being compiled, and what is known where the next one goes.
//
// Every handler that produces a value writes its slot and keeps a copy in the accumulator of the
// value's type. The assembler tracks which slot each accumulator mirrors, so that the next
// operation can be a variant that reads the accumulator.
//
// Invariants:
//   1. Nothing is known, and no cell may be changed or taken back, across a point that is a target
//      of a branch: every such point is announced by `bind_here`.
//   2. Positions are indices of cells; a branch's `c` holds the next patch of its label until the
//      label is bound, then the distance from the branch to the target.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/compile/operation.hpp"

namespace heddle::engine {

// The slots that the two accumulators mirror, or -1.
struct Accumulators {
  std::int32_t integer = -1;
  std::int32_t floating = -1;
};

class Assembler {
 public:
  explicit Assembler(const HandlerTable& handlers) : handlers_(&handlers) {}

  void begin_function();
  void set_offset(std::uint32_t offset) { offset_ = offset; }

  [[nodiscard]] std::uint32_t position() const { return static_cast<std::uint32_t>(cells_.size()); }
  [[nodiscard]] Cell& at(std::uint32_t position) { return cells_[position]; }

  // The best variant there is for operands that are in an accumulator or not. There always is one.
  [[nodiscard]] Handler select(Operation operation, bool is_left_accumulated,
                               bool is_right_accumulated = false) const;
  // For an immediate right operand; null if there is none.
  [[nodiscard]] Handler select_immediate(Operation operation, bool is_left_accumulated) const;

  std::uint32_t emit(Handler handler, std::uint32_t a, std::uint32_t b, std::int32_t c);
  void emit_annex(Cell annex);
  // The cell emitted at `position` (up to here, with its annex) produced a value of a type
  // (Bottom: of any type, and then both accumulators hold it) in a slot.
  void produced(std::uint32_t position, std::uint32_t slot, TypeKind type);
  // It produced a vector: in this slot and the next.
  void produced_vector(std::uint32_t position, std::uint32_t slot);
  // A slot's accumulator copies are no longer right.
  void forget() { accumulators_ = {}; }

  // Whether an accumulator mirrors a slot, for an operand of a type.
  [[nodiscard]] bool holds(std::uint32_t slot, TypeKind type) const;
  [[nodiscard]] const Accumulators& accumulators() const { return accumulators_; }
  void restore(const Accumulators& accumulators) { accumulators_ = accumulators; }

  // Makes the last cell write `to` instead of `from`, if it is one that can, and writes as many
  // slots.
  bool retarget(std::uint32_t from, std::uint32_t to, std::uint32_t slots = 1);
  // Takes back all cells from `position` on, if no branch can lead behind it.
  [[nodiscard]] bool can_truncate(std::uint32_t position) const { return position >= fence_; }
  void truncate(std::uint32_t position, const Accumulators& accumulators);

  // No cell may be changed or taken back across this point.
  void fence() { fence_ = position(); }
  // Control may come here from elsewhere, with nothing in the accumulators.
  void bind_here();
  void patch(std::uint32_t branch, std::uint32_t target);
  // Resolves a chain of branches (see invariant 2) to here.
  void bind_chain(std::uint32_t first);
  static constexpr std::uint32_t kEndOfChain = 0xffff'ffff;

  [[nodiscard]] bool is_too_long() const { return cells_.size() >= 0x7fff'0000; }
  void finish(FunctionCode& code, CodeArena& arena) const;

 private:
  const HandlerTable* handlers_;
  std::vector<Cell> cells_;
  std::vector<std::uint32_t> offsets_;
  std::uint32_t offset_ = 0;
  Accumulators accumulators_;
  std::uint32_t fence_ = 0;         // cells before it cannot be changed
  std::uint32_t producer_ = 0;      // the cell that produced the last value,
  std::uint32_t producer_end_ = 0;  // and where it ends; 0: none
  std::uint32_t producer_slots_ = 1;
};

}  // namespace heddle::engine
