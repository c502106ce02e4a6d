#include "harness/check/linearizability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "harness/check/history_of.hpp"
#include "harness/check/intern.hpp"

namespace heddle::harness {
namespace {

constexpr std::size_t kSlotsMax = 64;
constexpr std::size_t kExplainedMax = 8;
// Explaining is a courtesy: it must not take much longer than deciding.
constexpr std::size_t kCandidatesMax = 32;
constexpr std::uint64_t kExplainNodesMax = 20'000;
constexpr std::uint64_t kNumbersPerNodeMax = 32;

// What distinguishes operations for the model: name, result, arguments, as numbers.
using ClassKey = std::vector<std::int64_t>;

// One return: who is open at that time, by slot.
struct Return {
  std::size_t operation = 0;
  std::uint32_t slot = 0;
  std::uint64_t time = 0;
  std::vector<std::pair<std::uint32_t, std::size_t>> open;  // slot, operation; itself first
};

// Pending operations that are alike, by time of their call.
struct PendingClass {
  std::uint32_t operation_class = 0;
  std::vector<std::size_t> operations;
};

// A history, prepared.
struct Plan {
  std::vector<std::uint32_t> class_of;  // each operation
  std::vector<Return> returns;          // in order
  std::vector<PendingClass> pending;
  std::string problem;  // not empty: it cannot be searched
};

class Planner {
 public:
  Planner(const PlainHistory& history, const PlainModel& model)
      : history_(history), model_(model) {}

  Plan plan() && {
    for (const PlainOperation& operation : history_.operations) {
      plan_.problem = problem_of(operation);
      if (!plan_.problem.empty()) return std::move(plan_);
      plan_.class_of.push_back(class_of(operation));
    }
    plan_returns();
    plan_pending();
    return std::move(plan_);
  }

 private:
  std::string problem_of(const PlainOperation& operation) const {
    const auto known = check_operation(model_, operation.name, operation.arguments.size());
    if (!known) return known.error().message;
    if (operation.ret && *operation.ret < operation.call) {
      return fmt::format("{} returns before it is called", to_string(operation));
    }
    return "";
  }

  std::uint32_t class_of(const PlainOperation& operation) {
    ClassKey key{model_.find_operation(operation.name) - model_.operations.data(),
                 operation.result.has_value() ? 1 : 0, operation.result.value_or(0)};
    key.insert(key.end(), operation.arguments.begin(), operation.arguments.end());
    return classes_.number_of(key);
  }

  void plan_returns() {
    // time, 0 for a call and 1 for a return, operation: calls before returns at equal times
    std::vector<std::tuple<std::uint64_t, int, std::size_t>> edges;
    for (std::size_t i = 0; i < history_.operations.size(); ++i) {
      const PlainOperation& operation = history_.operations[i];
      if (!operation.ret) continue;
      edges.emplace_back(operation.call, 0, i);
      edges.emplace_back(*operation.ret, 1, i);
    }
    std::ranges::sort(edges);
    std::array<std::size_t, kSlotsMax> holder{};
    std::uint64_t used = 0;
    std::vector<std::uint32_t> slot_of(history_.operations.size());
    for (const auto& [time, kind, operation] : edges) {
      if (kind == 0) {
        const auto slot = static_cast<std::uint32_t>(std::countr_one(used));
        if (slot == kSlotsMax) {
          plan_.problem = fmt::format("more than {} operations are open at once", kSlotsMax);
          return;
        }
        used |= std::uint64_t{1} << slot;
        holder[slot] = operation;
        slot_of[operation] = slot;
        continue;
      }
      Return& ret = plan_.returns.emplace_back();
      ret.operation = operation;
      ret.slot = slot_of[operation];
      ret.time = time;
      ret.open.emplace_back(ret.slot, operation);
      for (std::uint32_t slot = 0; slot < kSlotsMax; ++slot) {
        const bool is_open = (used >> slot & 1) != 0;
        if (is_open && slot != ret.slot) ret.open.emplace_back(slot, holder[slot]);
      }
      used &= ~(std::uint64_t{1} << ret.slot);
    }
  }

  void plan_pending() {
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    for (std::size_t i = 0; i < history_.operations.size(); ++i) {
      if (!history_.operations[i].ret) order.emplace_back(history_.operations[i].call, i);
    }
    std::ranges::sort(order);
    std::vector<std::optional<std::size_t>> index_of(classes_.size());
    for (const auto& [time, i] : order) {
      std::optional<std::size_t>& index = index_of[plan_.class_of[i]];
      if (!index) {
        index = plan_.pending.size();
        plan_.pending.push_back({.operation_class = plan_.class_of[i], .operations = {}});
      }
      plan_.pending[*index].operations.push_back(i);
    }
  }

