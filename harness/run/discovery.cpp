#include "harness/run/discovery.hpp"

#include <algorithm>
#include <bit>

#include "core/action_kinds.hpp"
#include "core/sketch.hpp"

namespace heddle::harness {

namespace {

using core::mix;

constexpr std::uint64_t kWordBytes = 4;
constexpr std::uint64_t kWordsMax = 4;  // looked at of one access

std::uint64_t digest_of(const core::CodeLocation& where) {
  return mix((std::uint64_t{where.module} << 32) | where.function, where.offset);
}

std::uint64_t key_of(const core::Location& location, std::uint64_t word, bool is_queue) {
  const std::uint64_t region = 2 * static_cast<std::uint64_t>(location.region) + (is_queue ? 1 : 0);
  // Never 0, which marks a free slot.
  return mix((region << 32) | location.number, word) | 1;
}

}  // namespace

Discovery::Write& Discovery::last_write(std::uint64_t key) {
  if (2 * (write_count_ + 1) > writes_.size()) grow_writes();
  const std::size_t mask = writes_.size() - 1;
  std::size_t slot = key & mask;
  while (writes_[slot].execution == execution_ && writes_[slot].key != key) {
    slot = (slot + 1) & mask;
  }
  Write& write = writes_[slot];
  if (write.execution != execution_) {
    write = {.key = key, .execution = execution_};
    ++write_count_;
  }
  return write;
}

void Discovery::grow_writes() {
  const std::vector<Write> old = std::move(writes_);
  writes_.assign(2 * old.size(), {});
  const std::size_t mask = writes_.size() - 1;
  for (const Write& write : old) {
    if (write.execution != execution_) continue;
    std::size_t slot = write.key & mask;
    while (writes_[slot].execution == execution_) slot = (slot + 1) & mask;
    writes_[slot] = write;
  }
}

// A digest of what was read from; 0: nothing was read.
std::uint64_t Discovery::add_action(const core::Action& action, std::uint64_t event,
                                    std::uint64_t place) {
  if (action.location.region == core::RegionKind::None) return 0;
  const bool is_queue = core::is_queue_action(action.kind);
  const std::uint64_t first = action.location.offset / kWordBytes;
  const std::uint64_t bytes = action.location.offset % kWordBytes + action.size_bytes;
  const std::uint64_t words =
      is_queue ? 1 : std::clamp<std::uint64_t>((bytes + kWordBytes - 1) / kWordBytes, 1, kWordsMax);
  std::uint64_t sources = 0;
  for (std::uint64_t word = first; word < first + words; ++word) {
    Write& write = last_write(key_of(action.location, word, is_queue));
    if (is_queue || core::reads(action.kind)) {
      sources = mix(sources, write.event);
      is_new_ |= found_.reads_from.add(mix(write.place, place));
    }
    if (is_queue || core::writes(action.kind)) {
      write.event = event;
      write.place = place;
    }
  }
  return sources;
}

void Discovery::add_event(const core::Trace& trace, const core::Event& event) {
  const std::uint64_t place = digest_of(event.where);
  if (event.agent.index >= agents_.size()) agents_.resize(event.agent.index + 1, 1);
  std::uint64_t& agent = agents_[event.agent.index];
  // The agent's events so far, with what they have read from, tell its event from any other.
  const std::uint64_t id = mix(agent, event.agent.index);
  std::uint64_t sources = 0;
  for (const core::Action& action : trace.actions_of(event)) {
    sources = mix(sources, add_action(action, id, place));
  }
  agent = mix(mix(agent, place), sources);
  order_ = mix(order_, mix(place, event.agent.index));
  if (event.where.function == core::CodeLocation::kNoFunction) return;  // no instruction's
  if (event.agent.index != last_agent_ && last_place_ != 0) {
    is_new_ |= found_.hand_offs.add(mix(last_place_, place + 1));
  }
  last_agent_ = event.agent.index;
  last_place_ = place;
}

void Discovery::add(const core::Trace& trace) {
  ++execution_;
  write_count_ = 0;
  agents_.clear();
  order_ = 0;
  last_place_ = 0;
  is_new_ = false;
  for (const core::Event& event : trace.events) add_event(trace, event);
  std::uint64_t relation = 0;
  for (const std::uint64_t agent : agents_) relation = mix(relation, agent);
  found_.interleavings.add(order_);
  found_.classes.add(relation);
  if (is_new_) found_.last_new_schedule = execution_;
  if (std::has_single_bit(execution_)) found_.curve.push_back(counts());
}

bool Discovery::is_saturated() const {
  return execution_ >= kSaturationMin && 2 * found_.last_new_schedule <= execution_;
}

reports::CoverageCounts Discovery::counts() const {
  return {.schedules = execution_,
          .interleavings = found_.interleavings.size(),
          .classes = found_.classes.size(),
          .reads_from = found_.reads_from.size(),
          .hand_offs = found_.hand_offs.size()};
}

reports::Coverage Discovery::finish() const {
  reports::Coverage coverage = found_;
  coverage.counts = counts();
  if (execution_ != 0 && !std::has_single_bit(execution_)) {
    coverage.curve.push_back(coverage.counts);
  }
  return coverage;
}

}  // namespace heddle::harness
