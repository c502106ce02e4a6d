// Compiled code for vectors: random programs, and the places where vectors are not like numbers.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/exec/actions_bulk_value.hpp"
#include "engine/exec/random_vector_program.hpp"
#include "engine/exec/thread_fixture.hpp"

namespace heddle::engine {
namespace {

std::vector<Slot> slots_of(const RandomVectorProgram::Operands& operands) {
  std::vector<Slot> slots;
  for (const auto& [type, bits] : operands) {
    slots.push_back(bits.low);
    if (type.kind == TypeKind::V128) slots.push_back(bits.high);
  }
  return slots;
}

void compare_once(std::uint64_t seed) {
  const RandomVectorProgram program(seed);
  const auto module = std::make_shared<const Module>(program.module());
  OneAgent agent;
  std::string error;
  Instance* instance = agent.link(module, error);
  ASSERT_NE(instance, nullptr) << error;
  agent.start(*instance, "run", slots_of(program.arguments));
  ASSERT_EQ(agent.go_on(), Stop::Returned) << agent.thread.message();
  const auto results = agent.thread.results();
  EXPECT_EQ(std::vector(results.begin(), results.end()), slots_of(program.results));
  EXPECT_EQ(std::memcmp(instance->memories[0]->base(), program.memory().data(),
                        RandomVectorProgram::kMemoryBytes),
            0);
  for (std::size_t i = 0; i < program.globals().size(); ++i) {
    EXPECT_EQ(instance->globals[i]->value, program.globals()[i].bits.low);
    EXPECT_EQ(instance->globals[i]->high, program.globals()[i].bits.high);
  }
}

TEST(VectorCode, ComputesWhatTheModelComputes) {
  for (std::uint64_t seed = 1; seed <= 500 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    compare_once(seed);
  }
}

RC_GTEST_PROP(VectorCode, ComputesWhatTheModelComputesForAnySeed, (std::uint64_t seed)) {
  compare_once(seed);
  RC_ASSERT(!testing::Test::HasFailure());
}

constexpr Slot kLow = 0x8070'6050'4030'2010;
constexpr Slot kHigh = 0xffee'ddcc'bbaa'9988;

TEST(VectorCode, ALocalsOldValueSurvivesItsAssignment) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (func (export "swap") (param v128 v128) (result v128 v128)
      (local.get 0) (local.set 0 (local.get 1)) (local.set 1) (local.get 0) (local.get 1))
    (func (export "itself") (param v128) (result v128)
      (local.set 0 (local.get 0)) (local.get 0))
    (func (export "constant") (param v128) (result v128 v128)
      (local.get 0) (local.set 0 (v128.const i64x2 5 6)) (local.get 0))))");
  EXPECT_EQ(agent.run(instance, "swap", {1, 2, 3, 4}),
            "returned v128:i32x4 0x00000003 0x00000000 0x00000004 0x00000000 "
            "v128:i32x4 0x00000001 0x00000000 0x00000002 0x00000000");
  EXPECT_EQ(agent.run(instance, "itself", {1, 2}),
            "returned v128:i32x4 0x00000001 0x00000000 0x00000002 0x00000000");
  EXPECT_EQ(agent.run(instance, "constant", {1, 2}),
            "returned v128:i32x4 0x00000001 0x00000000 0x00000002 0x00000000 "
            "v128:i32x4 0x00000005 0x00000000 0x00000006 0x00000000");
}

// The accumulator mirrors the number's slot, which becomes the vector's low half.
TEST(VectorCode, AVectorIsNotTakenForTheNumberThatItWasMadeOf) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (func (export "run") (param i32) (result v128)
      (block (result v128)
        (local.get 0)
        (i32x4.splat (i32.add (local.get 0) (local.get 0)))
        (br 0)))))");
  EXPECT_EQ(agent.run(instance, "run", {4}),
            "returned v128:i32x4 0x00000008 0x00000008 0x00000008 0x00000008");
}

// More of them than a frame reserves slots for, also where one slot is left over.
TEST(VectorCode, ConstantsThatFindNoSpaceAreWrittenToTemporaries) {
  const auto sum = [](int number_at) {
    std::string text = "(local.get 0)\n";
    for (int i = 0; i < 100; ++i) {
      if (i == number_at) text += "(drop (f64.add (f64.const 1.5) (local.get 1)))\n";
      text += "(v128.const i64x2 " + std::to_string(i) + " -" + std::to_string(i) + ") i64x2.add\n";
    }
    return text;
  };
  const std::string expected = "returned v128:i32x4 0x00001356 0x00000000 0xffffecaa 0xffffffff";
  for (const int number_at : {-1, 0, 33}) {
    OneAgent agent;
    const Instance& instance = agent.instantiate(
        "(module (func (export \"run\") (param v128 f64) (result v128)\n" + sum(number_at) + "))");
    EXPECT_EQ(agent.run(instance, "run", {0, 0, 0}), expected) << number_at;
  }
}

