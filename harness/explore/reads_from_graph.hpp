// ReadsFromGraph: an execution as who read what from whom.
//
// Interleavings differ in the order of steps; what a program can see of that order is which write
// each read returns. A graph has, of one execution, its events (one for each step, and for what a
// step brings about in others), and for each event its *looks*: questions whose answer depends on
// the other agents. Two executions with the same answers are the same to every agent.
//
// What is looked at, as bytes of a region:
//   memory        by loads, read-modify-writes, waits, copies
//   length        of a memory: by memory.size and grow, and by accesses beyond the initial length
//   queue         of a location: waits, timeouts and notifies read and write it
//   calls         of an agent, if call order counts: an Invoke writes the agent's, a Return reads
//                 the others'. So the class tells which call had returned before which was invoked
//   a choice      that the machine left to the schedule (does growing succeed?)
//   all of memory at the end, if final contents count: by an event behind all others
//
// Invariants:
//   1. Regions are cut into cells such that every access has whole cells: a read is a list of cells
//      with a writer each, whatever the sizes of accesses. Bulk accesses are few cells.
//   2. An event's identity is a digest (64 bits) of its agent's path of creation and of the
//      identities of all that it has seen: equal in two executions if and only if the event's past
//      is the same (but for a collision, for which there is one chance in 2^64 for each pair).
//   3. Events are numbered in the order of the trace. `before` is the causal past: program order,
//      reads-from, creation, joining, waking.
//   4. Some events happen together with a step of before, their `head`: a Return with the call's
//      last step, a waking with the notify.
// Every visible action must have been a scheduling point (PointMode::All): those that are private
// to an agent have one answer, and so cost no executions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/execution.hpp"
#include "harness/explore/bits.hpp"

namespace heddle::harness {

struct ReadsFromOptions {
  bool final_memory = false;       // executions that end with different memories are different
  bool call_order = false;         // so are those with another order of calls that do not overlap
  bool punctual_timeouts = false;  // they fire when their time has come: classes do not know when
};

// A choice that was no agent's next step.
struct Answer {
  std::uint64_t step = 0;  // steps made before it, or including the one it belongs to
  core::Choice chosen{};
  std::vector<core::Choice> options{};
};

// What a chooser has seen of an execution, that its trace does not tell.
struct Seen {
  std::vector<Answer> answers;
  struct Timeout {
    std::uint64_t step = 0;
    std::uint32_t agent = 0;
    bool operator==(const Timeout&) const = default;
  };
  std::vector<Timeout> timeouts;  // that could have been chosen
};

inline constexpr std::int32_t kInitial = -1;  // written by nobody
inline constexpr std::uint32_t kNoNumber = ~std::uint32_t{0};

enum class LookKind : std::uint8_t { Memory, Length, Queue, Calls, Choice, Woken };

struct CellSource {
  std::uint32_t cell = 0;
  std::int32_t writer = kInitial;
  bool operator==(const CellSource&) const = default;
};

struct Look {
  LookKind kind = LookKind::Memory;
  std::uint32_t first_source = 0;  // what it has read: into sources()
  std::uint32_t source_count = 0;
  std::uint64_t identity = 0;  // the event's, up to this look
  bool is_compared = false;    // something hangs on whether it read `compared`
  std::uint64_t compared = 0;
  std::uint64_t read_value = 0;
  std::uint32_t answer = kNoNumber;  // of Choice: into answers()
};

struct CellRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  [[nodiscard]] bool contains(std::uint32_t cell) const { return begin <= cell && cell < end; }
};

struct GraphWrite {
  CellRange cells;
  std::uint32_t needs_looks = 0;  // the first looks, whose answers decide that it is made...
  bool hangs_on_value = false;    // ...by what the last of them has read or chosen
  bool is_performed = true;       // false: it would be made, had that been the wanted value
  std::uint64_t address = 0;
  std::uint64_t value = 0;       // little-endian
  std::uint32_t value_size = 0;  // bytes of it that are known: 0 or all
};

struct GraphEvent {
  enum class Kind : std::uint8_t { Step, Timeout, Woken, Return, Begin, End };
  Kind kind = Kind::Step;
  bool is_notify = false;
  bool is_wait = false;              // whether it has waited, or found another value...
  std::uint32_t wait_looks = 0;      // ...in the last of these looks
  bool is_finite_wait = false;       // a timeout could end it
  std::uint32_t agent = 0;           // live number
  std::uint32_t index = 0;           // among the agent's events
  std::int32_t previous = kInitial;  // the agent's event before
  std::uint32_t head = 0;            // itself, or the event it happens together with
  std::uint32_t first_look = 0;
  std::uint32_t look_count = 0;
  std::uint32_t first_write = 0;
  std::uint32_t write_count = 0;
  std::uint32_t first_cause = 0;  // other direct predecessors: into causes()
  std::uint32_t cause_count = 0;
  std::uint64_t entry_identity = 0;  // before the first look
  std::uint64_t identity = 0;
};

