#include "harness/memory/outcomes.hpp"

#include <algorithm>
#include <functional>

#include "core/action_kinds.hpp"
#include "harness/memory/consistency.hpp"
#include "harness/memory/interleaving.hpp"
#include "harness/memory/known_writes.hpp"

namespace heddle::harness {
namespace {

// Every sequence of answers, in lexical order.
class AllAnswers final : public Answers {
 public:
  explicit AllAnswers(KnownWrites& writes) : writes_(writes) {}

  const std::vector<Cell>& read(const MemoryAccess& access) override {
    const auto& values = writes_.values(access);
    if (values.empty()) {  // nobody writes there: the run is none
      is_possible_ = false;
      nothing_.assign(access.size, 0);
      return nothing_;
    }
    return values[choose(values.size())];
  }

  std::size_t choose(std::size_t options) override {
    if (next_ == answers_.size()) answers_.push_back({.answer = 0, .options = options});
    return answers_[next_++].answer;
  }

  [[nodiscard]] bool is_possible() const { return is_possible_; }

  // Prepares for the next run. False: there is none.
  bool advance() {
    next_ = 0;
    is_possible_ = true;
    while (!answers_.empty() && ++answers_.back().answer == answers_.back().options) {
      answers_.pop_back();
    }
    return !answers_.empty();
  }

 private:
  struct Answer {
    std::size_t answer = 0;
    std::size_t options = 0;
  };
  KnownWrites& writes_;
  std::vector<Answer> answers_;
  std::size_t next_ = 0;
  bool is_possible_ = true;
  std::vector<Cell> nothing_;
};

using Traces = std::vector<std::vector<AgentTrace>>;  // by agent

struct TraceSet {
  Traces traces{};
  bool is_complete = true;
};

TraceSet run_all(const TraceSource& source, KnownWrites& writes, const OutcomeLimits& limits) {
  TraceSet result;
  for (std::uint32_t agent = 0; agent < source.agents(); ++agent) {
    std::vector<AgentTrace>& traces = result.traces.emplace_back();
    AllAnswers answers(writes);
    std::uint64_t runs = 0;
    do {
      if (++runs > limits.traces_max) {
        result.is_complete = false;
        break;
      }
      AgentTrace trace = source.run({agent}, answers);
      if (answers.is_possible() && trace.end != AgentEnd::CutOff) {
        traces.push_back(std::move(trace));
      }
    } while (answers.advance());
    if (agent > 0) traces.push_back(source.not_started({agent}));
  }
  result.is_complete = result.is_complete && writes.is_complete();
  return result;
}

std::size_t most_writes(const Traces& traces) {
  std::size_t most = 0;
  for (const auto& agent : traces) {
    std::size_t of_agent = 0;
    for (const AgentTrace& trace : agent) {
      of_agent = std::max<std::size_t>(
          of_agent, static_cast<std::size_t>(
                        std::ranges::count_if(trace.events, [](const MemoryEvent& event) {
                          return std::ranges::any_of(event.accesses, [](const auto& access) {
                            return core::writes(access.kind);
                          });
                        })));
    }
    most += of_agent;
  }
  return most;
}

// All traces of all agents: runs them until nothing new is written.
TraceSet all_traces(const TraceSource& source, const MemoryModelSwitches& switches, Values values,
                    const OutcomeLimits& limits) {
  KnownWrites writes(switches,
                     values == Values::Seeded ? source.seeds() : std::vector<std::uint64_t>{});
  writes.add(source.initial());
  for (std::size_t round = 0;; ++round) {
    TraceSet result = run_all(source, writes, limits);
    if (round > most_writes(result.traces)) return result;
    bool is_new = false;
    for (const auto& agent : result.traces) {
      for (const AgentTrace& trace : agent) is_new = writes.add(trace.events) || is_new;
    }
    if (!is_new || !result.is_complete) return result;
  }
}

// A cell with a value in it.
struct Holding {
  core::Location location{};
  Cell value = 0;
  auto operator<=>(const Holding&) const = default;
};

using Bits = std::vector<std::uint64_t>;

// What traces read and write, as bits: one for each value that some trace reads in some cell.
class Supplies {
 public:
  explicit Supplies(const Traces& traces) {
    for (const auto& agent : traces) {
      for (const AgentTrace& trace : agent) {
        for_each_read(trace.events, [&](const Holding& holding) {
          numbers_.try_emplace(holding, numbers_.size());
        });
      }
    }
  }

