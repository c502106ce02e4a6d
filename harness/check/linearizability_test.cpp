#include "harness/check/linearizability.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

#include "harness/check/history_of.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

PlainModel model_of(std::string_view name) { return make_model(name).value(); }

// The definition, word by word: tries all orders.
class BruteForce {
 public:
  BruteForce(const PlainHistory& history, const PlainModel& model)
      : history_(history), model_(model) {}

  bool is_linearizable() { return extend(model_.initial, std::vector<bool>(size())); }

  bool is_witness(const std::vector<std::size_t>& order) {
    ModelState state = model_.initial;
    std::vector<bool> is_placed(size());
    for (const std::size_t i : order) {
      if (i >= size() || is_placed[i] || !may_be_next(i, is_placed)) return false;
      const auto next = apply(state, i);
      if (!next) return false;
      state = *next;
      is_placed[i] = true;
    }
    return all_returned_are_in(is_placed);
  }

 private:
  [[nodiscard]] std::size_t size() const { return history_.operations.size(); }

  bool extend(const ModelState& state, std::vector<bool> is_placed) {
    if (all_returned_are_in(is_placed)) return true;
    for (std::size_t i = 0; i < size(); ++i) {
      if (is_placed[i] || !may_be_next(i, is_placed)) continue;
      const auto next = apply(state, i);
      if (!next) continue;
      is_placed[i] = true;
      if (extend(*next, is_placed)) return true;
      is_placed[i] = false;
    }
    return false;
  }

  bool all_returned_are_in(const std::vector<bool>& is_placed) {
    for (std::size_t i = 0; i < size(); ++i) {
      if (history_.operations[i].ret && !is_placed[i]) return false;
    }
    return true;
  }

  // No other operation that is still to come had returned before this one was called.
  bool may_be_next(std::size_t i, const std::vector<bool>& is_placed) {
    for (std::size_t j = 0; j < size(); ++j) {
      const auto& ret = history_.operations[j].ret;
      if (j != i && !is_placed[j] && ret && *ret < history_.operations[i].call) return false;
    }
    return true;
  }

  std::optional<ModelState> apply(const ModelState& state, std::size_t i) {
    const PlainOperation& operation = history_.operations[i];
    const auto applied = model_.find_operation(operation.name)->apply(state, operation.arguments);
    if (!applied) return std::nullopt;
    if (operation.result && applied->result && operation.result != applied->result) {
      return std::nullopt;
    }
    return applied->state;
  }

  const PlainHistory& history_;
  const PlainModel& model_;
};

// A small history: each move makes a process call an operation, or return from the one it is in.
// Results are those of performing the operations in the order of their calls or of their returns,
// except where a move says otherwise; so that about half of the histories are linearizable.
PlainHistory small_history(const PlainModel& model) {
  struct Move {
    std::uint64_t process;
    std::size_t operation;
    std::int64_t argument;
    int twist;  // 0: result + 1, 1: result not known, 2: effect at the return, else at the call
  };
  const auto moves = *rc::gen::container<std::vector<Move>>(rc::gen::build<Move>(
      rc::gen::set(&Move::process, rc::gen::inRange<std::uint64_t>(0, 3)),
      rc::gen::set(&Move::operation, rc::gen::inRange<std::size_t>(0, model.operations.size())),
      rc::gen::set(&Move::argument, rc::gen::inRange<std::int64_t>(0, 3)),
      rc::gen::set(&Move::twist, rc::gen::inRange(0, 9))));
  PlainHistory history;
  ModelState state = model.initial;
  std::array<std::optional<std::size_t>, 3> open;
  const auto perform = [&](PlainOperation& operation, int twist) {
    const auto applied = model.find_operation(operation.name)->apply(state, operation.arguments);
    if (!applied) return;
    state = applied->state;
    if (applied->result && twist != 1) operation.result = *applied->result + (twist == 0 ? 1 : 0);
  };
  std::uint64_t time = 0;
  for (const Move& move : moves) {
    if (history.operations.size() == 7) break;
    ++time;
    if (auto& index = open[move.process]; index) {
      PlainOperation& operation = history.operations[*index];
      operation.ret = time;
      if (!operation.result && move.twist == 2) perform(operation, 2);
      index.reset();
    } else {
      const PlainModelOperation& called = model.operations[move.operation];
      index = history.operations.size();
      history.operations.push_back(
          {.process = move.process,
           .name = std::string(called.name),
           .arguments = std::vector<std::int64_t>(called.arguments, move.argument),
           .result = {},
           .call = time,
           .ret = {}});
      if (move.twist != 2) perform(history.operations.back(), move.twist);
    }
  }
  // What never returned has no result.
  for (PlainOperation& operation : history.operations) {
    if (!operation.ret) operation.result.reset();
  }
  return history;
}

// What is known of a history at a time: later calls are unknown, later returns pending.
PlainHistory until(PlainHistory history, std::uint64_t end) {
  std::erase_if(history.operations, [&](const PlainOperation& o) { return o.call > end; });
  for (PlainOperation& operation : history.operations) {
    if (operation.ret && *operation.ret > end) operation.ret.reset();
  }
  return history;
}

