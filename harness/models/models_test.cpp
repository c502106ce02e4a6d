#include "harness/models/models.hpp"

#include <gmock/gmock.h>

#include "harness/models/calls.hpp"

namespace heddle::harness {
namespace {

using core::Datum;
using core::History;
using testing::HasSubstr;

struct Step {
  std::string_view name;
  Datum input = core::kNil;
  Datum output = core::kUnknown;
  std::int64_t process = 0;
};

// One operation after the other, or all at the same time.
History history_of(const std::vector<Step>& steps, bool is_sequential = true) {
  History history;
  std::uint64_t time = 0;
  for (const Step& step : steps) {
    history.operations.push_back({.process = step.process,
                                  .function = history.function_of(step.name),
                                  .completion = core::Completion::Ok,
                                  .input = step.input,
                                  .output = step.output,
                                  .call = is_sequential ? time++ : 0,
                                  .ret = is_sequential ? time++ : 1});
  }
  return history;
}

// In the order of the calls.
bool explains(const Model& model, const History& history, const Semantics& semantics = {}) {
  const auto calls = prepare(history, model, semantics);
  EXPECT_TRUE(calls) << (calls ? "" : calls.error().message);
  ModelState state = model.initial();
  ModelState next;
  for (const ModelCall& call : calls->calls) {
    if (!model.step(state, call, history.data, next)) return false;
    state = next;
  }
  return true;
}

std::unique_ptr<Model> model_of(std::string_view name, std::int64_t initial) {
  return make_model(name, {.value = {initial}}).value();
}

bool explains(std::string_view model, const std::vector<Step>& steps) {
  const History history = history_of(steps);
  return explains(*make_model(model).value(), history);
}

constexpr Datum n(std::int64_t value) { return {value}; }

TEST(Models, names_are_unique_and_operations_of_a_model_too) {
  std::vector<std::string_view> names;
  for (const ModelInfo& info : model_infos()) {
    names.push_back(info.name);
    const auto model = make_model(info.name);
    ASSERT_TRUE(model) << info.name;
    EXPECT_EQ((*model)->name(), info.name);
    std::vector<std::string_view> operations;
    for (const ModelOperation& operation : (*model)->operations()) {
      operations.push_back(operation.name);
    }
    std::ranges::sort(operations);
    EXPECT_EQ(std::ranges::adjacent_find(operations), operations.end()) << info.name;
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(Models, an_unknown_name_is_answered_with_the_known_ones) {
  EXPECT_THAT(make_model("bag").error().message,
              testing::AllOf(HasSubstr("unknown model 'bag'"), HasSubstr("queue, stack")));
}

TEST(Models, a_register_reads_what_was_written_last) {
  EXPECT_TRUE(explains("register", {{"read", {}, n(0)}, {"write", n(3)}, {"read", {}, n(3)}}));
  EXPECT_FALSE(explains("register", {{"write", n(3)}, {"read", {}, n(0)}}));
}

TEST(Models, a_cas_register_compares_and_gives_old_values) {
  History history;
  const Datum hit = history.data.vector(std::vector{n(0), n(5)});
  const Datum miss = history.data.vector(std::vector{n(1), n(6)});
  const auto run = [&](const std::vector<Step>& steps) {
    History filled = history_of(steps);
    filled.data = history.data;
    return explains(*make_model("cas-register").value(), filled);
  };
  EXPECT_TRUE(run({{"cas", hit, hit}, {"read", {}, n(5)}, {"exchange", n(7), n(5)}}));
  EXPECT_TRUE(run({{"cas", miss, n(0)}, {"compare_exchange", hit, n(0)}, {"read", {}, n(5)}}));
  EXPECT_FALSE(run({{"cas", miss, miss}}));
  EXPECT_FALSE(run({{"cas", hit, core::kFalse}}));
}

TEST(Models, cells_wrap_to_their_width_and_read_zero_extended) {
  EXPECT_TRUE(explains("cell-8", {{"store", n(0x1ff)}, {"add", n(2), n(255)}, {"load", {}, n(1)}}));
  EXPECT_FALSE(explains("cell-8", {{"store", n(0xff)}, {"load", {}, n(-1)}}));
  EXPECT_TRUE(explains("cell-16", {{"sub", n(1), n(0)}, {"load", {}, n(0xffff)}}));
  EXPECT_TRUE(explains("cell-32", {{"store", n(-1)}, {"load", {}, n(-1)}}));
  EXPECT_TRUE(explains("cell-32", {{"store", n(-1)}, {"load", {}, n(0xffff'ffff)}}));
  EXPECT_TRUE(
      explains("cell-64", {{"xor", n(-1), n(0)}, {"and", n(6), n(-1)}, {"load", {}, n(6)}}));
  EXPECT_TRUE(explains("cell-64", {{"or", n(9), n(0)}, {"xchg", n(1), n(9)}, {"load", {}, n(1)}}));
}

TEST(Models, a_narrow_compare_and_exchange_does_not_wrap_what_it_expects) {
  History history;
  const Datum wide = history.data.vector(std::vector{n(0x100), n(7)});
  history = history_of({{"cmpxchg", wide, n(0)}, {"load", {}, n(0)}});
  (void)history.data.vector(std::vector{n(0x100), n(7)});
  EXPECT_TRUE(explains(*make_model("cell-8").value(), history));
  History wrong = history_of({{"cmpxchg", wide, n(0)}, {"load", {}, n(7)}});
  (void)wrong.data.vector(std::vector{n(0x100), n(7)});
  EXPECT_FALSE(explains(*make_model("cell-8").value(), wrong));
}

TEST(Models, containers_give_their_elements_in_their_order) {
  const std::vector<Step> puts{{"push", n(2)}, {"push", n(3)}, {"push", n(1)}};
  const auto gives = [&](std::string_view model, std::string_view take, std::int64_t element) {
    std::vector<Step> steps = puts;
    steps.push_back({"peek", {}, n(element)});
    steps.push_back({take, {}, n(element)});
    if (model == "deque") steps.erase(steps.end() - 2);
    return explains(model, steps);
  };
  EXPECT_TRUE(gives("queue", "pop", 2));
  EXPECT_TRUE(gives("stack", "pop", 1));
  EXPECT_TRUE(gives("priority-queue", "pop", 3));
  EXPECT_TRUE(gives("min-priority-queue", "pop", 1));
  EXPECT_TRUE(gives("deque", "steal", 2));
  EXPECT_TRUE(gives("deque", "pop", 1));
  EXPECT_FALSE(gives("queue", "pop", 1));
  EXPECT_FALSE(gives("stack", "pop", 2));
}

TEST(Models, empty_containers_give_minus_one_or_nil_and_nothing_else) {
  for (const std::string_view model : {"queue", "stack", "priority-queue", "deque"}) {
    EXPECT_TRUE(explains(model, {{"pop", {}, n(-1)}, {"pop", {}, core::kNil}})) << model;
    EXPECT_FALSE(explains(model, {{"push", n(4)}, {"pop", {}, n(-1)}})) << model;
  }
  const History history = history_of({{"push", n(-1)}});
  const auto calls = prepare(history, *make_model("stack").value());
  ASSERT_FALSE(calls);
  EXPECT_THAT(calls.error().message, HasSubstr("-1 stands for an empty object"));
}

TEST(Models, sets_say_whether_an_element_was_there) {
  EXPECT_TRUE(explains("set", {{"insert", n(7), n(1)},
                               {"insert", n(7), n(0)},
                               {"contains", n(7), core::kTrue},
                               {"remove", n(7), n(1)},
                               {"remove", n(7), n(0)}}));
  EXPECT_FALSE(explains("set", {{"insert", n(7), n(1)}, {"insert", n(7), n(1)}}));
  // Jepsen repeats the element.
  EXPECT_TRUE(explains("set", {{"add", n(7), n(7)}, {"add", n(0), n(0)}, {"add", n(7), n(7)}}));
}

TEST(Models, locks_differ_in_who_may_release_and_acquire) {
  const Step first{.name = "acquire"};
  const Step again{.name = "acquire"};
  const Step other{.name = "release", .process = 1};
  const Step own{.name = "release"};
  EXPECT_TRUE(explains("mutex", {first, other, again}));
  EXPECT_FALSE(explains("mutex", {first, again}));
  EXPECT_FALSE(explains("owned-mutex", {first, other}));
  EXPECT_TRUE(explains("owned-mutex", {first, own, again}));
  EXPECT_TRUE(explains("reentrant-mutex", {first, again, own, own}));
  EXPECT_FALSE(explains("reentrant-mutex", {first, again, own, {.name = "acquire", .process = 1}}));
  EXPECT_TRUE(explains("mutex", {first, {"try_acquire", {}, n(0)}, own, {"try_lock", {}, n(1)}}));
}

TEST(Models, a_semaphore_has_the_permits_it_began_with) {
  const History history = history_of({{"acquire"}, {"acquire"}, {"try_acquire", {}, n(0)}});
  EXPECT_TRUE(explains(*model_of("semaphore", 2), history));
  EXPECT_FALSE(explains(*model_of("semaphore", 1), history));
  EXPECT_FALSE(explains(*model_of("semaphore", 3), history));
}

TEST(Models, a_map_has_values_under_keys_and_nil_or_minus_one_elsewhere) {
  core::Data data;
  const Datum pair = data.vector(std::vector{n(7), n(3)});
  const auto run = [&](const std::vector<Step>& steps) {
    History filled = history_of(steps);
    filled.data = data;
    return explains(*make_model("map").value(), filled);
  };
  EXPECT_TRUE(run({{"put", pair}, {"get", n(7), n(3)}, {"put_if_absent", pair, n(0)}}));
  EXPECT_TRUE(run({{"put", pair}, {"remove", n(7), n(1)}, {"contains", n(7), n(0)}}));
  EXPECT_TRUE(run({{"get", n(7), core::kNil}, {"get", n(7), n(-1)}, {"put", pair}}));
  EXPECT_FALSE(run({{"put", pair}, {"get", n(7), n(-1)}}));
  EXPECT_FALSE(run({{"put", pair}, {"get", n(7), core::kNil}}));
  EXPECT_FALSE(run({{"get", n(7), n(3)}, {"put", pair}}));
}

TEST(Models, a_log_is_read_as_a_vector_or_as_a_string) {
  History history = history_of({{"append"}, {"append"}, {"get"}});
  core::Data& data = history.data;
  const auto set = [&](Datum first, Datum second, Datum all) {
    history.operations[0].input = first;
    history.operations[1].input = second;
    history.operations[2].output = all;
  };
  set(n(1), n(2), data.vector(std::vector{n(1), n(2)}));
  EXPECT_TRUE(explains(*make_model("append-log").value(), history));
  set(n(1), n(2), data.vector(std::vector{n(2), n(1)}));
  EXPECT_FALSE(explains(*make_model("append-log").value(), history));
  set(data.string("ab"), data.string("c"), data.string("abc"));
  EXPECT_TRUE(explains(*make_model("append-log").value(), history));
  set(data.string("ab"), data.string("c"), data.string("ab"));
  EXPECT_FALSE(explains(*make_model("append-log").value(), history));
}

TEST(Models, transactions_read_and_write_several_registers) {
  History history = history_of({{"txn"}, {"txn"}});
  core::Data& data = history.data;
  const Datum x = data.keyword("x");
  const auto part = [&](std::string_view action, Datum value) {
    return data.vector(std::vector{data.keyword(action), x, value});
  };
  const auto set = [&](Datum seen) {
    history.operations[0].output = data.vector(std::vector{part("read", n(0)), part("w", n(4))});
    history.operations[1].output = data.vector(std::vector{part("r", seen)});
  };
  set(n(4));
  EXPECT_TRUE(explains(*make_model("multi-register").value(), history));
  set(n(0));
  EXPECT_FALSE(explains(*make_model("multi-register").value(), history));
  set(core::kNil);
  EXPECT_TRUE(explains(*make_model("multi-register").value(), history));
}

TEST(Models, nobody_leaves_a_barrier_before_all_have_come) {
  const std::vector<Step> waits{{.name = "wait"}, {.name = "wait", .process = 1}};
  const auto barrier = make_model("barrier").value();
  EXPECT_FALSE(explains(*barrier, history_of(waits)));
  const auto calls = prepare(history_of(waits, false), *barrier);
  ASSERT_EQ(calls->calls.size(), 4U);
  const History together = history_of(waits, false);
  ModelState state = barrier->initial();
  ModelState next;
  // Both come, then both leave.
  for (const std::size_t i : {0U, 2U, 1U, 3U}) {
    ASSERT_TRUE(barrier->step(state, calls->calls[i], together.data, next)) << i;
    state = next;
  }
  EXPECT_EQ(state, barrier->initial());
}

TEST(Models, a_futex_wakes_the_oldest_sleeper_and_no_other) {
  const auto futex = make_model("futex").value();
  const History history = history_of({{"wait", n(0), n(0), 1},
                                      {"wait", n(0), n(0), 2},
                                      {"notify", n(1), n(1), 3},
                                      {"wait", n(5), n(1), 4},
                                      {"wait", n(0), n(2), 5}},
                                     false);
  const auto calls = prepare(history, *futex);
  ASSERT_EQ(calls->calls.size(), 8U);  // the fourth returned at once
  std::vector<std::size_t> of_process[6];
  for (std::size_t i = 0; i < calls->calls.size(); ++i) {
    of_process[history.operations[calls->calls[i].operation].process].push_back(i);
  }
  const auto run = [&](const std::vector<std::size_t>& order) {
    ModelState state = futex->initial();
    ModelState next;
    for (const std::size_t i : order) {
      if (!futex->step(state, calls->calls[i], history.data, next)) return false;
      state = next;
    }
    return true;
  };
  const std::size_t notify = of_process[3][0];
  EXPECT_TRUE(run({of_process[1][0], of_process[2][0], notify, of_process[1][1]}));
  EXPECT_FALSE(run({of_process[1][0], of_process[2][0], notify, of_process[2][1]}));
  EXPECT_FALSE(run({of_process[1][0], of_process[1][1]}));
  EXPECT_TRUE(run({of_process[5][0], of_process[5][1], of_process[1][0], notify}));
  EXPECT_FALSE(run({of_process[5][0], of_process[5][1], notify}));
  EXPECT_TRUE(run({of_process[4][0]}));
}

TEST(Prepare, times_become_ranks_and_ties_are_read_as_stated) {
  History history = history_of({{"write", n(1)}, {"read", {}, n(1), 1}});
  history.operations[0].ret = 20;
  history.operations[1].call = 20;
  history.operations[1].ret = 30;
  const auto model = make_model("register").value();
  const auto closed = prepare(history, *model);
  EXPECT_LT(closed->calls[1].call, closed->calls[0].ret);
  const auto ordered = prepare(history, *model, {.ties = Ties::Ordered});
  EXPECT_GT(ordered->calls[1].call, ordered->calls[0].ret);
  EXPECT_EQ(ordered->ranks, 4U);
}

TEST(Prepare, failures_are_dropped_or_observed_and_crashes_are_pending) {
  History history = history_of({{"pop"}, {"push", n(3)}, {"pop"}});
  history.operations[0].completion = core::Completion::Fail;
  history.operations[1].completion = core::Completion::Info;
  history.operations[2].completion = core::Completion::Info;
  const auto model = make_model("stack").value();
  const auto dropped = prepare(history, *model);
  ASSERT_EQ(dropped->calls.size(), 2U);
  EXPECT_EQ(dropped->calls[0].ret, kPending);
  EXPECT_FALSE(dropped->calls[1].has_result);
  const auto observed = prepare(history, *model, {.fails = Fails::Observed});
  ASSERT_EQ(observed->calls.size(), 3U);
  EXPECT_EQ(observed->calls[0].result, kEmptyResult);
  const auto must = prepare(history, *model, {.pending = PendingPolicy::Must});
  EXPECT_EQ(must->ranks, 4U);
  EXPECT_EQ(prepare(history, *model, {.pending = PendingPolicy::Drop})->calls.size(), 0U);
}

TEST(Prepare, errors_have_the_place_of_the_operation) {
  History history = history_of({{"frob"}});
  history.operations[0].line = 7;
  history.operations[0].column = 2;
  const auto calls = prepare(history, *make_model("counter").value());
  ASSERT_FALSE(calls);
  EXPECT_THAT(calls.error().message, HasSubstr("model counter has no operation 'frob'"));
  EXPECT_EQ(calls.error().span.line, 7U);
  EXPECT_EQ(calls.error().span.column, 2U);
}

TEST(Prepare, selected_calls_have_ranks_of_their_own_in_the_same_order) {
  const History history = history_of({{"push", n(1)}, {"push", n(2)}, {"push", n(3)}});
  const auto calls = prepare(history, *make_model("stack").value());
  const std::vector<std::uint32_t> some{0, 2};
  const Calls selected = select(*calls, some);
  ASSERT_EQ(selected.calls.size(), 2U);
  EXPECT_EQ(selected.ranks, 4U);
  EXPECT_EQ(selected.calls[1].call, 2U);
  EXPECT_EQ(selected.calls[1].ret, 3U);
  EXPECT_EQ(selected.calls[1].operation, 2U);
}

}  // namespace
}  // namespace heddle::harness
