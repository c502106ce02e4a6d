// The axioms of the memory model, by the letter: is this execution, with this reads-from relation
// and this total order, consistent?
//
// Spec: exec/relaxed of the threads proposal. Every rule is a function of its own, in its words;
// none is made fast. This is what witnesses are checked by, so it shares nothing with the search
// that finds them (consistency.hpp) but the vocabulary of candidate.hpp.
//
// Happens-before is the least one that the rules force. That is no restriction: every axiom that
// holds for an order holds for a smaller one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/memory/candidate.hpp"

namespace heddle::harness {

// For each access that reads, by event and then by access, the writing event of each cell.
using ReadsFrom = std::vector<std::vector<EventIndex>>;

enum class Clause : std::uint8_t {
  Written,               // every cell read was written, with that value, by another event
  HappensBeforeAcyclic,  // happens-before is a strict order
  WithinTotal,           // and within the total order
  NotFromLater,          // a read does not happen before what it reads from
  NotOverwritten,        // nor was that overwritten before the read
  NoTear,                // a tear-free read sees one tear-free write of its range at most
  LastVisibleA,          // sc-last-visible: the synchronising write is the last before the read
  LastVisibleB,          // no synchronising write after what was read, and before the read
  LastVisibleC,          // no write that synchronises with what was read, and before the read
  WaitQueue,             // waits, wake-ups, time-outs and notifies replay a queue
  Coherence,             // of acquire-release accesses, if they are as in C11
  NoLoadBuffering,       // the switch of that name
};
[[nodiscard]] std::string_view to_string(Clause clause);

struct Violation {
  Clause clause{};
  EventIndex read = kNoEvent;
  EventIndex write = kNoEvent;  // that the read reads from
  EventIndex other = kNoEvent;  // the write that should have been seen

  bool operator==(const Violation&) const = default;
};

// What makes a candidate an execution.
struct Witness {
  ReadsFrom reads_from{};
  std::vector<EventIndex> total{};         // all events, in the total order
  std::vector<EventIndex> modification{};  // all events; it orders acquire-release writes, as C11's
};

// The first rule that is broken, or nothing.
[[nodiscard]] std::optional<Violation> check_execution(const Candidate& candidate,
                                                       const Witness& witness,
                                                       const MemoryModelSwitches& switches = {});

// happens[a][b]: a happens before b. Closed; a cycle shows as happens[a][a].
[[nodiscard]] std::vector<std::vector<bool>> happens_before(const Candidate& candidate,
                                                            const Witness& witness,
                                                            const MemoryModelSwitches& switches);

}  // namespace heddle::harness
