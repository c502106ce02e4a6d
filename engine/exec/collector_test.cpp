// Collections: what is freed, what is kept, and that programs cannot see the difference.
#include "engine/exec/collector.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "core/rng.hpp"
#include "engine/exec/machine_fixture.hpp"
#include "engine/exec/random_objects.hpp"
#include "engine/exec/thread_fixture.hpp"

namespace heddle::engine {
namespace {

constexpr const char* kTypes = R"(
  (type $pair (struct (field $a (mut anyref)) (field $b (mut anyref))))
  (type $list (array (mut anyref)))
  (func $pair (param anyref) (result (ref $pair))
    (struct.new $pair (local.get 0) (ref.null any)))
)";

class CollectorTest : public testing::Test {
 protected:
  Instance& instantiate(const std::string& body, const std::string& imports = "") {
    agent.store.heap().set_collections(Collections::AtEveryAllocation);
    return agent.instantiate("(module " + imports + kTypes + body + ")");
  }
  // How many objects there are after a function has returned and a collection.
  std::size_t left_by(const std::string& body) {
    Instance& instance = instantiate(body);
    EXPECT_EQ(agent.run(instance, "run"), "returned");
    agent.collect();
    return agent.store.heap().object_count();
  }
  // What a function returns whose frames a collection has met.
  std::string result_of(const std::string& body, const std::string& imports = "") {
    return agent.run(instantiate(body, imports), "run");
  }

  OneAgent agent;
};

TEST_F(CollectorTest, WhatOnlyAReturnedFrameHeldIsFreed) {
  EXPECT_EQ(left_by(R"((func (export "run") (local anyref)
    (local.set 0 (call $pair (call $pair (ref.null any))))))"),
            0U);
}

TEST_F(CollectorTest, GlobalsTablesAndElementSegmentsKeepObjects) {
  EXPECT_EQ(left_by(R"(
    (global $g (mut anyref) (ref.null any))
    (table $t 2 anyref)
    (elem $e anyref (item (struct.new_default $pair)) (item (array.new_default $list (i32.const 3))))
    (func (export "run")
      (global.set $g (call $pair (call $pair (ref.null any))))
      (table.set $t (i32.const 1) (call $pair (ref.null any)))))"),
            5U);
}

TEST_F(CollectorTest, ADroppedSegmentKeepsNothing) {
  EXPECT_EQ(left_by(R"(
    (elem $e anyref (item (struct.new_default $pair)))
    (func (export "run") (elem.drop $e)))"),
            0U);
}

TEST_F(CollectorTest, CyclesAreFreed) {
  EXPECT_EQ(left_by(R"((func (export "run") (local $p (ref $pair)) (local $q (ref $pair))
    (local.set $p (call $pair (ref.null any)))
    (local.set $q (call $pair (local.get $p)))
    (struct.set $pair $b (local.get $p) (local.get $q))
    (struct.set $pair $a (local.get $p) (local.get $p))))"),
            0U);
}

// A local that was overwritten, and a value that was dropped, hold nothing at the next collection.
TEST_F(CollectorTest, WhatTheFrameHoldsNoMoreIsFreedWhileItRuns) {
  Instance& instance = instantiate(R"(
    (func (export "run") (result i32) (local $p anyref)
      (local.set $p (call $pair (ref.null any)))
      (local.set $p (ref.null any))
      (drop (call $pair (ref.null any)))
      (memory.atomic.notify (i32.const 0) (i32.const 0)))
    (memory 1 1 shared))");
  agent.context.permits = 0;
  agent.start(instance, "run", {});
  while (agent.thread.run(agent.context) == Stop::Collect) agent.collect();
  agent.collect();
  EXPECT_EQ(agent.store.heap().object_count(), 0U);
}

// Parked on a branch whose value has been moved: what it leaves behind is not held any more.
TEST_F(CollectorTest, ABranchHoldsOnlyWhatItsTargetTakes) {
  Instance& instance = instantiate(R"(
    (func (export "run") (param $n i32)
      (ref.null any)
      (loop $again (param anyref)
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (call $pair (ref.null any))
        (call $pair)
        (call $pair (ref.null any))
        (call $pair (ref.null any))
        (br $again))))");
  agent.context.fuel = 4;
  agent.start(instance, "run", {0});
  while (agent.thread.run(agent.context) == Stop::Collect) agent.collect();
  EXPECT_EQ(agent.context.fuel, 0);
  agent.collect();
  EXPECT_EQ(agent.store.heap().object_count(), 1U);
}

