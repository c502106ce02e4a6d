#include "engine/compile/assembler.hpp"

namespace heddle::engine {

void Assembler::begin_function() {
  cells_.clear();
  offsets_.clear();
  accumulators_ = {};
  fence_ = 0;
  producer_ = 0;
  producer_end_ = 0;
}

Handler Assembler::select(Operation operation, bool is_left_accumulated,
                          bool is_right_accumulated) const {
  const auto find = [&](Variant variant) { return handlers_->find(operation, variant); };
  Handler handler = nullptr;
  if (is_left_accumulated && is_right_accumulated) handler = find(Variant::AA);
  if (handler == nullptr && is_left_accumulated) handler = find(Variant::AS);
  if (handler == nullptr && is_right_accumulated) handler = find(Variant::SA);
  return handler == nullptr ? find(Variant::SS) : handler;
}

Handler Assembler::select_immediate(Operation operation, bool is_left_accumulated) const {
  Handler handler = nullptr;
  if (is_left_accumulated) handler = handlers_->find(operation, Variant::AI);
  return handler == nullptr ? handlers_->find(operation, Variant::SI) : handler;
}

std::uint32_t Assembler::emit(Handler handler, std::uint32_t a, std::uint32_t b, std::int32_t c) {
  // In place: a processor waits for small stores that are copied as a whole right afterwards.
  Cell& cell = cells_.emplace_back();
  cell.handler = handler;
  cell.a = static_cast<std::uint16_t>(a);
  cell.b = static_cast<std::uint16_t>(b);
  cell.c = c;
  offsets_.push_back(offset_);
  return position() - 1;
}

void Assembler::emit_annex(Cell annex) {
  cells_.push_back(annex);
  offsets_.push_back(offset_);
}

void Assembler::produced(std::uint32_t position_of_cell, std::uint32_t slot, TypeKind type) {
  producer_ = position_of_cell;
  producer_end_ = position();
  producer_slots_ = 1;
  const auto written = static_cast<std::int32_t>(slot);
  const bool is_float = type == TypeKind::F32 || type == TypeKind::F64;
  const bool is_integer = type == TypeKind::I32 || type == TypeKind::I64;
  if (!is_float) {
    accumulators_.integer = written;
  } else if (accumulators_.integer == written) {
    accumulators_.integer = -1;
  }
  if (!is_integer) {
    accumulators_.floating = written;
  } else if (accumulators_.floating == written) {
    accumulators_.floating = -1;
  }
}

void Assembler::produced_vector(std::uint32_t position_of_cell, std::uint32_t slot) {
  producer_ = position_of_cell;
  producer_end_ = position();
  producer_slots_ = 2;
  const auto low = static_cast<std::int32_t>(slot);
  for (std::int32_t* mirrored : {&accumulators_.integer, &accumulators_.floating}) {
    if (*mirrored == low || *mirrored == low + 1) *mirrored = -1;
  }
}

bool Assembler::holds(std::uint32_t slot, TypeKind type) const {
  const bool is_float = type == TypeKind::F32 || type == TypeKind::F64;
  return (is_float ? accumulators_.floating : accumulators_.integer) ==
         static_cast<std::int32_t>(slot);
}

bool Assembler::retarget(std::uint32_t from, std::uint32_t to, std::uint32_t slots) {
  if (producer_end_ != position() || producer_ < fence_ || producer_end_ == 0) return false;
  if (producer_slots_ != slots) return false;
  Cell& cell = cells_[producer_];
  if (cell.a != from) return false;
  cell.a = static_cast<std::uint16_t>(to);
  const auto rename = [&](std::int32_t& slot) {
    if (slot == static_cast<std::int32_t>(from)) {
      slot = static_cast<std::int32_t>(to);
    } else if (slot >= static_cast<std::int32_t>(to) &&
               slot < static_cast<std::int32_t>(to + slots)) {
      slot = -1;
    }
  };
  rename(accumulators_.integer);
  rename(accumulators_.floating);
  return true;
}

void Assembler::truncate(std::uint32_t position_after, const Accumulators& accumulators) {
  cells_.resize(position_after);
  offsets_.resize(position_after);
  accumulators_ = accumulators;
  producer_end_ = 0;
}

void Assembler::bind_here() {
  fence_ = position();
  accumulators_ = {};
}

void Assembler::patch(std::uint32_t branch, std::uint32_t target) {
  cells_[branch].c = static_cast<std::int32_t>(target) - static_cast<std::int32_t>(branch);
}

void Assembler::bind_chain(std::uint32_t first) {
  while (first != kEndOfChain) {
    const auto next = static_cast<std::uint32_t>(cells_[first].c);
    patch(first, position());
    first = next;
  }
}

void Assembler::finish(FunctionCode& code, CodeArena& arena) const {
  code.cells = arena.copy(std::span<const Cell>(cells_));
  code.offsets = arena.copy(std::span<const std::uint32_t>(offsets_));
}

}  // namespace heddle::engine
