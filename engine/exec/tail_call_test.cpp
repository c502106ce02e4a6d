// Tail calls, and calls of references.
#include <gmock/gmock.h>

#include "engine/exec/thread_fixture.hpp"

namespace heddle::engine {
namespace {

// Too small for anything that grows with the number of calls.
constexpr ThreadLimits kSmall{.call_depth_max = 8, .value_slots_max = 300};

// A function that gives its arguments back, with 1 added to the first.
const FunctionInstance* host_function(OneAgent& agent, std::uint32_t arity) {
  const std::vector<ValueType> types(arity, kI64);
  return agent.store.add_host_function(
      {types, types},
      [](std::span<const Slot> arguments, std::span<Slot> results) {
        std::ranges::copy(arguments, results.begin());
        if (!results.empty()) ++results[0];
        return core::Outcome{.kind = core::OutcomeKind::Returned};
      },
      "host");
}

void provide(OneAgent& agent, const std::string& name, const FunctionInstance* function) {
  ExternValue value{.kind = ExternKind::Function};
  value.function = const_cast<FunctionInstance*>(function);  // NOLINT: exports are not const
  agent.registered["env"][name] = value;
}

TEST(TailCall, FunctionsWithFramesOfDifferentSizesTakeTurnsInConstantSpace) {
  OneAgent agent(kSmall);
  const Instance& instance = agent.instantiate(R"((module
    (func $even (export "even") (param $n i64) (result i32)
      (if (i64.eqz (local.get $n)) (then (return (i32.const 1))))
      (return_call $odd (f64.const 1) (i64.sub (local.get $n) (i64.const 1)) (i32.const 7)))
    (func $odd (param f64) (param $n i64) (param i32) (result i32)
      (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
      (if (i64.eqz (local.get $n)) (then (return (i32.const 0))))
      (return_call $even (i64.sub (local.get $n) (i64.const 1)))))
  )");
  EXPECT_EQ(agent.run(instance, "even", {100'000}), "returned i32:1");
  EXPECT_EQ(agent.run(instance, "even", {99'999}), "returned i32:0");
}

TEST(TailCall, ArgumentsAreReadBeforeTheFrameIsReplaced) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (func $digits (param i64 i64 i64) (result i64)
      (i64.add (i64.mul (local.get 0) (i64.const 100))
        (i64.add (i64.mul (local.get 1) (i64.const 10)) (local.get 2))))
    (func (export "rotate") (param i64 i64 i64) (result i64)
      (return_call $digits (local.get 2) (local.get 0) (local.get 1)))
    (type $t (func (param i64 i64 i64) (result i64)))
    (table funcref (elem $digits))
    (func (export "indirect") (param i64 i64 i64) (result i64)
      (return_call_indirect (type $t) (local.get 1) (local.get 2) (local.get 0)
        (i32.wrap_i64 (i64.sub (local.get 0) (i64.const 1)))))
    (elem declare func $digits)
    (func (export "ref") (param i64 i64 i64) (result i64)
      (return_call_ref $t (local.get 1) (local.get 1) (local.get 0) (ref.func $digits))))
  )");
  EXPECT_EQ(agent.run(instance, "rotate", {1, 2, 3}), "returned i64:312");
  EXPECT_EQ(agent.run(instance, "indirect", {1, 2, 3}), "returned i64:231");
  EXPECT_EQ(agent.run(instance, "ref", {1, 2, 3}), "returned i64:221");
}

TEST(TailCall, LocalsOfTheNewFrameAreZeroAgain) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (func $f (export "f") (param $n i64) (result i64) (local $x i64)
      (if (i64.ne (local.get $x) (i64.const 0)) (then (return (i64.const -1))))
      (local.set $x (i64.const 0x123456789a))
      (if (i64.eqz (local.get $n)) (then (return (local.get $x))))
      (return_call $f (i64.sub (local.get $n) (i64.const 1)))))
  )");
  EXPECT_EQ(agent.run(instance, "f", {5}), "returned i64:78187493530");
}

// Two instances that call each other in turn, each with a memory and a global of its own.
constexpr std::string_view kTurn = R"((module
  (type $turn (func (param i64) (result i64)))
  (import "env" "table" (table 2 funcref))
  (memory 1)
  (global $mine (mut i64) (i64.const 0))
  (func (export "set") (param i64)
    (global.set $mine (local.get 0)) (i64.store (i32.const 8) (local.get 0)))
  (func $check (param $n i64) (result i64)
    (if (i64.ne (global.get $mine) (i64.load (i32.const 8))) (then (unreachable)))
    (i64.add (global.get $mine) (local.get $n)))
  (func (export "turn") (type $turn)
    (drop (call $check (i64.const 0)))
    (if (i64.eqz (local.get 0)) (then (return (global.get $mine))))
    (return_call_indirect (type $turn) (i64.sub (local.get 0) (i64.const 1))
      (i32.wrap_i64 (i64.and (local.get 0) (i64.const 1)))))
  (func (export "from") (param i64) (result i64)
    (i64.add (i64.mul (i64.const 1000) (call_indirect (type $turn) (local.get 0) (i32.const 1)))
      (call $check (i64.const 0)))))
)";

