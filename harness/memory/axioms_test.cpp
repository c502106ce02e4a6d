// One execution for each rule that only this rule forbids, and one beside it that it allows.
#include "harness/memory/axioms.hpp"

#include <gtest/gtest.h>

#include "harness/memory/consistency.hpp"
#include "harness/memory/outcomes.hpp"
#include "harness/memory/program.hpp"

namespace heddle::harness {
namespace {

using core::ActionKind;
using core::Ordering;
using Events = std::vector<MemoryEvent>;

constexpr core::Location kX{.region = core::RegionKind::Memory};

MemoryEvent write(Cell value, Ordering ordering) {
  return {
      .accesses = {
          {.kind = ActionKind::Write, .ordering = ordering, .location = kX, .written = {value}}}};
}

MemoryEvent read(Cell value, Ordering ordering) {
  return {.accesses = {{.ordering = ordering, .location = kX, .read = {value}}}};
}

MemoryEvent modify(Cell from, Cell to) {
  return {.accesses = {{.kind = ActionKind::ReadModifyWrite,
                        .ordering = Ordering::AcqRel,
                        .location = kX,
                        .read = {from},
                        .written = {to}}}};
}

MemoryEvent spawn(std::uint32_t agent) { return {.spawned = core::AgentId{agent}}; }
MemoryEvent join(std::uint32_t agent) { return {.joined = core::AgentId{agent}}; }
MemoryEvent queue(ActionKind kind) { return {.queue = QueueAction{.kind = kind, .location = kX}}; }
MemoryEvent notify(std::uint64_t woken) {
  return {.queue =
              QueueAction{.kind = ActionKind::Notify, .location = kX, .woken = woken, .limit = 1}};
}

std::optional<Clause> broken(const std::vector<Events>& agents, const Witness& witness) {
  Candidate candidate;
  for (const Events& events : agents) candidate.agents.emplace_back(events);
  const auto violation = check_execution(candidate, witness);
  return violation ? std::optional(violation->clause) : std::nullopt;
}

bool is_consistent(const std::vector<Events>& agents) {
  Candidate candidate;
  for (const Events& events : agents) candidate.agents.emplace_back(events);
  return decide_consistency(candidate).witness.has_value();
}

TEST(last_visible, has_no_synchronising_write_between) {
  const std::vector<Events> agents{
      {write(1, Ordering::SeqCst)}, {write(2, Ordering::SeqCst)}, {read(1, Ordering::SeqCst)}};
  EXPECT_EQ(broken(agents, {.reads_from = {{0}}, .total = {0, 1, 2}}), Clause::LastVisibleA);
  EXPECT_EQ(broken(agents, {.reads_from = {{0}}, .total = {1, 0, 2}}), std::nullopt);
}

TEST(last_visible, has_no_write_behind_it_that_synchronises_with_the_read) {
  const std::vector<Events> agents{{write(1, Ordering::Unordered), spawn(1), spawn(2)},
                                   {write(2, Ordering::SeqCst)},
                                   {read(1, Ordering::SeqCst)}};
  EXPECT_EQ(broken(agents, {.reads_from = {{0}}, .total = {0, 1, 2, 3, 4}}), Clause::LastVisibleB);
  EXPECT_EQ(broken(agents, {.reads_from = {{0}}, .total = {0, 1, 2, 4, 3}}), std::nullopt);
}

TEST(last_visible, has_no_write_before_the_read_that_synchronises_with_it) {
  const std::vector<Events> agents{{join(1), join(2), read(1, Ordering::Unordered)},
                                   {write(1, Ordering::SeqCst)},
                                   {write(2, Ordering::SeqCst)}};
  EXPECT_EQ(broken(agents, {.reads_from = {{3}}, .total = {3, 4, 0, 1, 2}}), Clause::LastVisibleC);
  EXPECT_EQ(broken(agents, {.reads_from = {{3}}, .total = {4, 3, 0, 1, 2}}), std::nullopt);
}

TEST(total_order, contains_happens_before) {
  const std::vector<Events> agents{{write(1, Ordering::SeqCst), write(2, Ordering::SeqCst)}};
  EXPECT_EQ(broken(agents, {.total = {1, 0}}), Clause::WithinTotal);
  EXPECT_EQ(broken(agents, {.total = {0, 0}}), Clause::WithinTotal);
  EXPECT_EQ(broken(agents, {.total = {0, 1}}), std::nullopt);
}

TEST(reads, have_writers_of_their_values) {
  const std::vector<Events> agents{{write(1, Ordering::SeqCst)}, {read(2, Ordering::SeqCst)}};
  EXPECT_EQ(broken(agents, {.reads_from = {{0}}, .total = {0, 1}}), Clause::Written);
  EXPECT_EQ(broken(agents, {.reads_from = {}, .total = {0, 1}}), Clause::Written);
  EXPECT_EQ(broken(agents, {.reads_from = {{7}}, .total = {0, 1}}), Clause::Written);
}

TEST(wait_queues, wake_the_oldest_waiter) {
  const std::vector<Events> agents{{queue(ActionKind::Wait), queue(ActionKind::TimedOut)},
                                   {queue(ActionKind::Wait), queue(ActionKind::Woken)},
                                   {notify(1)}};
  EXPECT_EQ(broken(agents, {.total = {0, 2, 4, 3, 1}}), Clause::WaitQueue);
  EXPECT_EQ(broken(agents, {.total = {2, 0, 4, 3, 1}}), std::nullopt);
  EXPECT_EQ(broken(agents, {.total = {2, 0, 4, 1, 3}}), Clause::WaitQueue);
}

TEST(wait_queues, are_searched_for_the_oldest_waiter_only) {
  // The second waiter has seen that the first one waits; the first waits for ever.
  MemoryEvent first = write(1, Ordering::SeqCst);
  MemoryEvent second = read(1, Ordering::SeqCst);
  first.queue = second.queue = QueueAction{.kind = ActionKind::Wait, .location = kX};
  EXPECT_FALSE(is_consistent({{first}, {second, queue(ActionKind::Woken)}, {notify(1)}}));
  EXPECT_TRUE(is_consistent({{first, queue(ActionKind::Woken)}, {second}, {notify(1)}}));
}

TEST(acquire_release, reads_of_one_range_agree_on_its_writes) {
  const Events one{write(1, Ordering::AcqRel)};
  const Events two{write(2, Ordering::AcqRel)};
  const Events up{read(1, Ordering::AcqRel), read(2, Ordering::AcqRel)};
  const Events down{read(2, Ordering::AcqRel), read(1, Ordering::AcqRel)};
  EXPECT_TRUE(is_consistent({one, two, up, up}));
  EXPECT_FALSE(is_consistent({one, two, up, down}));
}

TEST(acquire_release, modifications_come_right_behind_what_they_read) {
  const Events one{write(1, Ordering::AcqRel)};
  EXPECT_TRUE(is_consistent({one, {modify(1, 2)}, {modify(2, 3)}}));
  EXPECT_FALSE(is_consistent({one, {modify(1, 2)}, {modify(1, 3)}}));
}

TEST(given_order, passes_by_agents_that_do_nothing) {
  const Events main{spawn(1)};
  const Events other{write(1, Ordering::SeqCst)};
  EXPECT_TRUE(given_order({.agents = {main, {}, other}}, {}).empty());
}

std::vector<std::string> outcomes_of(const LitmusProgram& program) {
  std::vector<std::string> names;
  for (const auto& [name, allowed] : allowed_outcomes(LitmusTraces(program)).allowed) {
    names.push_back(name);
  }
  return names;
}

TEST(agents, that_wait_for_ever_block_those_that_join_them) {
  using I = LitmusInstruction;
  const I wait{.kind = I::Kind::Wait, .ordering = Ordering::SeqCst, .reg = "w"};
  const LitmusProgram program{.names = {"main", "T0"},
                              .agents = {{{.kind = I::Kind::Spawn, .count = 1},
                                          {.kind = I::Kind::Join, .count = 1},
                                          {.kind = I::Kind::Load, .reg = "z"}},
                                         {wait}},
                              .observed = {{0, "z"}}};
  EXPECT_EQ(outcomes_of(program), std::vector<std::string>{"m:z=-; T0=blocked; main=blocked"});
}

TEST(agents, that_may_wait_for_ever_but_do_not_block_nobody) {
  using I = LitmusInstruction;
  const I wait{
      .kind = I::Kind::Wait, .ordering = Ordering::SeqCst, .reg = "w", .expected = {.constant = 1}};
  const LitmusProgram program{
      .names = {"main", "T0"},
      .agents = {{{.kind = I::Kind::Spawn, .count = 1}, {.kind = I::Kind::Join, .count = 1}},
                 {wait}},
      .observed = {{1, "w"}}};
  EXPECT_EQ(outcomes_of(program), std::vector<std::string>{"T0:w=1"});
}

TEST(agents, that_nobody_spawns_do_nothing) {
  using I = LitmusInstruction;
  const I trap{.kind = I::Kind::Load, .ordering = Ordering::SeqCst, .address = {.constant = 1}};
  const LitmusProgram program{.names = {"main", "T0"},
                              .agents = {{trap, {.kind = I::Kind::Spawn, .count = 1}},
                                         {{.kind = I::Kind::Load, .reg = "r"}}},
                              .observed = {{1, "r"}}};
  EXPECT_EQ(outcomes_of(program), std::vector<std::string>{"T0:r=-; main=trap"});
}

}  // namespace
}  // namespace heddle::harness
