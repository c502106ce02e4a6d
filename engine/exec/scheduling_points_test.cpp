// Which visible actions agents can be switched before, by mode.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "engine/exec/machine_fixture.hpp"

namespace heddle::engine {
namespace {

// Each agent has a word of its own at 64 * its argument, which it counts up three times, then adds
// it to the word at 0; the reader looks at 4 atomically and waits on 8.
constexpr std::string_view kModule = R"((module
  (memory (export "memory") 1 4 shared)
  (func (export "work") (param $own i32)
    (local $n i32)
    (loop $next
      (i32.store (local.get $own) (i32.add (i32.load (local.get $own)) (i32.const 1)))
      (br_if $next (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                             (i32.const 3))))
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.load (local.get $own)))))
  (func (export "sync") (param $own i32)
    (i32.store (local.get $own) (i32.const 1))
    (drop (i32.atomic.load (i32.const 4)))
    (atomic.fence)
    (drop (memory.atomic.notify (i32.const 8) (i32.const 1)))
    (v128.store offset=16 (local.get $own) (v128.load (local.get $own)))
    (memory.fill (i32.const 128) (i32.const 1) (i32.const 8))
    (memory.copy (i32.const 256) (local.get $own) (i32.const 8))
    (drop (memory.grow (i32.const 0)))
    (i32.store (i32.const 0) (i32.const 1)))
  (func (export "poll") (param $own i32)
    (loop $again
      (br_if $again (i32.eqz (i32.load (i32.const 0)))))))
)";

// Notes before which instructions agents could be switched.
class Noting final : public FirstOption {
 public:
  core::Choice choose(const core::ChoicePoint& point) override {
    check(point);
    for (std::size_t i = 0; i < point.pending.size(); ++i) {
      if (point.pending[i].agent.index == 1) seen.insert(point.pending[i].where);
    }
    return point.options[rng_.below(point.options.size())];
  }
  std::set<core::CodeLocation> seen;

 private:
  core::Rng rng_{7};
};

struct Calls {
  std::string_view function = "work";
  std::uint32_t agents = 2;
};

core::Execution execute(const Calls& calls, core::Chooser& chooser, const MachineOptions& options) {
  static const auto module = compile(kModule);
  Machine machine(options, chooser);
  return machine.run("main", [&](Agent& main) {
    const Instance& instance = instantiate(main, module);
    std::vector<core::AgentId> spawned;
    for (std::uint32_t i = 1; i <= calls.agents; ++i) {
      spawned.push_back(main.spawn("T", [&instance, &calls, i](Agent& agent) {
        std::ignore =
            call(agent, instance, std::string(calls.function), {core::Value::i32(64 * i)});
      }));
    }
    for (const core::AgentId agent : spawned) main.join(agent);
    std::ignore = call(main, instance, "work", {core::Value::i32(64)});
  });
}

std::shared_ptr<const core::SharedLocations> only(std::uint64_t begin, std::uint64_t end) {
  auto shared = std::make_shared<core::SharedLocations>();
  shared->add({.memory = 0, .begin = begin, .end = end});
  return shared;
}

TEST(PointsShared, are_learnt_from_one_execution) {
  RandomOption chooser(1);
  const core::Execution execution = execute({}, chooser, {.points = core::PointMode::Shared});
  EXPECT_EQ(to_string(execution.newly_shared), "memory0: 0x0-0x4\n");
}

TEST(PointsShared, are_not_reported_in_other_modes_or_where_they_are_known) {
  for (const MachineOptions& options :
       {MachineOptions{.points = core::PointMode::All},
        MachineOptions{.points = core::PointMode::Sync},
        MachineOptions{.points = core::PointMode::Shared, .shared = only(0, 4)}}) {
    RandomOption chooser(1);
    EXPECT_TRUE(execute({}, chooser, options).newly_shared.is_empty());
  }
}

TEST(PointsShared, are_the_accesses_to_the_locations_and_the_first_action_of_a_call) {
  Noting chooser;
  for (int i = 0; i < 20; ++i) {
    const core::Execution execution =
        execute({}, chooser, {.points = core::PointMode::Shared, .shared = only(0, 4)});
    EXPECT_EQ(execution.steps, 3U * (6 + 3));
  }
  EXPECT_EQ(chooser.seen.size(), 3U);  // and the load and the store of the word at 0
}

