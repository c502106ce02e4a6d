// The decider against the axioms by brute force, and laws of small random programs.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "core/action_kinds.hpp"
#include "core/rng.hpp"
#include "harness/memory/consistency.hpp"
#include "harness/memory/interleaving.hpp"
#include "harness/memory/outcomes.hpp"
#include "harness/memory/program.hpp"

namespace heddle::harness {
namespace {

using core::ActionKind;
using core::Ordering;
using core::Rng;

struct OwnedCandidate {
  std::vector<MemoryEvent> initial;
  std::vector<std::vector<MemoryEvent>> agents;

  [[nodiscard]] Candidate view() const {
    Candidate candidate{.initial = initial};
    for (const auto& agent : agents) candidate.agents.emplace_back(agent);
    return candidate;
  }
};

// Few cells, few values, so that much of it is consistent and much is not.
MemoryAccess random_access(Rng& rng) {
  constexpr std::array kKinds{ActionKind::Read, ActionKind::Read, ActionKind::Write,
                              ActionKind::Write, ActionKind::ReadModifyWrite};
  MemoryAccess access{.kind = kKinds.at(rng.below(kKinds.size()))};
  const bool is_wide = rng.below(3) == 0;
  access.ordering = rng.below(2) == 0 || access.kind == ActionKind::ReadModifyWrite
                        ? Ordering::SeqCst
                        : Ordering::Unordered;
  access.tearing = rng.below(3) == 0 ? Tearing::Torn : Tearing::TearFree;
  access.location = {.region = core::RegionKind::Memory, .offset = is_wide ? 0 : rng.below(2)};
  access.size = is_wide ? 2 : 1;
  for (std::uint64_t cell = 0; cell < access.size; ++cell) {
    if (core::reads(access.kind)) access.read.push_back(rng.below(2));
    if (core::writes(access.kind)) access.written.push_back(rng.below(2));
  }
  return access;
}

// Each agent may wait, and then is woken or times out; or notify.
void add_queue_events(Rng& rng, std::vector<MemoryEvent>& events) {
  const core::Location location{.region = core::RegionKind::Memory};
  if (rng.below(2) == 0) {
    events.push_back({.queue = QueueAction{.kind = ActionKind::Wait, .location = location}});
    const auto end = rng.below(3) == 0 ? ActionKind::TimedOut : ActionKind::Woken;
    events.push_back({.queue = QueueAction{.kind = end, .location = location}});
  } else {
    events.push_back(
        {.queue = QueueAction{
             .kind = ActionKind::Notify, .location = location, .woken = rng.below(2), .limit = 1}});
  }
}

OwnedCandidate random_candidate(Rng& rng) {
  OwnedCandidate candidate;
  candidate.initial.push_back({.accesses = {{.kind = ActionKind::Write,
                                             .ordering = Ordering::Init,
                                             .tearing = Tearing::Bulk,
                                             .location = {.region = core::RegionKind::Memory},
                                             .size = 2}}});
  const bool has_queue = rng.below(4) == 0;
  candidate.agents.resize(2 + rng.below(2));
  std::size_t left = has_queue ? 2 : 4;
  for (auto& agent : candidate.agents) {
    if (has_queue && &agent - candidate.agents.data() < 2) add_queue_events(rng, agent);
  }
  for (; left > 0; --left) {
    auto& agent = candidate.agents[rng.below(candidate.agents.size())];
    const auto place = static_cast<std::ptrdiff_t>(
        has_queue ? (rng.below(2) == 0 ? 0 : agent.size()) : agent.size());
    agent.insert(agent.begin() + place, {.accesses = {random_access(rng)}});
  }
  return candidate;
}

// By the letter: every reads-from relation with every total order.
bool is_consistent_by_brute_force(const Candidate& candidate, const MemoryModelSwitches& switches) {
  const auto events = events_of(candidate);
  Witness witness;
  std::vector<EventIndex*> cells;
  for (const MemoryEvent* event : events) {
    for (const MemoryAccess& access : event->accesses) {
      if (core::reads(access.kind)) witness.reads_from.emplace_back(access.size, 0U);
    }
  }
  for (auto& read : witness.reads_from) {
    for (EventIndex& cell : read) cells.push_back(&cell);
  }
  const std::function<bool(std::size_t)> choose = [&](std::size_t number) {
    if (number == cells.size()) {
      witness.total.resize(events.size());
      std::iota(witness.total.begin(), witness.total.end(), 0U);
      do {
        const auto violation = check_execution(candidate, witness, switches);
        if (!violation) return true;
        if (violation->clause == Clause::Written) return false;
      } while (std::ranges::next_permutation(witness.total).found);
      return false;
    }
    for (EventIndex event = 0; event < events.size(); ++event) {
      *cells[number] = event;
      if (!events[event]->accesses.empty() && choose(number + 1)) return true;
    }
    return false;
  };
  return choose(0);
}

// How many candidates are consistent and how many are not: neither may be rare.
void compare_with_brute_force(const MemoryModelSwitches& switches, std::uint64_t seed, int runs) {
  Rng rng(seed);
  int consistent = 0;
  for (int run = 0; run < runs; ++run) {
    const OwnedCandidate owned = random_candidate(rng);
    const Candidate candidate = owned.view();
    const Consistency decided = decide_consistency(candidate, switches, {.refusals_max = 100});
    ASSERT_EQ(decided.witness.has_value(), is_consistent_by_brute_force(candidate, switches))
        << "seed " << seed << ", run " << run;
    ASSERT_TRUE(decided.witness || !decided.refusals.empty()) << "run " << run;
    if (!decided.witness) continue;
    ++consistent;
    ASSERT_FALSE(check_execution(candidate, *decided.witness, switches)) << "run " << run;
  }
  EXPECT_GT(consistent, runs / 10);
  EXPECT_LT(consistent, runs * 9 / 10);
}

TEST(decider, agrees_with_every_total_order_by_the_strict_text) {
  compare_with_brute_force({}, 1, 250);
}

TEST(decider, agrees_with_every_total_order_where_that_need_not_contain_happens_before) {
  compare_with_brute_force({.happens_before_within_total = false}, 2, 100);
}

TEST(decider, agrees_with_every_total_order_without_load_buffering) {
  compare_with_brute_force({.no_load_buffering = true}, 3, 100);
}

TEST(decider, agrees_with_every_total_order_where_initial_zeros_do_not_tear) {
  compare_with_brute_force({.init_tear_free = true}, 4, 100);
}

TEST(interleavings, are_consistent) {
  Rng rng(5);
  int found = 0;
  for (int run = 0; run < 2000; ++run) {
    const OwnedCandidate owned = random_candidate(rng);
    if (!find_interleaving(owned.view()).order) continue;
    ++found;
    ASSERT_TRUE(decide_consistency(owned.view()).witness) << "run " << run;
  }
  EXPECT_GT(found, 200);
}

// Two or three agents with two or three accesses each to two or three locations.
LitmusProgram random_program(Rng& rng) {
  using I = LitmusInstruction;
  LitmusProgram program{.names = {"main"}, .agents = {{}}};
  const std::uint32_t agents = 2 + static_cast<std::uint32_t>(rng.below(2));
  for (std::uint32_t agent = 1; agent <= agents; ++agent) {
    program.names.push_back("T" + std::to_string(agent));
    program.agents.front().push_back({.kind = I::Kind::Spawn, .count = agent});
    std::vector<I>& body = program.agents.emplace_back();
    for (std::uint64_t left = 2; left > 0; --left) {
      I access{.kind = rng.below(2) == 0 ? I::Kind::Load : I::Kind::Store};
      if (rng.below(5) == 0) access.kind = I::Kind::Rmw;
      access.op = I::Operator::Add;
      if (rng.below(2) == 0 || access.kind == I::Kind::Rmw) access.ordering = Ordering::SeqCst;
      access.reg = "r" + std::to_string(left);
      access.address.constant = rng.below(2) * 4;
      access.value.constant = 1 + rng.below(2);
      if (access.kind != I::Kind::Store) program.observed.emplace_back(agent, access.reg);
      body.push_back(access);
    }
  }
  return program;
}

std::set<std::string> names_of(const Outcomes& outcomes) {
  std::set<std::string> names;
  for (const auto& [name, allowed] : outcomes.allowed) names.insert(name);
  return names;
}

std::set<std::string> allowed_by(const LitmusProgram& program) {
  return names_of(allowed_outcomes(LitmusTraces(program)));
}

TEST(outcomes, of_interleavings_are_allowed) {
  Rng rng(6);
  for (int run = 0; run < 100; ++run) {
    const LitmusProgram program = random_program(rng);
    ASSERT_TRUE(
        std::ranges::includes(allowed_by(program), names_of(sc_outcomes(LitmusTraces(program)))))
        << "run " << run;
  }
}

TEST(outcomes, of_atomic_accesses_of_one_width_are_those_of_interleavings) {
  Rng rng(7);
  for (int run = 0; run < 100; ++run) {
    LitmusProgram program = random_program(rng);
    for (auto& agent : program.agents) {
      for (auto& instruction : agent) instruction.ordering = Ordering::SeqCst;
    }
    ASSERT_EQ(allowed_by(program), names_of(sc_outcomes(LitmusTraces(program)))) << "run " << run;
  }
}

TEST(outcomes, never_grow_when_an_access_becomes_atomic) {
  Rng rng(8);
  for (int run = 0; run < 60; ++run) {
    const LitmusProgram program = random_program(rng);
    const std::set<std::string> allowed = allowed_by(program);
    for (std::size_t agent = 1; agent < program.agents.size(); ++agent) {
      for (std::size_t at = 0; at < program.agents[agent].size(); ++at) {
        LitmusProgram stronger = program;
        stronger.agents[agent][at].ordering = Ordering::SeqCst;
        ASSERT_TRUE(std::ranges::includes(allowed, allowed_by(stronger))) << "run " << run;
      }
    }
  }
}

// A store and a load on either side, and a fence between them.
LitmusProgram store_buffering() {
  using I = LitmusInstruction;
  LitmusProgram program{.names = {"main", "T0", "T1"}, .agents = {{}}};
  for (std::uint32_t agent = 1; agent <= 2; ++agent) {
    program.agents.front().push_back({.kind = I::Kind::Spawn, .count = agent});
    program.agents.push_back(
        {{.kind = I::Kind::Store, .address = {.constant = 4 * agent}, .value = {.constant = 1}},
         {.kind = I::Kind::Fence},
         {.kind = I::Kind::Load, .reg = "r", .address = {.constant = 12 - 4 * agent}}});
    program.observed.emplace_back(agent, "r");
  }
  return program;
}

TEST(switches, let_fences_do_something) {
  const LitmusProgram program = store_buffering();
  EXPECT_TRUE(allowed_outcomes(LitmusTraces(program)).allowed.contains("T0:r=0; T1:r=0"));
  EXPECT_FALSE(allowed_outcomes(LitmusTraces(program), {.fences_order = true})
                   .allowed.contains("T0:r=0; T1:r=0"));
}

TEST(switches, let_acquire_release_be_sequentially_consistent) {
  LitmusProgram program = store_buffering();
  for (auto& agent : program.agents) {
    for (auto& instruction : agent) instruction.ordering = Ordering::AcqRel;
  }
  EXPECT_TRUE(allowed_outcomes(LitmusTraces(program)).allowed.contains("T0:r=0; T1:r=0"));
  const MemoryModelSwitches switches{.acquire_release =
                                         MemoryModelSwitches::AcquireRelease::SeqCst};
  EXPECT_EQ(names_of(allowed_outcomes(LitmusTraces(program), switches)),
            names_of(sc_outcomes(LitmusTraces(program))));
}

}  // namespace
}  // namespace heddle::harness