TEST_F(CollectorTest, ValuesBelowACallAreFound) {
  EXPECT_EQ(result_of(R"(
    (func $make (result i32) (drop (call $pair (ref.null any))) (i32.const 1))
    (func (export "run") (result i32)
      (struct.new $pair (ref.i31 (i32.const 40)) (ref.null any))
      (array.new $list (ref.i31 (i32.const 2)) (i32.const 3))
      (call $make)
      (if (then (drop (call $pair (ref.null any)))))
      (array.get $list (i32.const 1))
      (i31.get_s (ref.cast (ref i31)))
      (call $add))
    (func $add (param (ref $pair)) (param i32) (result i32)
      (drop (call $pair (ref.null any)))
      (i32.add (local.get 1)
               (i31.get_s (ref.cast (ref i31) (struct.get $pair $a (local.get 0)))))))"),
            "returned i32:42");
}

TEST_F(CollectorTest, AValueInALocalThatChangesLaterIsFound) {
  EXPECT_EQ(result_of(R"((func (export "run") (result i32) (local $p (ref null $pair))
    (local.set $p (call $pair (ref.i31 (i32.const 7))))
    (local.get $p)
    (local.set $p (call $pair (ref.null any)))
    (local.set $p (call $pair (ref.null any)))
    (i31.get_s (ref.cast (ref i31) (struct.get $pair $a)))))"),
            "returned i32:7");
}

TEST_F(CollectorTest, ArgumentsOfATailCallAreFoundInItsFrame) {
  EXPECT_EQ(result_of(R"(
    (func $second (param i32) (param (ref $pair)) (param i64) (result i32)
      (drop (call $pair (ref.null any)))
      (i32.add (local.get 0)
        (i31.get_s (ref.cast (ref i31) (struct.get $pair $a (local.get 1))))))
    (func $first (param (ref $pair)) (param i32) (result i32)
      (return_call $second (local.get 1) (local.get 0) (i64.const 0x123456789abcde8)))
    (func (export "run") (result i32)
      (call $first (call $pair (ref.i31 (i32.const 3))) (i32.const 8))))"),
            "returned i32:11");
}

TEST_F(CollectorTest, ExceptionsKeepTheirValues) {
  EXPECT_EQ(result_of(R"(
    (tag $t (param i32 (ref $pair)))
    (func $rethrow (param exnref) (drop (call $pair (ref.null any))) (throw_ref (local.get 0)))
    (func (export "run") (result i32) (local $e exnref)
      (block $all (result exnref)
        (try_table (catch_all_ref $all)
          (throw $t (i32.const 2) (call $pair (ref.i31 (i32.const 9)))))
        (unreachable))
      (local.set $e)
      (drop (call $pair (ref.null any)))
      (block $caught (result i32 (ref $pair))
        (try_table (catch $t $caught) (call $rethrow (local.get $e)))
        (unreachable))
      (i31.get_s (ref.cast (ref i31) (struct.get $pair $a)))
      (i32.add)))"),
            "returned i32:11");
}

TEST_F(CollectorTest, ExceptionsThatNobodyHoldsAreFreed) {
  EXPECT_EQ(left_by(R"(
    (tag $t (param anyref))
    (func (export "run") (local $n i32)
      (local.set $n (i32.const 5))
      (loop $again
        (block $all (result exnref)
          (try_table (catch_all_ref $all) (throw $t (call $pair (ref.null any))))
          (unreachable))
        (drop)
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))"),
            0U);
}

TEST_F(CollectorTest, FramesOfOtherInstancesAreFound) {
  Instance& library = instantiate(R"(
    (func (export "make") (param i32) (result anyref)
      (drop (call $pair (ref.null any)))
      (call $pair (ref.i31 (local.get 0)))))");
  agent.registered["library"] = library.exports;
  EXPECT_EQ(result_of(R"(
    (func $sum (param (ref $pair)) (param (ref $pair)) (result i32)
      (drop (call $make (i32.const 0)))
      (i32.add (i31.get_s (ref.cast (ref i31) (struct.get $pair $a (local.get 0))))
               (i31.get_s (ref.cast (ref i31) (struct.get $pair $a (local.get 1))))))
    (func (export "run") (result i32)
      (call $sum (ref.cast (ref $pair) (call $make (i32.const 30)))
                 (ref.cast (ref $pair) (call $make (i32.const 4))))))",
                      R"((import "library" "make" (func $make (param i32) (result anyref))))"),
            "returned i32:34");
}

