#include "shrinker/shrink.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "core/digest.hpp"
#include "shrinker/placements.hpp"
#include "shrinker/segments.hpp"

namespace heddle::shrinker {
namespace {

using core::Choice;
using core::Execution;

// With more, placing them anew everywhere takes too many attempts.
constexpr std::uint64_t kPlacedPreemptionsMax = 2;
// So that running an agent to its end does not take a schedule of unbounded length.
constexpr std::size_t kToTheEndMax = 100'000;

class Shrinker {
 public:
  Shrinker(const Run& run, ShrinkOptions options) : run_(run), options_(std::move(options)) {}

  std::optional<ShrinkResult> shrink(const Execution& failing) {
    program_ = failing.schedule.program;
    best_.steps = failing.steps;
    auto again = fails(failing.schedule.choices);
    if (!again) return std::nullopt;
    best_ = std::move(*again);
    do {
      shorten();
      while (simplify()) {
      }
    } while (place_anew());
    ShrinkResult result;
    result.schedule = shortest_schedule();
    result.preemptions = best_.preemptions;
    result.attempts = attempts_;
    result.is_exhausted = is_exhausted();
    result.execution = std::move(best_);
    return result;
  }

 private:
  [[nodiscard]] bool is_exhausted() const {
    return attempts_ >= options_.attempts_max || steps_ >= options_.steps_max ||
           options_.should_stop();
  }

  std::optional<Execution> fails(std::vector<Choice> choices) {
    if (is_exhausted()) return std::nullopt;
    ++attempts_;
    core::Schedule schedule;
    schedule.program = program_;
    schedule.choices = std::move(choices);
    auto execution = run_(schedule);
    steps_ += execution ? execution->steps : best_.steps;
    return execution;
  }

  static auto size_of(const Execution& execution) {
    const std::vector<Choice>& choices = execution.schedule.choices;
    return std::tuple(execution.preemptions, segments_of(choices).size(), execution.steps,
                      choices.size(), choices);
  }

  // Runs the candidate and keeps what it gives if that is smaller. Once tried, always tried: what
  // did not help does not help later, since the best only gets smaller.
  bool improve(const Segments& candidate) {
    if (is_exhausted() || !tried_.insert(digest_of(candidate)).second) return false;
    auto execution = fails(choices_of(candidate));
    if (!execution || size_of(*execution) >= size_of(best_)) return false;
    best_ = std::move(*execution);
    return true;
  }

  static core::Digest digest_of(const Segments& segments) {
    core::Digester digester;
    for (const auto& [choice, count] : segments) {
      digester.add_u8(static_cast<std::uint8_t>(choice.kind));
      digester.add_u64(choice.operand);
      digester.add_u64(count);
    }
    return digester.finish();
  }

  [[nodiscard]] Segments segments() const { return segments_of(best_.schedule.choices); }

  [[nodiscard]] std::size_t to_the_end() const {
    return static_cast<std::size_t>(std::min<std::uint64_t>(2 * best_.steps + 16, kToTheEndMax));
  }

  // A failing beginning whose own beginnings (as far as bisection looks) pass. The tail `first`
  // never preempts, so all preemptions after it are gone at once.
  void shorten() {
    const Segments all = segments();
    std::size_t passes = 0;
    std::size_t fails_at = all.size();
    if (improve({})) return;
    while (fails_at - passes > 1) {
      const std::size_t middle = passes + (fails_at - passes) / 2;
      if (improve(without(all, middle, all.size()))) {
        fails_at = middle;
      } else {
        passes = middle;
      }
    }
  }

  // Tries every edit of the present best; true once one of them helped.
  bool simplify() {
    const Segments all = segments();
    for (std::size_t size = all.size(); size > 0; size /= 2) {
      if (remove(all, size)) return true;
    }
    return merge(all) || run_on(all);
  }

  // Delta debugging: `size` neighbours at a time.
  bool remove(const Segments& all, std::size_t size) {
    for (std::size_t begin = 0; begin < all.size(); begin += size) {
      const std::size_t end = std::min(begin + size, all.size());
      if (is_exhausted()) return false;
      if (improve(without(all, begin, end)) || improve(without(all, begin, all.size()))) {
        return true;
      }
    }
    return false;
  }

