// Where values go in a frame: a slot of eight bytes each, but two neighbours for a vector.
//
// The compiler works on slots: a vector is two entries of the operand stack, its halves, which are
// moved, kept and forgotten like any other values; only the instructions on vectors take both at
// once.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/syntax/module.hpp"

namespace heddle::engine {

// What a slot holds: what the collector and `drop` need to know.
enum class SlotClass : std::uint8_t { Number, Reference, VectorLow, VectorHigh };

[[nodiscard]] constexpr std::uint32_t slot_count(ValueType type) {
  return type.kind == TypeKind::V128 ? 2 : 1;
}
[[nodiscard]] constexpr std::uint32_t slot_count(std::span<const ValueType> types) {
  std::uint32_t count = 0;
  for (const ValueType type : types) count += slot_count(type);
  return count;
}
// Of the first, or only, slot.
[[nodiscard]] constexpr SlotClass slot_class(ValueType type) {
  if (type.kind == TypeKind::V128) return SlotClass::VectorLow;
  return type.is_ref() ? SlotClass::Reference : SlotClass::Number;
}

// A function's parameters and locals, by index. Run-length coded: five bytes of a module can
// declare thousands, and expanding them for each function would be quadratic.
class LocalSlots {
 public:
  struct Local {
    std::uint32_t slot = 0;
    ValueType type;
  };

  void reset(const FunctionType& type, const std::vector<LocalRun>& locals) {
    runs_.clear();
    first_size_ = 0;
    next_index_ = 0;
    next_slot_ = 0;
    for (const ValueType parameter : type.parameters) add(1, parameter);
    parameter_slots_ = static_cast<std::uint32_t>(next_slot_);
    for (const LocalRun& run : locals) add(run.count, run.type);
  }

  [[nodiscard]] std::uint32_t parameter_slots() const { return parameter_slots_; }
  [[nodiscard]] std::uint64_t slots() const { return next_slot_; }

  [[nodiscard]] Local at(std::uint32_t index) const {
    if (index < first_size_) return first_[index];
    const auto run = std::ranges::upper_bound(runs_, index, {}, &Run::index) - 1;
    const auto slot = run->slot + (index - run->index) * slot_count(run->type);
    return {.slot = static_cast<std::uint32_t>(slot), .type = run->type};
  }

  // Calls visit(first slot, number of slots) for each run of references.
  void for_each_reference_run(auto&& visit) const {
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      const std::uint64_t end = i + 1 < runs_.size() ? runs_[i + 1].slot : next_slot_;
      if (runs_[i].type.is_ref()) visit(runs_[i].slot, end - runs_[i].slot);
    }
  }

 private:
  struct Run {
    std::uint32_t index = 0;  // of its first local
    std::uint64_t slot = 0;
    ValueType type;
  };

  void add(std::uint32_t count, ValueType type) {
    if (count == 0) return;
    for (std::uint32_t i = 0; i < count && first_size_ < first_.size(); ++i) {
      Local& local = first_[first_size_++];
      local.slot = static_cast<std::uint32_t>(next_slot_) + i * slot_count(type);
      local.type = type;
    }
    if (runs_.empty() || runs_.back().type != type) {
      runs_.push_back({.index = next_index_, .slot = next_slot_, .type = type});
    }
    next_index_ += count;
    next_slot_ += std::uint64_t{count} * slot_count(type);
  }

  std::array<Local, 32> first_;  // of the first locals, not coded: those that code uses most
  std::uint32_t first_size_ = 0;
  std::vector<Run> runs_;
  std::uint32_t next_index_ = 0;
  std::uint64_t next_slot_ = 0;
  std::uint32_t parameter_slots_ = 0;
};

}  // namespace heddle::engine