TEST(VectorCode, HostFunctionsGetAndGiveBothHalves) {
  OneAgent agent;
  const auto swap = [](std::span<const Slot> arguments, std::span<Slot> results) {
    results[0] = arguments[2];
    results[1] = arguments[1];
    return core::Outcome{.kind = core::OutcomeKind::Returned};
  };
  auto& host = agent.registered["host"]["swap"];
  host.function = agent.store.add_host_function({{kI32, kV128}, {kV128}}, swap, "swap");
  const Instance& instance = agent.instantiate(R"((module
    (import "host" "swap" (func $swap (param i32 v128) (result v128)))
    (func (export "run") (param v128) (result v128)
      (i64x2.add (call $swap (i32.const 7) (local.get 0)) (local.get 0)))))");
  EXPECT_EQ(agent.run(instance, "run", {1, 2}),
            "returned v128:i32x4 0x00000003 0x00000000 0x00000003 0x00000000");
}

TEST(VectorCode, GlobalsAreInitialisedWithBothHalves) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (global $a v128 (v128.const i64x2 1 2))
    (global $b (export "b") (mut v128) (global.get $a))
    (func (export "get") (result v128) (global.get $b))))");
  const std::string value = "v128:i32x4 0x00000001 0x00000000 0x00000002 0x00000000";
  EXPECT_EQ(agent.run(instance, "get"), "returned " + value);
  const auto found = instance.exports.find("b");
  EXPECT_EQ(to_string(agent.store.value_of(*found->second.global)), value);
}

TEST(VectorCode, AccessesOutOfBoundsTrapAndWriteNothing) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module (memory 1)
    (func (export "load") (param i32) (result v128) (v128.load offset=1 (local.get 0)))
    (func (export "store") (param i32 v128) (v128.store offset=1 (local.get 0) (local.get 1)))
    (func (export "load_lane") (param i32 v128) (result v128)
      (v128.load32_lane offset=1 3 (local.get 0) (local.get 1)))
    (func (export "store_lane") (param i32 v128)
      (v128.store64_lane offset=1 1 (local.get 0) (local.get 1)))))");
  EXPECT_EQ(agent.run(instance, "store", {65519, kLow, kHigh}), "returned");
  EXPECT_EQ(agent.run(instance, "load", {65519}),
            "returned v128:i32x4 0x40302010 0x80706050 0xbbaa9988 0xffeeddcc");
  const std::string trap = "trapped: out of bounds memory access";
  EXPECT_EQ(agent.run(instance, "load", {65520}), trap);
  EXPECT_EQ(agent.run(instance, "load", {0xffff'ffff}), trap);
  EXPECT_EQ(agent.run(instance, "store", {65520, 1, 1}), trap);
  EXPECT_EQ(agent.run(instance, "load_lane", {65531, 1, 2}),
            "returned v128:i32x4 0x00000001 0x00000000 0x00000002 0xffeeddcc");
  EXPECT_EQ(agent.run(instance, "load_lane", {65532, 1, 2}), trap);
  EXPECT_EQ(agent.run(instance, "store_lane", {65528, 1, 2}), trap);
  EXPECT_EQ(agent.run(instance, "load", {65519}),
            "returned v128:i32x4 0x40302010 0x80706050 0xbbaa9988 0xffeeddcc");
}

TEST(VectorCode, FarMemoriesAreReadAndWritten) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module (memory 1) (memory $far i64 1)
    (func (export "load") (param i64) (result v128)
      (v128.load $far offset=0xffff (local.get 0)))
    (func (export "store_lane") (param i64 v128)
      (v128.store16_lane $far 7 (local.get 0) (local.get 1)))
    (func (export "extend") (param i64) (result v128) (v128.load8x8_s $far (local.get 0)))))");
  EXPECT_EQ(agent.run(instance, "store_lane", {6, kLow, kHigh}), "returned");
  EXPECT_EQ(agent.run(instance, "extend", {0}),
            "returned v128:i32x4 0x00000000 0x00000000 0x00000000 0xffffffee");
  EXPECT_EQ(agent.run(instance, "load", {0}), "trapped: out of bounds memory access");
  EXPECT_EQ(agent.run(instance, "load", {~Slot{0}}), "trapped: out of bounds memory access");
  EXPECT_EQ(agent.run(instance, "store_lane", {65535, 1, 2}),
            "trapped: out of bounds memory access");
}