  const PlainHistory& history_;
  const PlainModel& model_;
  Intern<ClassKey> classes_;
  Plan plan_;
};

// How many operations of each pending class are used.
using Used = std::vector<std::uint32_t>;

bool is_subset(const Used& left, const Used& right) {
  return std::ranges::equal(left, right, [](auto l, auto r) { return l <= r; });
}

struct Position {
  std::size_t next_return = 0;
  std::uint64_t placed = 0;  // slots of open operations that have their place already
  std::uint32_t state = 0;
  Used used;
};

class Search {
 public:
  Search(const PlainHistory& history, const PlainModel& model, Plan plan)
      : history_(history), model_(model), plan_(std::move(plan)) {}

  Linearization run(std::uint64_t nodes_max) {
    search(nodes_max);
    return std::move(result_);
  }

  // All results that `operation`, the last one to return, has wherever it can be placed.
  std::vector<std::int64_t> results_of(std::size_t operation, std::uint64_t nodes_max) {
    watched_ = operation;
    search(nodes_max);
    return std::move(watched_results_);
  }

 private:
  struct Frame {
    Position position;
    std::size_t next_candidate = 0;
  };

  void search(std::uint64_t nodes_max) {
    Position start;
    start.state = states_.number_of(model_.initial);
    start.used.resize(plan_.pending.size());
    if (plan_.returns.empty()) return finish(core::VerdictKind::Pass);
    enter(std::move(start));
    while (!stack_.empty()) {
      if (result_.nodes > nodes_max || numbers_kept_ / kNumbersPerNodeMax > nodes_max) {
        result_.cause = fmt::format("undecided after {} positions", nodes_max);
        return finish(core::VerdictKind::Unknown);
      }
      Frame& frame = stack_.back();
      if (frame.next_candidate == candidates_at(frame.position)) {
        stack_.pop_back();
        if (!order_.empty()) order_.pop_back();
        continue;
      }
      if (auto next = try_candidate(frame.position, frame.next_candidate++)) {
        const bool is_done = next->next_return == plan_.returns.size();
        if (is_done && !watched_) return finish(core::VerdictKind::Pass);
        if (is_done || !enter(std::move(*next))) order_.pop_back();
      }
    }
    finish(core::VerdictKind::Fail);
  }

  // Everything of a position but the pending operations it has used.
  using Key = std::array<std::uint64_t, 3>;

  [[nodiscard]] std::size_t candidates_at(const Position& position) const {
    return plan_.returns[position.next_return].open.size() + plan_.pending.size();
  }

  // Places the candidate, if that is possible and helps; appends it to order_.
  std::optional<Position> try_candidate(const Position& position, std::size_t candidate) {
    const Return& ret = plan_.returns[position.next_return];
    if (candidate < ret.open.size()) {
      const auto [slot, operation] = ret.open[candidate];
      const std::uint64_t bit = std::uint64_t{1} << slot;
      if ((position.placed & bit) != 0) return std::nullopt;
      if (operation == watched_) watch(position.state);
      const auto state = step(position.state, operation);
      if (!state) return std::nullopt;
      Position next = position;
      next.state = *state;
      next.placed |= bit;
      skip_placed_returns(next);
      order_.push_back(operation);
      return next;
    }
    const std::size_t index = candidate - ret.open.size();
    const PendingClass& pending = plan_.pending[index];
    const std::uint32_t used = position.used[index];
    if (used == pending.operations.size()) return std::nullopt;
    const std::size_t operation = pending.operations[used];
    if (history_.operations[operation].call > ret.time) return std::nullopt;
    const auto state = step(position.state, operation);
    if (!state || *state == position.state) return std::nullopt;
    Position next = position;
    next.state = *state;
    ++next.used[index];
    order_.push_back(operation);
    return next;
  }

  void skip_placed_returns(Position& position) const {
    while (position.next_return < plan_.returns.size()) {
      const std::uint64_t bit = std::uint64_t{1} << plan_.returns[position.next_return].slot;
      if ((position.placed & bit) == 0) return;
      position.placed &= ~bit;
      ++position.next_return;
    }
  }

  // False if the position is dominated by one that was visited before.
  bool enter(Position position) {
    std::vector<Used>& visited = visited_[{position.next_return, position.placed, position.state}];
    for (const Used& used : visited) {
      if (is_subset(used, position.used)) return false;
    }
    std::erase_if(visited, [&](const Used& used) { return is_subset(position.used, used); });
    visited.push_back(position.used);
    numbers_kept_ += position.used.size();
    ++result_.nodes;
    note_progress(position);
    stack_.push_back({.position = std::move(position)});
    return true;
  }