struct TwoInstances {
  explicit TwoInstances(ThreadLimits limits) : agent(limits) {
    TableInstance* const table = agent.store.add_table({.limits = {.min = 2}});
    agent.registered["env"]["table"].kind = ExternKind::Table;
    agent.registered["env"]["table"].table = table;
    first = &agent.instantiate(kTurn);
    second = &agent.instantiate(kTurn);
    table->elements[0] = std::bit_cast<Slot>(&OneAgent::function(*first, "turn"));
    table->elements[1] = std::bit_cast<Slot>(&OneAgent::function(*second, "turn"));
    agent.call(*first, "set", {3});
    agent.call(*second, "set", {4});
  }

  OneAgent agent;
  Instance* first;
  Instance* second;
};

TEST(TailCall, InstancesTakeTurnsInConstantSpace) {
  TwoInstances two(kSmall);
  EXPECT_EQ(two.agent.run(*two.first, "turn", {100'000}), "returned i64:4");
  EXPECT_EQ(two.agent.run(*two.first, "turn", {99'999}), "returned i64:4");
  EXPECT_EQ(two.agent.run(*two.second, "turn", {0}), "returned i64:4");
}

TEST(TailCall, WhoCalledFindsItsOwnInstanceAgain) {
  TwoInstances two(kSmall);
  for (Slot n = 0; n < 6; ++n) {
    EXPECT_EQ(two.agent.run(*two.first, "from", {n}), "returned i64:4003") << n;
    EXPECT_EQ(two.agent.run(*two.second, "from", {n}), "returned i64:4004") << n;
  }
}

TEST(TailCall, HostFunctionsReturnInTheCallersPlace) {
  for (const std::uint32_t arity : {0U, 1U, 3U}) {
    OneAgent agent(kSmall);
    provide(agent, "host", host_function(agent, arity));
    std::string parameters = "(param";
    std::string results = "(result";
    std::string arguments;
    for (std::uint32_t i = 0; i < arity; ++i) {
      parameters += " i64";
      results += " i64";
      arguments += "(i64.const " + std::to_string(10 * i) + ")";
    }
    const std::string type = parameters + ") " + results + ")";
    const Instance& instance = agent.instantiate(
        "(module (type $t (func " + type + ")) (import \"env\" \"host\" (func $host (type $t)))" +
        "(table funcref (elem $host))" +                                                //
        "(func $a " + results + ") (return_call $host " + arguments + "))" +            //
        "(func $b " + results + ") (return_call_indirect (type $t) " + arguments +      //
        " (i32.const 0)))" +                                                            //
        "(func $c " + results + ") (return_call_ref $t " + arguments +                  //
        " (ref.func $host)))" +                                                         //
        "(export \"a\" (func $a)) (export \"b\" (func $b)) (export \"c\" (func $c))" +  //
        "(func (export \"nested\") (param i64) " + results + ") (call $a)))");
    std::string expected = "returned";
    for (std::uint32_t i = 0; i < arity; ++i) {
      expected += " i64:" + std::to_string(10 * i + (i == 0 ? 1 : 0));
    }
    EXPECT_EQ(agent.run(instance, "a"), expected);
    EXPECT_EQ(agent.run(instance, "b"), expected);
    EXPECT_EQ(agent.run(instance, "c"), expected);
    EXPECT_EQ(agent.run(instance, "nested", {77}), expected);
  }
}

TEST(TailCall, EachCostsFuel) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (func $f (export "f") (param i32) (result i32)
      (if (i32.eqz (local.get 0)) (then (return (i32.const 5))))
      (return_call $f (i32.sub (local.get 0) (i32.const 1)))))
  )");
  agent.start(instance, "f", {100});
  std::uint32_t used = 0;
  Stop stop = Stop::OutOfFuel;
  for (; stop == Stop::OutOfFuel; ++used) {
    agent.context.fuel = 1;
    stop = agent.go_on();
  }
  EXPECT_EQ(stop, Stop::Returned);
  EXPECT_EQ(used, 100U);
  EXPECT_EQ(agent.thread.results()[0], 5U);
}

TEST(TailCall, TheCallStackDoesNotShowWhoWasReplaced) {
  TwoInstances two({});
  const auto stack = [&] {
    std::vector<std::string> names;
    for (const FunctionInstance* function : two.agent.thread.call_stack(10)) {
      names.push_back(std::to_string(function->index) +
                      (function->instance == two.first ? " of first" : " of second"));
    }
    return names;
  };
  two.agent.start(*two.first, "from", {1});
  two.agent.context.fuel = 3;  // the call, the check in second, the tail call
  ASSERT_EQ(two.agent.thread.run(two.agent.context), Stop::OutOfFuel);
  EXPECT_THAT(stack(), testing::ElementsAre("2 of second", "3 of first"));
  two.agent.context.fuel = 1;
  ASSERT_EQ(two.agent.thread.run(two.agent.context), Stop::OutOfFuel);
  EXPECT_THAT(stack(), testing::ElementsAre("3 of first")) << "the check in second was made";
}

TEST(TailCall, AFrameThatDoesNotFitExhaustsTheStack) {
  OneAgent agent({.call_depth_max = 8, .value_slots_max = 40});
  std::string locals;
  for (int i = 0; i < 60; ++i) locals += " i64";
  const Instance& instance = agent.instantiate("(module (func $big (local " + locals +
                                               ")) (func (export \"f\") (return_call $big)))");
  EXPECT_EQ(agent.run(instance, "f"), "exhausted: call stack exhausted");
}

TEST(CallRef, TrapsOnNull) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (type $t (func (result i32)))
    (func (export "call") (result i32) (call_ref $t (ref.null $t)))
    (func (export "tail") (result i32) (return_call_ref $t (ref.null $t))))
  )");
  EXPECT_EQ(agent.run(instance, "call"), "trapped: null function reference");
  EXPECT_EQ(agent.run(instance, "tail"), "trapped: null function reference");
}

