// Exceptions: what catches what, what is handed over, and what nobody catches.
#include <gmock/gmock.h>

#include "engine/exec/machine_fixture.hpp"
#include "engine/exec/thread_fixture.hpp"

namespace heddle::engine {
namespace {

// The body of a function of one i32 (5) and one i32 result, with tags and functions that throw.
std::string run_body(std::string_view body) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(
      "(module (tag $none) (tag $one (param i32)) (tag $two (param i32 i64))"
      " (func $throw_none (throw $none))"
      " (func $throw_one (param i32) (throw $one (local.get 0)))"
      " (func $deep (param i32) (result i32) (if (i32.eqz (local.get 0))"
      "   (then (throw $two (i32.const 30) (i64.const 4))))"
      "   (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))"
      " (func (export \"run\") (param $x i32) (result i32) (local $t i32) (local $r exnref) " +
      std::string(body) + "))");
  return agent.run(instance, "run", {5});
}

TEST(Exception, AClauseGetsTheValuesOfItsTag) {
  EXPECT_EQ(run_body("(block $h (result i32) (try_table (catch $one $h)"
                     " (call $throw_one (i32.const 9))) (i32.const 1))"),
            "returned i32:9");
  EXPECT_EQ(run_body("(block $h (result i32 i64) (try_table (catch $two $h)"
                     " (drop (call $deep (i32.const 50)))) (unreachable))"
                     " (i32.add (i32.wrap_i64))"),
            "returned i32:34");
}

TEST(Exception, WithoutOneTheResultIsThatOfTheBody) {
  EXPECT_EQ(run_body("(block $h (result i32) (try_table (result i32) (catch $one $h)"
                     " (i32.add (local.get $x) (i32.const 1))))"),
            "returned i32:6");
}

TEST(Exception, TheFirstClauseThatFitsCatches) {
  constexpr std::string_view kClauses =
      "(block $all (block $one (result i32)"
      " (try_table (catch $one $one) (catch_all $all) (catch $one $one) ";
  constexpr std::string_view kEnd = ") (i32.const 1)) (return)) (i32.const 2)";
  EXPECT_EQ(run_body(std::string(kClauses) + "(throw $one (i32.const 7))" + std::string(kEnd)),
            "returned i32:7");
  EXPECT_EQ(run_body(std::string(kClauses) + "(throw $none)" + std::string(kEnd)),
            "returned i32:2");
  EXPECT_EQ(run_body("(block $all (block $one (result i32)"
                     " (try_table (catch_all $all) (catch $one $one) (throw $one (i32.const 7)))"
                     " (i32.const 1)) (return)) (i32.const 2)"),
            "returned i32:2");
}

TEST(Exception, TheInnermostThatFitsCatches) {
  EXPECT_EQ(run_body("(block $outer (result i32) (try_table (catch $one $outer)"
                     " (block $inner (try_table (catch $none $inner)"
                     "   (call $throw_one (i32.const 3))))"
                     " ) (i32.const 1))"),
            "returned i32:3");
  EXPECT_EQ(run_body("(block $outer (try_table (catch_all $outer)"
                     " (block $inner (try_table (catch_all $inner) (call $throw_none)))"
                     " (return (i32.const 8)))) (i32.const 1)"),
            "returned i32:8");
}

TEST(Exception, WhatStandsBesideABodyIsNotInIt) {
  // Between two bodies, before, and behind; and in a clause's own block.
  for (const std::string_view place :
       {"(call $throw_none) T T", "T (call $throw_none) T", "T T (call $throw_none)",
        "T (drop (i32.const 1))"
        "(call $throw_none) T"}) {
    std::string body(place);
    constexpr std::string_view kTry =
        "(block $h (try_table (catch_all $h) (block $i (try_table (catch_all $i) (nop)))))";
    for (std::size_t at = 0; (at = body.find('T', at)) != std::string::npos; at += kTry.size()) {
      body.replace(at, 1, kTry);
    }
    EXPECT_EQ(run_body(body + "(i32.const 1)"), "thrown: uncaught exception: tag $none ()");
  }
}

TEST(Exception, AComparisonThatABranchUsesBehindABodyDoesNotWidenIt) {
  EXPECT_EQ(run_body("(block $h (i32.const 0) (try_table (result i32) (catch_all $h)"
                     " (i32.eqz (i32.eq (local.get $x) (i32.const 5))))"
                     " (if (then (unreachable)) (else (call $throw_none))) drop)"
                     " (i32.const 1)"),
            "thrown: uncaught exception: tag $none ()");
  EXPECT_EQ(run_body("(block $h (i32.eqz (i32.eq (local.get $x) (i32.const 5)))"
                     " (try_table (param i32) (catch_all $h)"
                     " (if (then (unreachable)) (else (throw $none)))))"
                     " (i32.const 1)"),
            "returned i32:1");
}

TEST(Exception, AClauseMayLeadToALoopOrOutOfTheFunction) {
  EXPECT_EQ(run_body("(i32.const 0) (loop $l (param i32)"
                     " (local.set $t (i32.add (local.get $t)))"
                     " (if (i32.gt_s (local.get $t) (i32.const 99))"
                     "   (then (return (local.get $t))))"
                     " (try_table (catch $one $l) (throw $one (i32.const 30))))"
                     " (i32.const 1)"),
            "returned i32:120");
  EXPECT_EQ(run_body("(try_table (catch $one 0) (throw $one (i32.const 31))) (i32.const 1)"),
            "returned i32:31");
}

TEST(Exception, LocalsAreAsTheyWereWhenItWasThrown) {
  EXPECT_EQ(run_body("(block $h (try_table (catch_all $h) (local.set $t (i32.const 3))"
                     " (local.set $x (i32.add (local.get $x) (local.get $t)))"
                     " (call $throw_none) (local.set $t (i32.const 100))))"
                     " (i32.add (local.get $x) (local.get $t))"),
            "returned i32:11");
}

TEST(Exception, ValuesBelowTheLabelStay) {
  EXPECT_EQ(run_body("(i32.const 1000) (local.get $x) (i32.add (local.get $x) (i32.const 10))"
                     " (block $h (result i32) (local.set $x (i32.const 77)) (i64.const 3)"
                     "  (try_table (catch $one $h) (f64.const 3) (i32.const 4)"
                     "    (call $throw_one (i32.const 200)) unreachable) drop (i32.const 1))"
                     " i32.add i32.add i32.add"),
            "returned i32:1220");
}

TEST(Exception, AReferenceCanBeThrownAgain) {
  EXPECT_EQ(run_body("(block $again (result i32) (try_table (catch $one $again)"
                     " (block $h (result i32 exnref) (try_table (catch_ref $one $h)"
                     "   (throw $one (i32.const 12))) (unreachable))"
                     " (local.set $r) (local.set $t) (throw_ref (local.get $r))) (i32.const 1))"
                     " (i32.add (local.get $t))"),
            "returned i32:24");
  EXPECT_EQ(run_body("(block $h (result exnref) (try_table (catch_all_ref $h)"
                     "   (drop (call $deep (i32.const 2)))) (unreachable)) (throw_ref)"),
            "thrown: uncaught exception: tag $two (i32:30, i64:4)");
}

TEST(Exception, ThrowingNullTraps) {
  EXPECT_EQ(run_body("(block $h (try_table (catch_all $h) (throw_ref (ref.null exn))))"
                     " (i32.const 1)"),
            "trapped: null exception reference");
}

TEST(Exception, TrapsAndExhaustionAreNotCaught) {
  EXPECT_EQ(run_body("(block $h (try_table (catch_all $h) (unreachable))) (i32.const 1)"),
            "trapped: unreachable");
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (func $f (export "f") (block $h (try_table (catch_all $h) (call $f)))))
  )");
  EXPECT_EQ(agent.run(instance, "f"), "exhausted: call stack exhausted");
}