bool is_first_to_fail(const PlainHistory& history, const PlainModel& model, std::size_t unplaced) {
  const std::uint64_t ret = *history.operations[unplaced].ret;
  return BruteForce(until(history, ret - 1), model).is_linearizable() &&
         !BruteForce(until(history, ret), model).is_linearizable();
}

void agrees_with_brute_force(std::string_view name) {
  const PlainModel model = model_of(name);
  const PlainHistory history = small_history(model);
  for (const PlainOperation& operation : history.operations) {
    RC_LOG() << operation.call << "-" << operation.ret.value_or(0) << " " << to_string(operation)
             << "\n";
  }
  BruteForce brute_force(history, model);
  const bool expected = brute_force.is_linearizable();
  const Linearization found = linearize(history, model);
  RC_CLASSIFY(expected, "linearizable");
  RC_ASSERT(found.kind == (expected ? VerdictKind::Pass : VerdictKind::Fail));
  if (expected) {
    RC_ASSERT(brute_force.is_witness(found.order));
    return;
  }
  RC_ASSERT(is_first_to_fail(history, model, *found.unplaced));
  if (!history.operations[*found.unplaced].result) return;
  const std::uint64_t ret = *history.operations[*found.unplaced].ret;
  for (std::int64_t result = -2; result <= 8; ++result) {
    PlainHistory other = history;
    other.operations[*found.unplaced].result = result;
    RC_ASSERT(BruteForce(until(other, ret), model).is_linearizable() ==
              (std::ranges::count(found.explained, result) == 1));
  }
}

RC_GTEST_PROP(Linearizability, agrees_with_brute_force_on_registers, ()) {
  agrees_with_brute_force("register");
}
RC_GTEST_PROP(Linearizability, agrees_with_brute_force_on_counters, ()) {
  agrees_with_brute_force("counter");
}
RC_GTEST_PROP(Linearizability, agrees_with_brute_force_on_cas_registers, ()) {
  agrees_with_brute_force("cas-register");
}
RC_GTEST_PROP(Linearizability, agrees_with_brute_force_on_stacks, ()) {
  agrees_with_brute_force("stack");
}
RC_GTEST_PROP(Linearizability, agrees_with_brute_force_on_queues, ()) {
  agrees_with_brute_force("queue");
}
RC_GTEST_PROP(Linearizability, agrees_with_brute_force_on_mutexes, ()) {
  agrees_with_brute_force("mutex");
}

PlainOperation operation(std::string name, std::vector<std::int64_t> arguments,
                         std::optional<std::int64_t> result, std::uint64_t call,
                         std::optional<std::uint64_t> ret) {
  return {.process = 0,
          .name = std::move(name),
          .arguments = std::move(arguments),
          .result = result,
          .call = call,
          .ret = ret};
}

TEST(Linearizability, a_lost_update_names_the_read_that_shows_it) {
  const PlainHistory history{{operation("increment", {}, {}, 0, 5),
                              operation("increment", {}, {}, 1, 6), operation("get", {}, 1, 7, 8)}};
  const Linearization found = linearize(history, model_of("counter"));
  EXPECT_EQ(found.kind, VerdictKind::Fail);
  EXPECT_EQ(found.unplaced, 2U);
  EXPECT_THAT(found.explained, ElementsAre(2));
  EXPECT_THAT(found.order, testing::UnorderedElementsAre(0, 1));
}

TEST(Linearizability, operations_that_overlap_may_take_either_order) {
  for (const std::int64_t seen : {0, 1}) {
    const PlainHistory history{
        {operation("write", {1}, {}, 0, 5), operation("read", {}, seen, 1, 4)}};
    EXPECT_EQ(linearize(history, model_of("register")).kind, VerdictKind::Pass) << seen;
  }
  const PlainHistory history{{operation("write", {1}, {}, 0, 5), operation("read", {}, 2, 1, 4)}};
  const Linearization found = linearize(history, model_of("register"));
  EXPECT_EQ(found.kind, VerdictKind::Fail);
  EXPECT_THAT(found.explained, ElementsAre(0, 1));
}

TEST(Linearizability, intervals_that_touch_are_concurrent) {
  const PlainHistory touching{{operation("write", {1}, {}, 0, 5), operation("read", {}, 0, 5, 6)}};
  EXPECT_EQ(linearize(touching, model_of("register")).kind, VerdictKind::Pass);
  const PlainHistory apart{{operation("write", {1}, {}, 0, 5), operation("read", {}, 0, 6, 7)}};
  EXPECT_EQ(linearize(apart, model_of("register")).kind, VerdictKind::Fail);
}

