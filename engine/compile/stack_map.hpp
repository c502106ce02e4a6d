// Stack maps: which slots of a frame hold references, so that the collector finds them all and
// nothing else.
//
// Between two instructions a reference is in a local, which the local's type tells, in a temporary,
// which a StackMap tells, or is the constant null. What an instruction copies or takes back before
// its last cell does not matter: objects do not move, and until its end the operands are where they
// were at its start. An exception are values moved on the way to a label, which the branch behind
// the moves has in the label's temporaries. So a map says, for each temporary, at which cells it
// becomes a reference and ceases to be one.
//
// Maps are made by compiling a function once more: that always gives the same cells.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/compile/code.hpp"
#include "engine/compile/operand_stack.hpp"
#include "engine/compile/operation.hpp"

namespace heddle::engine {

struct CompileContext;

class StackMap {
 public:
  // Calls visit(slot) for each slot of the frame below `slots_end` that holds a reference while
  // control is at a cell.
  void for_each_reference(std::uint32_t cell, std::uint32_t slots_end, auto&& visit) const {
    for (const auto& [begin, end] : locals_) {
      for (std::uint32_t slot = begin; slot < end; ++slot) visit(slot);
    }
    for (std::uint32_t i = 0; i + 1 < begins_.size(); ++i) {
      if (temporaries_begin_ + i >= slots_end) return;
      if (is_reference(i, cell)) visit(temporaries_begin_ + i);
    }
  }

 private:
  friend class StackMapBuilder;

  [[nodiscard]] bool is_reference(std::uint32_t temporary, std::uint32_t cell) const;

  std::vector<std::pair<std::uint32_t, std::uint32_t>> locals_;  // slots: begin, end
  std::uint32_t temporaries_begin_ = 0;
  // Of temporary i: flips_[begins_[i]] up to begins_[i + 1], the cells from which on it is a
  // reference, is none, is one...
  std::vector<std::uint32_t> begins_;
  std::vector<std::uint32_t> flips_;
};

// What the compiler tells while it compiles one function. Linear in what it does to its stack.
class StackMapBuilder {
 public:
  // The stack is like this at the cell at `position` and those behind it.
  void begin_instruction(std::uint32_t position, OperandStack& stack);
  // The value at this height of the stack was copied to its temporary.
  void settle(std::uint32_t height) { settled_.push_back(height); }
  // At the cell at `position`, and there only, the values from height `from` on are in the
  // temporaries from height `to` on.
  void move(std::uint32_t position, const OperandStack& stack, std::uint32_t from,
            std::uint32_t to);
  void finish(const LocalSlots& locals, std::uint32_t temporaries_begin);

  [[nodiscard]] StackMap take() { return std::move(map_); }

 private:
  void set(std::uint32_t height, bool is_reference, std::uint32_t position);

  StackMap map_;
  std::vector<std::vector<std::uint32_t>> flips_;  // by height
  std::uint32_t height_ = 0;                       // no references from here on
  std::vector<std::uint32_t> settled_;
  std::uint32_t moved_ = 0xffff'ffff;  // at the next instruction, heights from here on are unknown
};

// The maps of a module's functions. May be used by several threads.
class StackMaps {
 public:
  StackMaps(const CompiledModule& module, const HandlerTable& handlers);
  ~StackMaps();
  StackMaps(const StackMaps&) = delete;
  StackMaps& operator=(const StackMaps&) = delete;

  struct Place {
    const StackMap* map = nullptr;
    std::uint32_t cell = 0;
  };
  // Nothing: the cell is not one of the module's.
  [[nodiscard]] std::optional<Place> find(const Cell* cell);

 private:
  struct Code {
    std::span<const Cell> cells;
    std::uint32_t function = 0;  // among the defined
    std::unique_ptr<const StackMap> map;
  };

  void prepare();
  [[nodiscard]] std::unique_ptr<const StackMap> make(std::uint32_t function) const;

  const CompiledModule* module_;
  const HandlerTable* handlers_;
  std::mutex mutex_;
  // Empty until they are needed.
  std::unique_ptr<const CompileContext> context_;
  std::vector<Code> codes_;  // by address
};

}  // namespace heddle::engine
