// Discovery: what the executions so far have shown of a program, and whether more of them pay.
//
// Executions are compared by the order of their events, and by what every read has read from: two
// with the same reads-from relation differ in nothing that the program could notice. Pairs of
// instructions are counted for as many as there are: a write and a read that has read from it; the
// last instruction of an agent and the first one of the next agent.
//
// Reads-from is told for aligned words of 4 bytes: a read reads from the last write to any byte of
// its first four words. Waiting, waking and notifying read and write the queue of their location.
#pragma once

#include <cstdint>
#include <vector>

#include "core/event.hpp"
#include "core/trace.hpp"
#include "reports/explore_report.hpp"

namespace heddle::harness {

class Discovery {
 public:
  // Of an execution whose events were kept.
  void add(const core::Trace& trace);

  // The second half of all schedules, and at least kSaturationMin, have shown no new pair.
  static constexpr std::uint64_t kSaturationMin = 512;
  [[nodiscard]] bool is_saturated() const;

  [[nodiscard]] reports::Coverage finish() const;

 private:
  // Who has written a word last.
  struct Write {
    std::uint64_t key = 0;
    std::uint64_t execution = 0;  // valid in this one
    std::uint64_t event = 0;      // a digest of agent and position in the agent's events
    std::uint64_t place = 0;      // a digest of the instruction
  };

  [[nodiscard]] Write& last_write(std::uint64_t key);
  void grow_writes();
  void add_event(const core::Trace& trace, const core::Event& event);
  [[nodiscard]] std::uint64_t add_action(const core::Action& action, std::uint64_t event,
                                         std::uint64_t place);
  [[nodiscard]] reports::CoverageCounts counts() const;

  reports::Coverage found_;
  bool is_new_ = false;  // the present execution has shown a new pair

  // Of the present execution.
  std::vector<Write> writes_ = std::vector<Write>(256);  // a hash table
  std::uint64_t execution_ = 0;
  std::size_t write_count_ = 0;
  std::vector<std::uint64_t> agents_;  // digest of each one's events
  std::uint64_t order_ = 0;            // digest of all events in order
  std::uint32_t last_agent_ = 0;
  std::uint64_t last_place_ = 0;
};

}  // namespace heddle::harness
