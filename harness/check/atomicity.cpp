#include "harness/check/atomicity.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "core/action_kinds.hpp"
#include "core/byte_map.hpp"
#include "harness/check/names.hpp"

namespace heddle::harness {
namespace {

using core::Action;
using core::ActionKind;
using core::ByteMap;
using core::CodeLocation;
using core::Event;
using core::Trace;

// A graph of more would take gigabytes.
constexpr std::size_t kEventsMax = 4'000'000;
constexpr std::uint32_t kNone = 0xffff'ffff;

bool is_read(const Action& action) {
  return action.kind == ActionKind::Read ||
         (action.kind == ActionKind::ReadModifyWrite && action.read_value == action.written_value);
}

bool is_access(const Action& action) {
  return is_access(action.kind) && action.location.region != core::RegionKind::MemoryLength;
}

using RegionKey = std::pair<core::RegionKind, std::uint32_t>;
RegionKey key_of(const Action& action) { return {action.location.region, action.location.number}; }

// From one transaction to another, because of two events.
struct Edge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t from_event = 0;
  std::uint32_t to_event = 0;
};

// Which event belongs to which transaction, and which events count.
class Transactions {
 public:
  Transactions(const Trace& trace, const std::vector<std::string>& functions)
      : trace_(trace), of_event_(trace.events.size()), counts_(trace.events.size(), true) {
    for (std::uint32_t i = 0; i < trace.events.size(); ++i) add_event(i, functions);
  }

  [[nodiscard]] std::uint32_t of(std::uint32_t event) const { return of_event_[event]; }
  [[nodiscard]] bool counts(std::uint32_t event) const { return counts_[event]; }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(calls_.size()); }
  // Into Trace::calls; kNone of an event on its own.
  [[nodiscard]] std::uint32_t call_of(std::uint32_t transaction) const {
    return calls_[transaction];
  }
  [[nodiscard]] bool has_calls() const { return has_calls_; }

 private:
  struct Agent {
    std::uint32_t call = kNone;         // that it is in
    std::uint32_t transaction = kNone;  // of that call
    // Its reads since it has last written something, by where they were made.
    std::map<std::pair<CodeLocation, core::Location>, std::uint32_t> reads;
  };

  void add_event(std::uint32_t index, const std::vector<std::string>& functions) {
    const Event& event = trace_.events[index];
    Agent& agent = agents_[event.agent.index];
    const auto actions = trace_.actions_of(event);
    for (const Action& action : actions) {
      if (action.kind == ActionKind::Invoke) begin_call(agent, action, functions);
    }
    if (agent.call != kNone && agent.transaction == kNone) agent.transaction = add(agent.call);
    of_event_[index] = agent.call == kNone ? add(kNone) : agent.transaction;
    if (agent.call != kNone) drop_retried(agent, index);
    for (const Action& action : actions) {
      const bool ends_call = action.kind == ActionKind::Return || action.kind == ActionKind::End;
      if (ends_call) agent.call = kNone;
      if (ends_call || action.kind == ActionKind::Wait) {
        agent.transaction = kNone;
        agent.reads.clear();
      }
    }
  }

  void begin_call(Agent& agent, const Action& action, const std::vector<std::string>& functions) {
    agent = {};
    if (action.written_value >= trace_.calls.size()) return;
    const auto call = static_cast<std::uint32_t>(action.written_value);
    if (std::ranges::find(functions, trace_.calls[call].function) == functions.end()) return;
    agent.call = call;
    has_calls_ = true;
  }

  std::uint32_t add(std::uint32_t call) {
    calls_.push_back(call);
    return size() - 1;
  }

  // Of the reads that an instruction makes again and again, the last one counts.
  void drop_retried(Agent& agent, std::uint32_t index) {
    const Event& event = trace_.events[index];
    const auto actions = trace_.actions_of(event);
    const bool writes = std::ranges::any_of(
        actions, [](const Action& action) { return is_access(action) && !is_read(action); });
    const bool is_single_read = actions.size() == 1 && is_access(actions[0]) && !writes;
    if (is_single_read || (writes && actions.size() == 1)) {
      const auto [at, is_new] = agent.reads.try_emplace({event.where, actions[0].location}, index);
      if (!is_new) counts_[at->second] = false;
      at->second = index;
    }
    if (writes) agent.reads.clear();
  }