struct GraphAgent {
  std::uint64_t key = 0;                // its path of creation
  std::vector<std::uint32_t> events;    // in order
  std::vector<std::uint32_t> creation;  // the events it was created behind
};

struct Cell {
  std::uint32_t region = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool is_contended = false;  // somebody writes what somebody else accesses
  bool is_memory = false;
};

// How many events are looked at; executions with more are not analysed.
inline constexpr std::size_t kGraphEventsMax = 4096;

class GraphBuilder;

class ReadsFromGraph {
 public:
  ReadsFromGraph();  // of nothing
  ReadsFromGraph(const core::Execution& execution, const Seen& seen,
                 const ReadsFromOptions& options);
  ReadsFromGraph(const ReadsFromGraph&) = delete;
  ReadsFromGraph& operator=(const ReadsFromGraph&) = delete;
  ReadsFromGraph(ReadsFromGraph&&) = delete;
  ReadsFromGraph& operator=(ReadsFromGraph&&) = delete;
  ~ReadsFromGraph();

  // The execution must have been recorded in full.
  void assign(const core::Execution& execution, const Seen& seen, const ReadsFromOptions& options);

  // False: it has too many events, or steps that are not understood. Nothing else is then valid.
  [[nodiscard]] bool is_valid() const { return is_valid_; }

  [[nodiscard]] std::size_t size() const { return events_.size(); }
  [[nodiscard]] const GraphEvent& event(std::size_t number) const { return events_[number]; }
  [[nodiscard]] const std::vector<GraphEvent>& events() const { return events_; }
  [[nodiscard]] const std::vector<GraphAgent>& agents() const { return agents_; }
  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }
  [[nodiscard]] const std::vector<Answer>& answers() const { return answers_; }

  [[nodiscard]] std::span<const Look> looks(const GraphEvent& event) const {
    return std::span(looks_).subspan(event.first_look, event.look_count);
  }
  [[nodiscard]] std::span<const CellSource> sources(const Look& look) const {
    return std::span(sources_).subspan(look.first_source, look.source_count);
  }
  [[nodiscard]] std::span<const GraphWrite> writes(const GraphEvent& event) const {
    return std::span(writes_).subspan(event.first_write, event.write_count);
  }
  [[nodiscard]] std::span<const std::uint32_t> causes(const GraphEvent& event) const {
    return std::span(causes_).subspan(event.first_cause, event.cause_count);
  }
  // The events of a causal past, without the event itself. Rows have room for one event more than
  // there are, which a variation may add.
  [[nodiscard]] Bits before(std::size_t event) const { return before_[event]; }
  [[nodiscard]] Bits after(std::size_t event) const { return after_[event]; }
  [[nodiscard]] Bits writers(std::uint32_t cell) const { return writers_[cell]; }
  [[nodiscard]] std::size_t words() const { return before_.words(); }

  // The agent with that key; kNoNumber if there is none.
  [[nodiscard]] std::uint32_t find_agent(std::uint64_t key) const;
  [[nodiscard]] std::uint64_t identity_of(std::int32_t writer) const;

  // The identity of an event that, behind `entry`, has these answers to one more look.
  [[nodiscard]] std::uint64_t look_identity(std::uint64_t entry, LookKind kind,
                                            std::span<const CellSource> sources,
                                            std::span<const std::uint64_t> identities) const;

  // One for each class of executions.
  [[nodiscard]] std::uint64_t class_identity() const;

 private:
  friend class GraphBuilder;

  std::unique_ptr<GraphBuilder> builder_;
  bool is_valid_ = true;
  std::vector<GraphEvent> events_;
  std::vector<Look> looks_;
  std::vector<CellSource> sources_;
  std::vector<GraphWrite> writes_;
  std::vector<std::uint32_t> causes_;
  std::vector<GraphAgent> agents_;
  std::vector<Cell> cells_;
  std::vector<std::uint64_t> region_keys_;  // of cells
  std::vector<Answer> answers_;
  BitRows before_;
  BitRows after_;
  BitRows writers_;
};

// Mixes a value into a digest.
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t digest, std::uint64_t value) {
  std::uint64_t x = (digest ^ (value + 0x9e37'79b9'7f4a'7c15ULL)) * 0xbf58'476d'1ce4'e5b9ULL;
  x ^= x >> 29;
  x = (x + (digest << 31 | digest >> 33)) * 0x94d0'49bb'1331'11ebULL;
  return x ^ x >> 32;
}
[[nodiscard]] constexpr std::uint64_t woken_identity(std::uint64_t entry, std::uint64_t notify) {
  return mixed(mixed(entry, 0x776f), notify);
}

}  // namespace heddle::harness
