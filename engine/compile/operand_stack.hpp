// OperandStack: the compiler's symbolic operand stack: where each value is while code is generated.
//
// An entry is one slot: see slots.hpp. It is in its own temporary (the frame slot that belongs to
// its height), still in the local it was read from, or a constant. Values in locals are *pending*:
// they must be copied to their temporary ("settled") before that local changes, and before control
// flow splits or joins.
//
// Invariants:
//   1. The pending values of one local are chained, newest first, so that settling them costs no
//      more than pushing them did: no input makes the pass quadratic.
//   2. No value below `settled_` is pending.
//   3. When the stack is empty, no local has a chain: the object serves one function after another.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/compile/slots.hpp"

namespace heddle::engine {

class OperandStack {
 public:
  enum class Kind : std::uint8_t { Temporary, Local, Constant };

  struct Entry {
    Kind kind = Kind::Temporary;
    SlotClass slot_class = SlotClass::Number;
    bool is_chained = false;
    std::uint32_t local = 0;     // its slot
    std::uint32_t previous = 0;  // in the local's chain
    std::uint64_t constant = 0;
  };

  void begin_function(std::uint32_t local_count) {
    if (newest_.size() < local_count) newest_.resize(local_count, kNone);
    height_max_ = 0;
    touched_ = 0;
  }

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(entries_.size()); }
  [[nodiscard]] std::uint32_t height_max() const { return height_max_; }
  [[nodiscard]] const Entry& at(std::uint32_t position) const { return entries_[position]; }

  void push_temporary(SlotClass slot_class = SlotClass::Number) {
    push(Kind::Temporary, slot_class);
  }
  void push_constant(std::uint64_t value, SlotClass slot_class = SlotClass::Number) {
    push(Kind::Constant, slot_class).constant = value;
  }
  void push_local(std::uint32_t slot, SlotClass slot_class = SlotClass::Number) {
    Entry& entry = push(Kind::Local, slot_class);
    entry.is_chained = true;
    entry.local = slot;
    entry.previous = newest_[slot];
    newest_[slot] = size() - 1;
  }
  // All slots of a value, in temporaries.
  void push_value(ValueType type) {
    push_temporary(engine::slot_class(type));
    if (slot_count(type) == 2) push_temporary(SlotClass::VectorHigh);
  }
  void push_values(std::span<const ValueType> types) {
    for (const ValueType type : types) push_value(type);
  }

  Entry pop() {
    const Entry entry = entries_.back();
    entries_.pop_back();
    if (entry.is_chained) newest_[entry.local] = entry.previous;
    settled_ = std::min(settled_, size());
    touched_ = std::min(touched_, size());
    return entry;
  }
  void shrink(std::uint32_t size_after) {
    while (size() > size_after) pop();
  }

  // No entry below it was pushed or popped since the last time; from now on, none from `size()` on.
  std::uint32_t take_touched() { return std::exchange(touched_, size()); }

  // Makes the value at a position a temporary, after `settle(position, entry)` has copied it.
  void settle(std::uint32_t position, auto&& copy) {
    Entry& entry = entries_[position];
    if (entry.kind == Kind::Temporary) return;
    copy(position, entry);
    entry.kind = Kind::Temporary;
  }
  void settle_from(std::uint32_t position, auto&& copy) {
    for (; position < size(); ++position) settle(position, copy);
  }
  // All pending values.
  void settle_locals(auto&& copy) {
    for (std::uint32_t i = settled_; i < size(); ++i) {
      if (entries_[i].kind == Kind::Local) settle(i, copy);
    }
    settled_ = size();
  }
  // The pending values of one local; says whether there were any.
  bool settle_local(std::uint32_t local, auto&& copy) {
    bool found = false;
    for (std::uint32_t i = newest_[local]; i != kNone; i = entries_[i].previous) {
      entries_[i].is_chained = false;
      if (entries_[i].kind == Kind::Temporary) continue;
      settle(i, copy);
      found = true;
    }
    newest_[local] = kNone;
    return found;
  }

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  // To be filled in where it is: a processor waits for small stores that are copied as a whole
  // right afterwards.
  Entry& push(Kind kind, SlotClass slot_class) {
    Entry& entry = entries_.emplace_back();
    entry.kind = kind;
    entry.slot_class = slot_class;
    height_max_ = std::max(height_max_, size());
    return entry;
  }

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> newest_;  // by slot of a local: head of its chain
  std::uint32_t settled_ = 0;
  std::uint32_t height_max_ = 0;
  std::uint32_t touched_ = 0;
};

}  // namespace heddle::engine
