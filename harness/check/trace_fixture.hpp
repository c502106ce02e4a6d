// Traces for tests of judges: written down an event a line, or random.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/execution.hpp"
#include "core/trace.hpp"

namespace heddle::harness {

class TraceBuilder {
 public:
  explicit TraceBuilder(std::uint32_t agents) : times_(agents) {
    for (std::uint32_t i = 0; i < agents; ++i) {
      execution_.trace.agents.push_back({.name = std::string(1, static_cast<char>('a' + i))});
    }
  }

  // Each agent is a function of its own; each of its events, an instruction.
  TraceBuilder& add(std::uint32_t agent, std::vector<core::Action> actions) {
    return add_at(agent, {.module = 0, .function = agent, .offset = times_[agent]++},
                  std::move(actions));
  }
  TraceBuilder& add_at(std::uint32_t agent, core::CodeLocation where,
                       std::vector<core::Action> actions) {
    core::Trace& trace = execution_.trace;
    trace.events.push_back({.agent = {agent},
                            .where = where,
                            .first_action = static_cast<std::uint32_t>(trace.actions.size()),
                            .action_count = static_cast<std::uint32_t>(actions.size())});
    trace.actions.insert(trace.actions.end(), actions.begin(), actions.end());
    ++execution_.steps;
    return *this;
  }

  [[nodiscard]] core::Trace& trace() { return execution_.trace; }
  [[nodiscard]] core::Execution& execution() { return execution_; }

 private:
  core::Execution execution_;
  std::vector<std::uint32_t> times_;
};

// What tests of judges talk about.
namespace actions {

using core::Action;
using core::ActionKind;
using core::EventId;
using core::Trace;
using core::Verdict;
using core::VerdictKind;

inline core::Action access(core::ActionKind kind, core::Ordering ordering, std::uint64_t offset,
                           std::uint64_t size_bytes) {
  return {.kind = kind,
          .ordering = ordering,
          .location = {core::RegionKind::Memory, 0, offset},
          .size_bytes = size_bytes};
}
inline core::Action load(std::uint64_t offset, std::uint64_t size_bytes = 4) {
  return access(core::ActionKind::Read, core::Ordering::Unordered, offset, size_bytes);
}
inline core::Action store(std::uint64_t offset, std::uint64_t size_bytes = 4) {
  return access(core::ActionKind::Write, core::Ordering::Unordered, offset, size_bytes);
}
inline core::Action atomic_load(std::uint64_t offset, std::uint64_t size_bytes = 4) {
  return access(core::ActionKind::Read, core::Ordering::SeqCst, offset, size_bytes);
}
inline core::Action atomic_store(std::uint64_t offset, std::uint64_t size_bytes = 4) {
  return access(core::ActionKind::Write, core::Ordering::SeqCst, offset, size_bytes);
}
inline core::Action rmw(std::uint64_t offset, std::uint64_t size_bytes = 4) {
  return access(core::ActionKind::ReadModifyWrite, core::Ordering::SeqCst, offset, size_bytes);
}
inline core::Action queue(core::ActionKind kind, std::uint64_t offset) {
  return access(kind, core::Ordering::SeqCst, offset, 4);
}
inline core::Action spawn(std::uint32_t agent) {
  return {.kind = core::ActionKind::Spawn, .written_value = agent};
}
inline core::Action join(std::uint32_t agent) {
  return {.kind = core::ActionKind::Join, .written_value = agent};
}

}  // namespace actions

// Agents `main` (0) and the others; accesses of mixed sizes to eight bytes. An agent may act before
// it is spawned, or after it was joined: judges must not mind, and their definitions do not.
inline rc::Gen<TraceBuilder> random_traces(std::uint32_t agents, int events_max) {
  return rc::gen::exec([agents, events_max] {
    TraceBuilder builder(agents);
    const int events = *rc::gen::inRange(1, events_max + 1);
    const auto random_access = [] {
      const auto kind =
          *rc::gen::weightedElement<core::ActionKind>({{3, core::ActionKind::Read},
                                                       {3, core::ActionKind::Write},
                                                       {1, core::ActionKind::ReadModifyWrite}});
      const bool is_atomic =
          kind == core::ActionKind::ReadModifyWrite || *rc::gen::arbitrary<bool>();
      const std::uint64_t size = *rc::gen::element<std::uint64_t>(1, 2, 4, 4, 4);
      const std::uint64_t offset = is_atomic ? size * *rc::gen::inRange<std::uint64_t>(0, 8 / size)
                                             : *rc::gen::inRange<std::uint64_t>(0, 9 - size);
      auto ordering = is_atomic ? core::Ordering::SeqCst : core::Ordering::Unordered;
      if (!is_atomic && kind == core::ActionKind::Write && *rc::gen::inRange(0, 8) == 0) {
        ordering = core::Ordering::Init;
      }
      return actions::access(kind, ordering, offset, size);
    };
    for (int i = 0; i < events; ++i) {
      const auto agent = *rc::gen::inRange<std::uint32_t>(0, agents);
      const int what = *rc::gen::inRange(0, 12);
      if (what == 0) {
        const auto kind = *rc::gen::element(core::ActionKind::Wait, core::ActionKind::Woken,
                                            core::ActionKind::TimedOut, core::ActionKind::Notify);
        const std::uint64_t offset = *rc::gen::element<std::uint64_t>(0, 4);
        if (kind == core::ActionKind::Wait) {
          builder.add(agent, {actions::atomic_load(offset), actions::queue(kind, offset)});
        } else {
          builder.add(agent, {actions::queue(kind, offset)});
        }
      } else if (what == 1) {
        const auto other = *rc::gen::inRange<std::uint32_t>(0, agents);
        if (other == agent) continue;
        builder.add(agent,
                    {*rc::gen::arbitrary<bool>() ? actions::spawn(other) : actions::join(other)});
      } else if (what == 2) {
        builder.add(agent, {random_access(), random_access()});
      } else {
        builder.add(agent, {random_access()});
      }
    }
    return builder;
  });
}

}  // namespace heddle::harness