  // Joins two segments of the same agent, by moving the later one up or the earlier one down.
  bool merge(const Segments& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto later =
          std::find_if(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end(),
                       [&](const Segment& segment) { return segment.choice == all[i].choice; });
      if (later == all.end()) continue;
      const auto j = static_cast<std::size_t>(later - all.begin());
      if (is_exhausted()) return false;
      if (improve(moved(all, j, i + 1)) || improve(moved(all, i, j))) return true;
    }
    return false;
  }

  // Lets a segment's agent run until it ends or blocks; or stop one choice earlier or later.
  bool run_on(const Segments& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (is_exhausted()) return false;
      const Segments extended = with_count(all, i, to_the_end());
      if (improve(extended) || improve(without(extended, i + 1, all.size()))) return true;
      if (i + 1 < all.size() && improve(without(extended, i + 1, i + 2))) return true;
      if (improve(with_count(all, i, all[i].count + 1))) return true;
      if (all[i].count > 1 && improve(with_count(all, i, all[i].count - 1))) return true;
      if (i > 0 && improve(moved(all, i, i - 1))) return true;
    }
    return false;
  }

  // Every placement of fewer preemptions than the best has, if they are few.
  bool place_anew() {
    const std::vector<PlacedAgent> agents = placed_agents();
    for (std::uint64_t preemptions = 0;
         preemptions < best_.preemptions && preemptions <= kPlacedPreemptionsMax; ++preemptions) {
      const std::uint64_t before = best_.preemptions;
      const bool is_done = place(agents, preemptions, to_the_end(), [&](const Segments& placement) {
        return is_exhausted() || improve(placement);
      });
      if (is_exhausted()) return best_.preemptions < before;
      if (is_done) return true;
    }
    return false;
  }

  // Calls and returns come along with a step; being woken or timed out is none of the agent's own.
  [[nodiscard]] bool is_step(const core::Event& event) const {
    using core::ActionKind;
    static constexpr std::array kAlong{ActionKind::Invoke, ActionKind::Return, ActionKind::End,
                                       ActionKind::Woken, ActionKind::TimedOut};
    return !std::ranges::all_of(best_.trace.actions_of(event), [](const core::Action& action) {
      return std::ranges::find(kAlong, action.kind) != kAlong.end();
    });
  }

  // The agents with the number of steps each made: an upper bound of how often it can be chosen.
  // The main agent counts only if there was a choice to run it: it tends to start others and join
  // them.
  [[nodiscard]] std::vector<PlacedAgent> placed_agents() const {
    std::map<std::uint32_t, std::size_t> steps;
    for (const core::Event& event : best_.trace.events) {
      if (is_step(event)) ++steps[event.agent.index];
    }
    const Choice main = Choice::next({0});
    if (std::ranges::count(best_.schedule.choices, main) == 0) steps.erase(0);
    std::vector<PlacedAgent> agents;
    for (const auto& [agent, count] : steps) {
      agents.push_back({.choice = Choice::next({agent}), .choices_max = count});
    }
    return agents;
  }

  // The shortest beginning of the best schedule that, with the tail `first`, is the best again. If
  // a beginning is, so are all longer ones, so this may bisect.
  core::Schedule shortest_schedule() {
    core::Schedule schedule = best_.schedule;
    schedule.tail = {};
    std::size_t shorter = 0;
    std::size_t enough = schedule.choices.size();
    while (shorter < enough) {
      const std::size_t middle = shorter + (enough - shorter) / 2;
      std::vector<Choice> beginning(schedule.choices.begin(),
                                    schedule.choices.begin() + static_cast<std::ptrdiff_t>(middle));
      const auto execution = fails(std::move(beginning));
      if (execution && execution->schedule.choices == best_.schedule.choices) {
        enough = middle;
      } else {
        shorter = middle + 1;
      }
    }
    schedule.choices.resize(enough);
    return schedule;
  }

  const Run& run_;
  ShrinkOptions options_;
  std::optional<core::Digest> program_;
  std::uint64_t attempts_ = 0;
  std::uint64_t steps_ = 0;
  Execution best_;
  std::set<core::Digest> tried_;  // candidates themselves could be as long as their executions
};

}  // namespace

std::optional<ShrinkResult> shrink(const core::Execution& failing, const Run& run,
                                   const ShrinkOptions& options) {
  return Shrinker(run, options).shrink(failing);
}

}  // namespace heddle::shrinker