TEST(Exception, ATailCallLeavesTheTry) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (tag $e)
    (func $throws (result i32) (throw $e))
    (func $inner (result i32)
      (block $h (try_table (catch_all $h) (return_call $throws))) (i32.const 1))
    (func (export "run") (result i32)
      (block $h (try_table (catch_all $h) (return (call $inner)))) (i32.const 2)))
  )");
  EXPECT_EQ(agent.run(instance, "run"), "returned i32:2");
}

TEST(Exception, VectorsAndReferencesAreCarriedAlong) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (tag $e (param v128 externref i32))
    (func $throws (param v128 externref)
      (throw $e (local.get 0) (local.get 1) (i32.const 5)))
    (func (export "run") (param externref) (result v128 externref i32)
      (try_table (catch $e 0)
        (call $throws (v128.const i64x2 11 12) (local.get 0)))
      (unreachable)))
  )");
  EXPECT_EQ(agent.run(instance, "run", {host_slot(7)}),
            "returned v128:i32x4 0x0000000b 0x00000000 0x0000000c 0x00000000 ref.extern 7 i32:5");
}

// Instances that share a tag; each has a memory of its own.
TEST(Exception, UnwindsAcrossInstancesAndTheirTailCalls) {
  OneAgent agent;
  const Instance& thrower = agent.instantiate(R"((module
    (tag $e (export "e") (param i32)) (tag $other (export "other") (param i32))
    (memory 1) (data (i32.const 0) "\63")
    (func (export "throw") (param i32) (throw $e (i32.add (local.get 0) (i32.load (i32.const 0)))))
    (func (export "catch_other") (param i32)
      (block $h (result i32) (try_table (catch $other $h)
        (throw $e (local.get 0))) (i32.const 1)) (drop)))
  )");
  agent.registered["a"] = thrower.exports;
  const Instance& middle = agent.instantiate(R"((module
    (import "a" "throw" (func $throw (param i32)))
    (tag $e (export "e") (param i32))
    (func (export "tail") (param i32) (return_call $throw (local.get 0)))
    (func (export "call") (param i32)
      (block $h (result i32) (try_table (catch $e $h) (call $throw (local.get 0))) (return))
      (drop)))
  )");
  agent.registered["b"] = middle.exports;
  const Instance& catcher = agent.instantiate(R"((module
    (import "a" "e" (tag $e (param i32)))
    (import "a" "throw" (func $throw (param i32)))
    (import "a" "catch_other" (func $catch_other (param i32)))
    (import "b" "tail" (func $tail (param i32)))
    (import "b" "call" (func $call (param i32)))
    (memory 1) (data (i32.const 0) "\02")
    (func (export "run") (param $which i32) (result i32)
      (block $h (result i32)
        (try_table (catch $e $h)
          (block $3 (block $2 (block $1 (block $0
            (br_table $0 $1 $2 $3 (local.get $which)))
            (call $throw (i32.const 1000)))
            (call $tail (i32.const 2000)))
            (call $call (i32.const 3000)))
            (call $catch_other (i32.const 4000)))
        (unreachable))
      (i32.add (i32.load (i32.const 0)))))
  )");
  EXPECT_EQ(agent.run(catcher, "run", {0}), "returned i32:1101");
  EXPECT_EQ(agent.run(catcher, "run", {1}), "returned i32:2101");
  EXPECT_EQ(agent.run(catcher, "run", {2}), "returned i32:3101") << "a tag of the same type";
  EXPECT_EQ(agent.run(catcher, "run", {3}), "returned i32:4002");
}

