// Parking, resuming, calls between instances and the limits of a thread.
#include "engine/exec/thread.hpp"

#include <gmock/gmock.h>

#include "engine/exec/thread_fixture.hpp"

namespace heddle::engine {
namespace {

// All shapes of simple accesses, plain and atomic, with calls and a loop between them.
constexpr std::string_view kAccesses = R"((module
  (memory 1 2 shared)
  (func $bump (param i32) (result i32)
    (i32.atomic.rmw.add (local.get 0) (i32.const 3)))
  (func (export "run") (param $n i32) (result i64) (local $sum i64)
    (loop $next
      (i32.store8 offset=5 (local.get $n) (i32.const 0x17f))
      (f64.store (i32.const 64) (f64.const 1.5))
      (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (call $bump (i32.const 8)))))
      (local.set $sum (i64.add (local.get $sum) (i64.load offset=1 (i32.const 7))))
      (drop (i32.atomic.rmw16.cmpxchg_u (i32.const 8) (i32.const 6) (i32.const 100)))
      (i64.atomic.store32 (i32.const 16) (local.get $sum))
      (local.set $sum (i64.add (local.get $sum) (i64.load16_s (i32.const 8))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i64.xor (local.get $sum) (i64.atomic.load (i32.const 8)))))
)";

std::vector<Opcode> opcodes_of_an_iteration() {
  return {Opcode::I32Store8,
          Opcode::F64Store,
          Opcode::I32AtomicRmwAdd,
          Opcode::I64Load,
          Opcode::I32AtomicRmw16CmpxchgU,
          Opcode::I64AtomicStore32,
          Opcode::I64Load16S};
}

TEST(Thread, ParksBeforeEachSharedAccessAndSaysWhatItWouldDo) {
  OneAgent agent;
  Instance& instance = agent.instantiate(kAccesses);
  agent.start(instance, "run", {2});
  agent.context.permits = 0;
  std::vector<Opcode> expected = opcodes_of_an_iteration();
  for (const Opcode opcode : opcodes_of_an_iteration()) expected.push_back(opcode);
  expected.push_back(Opcode::I64AtomicLoad);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(agent.go_on(), Stop::Visible);
    ASSERT_EQ(agent.go_on(), Stop::Visible) << "running on changes nothing";
    const PendingOperation pending = agent.thread.pending();
    EXPECT_EQ(pending.opcode, expected[i]);
    EXPECT_EQ(pending.size_bytes, info(expected[i]).access_bytes);
    EXPECT_EQ(pending.memory, instance.memories[0]);
    EXPECT_EQ(agent.trace.events.size(), i);
    EXPECT_EQ(pending.where, agent.thread.where());
    agent.context.permits = 1;
    const Stop stop = agent.go_on();
    EXPECT_EQ(stop, i + 1 == expected.size() ? Stop::Returned : Stop::Visible);
    EXPECT_EQ(agent.context.permits, 0U);
    ASSERT_EQ(agent.trace.events.size(), i + 1);
    EXPECT_EQ(agent.trace.events[i].where, pending.where);
    EXPECT_EQ(agent.trace.actions[i].location.offset, pending.address);
    EXPECT_EQ(agent.trace.actions[i].size_bytes, pending.size_bytes);
    EXPECT_EQ(agent.trace.actions[i].ordering, pending.ordering);
  }
}

TEST(Thread, OnePermitAtATimeMakesTheSameTraceAsAllAtOnce) {
  OneAgent at_once;
  Instance& first = at_once.instantiate(kAccesses);
  const std::string outcome = at_once.run(first, "run", {20});
  OneAgent stepped;
  Instance& second = stepped.instantiate(kAccesses);
  stepped.start(second, "run", {20});
  stepped.context.permits = 0;
  while (stepped.go_on() == Stop::Visible) stepped.context.permits = 1;
  EXPECT_EQ(core::to_string(stepped.returned(*OneAgent::function(second, "run").type)), outcome);
  EXPECT_EQ(stepped.trace, at_once.trace);
  EXPECT_EQ(stepped.context.steps, at_once.context.steps);
}

