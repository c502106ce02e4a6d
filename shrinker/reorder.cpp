#include "shrinker/reorder.hpp"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <optional>
#include <queue>
#include <ranges>
#include <set>
#include <utility>

#include "core/digest.hpp"

namespace heddle::shrinker {
namespace {

using core::ActionKind;

constexpr std::size_t kStatesMax = 20'000;
constexpr std::uint32_t kNobody = ~std::uint32_t{0};

// How many of its events each agent has done, and who was chosen last to get there.
struct State {
  std::vector<std::uint32_t> done;
  std::size_t parent = 0;
  std::uint32_t chosen = kNobody;
  std::uint64_t preemptions = 0;  // whoever is chosen next
  std::uint64_t events = 0;
};

class Search {
 public:
  Search(const core::Trace& trace, const Dependence& dependence, const std::vector<bool>& included)
      : trace_(trace),
        dependence_(dependence),
        included_(included),
        own_(trace.agents.size()),
        position_(trace.events.size()),
        goes_on_(trace.agents.size()) {
    for (std::uint32_t i = 0; i < trace.events.size(); ++i) {
      const std::uint32_t agent = trace.events[i].agent.index;
      if (!included[i]) {
        goes_on_[agent] = true;
        continue;
      }
      position_[i] = static_cast<std::uint32_t>(own_[agent].size());
      own_[agent].push_back(i);
      ++total_;
    }
  }

  Order run() {
    std::size_t best = add({.done = std::vector<std::uint32_t>(own_.size())});
    while (states_[best].events < total_) {
      if (states_.size() >= kStatesMax) {
        best = finish_greedily(best);
        break;
      }
      expand(best);
      if (open_.empty()) break;  // what is included depends on what is not
      best = open_.top().state;
      open_.pop();
    }
    return order_to(best);
  }

 private:
  struct Open {
    std::uint64_t preemptions;
    std::uint64_t left;
    std::size_t state;
    auto operator<=>(const Open&) const = default;
  };

  std::size_t add(State state) {
    states_.push_back(std::move(state));
    return states_.size() - 1;
  }

  [[nodiscard]] bool can_go_on(const std::vector<std::uint32_t>& done, std::uint32_t agent) const {
    if (done[agent] == own_[agent].size()) return false;
    const std::uint32_t next = own_[agent][done[agent]];
    return std::ranges::all_of(dependence_.before[next], [&](std::uint32_t before) {
      return included_[before] && position_[before] < done[trace_.events[before].agent.index];
    });
  }

  // The agent has stopped; would it have gone on in the machine?
  [[nodiscard]] bool is_preempted(const std::vector<std::uint32_t>& done,
                                  std::uint32_t agent) const {
    if (done[agent] == own_[agent].size() && !goes_on_[agent]) return false;
    if (done[agent] == 0) return false;
    if (kind_of(own_[agent][done[agent] - 1]) == ActionKind::Wait) return false;
    return done[agent] == own_[agent].size() ||
           kind_of(own_[agent][done[agent]]) != ActionKind::Join;
  }

  [[nodiscard]] ActionKind kind_of(std::uint32_t event) const {
    return trace_.actions_of(trace_.events[event]).front().kind;
  }

  [[nodiscard]] State after(std::size_t from, std::uint32_t agent) const {
    State state{.done = states_[from].done,
                .parent = from,
                .chosen = agent,
                .preemptions = states_[from].preemptions,
                .events = states_[from].events};
    while (can_go_on(state.done, agent)) {
      ++state.done[agent];
      ++state.events;
    }
    if (state.events < total_ && is_preempted(state.done, agent)) ++state.preemptions;
    return state;
  }

  void expand(std::size_t from) {
    for (std::uint32_t agent = 0; agent < own_.size(); ++agent) {
      if (!can_go_on(states_[from].done, agent)) continue;
      State next = after(from, agent);
      core::Digester digester;
      for (const std::uint32_t done : next.done) digester.add_u64(done);
      digester.add_u64(next.preemptions);
      if (!seen_.insert(digester.finish()).second) continue;
      const Open open{next.preemptions, total_ - next.events, states_.size()};
      add(std::move(next));
      open_.push(open);
    }
  }

  std::size_t finish_greedily(std::size_t from) {
    while (states_[from].events < total_) {
      std::optional<State> best;
      for (std::uint32_t agent = 0; agent < own_.size(); ++agent) {
        if (!can_go_on(states_[from].done, agent)) continue;
        State next = after(from, agent);
        if (!best ||
            std::pair(next.preemptions, best->events) < std::pair(best->preemptions, next.events)) {
          best = std::move(next);
        }
      }
      if (!best) break;
      from = add(*std::move(best));
    }
    return from;
  }

  [[nodiscard]] Order order_to(std::size_t last) const {
    std::vector<std::size_t> path;
    for (std::size_t at = last; states_[at].chosen != kNobody; at = states_[at].parent) {
      path.push_back(at);
    }
    Order order{.events = {}, .preemptions = states_[last].preemptions};
    for (const std::size_t at : path | std::views::reverse) {
      const std::uint32_t agent = states_[at].chosen;
      const auto begin = static_cast<std::ptrdiff_t>(states_[states_[at].parent].done[agent]);
      const auto end = static_cast<std::ptrdiff_t>(states_[at].done[agent]);
      order.events.insert(order.events.end(), own_[agent].begin() + begin,
                          own_[agent].begin() + end);
    }
    return order;
  }

  const core::Trace& trace_;
  const Dependence& dependence_;
  const std::vector<bool>& included_;
  std::vector<std::vector<std::uint32_t>> own_;  // each agent's events that are included
  std::vector<std::uint32_t> position_;          // of each event among its agent's
  std::vector<bool> goes_on_;                    // the agent has events that are not included
  std::uint64_t total_ = 0;
  std::vector<State> states_;
  std::priority_queue<Open, std::vector<Open>, std::greater<>> open_;
  std::set<core::Digest> seen_;
};

}  // namespace

Order reorder(const core::Trace& trace, const Dependence& dependence,
              const std::vector<bool>& included) {
  return Search(trace, dependence, included).run();
}

}  // namespace heddle::shrinker