  // Remembers how far the search came, for the explanation of a failure.
  void note_progress(const Position& position) {
    const bool is_further = !result_.unplaced || position.next_return > furthest_;
    if (!is_further && order_.size() <= result_.order.size()) return;
    if (position.next_return < furthest_) return;
    furthest_ = position.next_return;
    result_.unplaced = plan_.returns[furthest_].operation;
    result_.order = order_;
  }

  [[nodiscard]] std::optional<Applied> apply(std::uint32_t state, std::size_t operation) const {
    const PlainOperation& called = history_.operations[operation];
    return model_.find_operation(called.name)->apply(states_.key_of(state), called.arguments);
  }

  void watch(std::uint32_t state) {
    const auto applied = apply(state, *watched_);
    if (!applied || !applied->result) return;
    const auto place = std::ranges::lower_bound(watched_results_, *applied->result);
    if (place != watched_results_.end() && *place == *applied->result) return;
    watched_results_.insert(place, *applied->result);
  }

  // The state after the operation; nothing if it cannot happen or gives another result.
  std::optional<std::uint32_t> step(std::uint32_t state, std::size_t operation) {
    const std::uint64_t key = std::uint64_t{state} << 32 | plan_.class_of[operation];
    const auto [found, is_new] = transitions_.try_emplace(key);
    if (!is_new) return found->second;
    const auto applied = apply(state, operation);
    if (!applied) return std::nullopt;
    const std::optional<std::int64_t>& result = history_.operations[operation].result;
    if (result && applied->result && *result != *applied->result) return std::nullopt;
    const std::size_t states = states_.size();
    found->second = states_.number_of(applied->state);
    if (states_.size() > states) numbers_kept_ += applied->state.size();
    return found->second;
  }

  void finish(core::VerdictKind kind) {
    result_.kind = kind;
    if (kind == core::VerdictKind::Pass) result_.order = order_;
    if (kind != core::VerdictKind::Fail) result_.unplaced.reset();
  }

  const PlainHistory& history_;
  const PlainModel& model_;
  Plan plan_;
  Intern<ModelState> states_;
  // order never seen: looked up, never iterated
  std::unordered_map<std::uint64_t, std::optional<std::uint32_t>> transitions_;
  // order never seen: looked up, never iterated
  std::unordered_map<Key, std::vector<Used>, SequenceHash> visited_;
  std::vector<Frame> stack_;
  std::vector<std::size_t> order_;  // placed on the way to the top of the stack
  std::size_t furthest_ = 0;
  std::uint64_t numbers_kept_ = 0;  // in states_ and visited_
  std::optional<std::size_t> watched_;
  std::vector<std::int64_t> watched_results_;  // ascending
  Linearization result_;
};

// The results of `operation`, which cannot be placed, that could have been placed.
std::vector<std::int64_t> explained_results(const PlainHistory& history, const PlainModel& model,
                                            std::size_t operation, std::uint64_t nodes_max) {
  // The history up to its return; the others that return later are pending, with known results.
  const std::uint64_t end = *history.operations[operation].ret;
  PlainHistory beginning;
  std::size_t index = 0;  // of the operation in it
  for (std::size_t i = 0; i < history.operations.size(); ++i) {
    if (history.operations[i].call > end) continue;
    if (i == operation) index = beginning.operations.size();
    beginning.operations.push_back(history.operations[i]);
    std::optional<std::uint64_t>& ret = beginning.operations.back().ret;
    if (ret && *ret > end) ret.reset();
  }
  std::optional<std::int64_t>& result = beginning.operations[index].result;
  result.reset();
  std::vector<std::int64_t> explained;
  std::vector<std::int64_t> candidates =
      Search(beginning, model, Planner(beginning, model).plan()).results_of(index, nodes_max);
  if (candidates.size() > kCandidatesMax) candidates.resize(kCandidatesMax);
  for (const std::int64_t candidate : candidates) {
    if (explained.size() == kExplainedMax) break;
    result = candidate;  // it was placed somewhere; but can all others be, too?
    const Linearization check =
        Search(beginning, model, Planner(beginning, model).plan()).run(nodes_max);
    if (check.kind == core::VerdictKind::Pass) explained.push_back(candidate);
  }
  return explained;
}

}  // namespace

Linearization linearize(const PlainHistory& history, const PlainModel& model,
                        const LinearizabilityOptions& options) {
  Plan plan = Planner(history, model).plan();
  if (!plan.problem.empty()) return {.cause = std::move(plan.problem)};
  Linearization found = Search(history, model, std::move(plan)).run(options.nodes_max);
  if (found.kind == core::VerdictKind::Fail) {
    found.explained = explained_results(history, model, *found.unplaced,
                                        std::min(options.nodes_max, kExplainNodesMax));
  }
  return found;
}

}  // namespace heddle::harness