TEST(Thread, RunningOutOfFuelAnywhereChangesNothingButWhereItStops) {
  OneAgent at_once;
  Instance& first = at_once.instantiate(kAccesses);
  const std::string outcome = at_once.run(first, "run", {20});
  OneAgent drip;
  Instance& second = drip.instantiate(kAccesses);
  drip.start(second, "run", {20});
  drip.context.fuel = 0;
  int stops = 0;
  while (drip.go_on() == Stop::OutOfFuel) {
    EXPECT_EQ(drip.context.fuel, 0);
    drip.context.fuel = 1;
    ++stops;
  }
  EXPECT_EQ(stops, 20 + 19) << "calls and back edges";
  EXPECT_EQ(core::to_string(drip.returned(*OneAgent::function(second, "run").type)), outcome);
  EXPECT_EQ(drip.trace, at_once.trace);
}

TEST(Thread, ALoopOfNothingRunsOutOfFuel) {
  for (const std::string_view body :
       {"(loop (br 0))", "(loop (br_if 0 (i32.const 1)))", "(loop (br_table 0 0 (i32.const 5)))"}) {
    OneAgent agent;
    agent.start(agent.instantiate("(module (func (export \"run\") " + std::string(body) + "))"),
                "run", {});
    agent.context.fuel = 1000;
    EXPECT_EQ(agent.go_on(), Stop::OutOfFuel) << body;
  }
}

TEST(Thread, WorkThatGrowsWithItsOperandsTakesFuelAccordingly) {
  OneAgent agent;
  Instance& instance = agent.instantiate(R"((module (memory 16) (table 10000 funcref)
      (func (export "fill") (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x100000)))
      (func (export "copy") (memory.copy (i32.const 0) (i32.const 1) (i32.const 0xfffff)))
      (func (export "elements") (table.fill (i32.const 0) (ref.null func) (i32.const 10000)))
      (func $wide (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64
                         i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64))
      (func (export "frame") (call $wide))
      (func (export "nothing"))))");
  for (const auto& [name, fuel] : {std::pair<std::string_view, std::int64_t>{"fill", 4096},
                                   {"copy", 4095},
                                   {"elements", 312},
                                   {"frame", 2},
                                   {"nothing", 0}}) {
    agent.context.fuel = 1;
    EXPECT_EQ(agent.run(instance, name), "returned");
    EXPECT_EQ(agent.context.fuel, 1 - fuel) << name;
  }
}

TEST(Thread, PlainAccessesMayTearExactlyWhenTheSpecificationLetsThem) {
  struct Case {
    std::string_view instruction;
    bool is_torn_allowed;
  };
  const Case cases[] = {
      {"(drop (i32.load (i32.const 4)))", false},
      {"(drop (i32.load (i32.const 5)))", true},
      {"(drop (i64.load32_u (i32.const 4)))", false},
      {"(drop (i64.load8_s (i32.const 5)))", false},
      {"(drop (i64.load (i32.const 8)))", true},
      {"(drop (f32.load (i32.const 4)))", true},
      {"(i32.store16 (i32.const 2) (i32.const 1))", false},
      {"(i32.store16 (i32.const 3) (i32.const 1))", true},
      {"(f32.store (i32.const 4) (f32.const 1))", true},
      {"(i64.atomic.store (i32.const 8) (i64.const 1))", false},
  };
  for (const Case& test : cases) {
    OneAgent agent;
    agent.run(agent.instantiate("(module (memory 1 1 shared) (func (export \"run\") " +
                                std::string(test.instruction) + "))"),
              "run");
    ASSERT_EQ(agent.trace.actions.size(), 1U);
    EXPECT_EQ(agent.trace.actions[0].is_torn_allowed, test.is_torn_allowed) << test.instruction;
  }
}