  const Trace& trace_;
  std::vector<std::uint32_t> of_event_;
  std::vector<bool> counts_;
  std::vector<std::uint32_t> calls_;  // by transaction
  std::map<std::uint32_t, Agent> agents_;
  bool has_calls_ = false;
};

// Who must come before whom.
class Graph {
 public:
  Graph(const Trace& trace, const Transactions& transactions)
      : trace_(trace), transactions_(transactions) {
    find_wait_words();
    for (std::uint32_t i = 0; i < trace.events.size(); ++i) add_event(i);
    std::ranges::sort(edges_, {}, [](const Edge& edge) {
      return std::tuple(edge.from, edge.to, edge.from_event, edge.to_event);
    });
    const auto repeated = std::ranges::unique(
        edges_, [](const Edge& a, const Edge& b) { return a.from == b.from && a.to == b.to; });
    edges_.erase(repeated.begin(), repeated.end());
    remove_acyclic();
  }

  // The shortest cycle through the first call that is in one; empty if there is none.
  [[nodiscard]] std::vector<Edge> find_cycle() const {
    for (std::uint32_t i = 0; i < transactions_.size(); ++i) {
      if (!is_left_[i] || transactions_.call_of(i) == kNone) continue;
      std::vector<Edge> cycle = find_cycle_through(i);
      if (!cycle.empty()) return cycle;
    }
    return {};
  }

 private:
  // Of a stretch of bytes: its last write, and the reads since, one for each transaction.
  struct Cell {
    std::optional<std::uint32_t> write;
    std::vector<std::uint32_t> reads;
  };

  void find_wait_words() {
    for (const Action& action : trace_.actions) {
      const bool is_queue = action.kind == ActionKind::Wait || action.kind == ActionKind::Notify;
      if (!is_queue) continue;
      wait_words_[key_of(action)].visit(range_of(action), [](bool& is_word) { is_word = true; });
    }
  }

  [[nodiscard]] bool is_wait_word(const Action& action) const {
    const auto region = wait_words_.find(key_of(action));
    bool found = false;
    if (region != wait_words_.end()) {
      region->second.look(range_of(action), [&](bool is_word) { found |= is_word; });
    }
    return found;
  }

  void add_event(std::uint32_t index) {
    const Event& event = trace_.events[index];
    auto [last, is_first] = last_of_agent_.try_emplace(event.agent.index, index);
    if (is_first) {
      const auto spawn = spawned_by_.find(event.agent.index);
      if (spawn != spawned_by_.end()) add_edge(spawn->second, index);
    } else {
      add_edge(last->second, index);
    }
    last->second = index;
    for (const Action& action : trace_.actions_of(event)) {
      if (action.kind == ActionKind::Spawn) spawned_by_[action.written_value] = index;
      if (action.kind == ActionKind::Join) {
        const auto joined = last_of_agent_.find(action.written_value);
        if (joined != last_of_agent_.end()) add_edge(joined->second, index);
      }
      if (is_access(action) && transactions_.counts(index) && !is_wait_word(action)) {
        add_access(index, action);
      }
    }
  }

  void add_access(std::uint32_t index, const Action& action) {
    const bool reads = is_read(action);
    bytes_[key_of(action)].visit(range_of(action), [&](Cell& cell) {
      if (cell.write) add_edge(*cell.write, index);
      if (reads) {
        const bool is_known =
            !cell.reads.empty() && transactions_.of(cell.reads.back()) == transactions_.of(index);
        if (!is_known) cell.reads.push_back(index);
        return;
      }
      for (const std::uint32_t read : cell.reads) add_edge(read, index);
      cell.reads.clear();
      cell.write = index;
    });
  }

  void add_edge(std::uint32_t from_event, std::uint32_t to_event) {
    const Edge edge{.from = transactions_.of(from_event),
                    .to = transactions_.of(to_event),
                    .from_event = from_event,
                    .to_event = to_event};
    if (edge.from != edge.to) edges_.push_back(edge);
  }

  [[nodiscard]] std::span<const Edge> edges_from(std::uint32_t transaction) const {
    const auto [first, last] = std::ranges::equal_range(edges_, transaction, {}, &Edge::from);
    return {first, last};
  }

  // Takes away, again and again, what nothing comes before.
  void remove_acyclic() {
    std::vector<std::uint32_t> incoming(transactions_.size());
    for (const Edge& edge : edges_) ++incoming[edge.to];
    is_left_.assign(transactions_.size(), true);
    std::vector<std::uint32_t> free;
    for (std::uint32_t i = 0; i < transactions_.size(); ++i) {
      if (incoming[i] == 0) free.push_back(i);
    }
    while (!free.empty()) {
      const std::uint32_t next = free.back();
      free.pop_back();
      is_left_[next] = false;
      for (const Edge& edge : edges_from(next)) {
        if (--incoming[edge.to] == 0) free.push_back(edge.to);
      }
    }
  }

