#include "shrinker/placements.hpp"

#include <gmock/gmock.h>

#include <set>

namespace heddle::shrinker {
namespace {

using core::Choice;
using testing::ElementsAre;

constexpr std::size_t kEnd = 99;

std::vector<Segments> all_placements(const std::vector<PlacedAgent>& agents,
                                     std::uint64_t preemptions) {
  std::vector<Segments> placements;
  EXPECT_FALSE(place(agents, preemptions, kEnd, [&](const Segments& placement) {
    placements.push_back(placement);
    return false;
  }));
  EXPECT_EQ(std::set<Segments>(placements.begin(), placements.end()).size(), placements.size());
  return placements;
}

PlacedAgent agent(std::uint32_t id, std::size_t choices_max) {
  return {.choice = Choice::next({id}), .choices_max = choices_max};
}

TEST(Place, without_preemptions_visits_the_orders_of_agents) {
  // The last agent needs no segment.
  EXPECT_THAT(
      all_placements({agent(1, 3), agent(2, 3)}, 0),
      ElementsAre(Segments{{Choice::next({1}), kEnd}}, Segments{{Choice::next({2}), kEnd}}));
  EXPECT_EQ(all_placements({agent(1, 3), agent(2, 3), agent(3, 3)}, 0).size(), 6U);
}

TEST(Place, with_one_preemption_stops_each_agent_everywhere_once) {
  EXPECT_THAT(all_placements({agent(1, 3), agent(2, 1)}, 1),
              ElementsAre(Segments{{Choice::next({1}), 1}, {Choice::next({2}), kEnd}},
                          Segments{{Choice::next({1}), 2}, {Choice::next({2}), kEnd}}));
}

TEST(Place, with_two_preemptions_may_stop_the_preempting_agent_too) {
  const auto placements = all_placements({agent(1, 3), agent(2, 2)}, 2);
  const Segments zigzag{{Choice::next({1}), 1}, {Choice::next({2}), 1}, {Choice::next({1}), kEnd}};
  EXPECT_EQ(std::count(placements.begin(), placements.end(), zigzag), 1);
}

TEST(Place, stops_when_told_to) {
  int visited = 0;
  EXPECT_TRUE(place({agent(1, 3), agent(2, 3)}, 0, kEnd, [&](const Segments&) {
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