TEST(PointsShared, keep_all_events_in_order) {
  RandomOption all_points(1);
  const core::Execution all = execute({.agents = 1}, all_points, {});
  RandomOption some_points(1);
  const core::Execution some =
      execute({.agents = 1}, some_points, {.points = core::PointMode::Shared});
  EXPECT_EQ(all.trace, some.trace);
  EXPECT_EQ(all.steps, some.steps);
}

std::set<std::uint32_t> opcodes_seen(const MachineOptions& options) {
  Noting chooser;
  for (int i = 0; i < 100; ++i) {
    std::ignore = execute({.function = "sync"}, chooser, options);
  }
  std::set<std::uint32_t> offsets;
  for (const core::CodeLocation& where : chooser.seen) offsets.insert(where.offset);
  return offsets;
}

TEST(PointsSync, are_atomics_waits_notifies_and_fences) {
  // The first action, the atomic load, the fence, the notify, the growth.
  EXPECT_EQ(opcodes_seen({.points = core::PointMode::Sync}).size(), 5U);
  EXPECT_EQ(opcodes_seen({.points = core::PointMode::All}).size(), 10U);
}

TEST(PointsShared, are_notifies_whatever_the_set_and_every_kind_of_access_to_it) {
  const auto seen = [](std::uint64_t begin, std::uint64_t end) {
    return opcodes_seen({.points = core::PointMode::Shared, .shared = only(begin, end)}).size();
  };
  EXPECT_EQ(seen(32, 33), 3U);    // the first action, the notify, the growth
  EXPECT_EQ(seen(7, 8), 4U);      // nothing more than ...
  EXPECT_EQ(seen(128, 129), 4U);  // the fill (the second agent's word, too)
  EXPECT_EQ(seen(263, 264), 4U);  // the copy's target
  EXPECT_EQ(seen(71, 72), 5U);    // a vector's load, and the copy's source
  EXPECT_EQ(seen(80, 81), 4U);    // a vector's store
  EXPECT_EQ(seen(0, 65536), 9U);  // all but the fence
}

TEST(PointsShared, let_others_go_on_while_an_agent_polls_a_location_that_is_not_known) {
  static const auto module = compile(kModule);
  RandomOption chooser(1);
  Machine machine({.steps_max = 100'000, .points = core::PointMode::Shared}, chooser);
  const core::Execution execution = machine.run("main", [&](Agent& main) {
    const Instance& instance = instantiate(main, module);
    for (const char* function : {"poll", "work"}) {
      std::ignore = main.spawn("T", [&instance, function](Agent& agent) {
        std::ignore = call(agent, instance, function, {core::Value::i32(64)});
      });
    }
  });
  EXPECT_FALSE(execution.hit_limit);
  EXPECT_TRUE(execution.newly_shared.contains({.region = core::RegionKind::Memory}, 4));
}

TEST(PointsShared, count_steps_to_the_limit) {
  for (const std::uint64_t steps : {1U, 7U, 20U}) {
    RandomOption chooser(1);
    const core::Execution execution =
        execute({}, chooser, {.steps_max = steps, .points = core::PointMode::Shared});
    EXPECT_EQ(execution.steps, steps);
    EXPECT_TRUE(execution.hit_limit);
  }
}

// Law 2, with the mode and the set as they were.
RC_GTEST_PROP(Points, replay_with_the_mode_and_the_set_of_their_schedule, (std::uint64_t seed)) {
  const MachineOptions options{
      .points =
          *rc::gen::element(core::PointMode::All, core::PointMode::Shared, core::PointMode::Sync),
      .shared = only(0, *rc::gen::inRange<std::uint64_t>(0, 200))};
  const Calls calls{.function = *rc::gen::element("work", "sync"),
                    .agents = *rc::gen::inRange(1U, 4U)};
  RandomOption chooser(seed);
  const core::Execution first = execute(calls, chooser, options);
  Scripted script(first.schedule.choices);
  const core::Execution second = execute(calls, script, options);
  RC_ASSERT(first.schedule == second.schedule);
  RC_ASSERT(first.trace == second.trace);
  RC_ASSERT(first.newly_shared == second.newly_shared);
}

}  // namespace
}  // namespace heddle::engine
