// Code: what the interpreter executes: validated functions as register bytecode.
//
// One forward pass turns a function body into fixed 16-byte cells with direct handler pointers.
// Operands are frame slots of 8 bytes or immediates. A frame is: parameters, locals, constants,
// temporaries indexed by stack height; a callee's parameters overlap its caller's temporaries.
// See docs/architecture.md and docs/decisions for the measurements behind this form.
//
// Invariants:
//   1. All state is in the frame: every handler that produces a value writes its slot (a copy may
//   be
//      kept in a machine register). A thread can therefore stop before any cell.
//   2. An access to shared memory, and every other visible action, is a pair of cells: the
//   operation,
//      then an annex that says what it is, so that the cell where a thread is parked describes its
//      pending event. Calls are pairs as well.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/event.hpp"
#include "core/module_names.hpp"
#include "engine/compile/code_arena.hpp"
#include "engine/syntax/module.hpp"
#include "engine/valid/validate.hpp"

namespace heddle::engine {

// The address of an interpreter handler; its true type is known to engine/exec only.
using Handler = void (*)();

struct FunctionCode;

// Where a visible action stands: see core::CodeLocation, which adds the module.
struct CodePoint {
  std::uint32_t function = 0;
  std::uint32_t offset = 0;
};

// The union's first member is meant in every cell that can be dispatched; an annex uses the others.
// What a, b and c hold in which operation is said in operation.hpp.
struct Cell {
  union {
    Handler handler = nullptr;
    const FunctionCode* callee;
    CodePoint where;
    std::uint64_t bits;
  };
  std::uint16_t a = 0;
  std::uint16_t b = 0;
  std::int32_t c = 0;
};
static_assert(sizeof(Cell) == 16);

// A clause of a try_table: where control goes with what was caught.
struct CatchTarget {
  CatchKind kind = CatchKind::CatchAll;
  std::uint32_t tag = 0;     // in the module
  std::uint32_t target = 0;  // cell
  std::uint32_t slot = 0;    // where the exception's values go, and behind them its reference
};

inline constexpr std::uint32_t kNoTry = 0xffff'ffff;

// The cells of a try_table's body, and its clauses.
struct TryRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t parent = kNoTry;  // the one around it
  std::uint32_t first_clause = 0;
  std::uint32_t clause_count = 0;
};

// Its arrays are in an arena.
struct FunctionCode {
  std::span<const Cell> cells;
  std::span<const std::uint64_t> constants;  // copied behind the locals when a frame is made
  std::uint32_t parameter_count = 0;         // slots
  std::uint32_t local_count = 0;             // slots behind the parameters: zero at first
  std::uint32_t result_count = 0;            // slots
  std::uint32_t frame_slots = 0;             // whole frame, temporaries and results included
  std::uint32_t function_index = 0;          // in the module
  // Instruction::offset for each cell: where in the source a cell comes from.
  std::span<const std::uint32_t> offsets;
  std::span<const TryRange> tries;  // by their begin, outer ones first
  std::span<const CatchTarget> catches;
};

class StackMaps;

struct CompiledModule {
  ValidModule valid;
  CodeArena arena;
  std::vector<FunctionCode> functions;  // defined functions only; cells point to them
  std::vector<const FunctionCode*>
      catching;                           // those with a try_table, by the address of their cells
  std::shared_ptr<StackMaps> stack_maps;  // of all, made when they are asked for
  std::shared_ptr<const core::ModuleNames> names;

  [[nodiscard]] const Module& module() const { return valid.module(); }
};

}  // namespace heddle::engine
