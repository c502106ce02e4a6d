#include "harness/check/data_race.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/action_kinds.hpp"
#include "core/byte_map.hpp"
#include "harness/check/clocks.hpp"
#include "harness/check/names.hpp"

namespace heddle::harness {
namespace {

using core::Action;
using core::ActionKind;
using core::AgentId;
using core::ByteMap;
using core::ByteRange;
using core::CodeLocation;
using core::Event;
using core::EventId;
using core::Trace;

constexpr std::size_t kFindingsMax = 16;
// A few hundred megabytes; only programs with thousands of agents come near it.
constexpr std::size_t kClockNumbersMax = std::size_t{1} << 26;

enum class AccessKind : std::uint8_t { PlainRead, PlainWrite, AtomicRead, AtomicWrite };

bool is_atomic(const Action& action) {
  return action.ordering == core::Ordering::SeqCst || action.ordering == core::Ordering::AcqRel;
}

// One access, as the bytes it touched remember it.
struct Access {
  AccessKind kind = AccessKind::PlainRead;
  AgentId agent{};
  std::uint32_t time = 0;
  EventId event{};
  ByteRange range{};

  [[nodiscard]] bool writes() const {
    return kind == AccessKind::PlainWrite || kind == AccessKind::AtomicWrite;
  }
  [[nodiscard]] bool is_atomic() const {
    return kind == AccessKind::AtomicRead || kind == AccessKind::AtomicWrite;
  }
};

bool conflict(const Access& a, const Access& b) {
  if (!a.writes() && !b.writes()) return false;
  return !(a.is_atomic() && b.is_atomic() && a.range == b.range);
}

// Whatever conflicts with `old` conflicts with `fresh`, too. If `old` also happened before it, then
// what races with `old` from now on races with `fresh`: `old` can be forgotten.
bool covers(const Access& fresh, const Access& old) {
  switch (fresh.kind) {
    case AccessKind::PlainWrite:
      return true;
    case AccessKind::PlainRead:
      return !old.writes();
    case AccessKind::AtomicWrite:
      return old.is_atomic() && old.range == fresh.range;
    case AccessKind::AtomicRead:
      return old.kind == AccessKind::AtomicRead && old.range == fresh.range;
  }
  return false;
}

// What is known of a byte.
struct Shadow {
  std::vector<Access> accesses;  // that some later one may race with
  // Of the last write, if it was atomic.
  Clocks::Stamp writer{};
  ByteRange writer_range{};
};

struct Region {
  ByteMap<Shadow> bytes;
  std::vector<std::pair<ByteRange, Clocks::Stamp>> initialised;
};

class Detector {
 public:
  explicit Detector(const Trace& trace) : trace_(trace), agents_(trace.agents.size()) {
    for (const Event& event : trace.events) {
      agents_ = std::max<std::size_t>(agents_, std::size_t{event.agent.index} + 1);
    }
  }

  core::Verdict run() {
    for (std::uint32_t i = 0; i < trace_.events.size(); ++i) {
      add_event({i});
      if (findings_.size() >= kFindingsMax) break;
      if (clocks_.numbers() > kClockNumbersMax) return give_up();
    }
    if (findings_.empty()) return core::Verdict::pass();
    return {.kind = core::VerdictKind::Fail, .findings = std::move(findings_)};
  }

 private:
  using RegionKey = std::pair<core::RegionKind, std::uint32_t>;

  static RegionKey key_of(const Action& action) {
    return {action.location.region, action.location.number};
  }

  // An event's actions happen at once: all that it learns, then all that it does.
  void add_event(EventId id) {
    const Event& event = trace_.events[id.index];
    const auto actions = trace_.actions_of(event);
    clocks_.tick(event.agent);
    for (const Action& action : actions) learn(event.agent, action);
    for (const Action& action : actions) {
      if (const auto access = access_of(id, action)) check(regions_[key_of(action)], *access);
    }
    report_races_of(id);
    for (const Action& action : actions) {
      if (const auto access = access_of(id, action)) keep(regions_[key_of(action)], *access);
      leave(event.agent, action);
    }
  }

  // What happened before the action.
  void learn(AgentId agent, const Action& action) {
    if (is_queue_action(action.kind)) clocks_.acquire(agent, queues_[action.location]);
    if (action.kind == ActionKind::Join && is_agent(action.written_value)) {
      clocks_.acquire(agent, clocks_.stamp_of(agent_of(action)));
    }
    if (!is_access(action.kind)) return;
    const ByteRange range = range_of(action);
    const Region& region = regions_[key_of(action)];
    for (const auto& [initialised, stamp] : region.initialised) {
      if (initialised.overlaps(range)) clocks_.acquire(agent, stamp);
    }
    if (!is_atomic(action) || action.kind == ActionKind::Write) return;
    region.bytes.look(range, [&](const Shadow& shadow) {
      if (shadow.writer_range == range) clocks_.acquire(agent, shadow.writer);
    });
  }

  // What later actions may learn from.
  void leave(AgentId agent, const Action& action) {
    const auto stamp = [&] { return clocks_.stamp_of(agent); };
    if (is_queue_action(action.kind)) queues_[action.location] = stamp();
    if (action.kind == ActionKind::Spawn && is_agent(action.written_value)) {
      clocks_.acquire(agent_of(action), stamp());
    }
    if (!is_access(action.kind)) return;
    const ByteRange range = range_of(action);
    Region& region = regions_[key_of(action)];
    if (action.ordering == core::Ordering::Init) region.initialised.emplace_back(range, stamp());
    if (action.kind == ActionKind::Read) return;
    const bool publishes = is_atomic(action);
    region.bytes.visit(range, [&](Shadow& shadow) {
      shadow.writer = publishes ? stamp() : Clocks::Stamp{};
      shadow.writer_range = publishes ? range : ByteRange{};
    });
  }