TEST(Linearizability, a_pending_operation_may_have_happened_or_not) {
  for (const std::int64_t seen : {0, 1}) {
    const PlainHistory history{
        {operation("write", {1}, {}, 0, {}), operation("read", {}, seen, 1, 2)}};
    EXPECT_EQ(linearize(history, model_of("register")).kind, VerdictKind::Pass) << seen;
  }
  const PlainHistory not_yet{{operation("read", {}, 1, 1, 2), operation("write", {1}, {}, 3, {})}};
  EXPECT_EQ(linearize(not_yet, model_of("register")).kind, VerdictKind::Fail);
}

TEST(Linearizability, an_operation_that_could_not_happen_has_no_explained_results) {
  const PlainHistory history{
      {operation("acquire", {}, {}, 0, 1), operation("acquire", {}, {}, 2, 3)}};
  const Linearization found = linearize(history, model_of("mutex"));
  EXPECT_EQ(found.kind, VerdictKind::Fail);
  EXPECT_EQ(found.unplaced, 1U);
  EXPECT_THAT(found.explained, IsEmpty());
}

TEST(Linearizability, a_history_without_operations_passes) {
  EXPECT_EQ(linearize({}, model_of("stack")).kind, VerdictKind::Pass);
}

// Twenty concurrent pushes of different values, then pops in an order no stack can give... unless
// all orders are tried.
PlainHistory hard_history() {
  PlainHistory history;
  for (std::int64_t i = 0; i < 20; ++i) {
    history.operations.push_back(operation("push", {i}, {}, static_cast<std::uint64_t>(i),
                                           100 + static_cast<std::uint64_t>(i)));
  }
  history.operations.push_back(operation("pop", {}, 99, 200, 201));
  return history;
}

TEST(Linearizability, reaching_the_budget_is_unknown_with_the_reason) {
  const Linearization found = linearize(hard_history(), model_of("stack"), {.nodes_max = 1000});
  EXPECT_EQ(found.kind, VerdictKind::Unknown);
  EXPECT_THAT(found.cause, HasSubstr("1000"));
  EXPECT_LE(found.nodes, 1001U);
}

// 2000 elements pushed one after the other are two million numbers of states, but few positions.
TEST(Linearizability, states_that_take_too_much_memory_are_unknown) {
  PlainHistory history;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    history.operations.push_back(operation("enqueue", {1}, {}, 2 * i, 2 * i + 1));
  }
  EXPECT_EQ(linearize(history, model_of("queue"), {.nodes_max = 10'000}).kind,
            VerdictKind::Unknown);
  EXPECT_EQ(linearize(history, model_of("queue"), {.nodes_max = 100'000}).kind, VerdictKind::Pass);
}

TEST(Linearizability, what_the_model_does_not_know_is_unknown_not_an_error) {
  EXPECT_THAT(linearize({{operation("frob", {}, {}, 0, 1)}}, model_of("counter")).cause,
              HasSubstr("model counter has no operation 'frob': it has get, "));
  EXPECT_THAT(linearize({{operation("add", {}, {}, 0, 1)}}, model_of("counter")).cause,
              HasSubstr("has 1 arguments, not 0"));
  EXPECT_THAT(linearize({{operation("get", {}, {}, 2, 1)}}, model_of("counter")).cause,
              HasSubstr("before it is called"));
}

TEST(Linearizability, too_many_operations_at_once_are_unknown) {
  PlainHistory history;
  for (std::uint64_t i = 0; i < 65; ++i) {
    history.operations.push_back(operation("get", {}, 0, i, 100 + i));
  }
  EXPECT_THAT(linearize(history, model_of("counter")).cause, HasSubstr("more than 64"));
  history.operations.pop_back();
  EXPECT_EQ(linearize(history, model_of("counter")).kind, VerdictKind::Pass);
}

// Without dominance and interchangeable classes this takes 2^40 positions.
TEST(Linearizability, many_pending_operations_that_are_alike_cost_little) {
  PlainHistory history;
  for (std::uint64_t i = 0; i < 40; ++i) {
    history.operations.push_back(operation("write", {static_cast<std::int64_t>(i % 3)}, {}, i, {}));
  }
  for (std::uint64_t i = 0; i < 20; ++i) {
    history.operations.push_back(
        operation("read", {}, i % 3 == 0 ? 2 : 1, 100 + 2 * i, 101 + 2 * i));
  }
  history.operations.push_back(operation("read", {}, 7, 200, 201));
  const Linearization found = linearize(history, model_of("register"), {.nodes_max = 20'000});
  EXPECT_EQ(found.kind, VerdictKind::Fail);
  EXPECT_EQ(found.unplaced, history.operations.size() - 1);
}

TEST(Linearizability, long_histories_of_few_processes_take_one_position_an_operation) {
  PlainHistory history;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    history.operations.push_back(
        operation("fetch_add", {1}, static_cast<std::int64_t>(i), 2 * i, 2 * i + 1));
  }
  const Linearization found = linearize(history, model_of("counter"));
  EXPECT_EQ(found.kind, VerdictKind::Pass);
  EXPECT_LE(found.nodes, history.operations.size());
}

}  // namespace
}  // namespace heddle::harness
