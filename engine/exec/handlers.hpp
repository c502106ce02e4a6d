// The interpreter's handlers, by subject. Each function enters its handlers into the table.
#pragma once

#include <utility>

#include "engine/exec/dispatch.hpp"

namespace heddle::engine {

void add_numeric_handlers(HandlerTable& table);  // values of numeric instructions
void add_branch_handlers(HandlerTable& table);   // comparisons and tests as branches; br, br_table
void add_fused_handlers(HandlerTable& table);    // two of these in one
void add_access_handlers(HandlerTable& table);   // loads and stores of unshared memory
void add_visible_handlers(HandlerTable& table);  // atomics; all accesses to shared memory
void add_memory_handlers(HandlerTable& table);   // memory.size and the like
void add_table_handlers(HandlerTable& table);
void add_frame_handlers(HandlerTable& table);  // moves, constants, select, globals
void add_call_handlers(HandlerTable& table);   // calls and returns
void add_vector_handlers(HandlerTable& table);
void add_vector_access_handlers(HandlerTable& table);
void add_reference_handlers(HandlerTable& table);  // null tests, casts, i31, function references
void add_aggregate_handlers(HandlerTable& table);  // structures and arrays
void add_exception_handlers(HandlerTable& table);
void add_wide_handlers(HandlerTable& table);  // wide arithmetic
void add_far_handlers(HandlerTable& table);   // accesses that are not to memory 0 by 32 bits

// Handlers of cells that no compiler makes.
extern const Cell kReturned;   // returning here ends the outermost call
extern const Cell kExhausted;  // a first frame that was too large

// Whether a cell is the way back into the instance that made a call.
[[nodiscard]] bool is_leave(const Cell* cell);

// Calls f.template operator()<opcode>() for every opcode.
template <typename F>
void for_each_opcode(const F& f) {
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (f.template operator()<static_cast<Opcode>(i)>(), ...);
  }(std::make_index_sequence<kOpcodeCount>());
}

}  // namespace heddle::engine