TEST_F(CollectorTest, ADeepStackIsWalked) {
  EXPECT_EQ(result_of(R"(
    (func $deep (param $p (ref $pair)) (param $n i32) (result i32)
      (if (result i32) (i32.eqz (local.get $n))
        (then (i31.get_s (ref.cast (ref i31) (struct.get $pair $a (call $pair (ref.i31 (i32.const 1)))))))
        (else (i32.add
          (call $deep (struct.new $pair (ref.i31 (local.get $n)) (local.get $p))
                      (i32.sub (local.get $n) (i32.const 1)))
          (i31.get_s (ref.cast (ref i31) (struct.get $pair $a (local.get $p))))))))
    (func (export "run") (result i32)
      (call $deep (call $pair (ref.i31 (i32.const 0))) (i32.const 200))))"),
            "returned i32:20100");
}

TEST(HeapLimit, EndsTheCallAsExhausted) {
  OneAgent agent{{}, {.heap_bytes_max = 1000}};
  Instance& instance = agent.instantiate(R"((module
    (type $bytes (array (mut i8)))
    (func (export "run") (param i32) (result i32)
      (array.len (array.new_default $bytes (local.get 0))))))");
  EXPECT_EQ(agent.run(instance, "run", {976}), "returned i32:976");
  EXPECT_EQ(agent.run(instance, "run", {976}), "returned i32:976");
  EXPECT_EQ(agent.run(instance, "run", {977}),
            "exhausted: allocation of 1008 bytes failed: the heap limit is 1000 bytes");
  EXPECT_EQ(agent.run(instance, "run", {0xffff'ffff}),
            "exhausted: allocation of 4294967320 bytes failed: the heap limit is 1000 bytes");
}

TEST(HeapLimit, IsALinkErrorInConstantExpressions) {
  OneAgent agent{{}, {.heap_bytes_max = 1000}};
  const auto source = std::make_shared<core::Source>();
  source->text = R"((module (type $bytes (array (mut i8)))
    (global (ref $bytes) (array.new_default $bytes (i32.const 2000)))))";
  auto module = wast::parse_module(source);
  ASSERT_TRUE(module);
  std::string error;
  EXPECT_EQ(agent.link(std::make_shared<const Module>(std::move(*module)), error), nullptr);
  EXPECT_EQ(error, "allocation of 2024 bytes failed: the heap limit is 1000 bytes");
}

TEST(HeapLimit, GarbageDoesNotCount) {
  OneAgent agent{{}, {.heap_bytes_max = 10'000}};
  Instance& instance = agent.instantiate(R"((module
    (type $bytes (array (mut i8)))
    (func (export "run") (result i32) (local $n i32)
      (loop $again
        (drop (array.new $bytes (i32.const 1) (i32.const 3000)))
        (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                                (i32.const 100))))
      (local.get $n))))");
  EXPECT_EQ(agent.run(instance, "run"), "returned i32:100");
  EXPECT_GT(agent.store.heap().collection_count(), 10U);
}

// What a random program does.
struct Run {
  std::vector<std::string> outcomes;
  std::int64_t fuel_left = 0;
  std::size_t objects = 0;  // after a last collection
  std::uint64_t collections = 0;
};

// `fuel`: stops after so many back edges and calls, collects, and goes on.
Run run_objects(const std::string& text, Collections collections, std::int64_t fuel) {
  OneAgent agent;
  agent.store.heap().set_collections(collections);
  Instance& instance = agent.instantiate(text);
  Run run;
  for (std::uint64_t i = 0; i < 3; ++i) {
    agent.start(instance, "run", {i});
    std::int64_t fuel_left = 3000;
    core::Outcome outcome;
    for (bool is_running = true; is_running && fuel_left > 0;) {
      agent.context.fuel = std::min(fuel, fuel_left);
      fuel_left -= agent.context.fuel;
      outcome = agent.run_to_end(*OneAgent::function(instance, "run").type);
      is_running = outcome.kind == core::OutcomeKind::Unfinished;
      fuel_left += agent.context.fuel;
      agent.collect();
    }
    run.outcomes.push_back(core::to_string(outcome));
    run.fuel_left += fuel_left;
    agent.thread.reset();
  }
  agent.context.fuel = 3000;
  run.outcomes.push_back(agent.run(instance, "last"));
  agent.thread.reset();
  agent.collect();
  run.objects = agent.store.heap().object_count();
  run.collections = agent.store.heap().collection_count();
  return run;
}