TEST(Thread, AFaultingAccessWaitsForAPermitToo) {
  OneAgent agent;
  agent.start(agent.instantiate(R"((module (memory 1 1 shared)
      (func (export "run") (result i32) (i32.load (i32.const 65533)))))"),
              "run", {});
  agent.context.permits = 0;
  EXPECT_EQ(agent.go_on(), Stop::Visible);
  EXPECT_EQ(agent.thread.pending().address, 65533U);
  agent.context.permits = 1;
  EXPECT_EQ(agent.go_on(), Stop::Trapped);
  EXPECT_EQ(agent.thread.message(), "out of bounds memory access");
  EXPECT_EQ(agent.context.permits, 0U);
  EXPECT_EQ(agent.context.steps, 1U);
  EXPECT_EQ(agent.trace.actions.at(0).location.region, core::RegionKind::MemoryLength);
}

struct ActionCase {
  std::string_view instruction;  // its operands are 40, 50 and 60, as far as they go
  PendingOperation expected;
  int operands;
  bool has_result;
};

TEST(Thread, LeavesAllOtherVisibleActionsToTheMachine) {
  using core::ActionKind;
  using core::Ordering;
  const ActionCase cases[] = {
      {"(memory.atomic.wait32 offset=4 (i32.const 40) (i32.const 50) (i64.const 60))",
       {.kind = ActionKind::Wait, .ordering = Ordering::SeqCst, .address = 44, .size_bytes = 4},
       3,
       true},
      {"(memory.atomic.wait64 (i32.const 40) (i64.const 50) (i64.const 60))",
       {.kind = ActionKind::Wait, .ordering = Ordering::SeqCst, .address = 40, .size_bytes = 8},
       3,
       true},
      {"(memory.atomic.notify (i32.const 40) (i32.const 50))",
       {.kind = ActionKind::Notify, .ordering = Ordering::SeqCst, .address = 40, .size_bytes = 4},
       2,
       true},
      {"(atomic.fence)", {.kind = ActionKind::Fence, .ordering = Ordering::SeqCst}, 0, false},
      {"(memory.size)", {.kind = ActionKind::Read, .ordering = Ordering::SeqCst}, 0, true},
      {"(memory.grow (i32.const 40))",
       {.kind = ActionKind::ReadModifyWrite, .ordering = Ordering::SeqCst},
       1,
       true},
      {"(memory.fill (i32.const 40) (i32.const 50) (i32.const 60))",
       {.kind = ActionKind::Write, .address = 40, .size_bytes = 60},
       3,
       false},
      {"(memory.copy (i32.const 40) (i32.const 50) (i32.const 60))",
       {.kind = ActionKind::ReadModifyWrite, .address = 40, .size_bytes = 70},
       3,
       false},
      {"(memory.init 1 (i32.const 40) (i32.const 50) (i32.const 60))",
       {.kind = ActionKind::Write, .address = 40, .size_bytes = 60, .segment = 1},
       3,
       false},
  };
  for (const ActionCase& test : cases) {
    SCOPED_TRACE(test.instruction);
    OneAgent agent;
    Instance& instance = agent.instantiate(
        "(module (memory 1 1 shared) (data \"a\") (data \"b\") (func (export \"run\") (result "
        "i32) " +
        std::string(test.instruction) + (test.has_result ? "" : " (i32.const 7)") + "))");
    agent.start(instance, "run", {});
    agent.context.permits = 0;
    ASSERT_EQ(agent.go_on(), Stop::Visible);
    agent.context.permits = 1;
    ASSERT_EQ(agent.go_on(), Stop::Action);
    const PendingOperation pending = agent.thread.pending();
    EXPECT_EQ(pending.kind, test.expected.kind);
    EXPECT_EQ(pending.ordering, test.expected.ordering);
    EXPECT_EQ(pending.address, test.expected.address);
    EXPECT_EQ(pending.size_bytes, test.expected.size_bytes);
    EXPECT_EQ(pending.segment, test.expected.segment);
    EXPECT_EQ(pending.instance, &instance);
    EXPECT_EQ(pending.memory,
              test.expected.kind == ActionKind::Fence ? nullptr : instance.memories[0]);
    for (int i = 0; i < test.operands; ++i) {
      EXPECT_EQ(agent.thread.operand(static_cast<std::uint32_t>(i)), 40U + 10U * unsigned(i));
    }
    agent.thread.finish(test.has_result ? std::optional<Slot>(7) : std::nullopt);
    EXPECT_EQ(agent.go_on(), Stop::Returned);
    EXPECT_EQ(agent.thread.results()[0], 7U);
    EXPECT_TRUE(agent.trace.events.empty()) << "recording them is the machine's";
  }
}