constexpr std::string_view kShared = R"((module (memory 1 1 shared)
  (func (export "load") (param i32) (result v128) (v128.load (local.get 0)))
  (func (export "store") (param i32 v128) (v128.store offset=16 (local.get 0) (local.get 1)))
  (func (export "store_lane") (param i32 v128)
    (v128.store8_lane 15 (local.get 0) (local.get 1)))))";

TEST(VectorCode, AccessesToSharedMemoryAreVisibleActions) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(kShared);
  agent.context.permits = 0;
  agent.start(instance, "store", {4, kLow, kHigh});
  EXPECT_EQ(agent.go_on(), Stop::Visible);
  const PendingOperation pending = agent.thread.pending();
  EXPECT_EQ(pending.opcode, Opcode::V128Store);
  EXPECT_EQ(pending.kind, core::ActionKind::Write);
  EXPECT_EQ(pending.ordering, core::Ordering::Unordered);
  EXPECT_EQ(pending.memory, instance.memories[0]);
  EXPECT_EQ(pending.address, 20U);
  EXPECT_EQ(pending.size_bytes, 16U);
  EXPECT_TRUE(agent.trace.actions.empty());
  agent.context.permits = 1;
  EXPECT_EQ(agent.go_on(), Stop::Returned);
  agent.context.permits = 1;
  agent.start(instance, "load", {20});
  EXPECT_EQ(agent.go_on(), Stop::Returned);
  EXPECT_EQ(agent.thread.results()[0], kLow);
  EXPECT_EQ(agent.thread.results()[1], kHigh);

  constexpr std::array kBytes{kLow, kHigh};
  const std::uint64_t value = bulk_value(std::as_bytes(std::span(kBytes)));
  core::Action action{.kind = core::ActionKind::Write,
                      .ordering = core::Ordering::Unordered,
                      .is_torn_allowed = true,
                      .location = {.region = core::RegionKind::Memory, .number = 0, .offset = 20},
                      .size_bytes = 16,
                      .written_value = value};
  ASSERT_EQ(agent.trace.actions.size(), 2U);
  EXPECT_EQ(agent.trace.actions[0], action);
  action.kind = core::ActionKind::Read;
  std::swap(action.read_value, action.written_value);
  EXPECT_EQ(agent.trace.actions[1], action);
  EXPECT_EQ(agent.context.steps, 2U);
}

TEST(VectorCode, FarAccessesToSharedMemoryAreVisibleToo) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module (memory 1) (memory i64 1 1 shared)
    (func (export "store") (param i64 v128)
      (v128.store64_lane 1 offset=8 1 (local.get 0) (local.get 1)))))");
  agent.context.permits = 0;
  agent.start(instance, "store", {1, kLow, kHigh});
  EXPECT_EQ(agent.go_on(), Stop::Visible);
  const PendingOperation pending = agent.thread.pending();
  EXPECT_EQ(pending.opcode, Opcode::V128Store64Lane);
  EXPECT_EQ(pending.memory, instance.memories[1]);
  EXPECT_EQ(pending.address, 9U);
  EXPECT_EQ(pending.size_bytes, 8U);
  agent.context.permits = 1;
  EXPECT_EQ(agent.go_on(), Stop::Returned);
  ASSERT_EQ(agent.trace.actions.size(), 1U);
  EXPECT_EQ(agent.trace.actions[0].location.number, 1U);
  EXPECT_EQ(agent.trace.actions[0].written_value, kHigh);
  agent.context.permits = 1;
  EXPECT_EQ(agent.run(instance, "store", {65521, kLow, kHigh}),
            "trapped: out of bounds memory access");
  EXPECT_EQ(agent.trace.actions.back().location.region, core::RegionKind::MemoryLength);
}

TEST(VectorCode, ALaneInATraceHasItsValue) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(kShared);
  EXPECT_EQ(agent.run(instance, "store_lane", {9, kLow, kHigh}), "returned");
  ASSERT_EQ(agent.trace.actions.size(), 1U);
  EXPECT_EQ(agent.trace.actions[0].location.offset, 9U);
  EXPECT_EQ(agent.trace.actions[0].size_bytes, 1U);
  EXPECT_EQ(agent.trace.actions[0].written_value, 0xffU);
}

TEST(VectorCode, AFaultOnSharedMemoryReadsItsLength) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(kShared);
  EXPECT_EQ(agent.run(instance, "load", {65521}), "trapped: out of bounds memory access");
  ASSERT_EQ(agent.trace.actions.size(), 1U);
  EXPECT_EQ(agent.trace.actions[0].kind, core::ActionKind::Read);
  EXPECT_EQ(agent.trace.actions[0].location.region, core::RegionKind::MemoryLength);
  EXPECT_EQ(agent.trace.actions[0].read_value, 1U);
}

}  // namespace
}  // namespace heddle::engine