// Programs cannot see collections, nor at which points they happen.
void compare_runs(std::uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  const std::string text = RandomObjects(seed).module();
  constexpr std::int64_t kAllFuel = 1 << 20;
  const Run plain = run_objects(text, Collections::WhenNeeded, kAllFuel);
  const Run stressed = run_objects(text, Collections::AtEveryAllocation, kAllFuel);
  const Run dripped = run_objects(text, Collections::AtEveryAllocation, 1);
  EXPECT_EQ(stressed.outcomes, plain.outcomes) << text;
  EXPECT_EQ(stressed.objects, plain.objects) << text;
  EXPECT_EQ(stressed.fuel_left, plain.fuel_left) << text;
  EXPECT_EQ(dripped.outcomes, plain.outcomes) << text;
  EXPECT_EQ(dripped.objects, plain.objects) << text;
  EXPECT_GE(stressed.collections, plain.collections);
}

TEST(RandomObjects, DoTheSameWhenCollectedAtEveryAllocation) {
  for (std::uint64_t seed = 1; seed <= 60 && !testing::Test::HasFailure(); ++seed) {
    compare_runs(seed);
  }
}

RC_GTEST_PROP(RandomObjects, DoTheSameForAnySeedWhenCollectedAtEveryAllocation,
              (std::uint64_t seed)) {
  compare_runs(seed);
  RC_ASSERT(!testing::Test::HasFailure());
}

// Agents that build objects between visible actions.
constexpr const char* kSharedAndObjects = R"((module
  (memory 1 1 shared)
  (type $node (struct (field $n i32) (field $next (ref null $node))))
  (func (export "run") (param $x i32) (result i32)
    (local $list (ref null $node)) (local $n i32) (local $sum i32)
    (loop $again
      (local.set $list (struct.new $node
        (i32.atomic.rmw.add (i32.const 8) (local.get $x)) (local.get $list)))
      (i32.atomic.store (i32.const 12) (local.get $n))
      (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                              (i32.const 3))))
    (loop $walk
      (local.set $sum (i32.add (local.get $sum) (struct.get $node $n (local.get $list))))
      (br_if $walk (i32.eqz (ref.is_null
        (local.tee $list (struct.get $node $next (local.get $list)))))))
    (local.get $sum))))";

core::Execution run_agents(core::Chooser& chooser, const MachineOptions& options) {
  Machine machine(options, chooser);
  const auto module = compile(kSharedAndObjects);
  return machine.run("main", [&](Agent& main) {
    const Instance& instance = instantiate(main, module);
    std::vector<core::AgentId> children;
    for (std::uint32_t i = 1; i <= 2; ++i) {
      children.push_back(main.spawn("child", [&instance, i](Agent& child) {
        child.set_outcome(call(child, instance, "run", {core::Value::i32(i)}));
      }));
    }
    main.set_outcome(call(main, instance, "run", {core::Value::i32(10)}));
    for (const core::AgentId child : children) main.join(child);
  });
}

RC_GTEST_PROP(Collections, CannotBeSeenInATrace, (std::uint64_t seed)) {
  RandomOption random(seed);
  const core::Execution plain = run_agents(random, {});
  Scripted same(plain.schedule.choices);
  const core::Execution stressed =
      run_agents(same, {.collections = Collections::AtEveryAllocation});
  RC_ASSERT(stressed.schedule == plain.schedule);
  RC_ASSERT(core::digest_of(stressed.trace) == core::digest_of(plain.trace));
  for (std::size_t i = 0; i < plain.ends.size(); ++i) {
    RC_ASSERT(stressed.ends[i].outcome == plain.ends[i].outcome);
    RC_ASSERT(plain.ends[i].outcome.kind == core::OutcomeKind::Returned);
  }
}

TEST(Collections, AreChoicesWhereTheScheduleDecides) {
  const MachineOptions options{.collections = Collections::AsChosen};
  RandomOption random(3);
  const core::Execution first = run_agents(random, options);
  const auto is_collection = [](const core::Choice& choice) {
    return choice.kind == core::ChoiceKind::CollectGarbage;
  };
  EXPECT_EQ(std::ranges::count_if(first.schedule.choices, is_collection), 9);
  Scripted same(first.schedule.choices);
  const core::Execution second = run_agents(same, options);
  EXPECT_EQ(second.schedule, first.schedule);
  EXPECT_EQ(core::digest_of(second.trace), core::digest_of(first.trace));
  RandomOption again(3);
  const core::Execution without_switchboard =
      run_agents(again, {.switches_inside = false, .collections = Collections::AsChosen});
  EXPECT_EQ(without_switchboard.schedule, first.schedule);
}

}  // namespace
}  // namespace heddle::engine