TEST(Exception, WhoeverThrowsForEverRunsOutOfFuel) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (tag $e)
    (func (export "run") (loop $l (try_table (catch_all $l) (throw $e)))))
  )");
  agent.context.fuel = 1000;
  agent.start(instance, "run", {});
  EXPECT_EQ(agent.go_on(), Stop::OutOfFuel);
  agent.context.fuel = 1000;
  EXPECT_EQ(agent.go_on(), Stop::OutOfFuel) << "and goes on";
}

TEST(Exception, WhenNobodyCatchesTheThreadStandsWhereItWasThrown) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (tag $e)
    (func $throws (throw $e))
    (func (export "run") (call $throws)))
  )");
  agent.start(instance, "run", {});
  ASSERT_EQ(agent.go_on(), Stop::Thrown);
  EXPECT_EQ(agent.thread.where().function, 0U);
  EXPECT_EQ(agent.thread.call_stack(10).size(), 2U);
  EXPECT_EQ(agent.run(instance, "run"), "thrown: uncaught exception: tag $e ()");
}

TEST(Exception, ATagWithoutANameIsToldByItsNumber) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(
      "(module (tag) (tag (param i32)) (func (export \"f\") (throw 1"
      " (i32.const -1))))");
  EXPECT_EQ(agent.run(instance, "f"), "thrown: uncaught exception: tag 1 (i32:-1)");
}

