#include "shrinker/placements.hpp"

#include <gmock/gmock.h>

#include <set>

namespace heddle::shrinker {
namespace {

using core::Choice;
using testing::ElementsAre;

constexpr std::size_t kEnd = 99;

std::vector<Segments> all_placements(const std::vector<PlacedAgent>& agents,
                                     const PlacementShape& shape) {
  std::vector<Segments> placements;
  EXPECT_FALSE(place(agents, shape, kEnd, [&](const Segments& placement) {
    placements.push_back(placement);
    return false;
  }));
  EXPECT_EQ(std::set<Segments>(placements.begin(), placements.end()).size(), placements.size());
  return placements;
}

// Each in a role of its own.
PlacedAgent agent(std::uint32_t id, std::vector<std::size_t> stops) {
  return {.choice = Choice::next({id}), .stops = std::move(stops), .role = id};
}

TEST(Place, without_preemptions_visits_the_orders_of_agents) {
  EXPECT_THAT(
      all_placements({agent(1, {1, 2}), agent(2, {1})}, {.segments = 1}),
      ElementsAre(Segments{{Choice::next({1}), kEnd}}, Segments{{Choice::next({2}), kEnd}}));
  EXPECT_EQ(all_placements({agent(1, {1}), agent(2, {1}), agent(3, {1})}, {.segments = 2}).size(),
            6U);
  EXPECT_THAT(all_placements({agent(1, {}), agent(2, {})}, {.segments = 0}),
              ElementsAre(Segments{}));
}

TEST(Place, with_one_preemption_stops_each_agent_at_each_stop) {
  EXPECT_THAT(all_placements({agent(1, {1, 3}), agent(2, {})}, {.preemptions = 1, .segments = 2}),
              ElementsAre(Segments{{Choice::next({1}), 1}, {Choice::next({2}), kEnd}},
                          Segments{{Choice::next({1}), 3}, {Choice::next({2}), kEnd}}));
  EXPECT_TRUE(
      all_placements({agent(1, {1}), agent(2, {})}, {.preemptions = 1, .segments = 1}).empty())
      << "nobody preempts";
}

TEST(Place, with_two_preemptions_may_stop_the_preempting_agent_too) {
  const auto placements =
      all_placements({agent(1, {1, 2}), agent(2, {1})}, {.preemptions = 2, .segments = 3});
  const Segments zigzag{{Choice::next({1}), 1}, {Choice::next({2}), 1}, {Choice::next({1}), kEnd}};
  EXPECT_EQ(std::count(placements.begin(), placements.end(), zigzag), 1);
  const Segments twice{{Choice::next({1}), 1}, {Choice::next({2}), kEnd}, {Choice::next({1}), 1}};
  EXPECT_EQ(std::count(placements.begin(), placements.end(), twice), 0) << "stopped by nobody";
}

TEST(Place, of_a_role_only_the_first_begins) {
  PlacedAgent twin = agent(2, {1});
  twin.role = 1;
  EXPECT_THAT(all_placements({agent(1, {1}), twin}, {.segments = 1}),
              ElementsAre(Segments{{Choice::next({1}), kEnd}}));
  EXPECT_THAT(all_placements({agent(1, {1}), twin}, {.preemptions = 1, .segments = 2}),
              ElementsAre(Segments{{Choice::next({1}), 1}, {Choice::next({2}), kEnd}}));
}

TEST(Place, who_has_ended_goes_on_only_if_it_may_have_blocked) {
  EXPECT_EQ(all_placements({agent(1, {}), agent(2, {})}, {.segments = 3}).size(), 0U);
  PlacedAgent waiting = agent(1, {});
  waiting.may_block = true;
  EXPECT_THAT(
      all_placements({waiting, agent(2, {})}, {.segments = 3}),
      ElementsAre(Segments{
          {Choice::next({1}), kEnd}, {Choice::next({2}), kEnd}, {Choice::next({1}), kEnd}}));
}

TEST(Place, stops_when_told_to) {
  int visited = 0;
  EXPECT_TRUE(place({agent(1, {1}), agent(2, {1})}, {.segments = 1}, kEnd, [&](const Segments&) {
    ++visited;
    return true;
  }));
  EXPECT_EQ(visited, 1);
}

TEST(Segments, edits_do_what_they_say) {
  const Segments abc{{Choice::next({1}), 2}, {Choice::next({2}), 1}, {Choice::next({3}), 4}};
  EXPECT_EQ(segments_of(choices_of(abc)), abc);
  EXPECT_EQ(without(abc, 0, 2), (Segments{abc[2]}));
  EXPECT_EQ(moved(abc, 2, 0), (Segments{abc[2], abc[0], abc[1]}));
  EXPECT_EQ(moved(abc, 0, 2), (Segments{abc[1], abc[0], abc[2]}));
  EXPECT_EQ(moved(abc, 0, 3), (Segments{abc[1], abc[2], abc[0]}));
  EXPECT_EQ(with_count(abc, 1, 7)[1].count, 7U);
}

}  // namespace
}  // namespace heddle::shrinker