TEST(Thread, WaitAndNotifyOnUnsharedMemoryAreTheMachinesToo) {
  for (const std::string_view instruction :
       {"(memory.atomic.notify (i32.const 0) (i32.const 0))",
        "(memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 0))"}) {
    OneAgent agent;
    agent.start(agent.instantiate("(module (memory 1) (func (export \"run\") (result i32) " +
                                  std::string(instruction) + "))"),
                "run", {});
    EXPECT_EQ(agent.go_on(), Stop::Action);
  }
}

TEST(Thread, CallsIntoAnotherInstanceSwitchMemoryAndGlobalsAndBack) {
  OneAgent agent;
  Instance& callee = agent.instantiate(R"((module
      (memory 1) (global $g (mut i32) (i32.const 5)) (data (i32.const 0) "\2a")
      (func (export "peek") (param i32) (result i32)
        (drop (memory.grow (i32.const 1)))
        (global.set $g (i32.add (global.get $g) (i32.const 1)))
        (i32.add (i32.load8_u (local.get 0)) (global.get $g)))
      (func (export "fail") (unreachable))))");
  agent.registered["callee"] = callee.exports;
  Instance& caller = agent.instantiate(R"((module
      (import "callee" "peek" (func $peek (param i32) (result i32)))
      (import "callee" "fail" (func $fail))
      (memory 3) (global $g (mut i32) (i32.const 1000)) (data (i32.const 0) "\01")
      (table funcref (elem $peek))
      (func (export "direct") (result i32)
        (i32.add (call $peek (i32.const 0))
                 (i32.add (i32.load8_u (i32.const 0))
                          (i32.add (global.get $g) (memory.size)))))
      (func (export "indirect") (result i32)
        (i32.add (call_indirect (param i32) (result i32) (i32.const 0) (i32.const 0))
                 (i32.load8_u (i32.const 0))))
      (func (export "fail") (call $fail))))");
  EXPECT_EQ(agent.run(caller, "direct"), "returned i32:1052");  // 42 + 6 + 1 + 1000 + 3
  EXPECT_EQ(agent.run(caller, "indirect"), "returned i32:50");  // 42 + 7 + 1
  EXPECT_EQ(agent.run(caller, "fail"), "trapped: unreachable");
  EXPECT_EQ(agent.thread.where().module, callee.module_number);
  const auto stack = agent.thread.call_stack(10);
  ASSERT_EQ(stack.size(), 2U);
  EXPECT_EQ(stack[0], callee.functions[1]);
  EXPECT_EQ(stack[1], caller.functions[4]);
}