  [[nodiscard]] std::vector<Edge> find_cycle_through(std::uint32_t start) const {
    std::map<std::uint32_t, Edge> reached_by;
    std::deque<std::uint32_t> queue{start};
    while (!queue.empty() && !reached_by.contains(start)) {
      const std::uint32_t next = queue.front();
      queue.pop_front();
      for (const Edge& edge : edges_from(next)) {
        if (is_left_[edge.to] && reached_by.try_emplace(edge.to, edge).second) {
          queue.push_back(edge.to);
        }
      }
    }
    if (!reached_by.contains(start)) return {};
    std::vector<Edge> cycle;
    std::uint32_t at = start;
    do {
      cycle.push_back(reached_by.at(at));
      at = cycle.back().from;
    } while (at != start);
    std::ranges::reverse(cycle);
    return cycle;
  }

  const Trace& trace_;
  const Transactions& transactions_;
  std::map<RegionKey, ByteMap<bool>> wait_words_;
  std::map<RegionKey, ByteMap<Cell>> bytes_;
  std::map<std::uint64_t, std::uint32_t> last_of_agent_;
  std::map<std::uint64_t, std::uint32_t> spawned_by_;
  std::vector<Edge> edges_;  // by `from`, then `to`
  std::vector<bool> is_left_;
};

// Begins with the call that is to blame: it is left by an event that comes before the one by which
// it is entered. There is one in every cycle, because time only goes forward in all others.
std::vector<Edge> from_the_blamed(const Transactions& transactions, std::vector<Edge> cycle) {
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    const Edge& in = cycle[(i + cycle.size() - 1) % cycle.size()];
    if (cycle[i].from_event >= in.to_event) continue;
    if (transactions.call_of(cycle[i].from) == kNone) continue;
    std::ranges::rotate(cycle, cycle.begin() + static_cast<std::ptrdiff_t>(i));
    break;
  }
  return cycle;
}

std::string event_text(const Trace& trace, std::uint32_t index) {
  const Event& event = trace.events[index];
  for (const Action& action : trace.actions_of(event)) {
    if (!is_access(action)) continue;
    return fmt::format("{} {}", describe_access(trace, event.agent, action),
                       whereabouts(trace, event.where));
  }
  return agent_name(trace, event.agent) + " goes on";
}

core::Finding finding_of(const Trace& trace, const Transactions& transactions,
                         const std::vector<Edge>& cycle) {
  const core::Call& call = trace.calls[transactions.call_of(cycle.front().from)];
  std::vector<std::string> steps;
  std::set<core::EventId> events;
  for (const Edge& edge : cycle) {
    events.insert({edge.from_event});
    events.insert({edge.to_event});
    const bool is_own = trace.events[edge.from_event].agent == trace.events[edge.to_event].agent;
    if (is_own) continue;
    steps.push_back(fmt::format("{} before {}", event_text(trace, edge.from_event),
                                event_text(trace, edge.to_event)));
  }
  core::Finding finding;
  finding.rule = "atomicity";
  finding.place = call.function;
  finding.message = fmt::format("{}'s call of {} is not atomic: {}", agent_name(trace, call.agent),
                                call.function, fmt::join(steps, ", and "));
  finding.events.assign(events.begin(), events.end());
  return finding;
}

}  // namespace

core::Verdict AtomicityJudge::judge(const core::Execution& execution) const {
  const Trace& trace = execution.trace;
  if (auto unknown = unless_recorded(execution, "atomicity")) return *std::move(unknown);
  if (trace.events.size() > kEventsMax) {
    core::Finding finding;
    finding.rule = "atomicity";
    finding.message = fmt::format("the execution has more than {} events", kEventsMax);
    return core::Verdict::unknown(std::move(finding));
  }
  const Transactions transactions(trace, functions_);
  if (!transactions.has_calls()) return core::Verdict::pass();
  const std::vector<Edge> cycle = Graph(trace, transactions).find_cycle();
  if (cycle.empty()) return core::Verdict::pass();
  return core::Verdict::fail(finding_of(trace, transactions, from_the_blamed(transactions, cycle)));
}

}  // namespace heddle::harness