TEST(CallRef, CallsFunctionsOfOtherInstancesAndTheHost) {
  OneAgent agent;
  const Instance& other = agent.instantiate(R"((module
    (memory 1) (data (i32.const 0) "\2a")
    (func (export "f") (param i64) (result i64) (i64.add (local.get 0) (i64.load (i32.const 0)))))
  )");
  provide(agent, "f", &OneAgent::function(other, "f"));
  provide(agent, "host", host_function(agent, 1));
  const Instance& instance = agent.instantiate(R"((module
    (type $t (func (param i64) (result i64)))
    (import "env" "f" (func $f (type $t)))
    (import "env" "host" (func $host (type $t)))
    (memory 1) (data (i32.const 0) "\01")
    (func $mine (type $t) (i64.mul (local.get 0) (i64.const 3)))
    (elem declare func $f $host $mine)
    (func (export "run") (result i64)
      (i64.add (i64.load (i32.const 0))
        (call_ref $t (call_ref $t (call_ref $t (i64.const 5) (ref.func $f)) (ref.func $host))
          (ref.func $mine)))))
  )");
  EXPECT_EQ(agent.run(instance, "run"), "returned i64:145");
}

TEST(CallIndirect, AcceptsFunctionsOfASubtypeButNotOfASupertype) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (type $super (sub (func (result i32))))
    (type $sub (sub $super (func (result i32))))
    (func $f (type $super) (i32.const 1))
    (func $g (type $sub) (i32.const 2))
    (table funcref (elem $f $g))
    (func (export "super") (param i32) (result i32)
      (call_indirect (type $super) (local.get 0)))
    (func (export "sub") (param i32) (result i32)
      (return_call_indirect (type $sub) (local.get 0))))
  )");
  EXPECT_EQ(agent.run(instance, "super", {0}), "returned i32:1");
  EXPECT_EQ(agent.run(instance, "super", {1}), "returned i32:2");
  EXPECT_EQ(agent.run(instance, "sub", {0}), "trapped: indirect call type mismatch");
  EXPECT_EQ(agent.run(instance, "sub", {1}), "returned i32:2");
}

TEST(CallIndirect, IndicesOf64BitsAreNotCutOff) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (func $f (result i32) (i32.const 1))
    (table i64 2 funcref) (elem (i64.const 0) $f)
    (func (export "call") (param i64) (result i32) (call_indirect (result i32) (local.get 0))))
  )");
  EXPECT_EQ(agent.run(instance, "call", {0}), "returned i32:1");
  EXPECT_EQ(agent.run(instance, "call", {1}), "trapped: uninitialized element 1");
  EXPECT_EQ(agent.run(instance, "call", {Slot{1} << 32}), "trapped: undefined element");
  EXPECT_EQ(agent.run(instance, "call", {~Slot{0}}), "trapped: undefined element");
}

}  // namespace
}  // namespace heddle::engine