TEST(Thread, HostFunctionsGetTheirArgumentsAndLeaveTheirResults) {
  OneAgent agent;
  const FunctionType type{{kI32, kF64}, {kF64, kI32}};
  const HostCode swap = [](std::span<const Slot> arguments, std::span<Slot> results) {
    results[0] = arguments[1];
    results[1] = arguments[0];
    return core::Outcome{.kind = core::OutcomeKind::Returned};
  };
  ExternValue value;
  value.function = agent.store.add_host_function(type, swap, "swap");
  agent.registered["host"]["swap"] = value;
  Instance& instance = agent.instantiate(R"((module
      (import "host" "swap" (func $swap (param i32 f64) (result f64 i32)))
      (func (export "run") (param i32 f64) (result f64 i32)
        (call $swap (local.get 0) (local.get 1)))))");
  EXPECT_EQ(agent.run(instance, "run", {7, std::bit_cast<Slot>(2.0)}),
            core::to_string(core::Outcome{
                .kind = core::OutcomeKind::Returned,
                .values = {core::Value::f64(std::bit_cast<Slot>(2.0)), core::Value::i32(7)}}));
}

TEST(Thread, ASingleResultOfAHostFunctionIsUsedAtOnce) {
  OneAgent agent;
  ExternValue value;
  value.function = agent.store.add_host_function(
      {{}, {kF64}},
      [](std::span<const Slot>, std::span<Slot> results) {
        results[0] = std::bit_cast<Slot>(2.5);
        return core::Outcome{.kind = core::OutcomeKind::Returned};
      },
      "f");
  agent.registered["host"]["f"] = value;
  Instance& instance = agent.instantiate(R"((module
      (import "host" "f" (func $f (result f64)))
      (func (export "run") (result i32)
        (i32.trunc_f64_s (f64.mul (call $f) (f64.const 4))))))");
  EXPECT_EQ(agent.run(instance, "run"), "returned i32:10");
}

constexpr std::string_view kRecursion = R"((module
  (func $down (export "down") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 0))
      (else (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1)))))))))";

TEST(Thread, DepthIsLimitedExactlyAndTheThreadIsUsableAfterwards) {
  OneAgent agent({.call_depth_max = 1000, .value_slots_max = 1'000'000});
  Instance& instance = agent.instantiate(kRecursion);
  EXPECT_EQ(agent.run(instance, "down", {999}), "returned i32:999");
  EXPECT_EQ(agent.run(instance, "down", {1000}), "exhausted: call stack exhausted");
  EXPECT_EQ(agent.run(instance, "down", {999}), "returned i32:999");
}

TEST(Thread, TheValueStackIsLimitedWhateverTheDepth) {
  OneAgent agent({.call_depth_max = 1'000'000, .value_slots_max = 2000});
  Instance& instance = agent.instantiate(kRecursion);
  EXPECT_EQ(agent.run(instance, "down", {10}), "returned i32:10");
  EXPECT_EQ(agent.run(instance, "down", {10'000}), "exhausted: call stack exhausted");
  OneAgent tiny({.call_depth_max = 10, .value_slots_max = 1});
  EXPECT_EQ(tiny.run(tiny.instantiate(kRecursion), "down", {0}), "exhausted: call stack exhausted");
}

TEST(Thread, AnAbandonedCallLeavesNothingBehind) {
  OneAgent agent;
  Instance& instance = agent.instantiate(kAccesses);
  agent.start(instance, "run", {3});
  agent.context.permits = 2;
  EXPECT_EQ(agent.go_on(), Stop::Visible);
  agent.thread.reset();
  agent.context.permits = kAllPermits;
  OneAgent fresh;
  Instance& other = fresh.instantiate(kAccesses);
  std::memset(instance.memories[0]->base(), 0, 128);
  EXPECT_EQ(agent.run(instance, "run", {3}), fresh.run(other, "run", {3}));
}

TEST(Thread, AnUninitializedElementIsNamedByItsIndex) {
  OneAgent agent;
  Instance& instance = agent.instantiate(R"((module (table 10 funcref) (type $t (func))
      (func (export "run") (param i32) (call_indirect (type $t) (local.get 0)))))");
  EXPECT_EQ(agent.run(instance, "run", {7}), "trapped: uninitialized element 7");
  EXPECT_EQ(agent.run(instance, "run", {10}), "trapped: undefined element");
}

}  // namespace
}  // namespace heddle::engine
