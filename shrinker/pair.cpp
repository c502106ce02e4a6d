#include "shrinker/pair.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "shrinker/dependence.hpp"
#include "shrinker/order.hpp"
#include "shrinker/placements.hpp"
#include "shrinker/segments.hpp"

namespace heddle::shrinker {
namespace {

using core::Choice;
using core::Execution;

constexpr std::size_t kToTheEnd = 100'000;
constexpr std::uint64_t kPlacedMax = 100;

// What `others` has more of than `order`, at the end of `order`, so that both have the same steps.
void complete(std::vector<Choice>& order, const std::vector<Choice>& others) {
  std::map<Choice, std::size_t> there;
  for (const Choice& choice : order) ++there[choice];
  for (const Choice& choice : others) {
    auto& count = there[choice];
    if (count > 0) {
      --count;
    } else {
      order.push_back(choice);
    }
  }
}

// Places at which neighbours are swapped, one after the other, to get from one order to another
// with the same steps. Nothing: there are more than `swaps_max`.
std::optional<std::vector<std::size_t>> swaps_between(std::vector<Choice> from,
                                                      const std::vector<Choice>& to,
                                                      std::size_t swaps_max) {
  std::vector<std::size_t> swaps;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const auto at = from.begin() + static_cast<std::ptrdiff_t>(i);
    const auto found = std::find(at, from.end(), to[i]);
    const auto distance = static_cast<std::size_t>(found - at);
    if (swaps.size() + distance > swaps_max) return std::nullopt;
    for (std::size_t j = i + distance; j > i; --j) swaps.push_back(j - 1);
    std::rotate(at, found, found + 1);
  }
  return swaps;
}

class PairFinder {
 public:
  PairFinder(const Execution& failing, const Try& attempt, const PairOptions& options)
      : failing_(failing), attempt_(attempt), options_(options) {}

  std::optional<Pair> find() {
    std::optional<Execution> passing = cut_short();
    if (!passing) passing = placed();
    if (!passing) return std::nullopt;
    std::vector<Choice> begin = order_of(passing->trace);
    std::vector<Choice> end = order_of(failing_.trace);
    complete(begin, end);
    complete(end, begin);
    const auto swaps = swaps_between(begin, end, options_.swaps_max);
    if (!swaps) return std::nullopt;
    return bisect(std::move(begin), *swaps);
  }

 private:
  [[nodiscard]] bool is_exhausted() const {
    return attempts_ >= options_.attempts_max || options_.should_stop();
  }

  Tried attempt(const Candidate& candidate) {
    ++attempts_;
    return attempt_(candidate);
  }

  std::optional<Execution> passes(std::vector<Choice> choices) {
    if (is_exhausted()) return std::nullopt;
    Candidate candidate{.schedule = failing_.schedule};
    candidate.schedule.choices = std::move(choices);
    candidate.schedule.tail = {};
    Tried tried = attempt(candidate);
    if (tried.trial != Trial::Passes) return std::nullopt;
    return std::move(tried.execution);
  }

  // The longest beginning of the failing schedule that passes, by halving what is cut off.
  std::optional<Execution> cut_short() {
    const std::vector<Choice>& choices = failing_.schedule.choices;
    std::optional<Execution> longest = passes({});
    std::size_t shorter = 0;
    std::size_t longer = choices.size();
    while (longer - shorter > 1) {
      const std::size_t middle = shorter + (longer - shorter) / 2;
      auto execution =
          passes({choices.begin(), choices.begin() + static_cast<std::ptrdiff_t>(middle)});
      if (execution) {
        longest = std::move(execution);
        shorter = middle;
      } else {
        longer = middle;
      }
    }
    return longest;
  }

  std::optional<Execution> placed() {
    const auto agents = placed_agents(failing_, dependence_of(failing_.trace), options_.is_point,
                                      /*are_alike=*/false);
    std::optional<Execution> found;
    for (std::uint64_t preemptions = 0; preemptions <= 2 && !found; ++preemptions) {
      const std::uint64_t until = attempts_ + kPlacedMax;
      for (std::size_t length = 1; length <= agents.size() + 2 && !found; ++length) {
        place(agents, {.preemptions = preemptions, .segments = length}, kToTheEnd,
              [&](const Segments& placement) {
                found = passes(choices_of(placement));
                return found.has_value() || attempts_ >= until || is_exhausted();
              });
      }
    }
    return found;
  }

  Tried try_order(const std::vector<Choice>& order) {
    Candidate candidate{.schedule = failing_.schedule, .order = order};
    return attempt(candidate);
  }

  std::optional<Pair> bisect(std::vector<Choice> passing_order,
                             const std::vector<std::size_t>& swaps) {
    const auto after = [&](std::size_t count) {
      std::vector<Choice> order = passing_order;
      for (std::size_t i = 0; i < count; ++i) std::swap(order[swaps[i]], order[swaps[i] + 1]);
      return order;
    };
    std::size_t passes_at = 0;
    std::size_t fails_at = swaps.size();
    Tried passing = try_order(passing_order);
    Tried failing = try_order(after(fails_at));
    if (passing.trial != Trial::Passes || failing.trial != Trial::Fails) return std::nullopt;
    while (fails_at - passes_at > 1 && !is_exhausted()) {
      const std::size_t middle = passes_at + (fails_at - passes_at) / 2;
      Tried tried = try_order(after(middle));
      if (tried.trial == Trial::Fails) {
        fails_at = middle;
        failing = std::move(tried);
      } else {
        passes_at = middle;
        passing = std::move(tried);
      }
    }
    if (fails_at - passes_at != 1) return std::nullopt;
    auto pair = pair_of(std::move(failing.execution), std::move(passing.execution));
    if (pair) pair->passes = passing.trial == Trial::Passes;
    return pair;
  }

  // Where the two executions part.
  static std::optional<Pair> pair_of(Execution failing, Execution passing) {
    const std::vector<bool> is_step = steps_of(failing.trace);
    const std::vector<core::Event>& events = failing.trace.events;
    const std::vector<core::Event>& others = passing.trace.events;
    std::size_t at = 0;
    while (at < events.size() && at < others.size() && events[at].agent == others[at].agent) ++at;
    if (at >= events.size() || at >= others.size()) return std::nullopt;
    const core::AgentId second = others[at].agent;
    const auto next_step = [&](std::size_t from, core::AgentId agent) {
      while (from < events.size() && !(is_step[from] && events[from].agent == agent)) ++from;
      return from;
    };
    const std::size_t earlier = next_step(at, events[at].agent);
    const std::size_t later = next_step(at, second);
    if (earlier >= events.size() || later >= events.size()) return std::nullopt;
    Pair pair{.earlier = {static_cast<std::uint32_t>(earlier)},
              .later = {static_cast<std::uint32_t>(later)}};
    pair.failing = std::move(failing);
    pair.passing = std::move(passing);
    return pair;
  }

  const Execution& failing_;
  const Try& attempt_;
  const PairOptions& options_;
  std::uint64_t attempts_ = 0;
};

}  // namespace

std::optional<Pair> find_pair(const Execution& failing, const Try& attempt,
                              const PairOptions& options) {
  return PairFinder(failing, attempt, options).find();
}

}  // namespace heddle::shrinker