  [[nodiscard]] Bits none() const { return Bits((numbers_.size() + 63) / 64); }

  [[nodiscard]] Bits read_by(const AgentTrace& trace) const {
    Bits bits = none();
    for_each_read(trace.events, [&](const Holding& holding) { set(bits, numbers_.at(holding)); });
    return bits;
  }

  [[nodiscard]] Bits written_by(const std::vector<MemoryEvent>& events) const {
    Bits bits = none();
    for (const MemoryEvent& event : events) {
      for (const MemoryAccess& access : event.accesses) {
        if (core::writes(access.kind)) add_write(bits, access);
      }
    }
    return bits;
  }

 private:
  static void set(Bits& bits, std::size_t number) {
    bits[number / 64] |= std::uint64_t{1} << (number % 64);
  }

  template <typename Visit>
  static void for_each_read(const std::vector<MemoryEvent>& events, const Visit& visit) {
    for (const MemoryEvent& event : events) {
      for (const MemoryAccess& access : event.accesses) {
        Holding holding{.location = access.location};
        for (const Cell cell : access.read) {
          holding.value = cell;
          visit(holding);
          ++holding.location.offset;
        }
      }
    }
  }

  void add_write(Bits& bits, const MemoryAccess& write) const {
    auto next = numbers_.lower_bound({.location = write.location, .value = 0});
    for (; next != numbers_.end(); ++next) {
      const auto& [location, value] = next->first;
      if (location.region != write.location.region || location.number != write.location.number ||
          !covers(write, location.offset)) {
        return;
      }
      if (written_at(write, location.offset) == value) set(bits, next->second);
    }
  }

  std::map<Holding, std::size_t> numbers_;
};

struct Option {
  const AgentTrace* trace = nullptr;
  Bits read{};
  Bits written{};
};

bool is_supplied(const Bits& read, const Bits& written, const Bits& more) {
  for (std::size_t i = 0; i < read.size(); ++i) {
    if ((read[i] & ~(written[i] | more[i])) != 0) return false;
  }
  return true;
}

void unite(Bits& bits, const Bits& more) {
  for (std::size_t i = 0; i < bits.size(); ++i) bits[i] |= more[i];
}

// One trace of each agent, wherever they can belong together.
class Combinations {
 public:
  using Visit = std::function<void(const std::vector<const AgentTrace*>&)>;

  Combinations(const TraceSource& source, const Traces& traces, std::uint64_t combinations_max,
               Visit visit)
      : visit_(std::move(visit)), left_(combinations_max) {
    const Supplies supplies(traces);
    later_.assign(traces.size() + 1, supplies.none());
    for (const auto& agent : traces) {
      auto& options = options_.emplace_back();
      for (const AgentTrace& trace : agent) {
        options.push_back({.trace = &trace,
                           .read = supplies.read_by(trace),
                           .written = supplies.written_by(trace.events)});
      }
    }
    for (std::size_t agent = traces.size(); agent-- > 0;) {
      later_[agent] = later_[agent + 1];
      for (const Option& option : options_[agent]) unite(later_[agent], option.written);
    }
    extend(supplies.none(), supplies.written_by(source.initial()));
  }

  [[nodiscard]] bool is_complete() const { return left_ > 0; }

 private:
  void extend(const Bits& read, const Bits& written) {
    if (left_ == 0) return;
    const std::size_t agent = chosen_.size();
    if (agent == options_.size()) {
      --left_;
      if (belong_together()) visit_(chosen_);
      return;
    }
    for (const Option& option : options_[agent]) {
      Bits all_read = read;
      Bits all_written = written;
      unite(all_read, option.read);
      unite(all_written, option.written);
      if (!is_supplied(all_read, all_written, later_[agent + 1])) continue;
      chosen_.push_back(option.trace);
      extend(all_read, all_written);
      chosen_.pop_back();
    }
  }