TEST(Exception, ReferencesAreNumberedAsTheyAreMade) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (tag $e)
    (func $make (export "make") (result exnref)
      (block $h (result exnref) (try_table (catch_all_ref $h) (throw $e)) (unreachable)))
    (func (export "same") (result exnref)
      (block $h (result exnref) (try_table (catch_all_ref $h) (throw_ref (call $make)))
        (unreachable))))
  )");
  EXPECT_EQ(agent.call(instance, "make").values[0],
            (core::Value{.kind = core::ValueKind::ExnRef, .low = 0}));
  EXPECT_EQ(agent.call(instance, "same").values[0],
            (core::Value{.kind = core::ValueKind::ExnRef, .low = 1}));
}

TEST(Exception, TooManyThatAreReferredToExhaustTheEngine) {
  constexpr std::string_view kText = R"((module
    (tag $e (param i64))
    (table $kept 100 exnref)
    (func $make (result exnref)
      (block $h (result i64 exnref)
        (try_table (catch_ref $e $h) (throw $e (i64.const 1))) (unreachable))
      (return))
    (func (export "make") (param $n i32)
      (loop $next
        (drop (call $make))
        (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
    (func (export "keep") (param $n i32)
      (loop $next
        (table.set $kept (local.get $n) (call $make))
        (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))))";
  FirstOption chooser;
  MachineOptions options;
  options.store.heap_bytes_max = 320;  // ten exceptions
  Machine machine(options, chooser);
  std::vector<std::string> outcomes;
  static_cast<void>(machine.run("main", [&](Agent& agent) {
    const Instance& instance = instantiate(agent, compile(kText));
    for (const auto& [name, times] :
         {std::pair{"make", 1000U}, std::pair{"keep", 10U}, std::pair{"keep", 20U}}) {
      outcomes.push_back(to_string(call(agent, instance, name, {core::Value::i32(times)})));
    }
  }));
  EXPECT_THAT(outcomes, testing::ElementsAre(
                            "returned", "returned",
                            "exhausted: allocation of 32 bytes failed: the heap limit is 320 "
                            "bytes"));
}

TEST(Exception, EndsTheCallOfAnAgentWithAnOutcomeOfItsOwn) {
  FirstOption chooser;
  Machine machine({}, chooser);
  const auto module =
      compile("(module (tag $oops (param i64)) (func (export \"f\") (throw $oops (i64.const 3))))");
  core::Outcome outcome;
  core::Outcome again;
  const core::Execution execution = machine.run("main", [&](Agent& agent) {
    const Instance& instance = instantiate(agent, module);
    outcome = call(agent, instance, "f");
    again = call(agent, instance, "f");
    agent.set_outcome(outcome);
  });
  EXPECT_EQ(to_string(outcome), "thrown: uncaught exception: tag $oops (i64:3)");
  EXPECT_EQ(again, outcome);
  EXPECT_EQ(execution.ends[0].outcome, outcome);
}

}  // namespace
}  // namespace heddle::engine
