// MemoryModelSwitches: where the text of the memory model leaves a gap, or is likely to change,
// which reading is meant. The defaults are the strict text; where that cannot be meant (the first
// three), what the model's paper says.
//
// Spec: exec/relaxed of the threads proposal; Watt et al., "Weakening WebAssembly" (OOPSLA 2019).
// Misprints that have no second reading are not switches: stamps of a trace grow along program
// order (the rule has it backwards), a waiter that goes on waiting keeps its stamp, a page that is
// allocated is all zeros.
#pragma once

#include <cstdint>

namespace heddle::harness {

struct MemoryModelSwitches {
  // Two accesses overlap if their ranges have a cell in common. The text has the union of the
  // ranges, by which any two accesses of a region would.
  bool overlap_is_union = false;
  // The total order contains happens-before. Said in the paper, nowhere in the text.
  bool happens_before_within_total = true;
  // The last event of an agent happens before what follows a join of it. Scripts need it; the text
  // has no join.
  bool join_orders = true;

  // Fences of one execution are ordered by happens-before. In the text they do nothing.
  bool fences_order = false;
  // Aligned floats of 32 bits do not tear, as in the paper's figure 15. In the text they do.
  bool floats_tear_free = false;
  // Initial zeros do not mix with a tear-free write in a tear-free read. In the text they may.
  bool init_tear_free = false;

  // What acquire-release accesses mean. No text says it yet. C11: they publish, and accesses of one
  // range are coherent and their modifications adjacent to what they read.
  enum class AcquireRelease : std::uint8_t { SeqCst, C11 };
  AcquireRelease acquire_release = AcquireRelease::C11;

  // Not of the specification: no cycle of happens-before and reads-from. What needs one (load
  // buffering, values out of thin air) is allowed, but surprising.
  bool no_load_buffering = false;
};

}  // namespace heddle::harness