  // Who was spawned has started; who was joined has ended; who was woken was notified.
  [[nodiscard]] bool belong_together() const {
    std::vector<bool> is_spawned(chosen_.size());
    std::map<core::Location, std::int64_t> wakes;
    is_spawned[0] = true;
    for (const AgentTrace* trace : chosen_) {
      if (trace->blocked_by && !has_end(*trace->blocked_by, AgentEnd::Blocked)) return false;
      for (const MemoryEvent& event : trace->events) {
        if (event.spawned) is_spawned[event.spawned->index] = true;
        if (event.joined && (has_end(*event.joined, AgentEnd::Blocked) ||
                             has_end(*event.joined, AgentEnd::NotStarted))) {
          return false;
        }
        if (!event.queue) continue;
        wakes[event.queue->location] += static_cast<std::int64_t>(event.queue->woken);
        if (event.queue->kind == core::ActionKind::Woken) --wakes[event.queue->location];
      }
    }
    for (std::size_t agent = 0; agent < chosen_.size(); ++agent) {
      if (is_spawned[agent] == (chosen_[agent]->end == AgentEnd::NotStarted)) return false;
    }
    return std::ranges::all_of(wakes, [](const auto& wake) { return wake.second == 0; });
  }

  [[nodiscard]] bool has_end(core::AgentId agent, AgentEnd end) const {
    return chosen_[agent.index]->end == end;
  }

  Visit visit_;
  std::uint64_t left_ = 0;
  std::vector<std::vector<Option>> options_;  // by agent
  std::vector<Bits> later_;                   // written by this agent and those after it
  std::vector<const AgentTrace*> chosen_;
};

struct Decided {
  std::optional<Witness> witness{};
  bool is_complete = true;
};

Outcomes outcomes_of(const TraceSource& source, const TraceSet& set, const OutcomeLimits& limits,
                     const std::function<Decided(const Candidate&)>& decide) {
  Outcomes outcomes;
  const auto visit = [&](const std::vector<const AgentTrace*>& traces) {
    std::string outcome = source.outcome(traces);
    if (outcomes.allowed.contains(outcome)) return;
    Candidate candidate{.initial = source.initial()};
    for (const AgentTrace* trace : traces) candidate.agents.emplace_back(trace->events);
    Decided decided = decide(candidate);
    if (!decided.witness) {
      outcomes.is_complete = outcomes.is_complete && decided.is_complete;
      outcomes.refuted.insert(std::move(outcome));
      return;
    }
    outcomes.refuted.erase(outcome);
    Allowed& allowed = outcomes.allowed[std::move(outcome)];
    for (const AgentTrace* trace : traces) allowed.agents.push_back(trace->events);
    allowed.witness = *std::move(decided.witness);
  };
  const Combinations combinations(source, set.traces, limits.combinations_max, visit);
  outcomes.is_complete = outcomes.is_complete && set.is_complete && combinations.is_complete();
  return outcomes;
}

}  // namespace

Outcomes allowed_outcomes(const TraceSource& source, const MemoryModelSwitches& switches,
                          Values values, const OutcomeLimits& limits) {
  const TraceSet set = all_traces(source, switches, values, limits);
  return outcomes_of(source, set, limits, [&](const Candidate& candidate) {
    Consistency found = decide_consistency(candidate, switches, {.steps_max = limits.steps_max});
    return Decided{.witness = std::move(found.witness), .is_complete = found.is_complete};
  });
}

Outcomes sc_outcomes(const TraceSource& source, const OutcomeLimits& limits) {
  const TraceSet set = all_traces(source, {}, Values::Grounded, limits);
  return outcomes_of(source, set, limits, [&](const Candidate& candidate) {
    Interleaving found = find_interleaving(candidate, limits.steps_max);
    Decided decided{.is_complete = found.is_complete};
    if (found.order) decided.witness = Witness{.total = *std::move(found.order)};
    return decided;
  });
}

}  // namespace heddle::harness
