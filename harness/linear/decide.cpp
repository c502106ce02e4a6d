#include "harness/linear/decide.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "harness/linear/append_log_monitor.hpp"
#include "harness/linear/mutex_monitor.hpp"
#include "harness/linear/priority_queue_monitor.hpp"
#include "harness/linear/queue_monitor.hpp"
#include "harness/linear/register_monitor.hpp"
#include "harness/linear/search.hpp"
#include "harness/linear/set_monitor.hpp"
#include "harness/linear/stack_monitor.hpp"

namespace heddle::harness {

namespace {

using core::VerdictKind;

// The smallest first is the largest of the negated ones first.
Calls negated(const Calls& calls) {
  Calls result = calls;
  for (ModelCall& call : result.calls) {
    if (call.verb == Verb::Put) call.arguments[0] = -call.arguments[0];
    if (call.has_result && call.result != kEmptyResult) call.result = -call.result;
  }
  return result;
}

ModelState negated(ModelState state) {
  for (std::int64_t& element : state) element = -element;
  return state;
}

// Of an attempt to acquire, nobody knows whether it has.
bool has_unanswered_attempt(const Calls& calls, const Model& model) {
  return std::ranges::any_of(calls.calls, [&](const ModelCall& call) {
    return call.verb == Verb::Acquire && !call.has_result &&
           model.operations()[call.code].has_result;
  });
}

Decision search_narrowly(const Calls& calls, const Model& model, const DecideOptions& options) {
  const std::unique_ptr<Model> narrowed = model.narrowed(calls);
  const Model& held = narrowed ? *narrowed : model;
  return options.search ? options.search(calls, held, options) : search(calls, held, options);
}

// Puts the witnesses of parts into one order: each call is given a point between its ends, not
// before that of the call in front of it in its part; all are then ordered by their points.
class WitnessMerger {
 public:
  void add(const Calls& all, const std::vector<std::uint32_t>& indices, const Decision& decision) {
    std::uint32_t point = 0;
    for (const std::uint32_t index : decision.witness) {
      const std::uint32_t call = indices[index];
      point = std::max(point, all.calls[call].call);
      points_.emplace_back(point, call);
    }
  }

  std::vector<std::uint32_t> order() && {
    std::ranges::stable_sort(points_, {}, &std::pair<std::uint32_t, std::uint32_t>::first);
    std::vector<std::uint32_t> calls;
    calls.reserve(points_.size());
    for (const auto& [point, call] : points_) calls.push_back(call);
    return calls;
  }

 private:
  std::vector<std::pair<std::uint32_t, std::uint32_t>> points_;
};

Decision decide_parts(const Calls& calls, const Model& model, const DecideOptions& options,
                      const std::vector<std::vector<std::uint32_t>>& parts) {
  Decision all{.kind = VerdictKind::Pass, .decider = "parts"};
  WitnessMerger witness;
  for (const std::vector<std::uint32_t>& indices : parts) {
    const Calls part = select(calls, indices);
    std::optional<Decision> decision;
    if (!options.only_searches) decision = decide_specially(part, model, options.wants_witness);
    if (!decision) decision = search_narrowly(part, model, options);
    all.nodes += decision->nodes;
    if (decision->kind == VerdictKind::Fail) {
      for (std::uint32_t& culprit : decision->culprits) culprit = indices[culprit];
      decision->nodes = all.nodes;
      return *std::move(decision);
    }
    if (decision->kind > all.kind) {
      all.kind = decision->kind;
      all.cause = decision->cause;
    }
    all.decider = decision->decider;
    if (options.wants_witness) witness.add(calls, indices, *decision);
  }
  if (all.kind == VerdictKind::Pass) all.witness = std::move(witness).order();
  return all;
}

}  // namespace

std::optional<Decision> decide_specially(const Calls& calls, const Model& model,
                                         bool wants_witness) {
  const ModelState initial = model.initial();
  switch (model.family()) {
    case Family::General:
      return std::nullopt;
    case Family::Register:
      return decide_register(calls, initial, wants_witness);
    case Family::Set:
      return decide_set(calls, initial, wants_witness);
    case Family::Queue:
      return decide_queue(calls, initial, wants_witness);
    case Family::Stack:
      return decide_stack(calls, initial, wants_witness);
    case Family::PriorityQueue:
      return decide_priority_queue(calls, initial, wants_witness);
    case Family::MinPriorityQueue:
      return decide_priority_queue(negated(calls), negated(initial), wants_witness);
    case Family::Mutex:
      if (has_unanswered_attempt(calls, model)) return std::nullopt;
      return decide_mutex(calls, initial, wants_witness);
    case Family::AppendLog:
      return decide_append_log(calls, initial, wants_witness);
  }
  return std::nullopt;
}

Decision decide(const Calls& calls, const Model& model, const DecideOptions& options) {
  if (!options.only_searches) {
    if (auto decision = decide_specially(calls, model, options.wants_witness)) {
      return *std::move(decision);
    }
  }
  const std::vector<std::vector<std::uint32_t>> parts = parts_of(calls, model);
  Decision decision = parts.size() > 1 ? decide_parts(calls, model, options, parts)
                                       : search_narrowly(calls, model, options);
  const std::string failure = model.failure();
  if (failure.empty()) return decision;
  return {.decider = decision.decider, .cause = failure, .nodes = decision.nodes};
}

std::vector<std::vector<std::uint32_t>> parts_of(const Calls& calls, const Model& model) {
  std::vector<std::vector<std::uint32_t>> parts;
  const auto argument = model.part_argument();
  const bool is_split = argument && std::ranges::all_of(calls.calls, [&](const ModelCall& call) {
                          return model.operations()[call.code].arguments > *argument;
                        });
  if (!is_split) {
    parts.emplace_back();
    for (std::uint32_t i = 0; i < calls.calls.size(); ++i) parts[0].push_back(i);
    return parts;
  }
  // order never seen: looked up by value
  std::unordered_map<std::int64_t, std::size_t> part_of;
  for (std::uint32_t i = 0; i < calls.calls.size(); ++i) {
    const auto [found, is_new] =
        part_of.try_emplace(calls.calls[i].arguments[*argument], parts.size());
    if (is_new) parts.emplace_back();
    parts[found->second].push_back(i);
  }
  return parts;
}

std::vector<std::uint32_t> calls_before(const Calls& calls, std::uint32_t rank) {
  std::vector<std::uint32_t> indices;
  for (std::uint32_t i = 0; i < calls.calls.size() && calls.calls[i].call < rank; ++i) {
    indices.push_back(i);
  }
  return indices;
}

Calls beginning_of(const Calls& calls, std::uint32_t rank) {
  Calls beginning{.calls = {}, .ranks = rank, .data = calls.data};
  for (const std::uint32_t index : calls_before(calls, rank)) {
    ModelCall& call = beginning.calls.emplace_back(calls.calls[index]);
    if (call.ret >= rank) call.ret = kPending;
  }
  return beginning;
}

}  // namespace heddle::harness