  // Nothing if it cannot race.
  std::optional<Access> access_of(EventId event, const Action& action) {
    if (!is_access(action.kind) || action.ordering == core::Ordering::Init) return std::nullopt;
    if (action.location.region == core::RegionKind::MemoryLength) return std::nullopt;
    const bool writes = action.kind != ActionKind::Read;
    Access access{.event = event, .range = range_of(action)};
    access.agent = trace_.events[event.index].agent;
    access.time = clocks_.stamp_of(access.agent).time;
    if (is_atomic(action)) {
      access.kind = writes ? AccessKind::AtomicWrite : AccessKind::AtomicRead;
    } else {
      access.kind = writes ? AccessKind::PlainWrite : AccessKind::PlainRead;
    }
    return access;
  }

  void check(const Region& region, const Access& access) {
    region.bytes.look(access.range, [&](const Shadow& shadow) {
      for (const Access& old : shadow.accesses) {
        if (old.agent == access.agent || !conflict(old, access)) continue;
        if (!clocks_.knows(access.agent, old.agent, old.time)) races_.insert(old.event);
      }
    });
  }

  void keep(Region& region, const Access& access) {
    bool is_alone = true;
    region.bytes.visit(access.range, [&](Shadow& shadow) {
      std::erase_if(shadow.accesses, [&](const Access& old) {
        return covers(access, old) && clocks_.knows(access.agent, old.agent, old.time);
      });
      is_alone &= shadow.accesses.empty();
      shadow.accesses.push_back(access);
    });
    // What is alike becomes one stretch again. The write takes the writers away in any case.
    if (is_alone && access.kind == AccessKind::PlainWrite && !access.range.is_empty()) {
      region.bytes.replace(access.range, {.accesses = {access}});
    }
  }

  // The event with all that it races with, the latest first.
  void report_races_of(EventId event) {
    for (const EventId other : races_ | std::views::reverse) {
      if (findings_.size() >= kFindingsMax) break;
      report(other, event);
    }
    races_.clear();
  }

  void report(EventId first, EventId second) {
    std::pair pair{trace_.events[first.index].where, trace_.events[second.index].where};
    if (pair.second < pair.first) std::swap(pair.first, pair.second);
    if (!reported_.insert(pair).second) return;
    core::Finding finding;
    finding.rule = "data-race";
    std::string places[] = {place_of(trace_, pair.first), place_of(trace_, pair.second)};
    std::ranges::sort(places);
    finding.place = places[0] == places[1] ? places[0] : places[0] + ", " + places[1];
    finding.message = fmt::format(
        "{} and {}: nothing orders them{}", describe(first, second), describe(second, first),
        are_both_atomic(first, second) ? " (atomic accesses of different bytes do not synchronise)"
                                       : "");
    finding.events = {first, second};
    findings_.push_back(std::move(finding));
  }

  // The event's access that conflicts with one of the other's.
  [[nodiscard]] const Action& conflicting_action(EventId event, EventId other) const {
    const auto actions = trace_.actions_of(trace_.events[event.index]);
    const auto others = trace_.actions_of(trace_.events[other.index]);
    const auto races_with = [](const Action& a, const Action& b) {
      if (!is_access(a.kind) || !is_access(b.kind) || key_of(a) != key_of(b)) return false;
      if (a.location.region == core::RegionKind::MemoryLength) return false;
      if (a.kind == ActionKind::Read && b.kind == ActionKind::Read) return false;
      return range_of(a).overlaps(range_of(b)) &&
             !(is_atomic(a) && is_atomic(b) && range_of(a) == range_of(b));
    };
    for (const Action& action : actions) {
      for (const Action& theirs : others) {
        if (races_with(action, theirs)) return action;
      }
    }
    return actions.front();
  }

  [[nodiscard]] bool are_both_atomic(EventId first, EventId second) const {
    return is_atomic(conflicting_action(first, second)) &&
           is_atomic(conflicting_action(second, first));
  }

  [[nodiscard]] std::string describe(EventId event, EventId other) const {
    const Action& action = conflicting_action(event, other);
    return fmt::format("{} {}", describe_access(trace_, trace_.events[event.index].agent, action),
                       whereabouts(trace_, trace_.events[event.index].where));
  }

  [[nodiscard]] bool is_agent(std::uint64_t index) const { return index < agents_; }
  static AgentId agent_of(const Action& action) {
    return {static_cast<std::uint32_t>(action.written_value)};
  }

  static core::Verdict give_up() {
    core::Finding finding;
    finding.rule = "data-race";
    finding.message = "too many agents to tell races: their clocks would fill the memory";
    return core::Verdict::unknown(std::move(finding));
  }

  const Trace& trace_;
  std::size_t agents_;
  Clocks clocks_;
  std::map<RegionKey, Region> regions_;
  std::map<core::Location, Clocks::Stamp> queues_;
  std::set<EventId> races_;  // that the current event races with
  std::set<std::pair<CodeLocation, CodeLocation>> reported_;
  std::vector<core::Finding> findings_;
};

}  // namespace

core::Verdict DataRaceJudge::judge(const core::Execution& execution) const {
  if (auto unknown = unless_recorded(execution, "data-race")) return *std::move(unknown);
  return Detector(execution.trace).run();
}

}  // namespace heddle::harness
