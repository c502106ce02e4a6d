#include "shrinker/shrink.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "core/digest.hpp"
#include "shrinker/dependence.hpp"
#include "shrinker/order.hpp"
#include "shrinker/placements.hpp"
#include "shrinker/reorder.hpp"
#include "shrinker/segments.hpp"

namespace heddle::shrinker {
namespace {

using core::Choice;
using core::ChoiceKind;
using core::Execution;

// With more, placing them anew takes too many attempts.
constexpr std::uint64_t kPlacedPreemptionsMax = 3;
// Attempts for each number of preemptions, and for edits of segments that do not save any: fewer of
// long executions, down to a part, so that a hundred agents take no longer than a few seconds.
constexpr std::uint64_t kPlacedMax = 600;
constexpr std::uint64_t kPatience = 400;
constexpr std::uint64_t kStepsAtOnce = 150;
constexpr std::uint64_t kPartMin = 6;
// So that running an agent to its end does not take a schedule of unbounded length.
constexpr std::size_t kToTheEndMax = 100'000;

// Something has gone wrong that need not, or a wait has not been woken.
bool is_fault(const Choice& choice) {
  switch (choice.kind) {
    case ChoiceKind::NextAgent:
      return false;
    case ChoiceKind::TimeoutFires:
      return true;
    case ChoiceKind::GrowSucceeds:
    case ChoiceKind::SpawnSucceeds:
      return choice.operand == 0;
    case ChoiceKind::ReadsFrom:
    case ChoiceKind::NanBits:
    case ChoiceKind::RelaxedResult:
    case ChoiceKind::TlsReclaim:
    case ChoiceKind::CollectGarbage:
    case ChoiceKind::Fault:
      return choice.operand != 0;
  }
  return false;
}

class Shrinker {
 public:
  Shrinker(const Run& run, ShrinkOptions options) : run_(run), options_(std::move(options)) {}

  std::optional<ShrinkResult> shrink(const Execution& failing) {
    program_ = failing.schedule.program;
    best_.execution.steps = failing.steps;
    auto again = fails(of_choices(failing.schedule.choices));
    if (!again) return std::nullopt;
    best_ = *std::move(again);
    shorten();
    leave_out_faults();
    order_anew();
    place_anew(1);
    std::uint64_t before = 0;
    do {
      before = best_.execution.preemptions;
      leave_out_agents();
      leave_out_faults();
      edit_segments();
      order_anew();
      place_anew(kPlacedPreemptionsMax);
    } while (best_.execution.preemptions < before && !is_exhausted());
    return result();
  }

 private:
  ShrinkResult result() {
    ShrinkResult result;
    result.schedule = shortest_schedule();
    result.preemptions = best_.execution.preemptions;
    result.attempts = attempts_;
    result.is_exhausted = is_exhausted();
    result.execution = std::move(best_.execution);
    return result;
  }

  [[nodiscard]] bool is_exhausted() const {
    return attempts_ >= options_.attempts_max || steps_ >= options_.steps_max ||
           options_.should_stop();
  }

  [[nodiscard]] Candidate of_choices(std::vector<Choice> choices) const {
    Candidate candidate;
    candidate.schedule.program = program_;
    candidate.schedule.choices = std::move(choices);
    return candidate;
  }

  std::optional<Failing> fails(const Candidate& candidate) {
    if (is_exhausted()) return std::nullopt;
    ++attempts_;
    auto failing = run_(candidate);
    steps_ += failing ? failing->execution.steps : best_.execution.steps;
    return failing;
  }

  static auto size_of(const Execution& execution) {
    const std::vector<Choice>& choices = execution.schedule.choices;
    return std::tuple(execution.preemptions, std::ranges::count_if(choices, is_fault),
                      segments_of(choices).size(), execution.steps, choices.size(), choices);
  }

  // Runs the candidate and keeps what it gives if that is smaller. Once tried, always tried: what
  // did not help does not help later, since the best only gets smaller.
  bool improve(const Candidate& candidate) {
    if (is_exhausted() || !tried_.insert(digest_of(candidate)).second) return false;
    auto failing = fails(candidate);
    if (!failing || size_of(failing->execution) >= size_of(best_.execution)) return false;
    if (failing->execution.preemptions < best_.execution.preemptions) saved_at_ = attempts_;
    best_ = *std::move(failing);
    return true;
  }

  bool improve(const Segments& segments) { return improve(of_choices(choices_of(segments))); }

  static core::Digest digest_of(const Candidate& candidate) {
    core::Digester digester;
    for (const auto* const choices : {&candidate.schedule.choices, &candidate.order}) {
      const Segments segments = segments_of(*choices);
      digester.add_u64(segments.size());
      for (const auto& [choice, count] : segments) {
        digester.add_u8(static_cast<std::uint8_t>(choice.kind));
        digester.add_u64(choice.operand);
        digester.add_u64(count);
      }
    }
    return digester.finish();
  }

  [[nodiscard]] Segments segments() const { return segments_of(best_.execution.schedule.choices); }

  [[nodiscard]] std::size_t to_the_end() const {
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(2 * best_.execution.steps + 16, kToTheEndMax));
  }

  // A failing beginning whose own beginnings (as far as bisection looks) pass. The tail `first`
  // never preempts, so all preemptions after it are gone at once.
  void shorten() {
    const Segments all = segments();
    std::size_t passes = 0;
    std::size_t fails_at = all.size();
    if (improve(Segments{})) return;
    while (fails_at - passes > 1) {
      const std::size_t middle = passes + (fails_at - passes) / 2;
      if (improve(without(all, middle, all.size()))) {
        fails_at = middle;
      } else {
        passes = middle;
      }
    }
  }

  // The causal slice of the evidence, then everything, each in its normal form.
  void order_anew() {
    if (best_.execution.trace.events.size() > options_.ordered_max) return;
    const auto try_order = [this](const std::vector<core::EventId>& targets) {
      const core::Trace& trace = best_.execution.trace;
      const Dependence dependence = dependence_of(trace);
      const Order order = reorder(trace, dependence, causal_past(trace, dependence, targets));
      return improve(of_order(order));
    };
    while (best_.execution.preemptions > 0) {
      const bool has_improved = !best_.evidence.empty() && try_order(best_.evidence);
      if (!has_improved && !try_order({})) return;
    }
  }

  [[nodiscard]] Candidate of_order(const Order& order) const {
    Candidate candidate = of_choices(best_.execution.schedule.choices);
    candidate.order = order_of(best_.execution.trace, order.events);
    return candidate;
  }

  // Placements of fewer preemptions than the best has, if they are few: short ones first. Agents
  // that look alike are tried as such before each is tried for itself. Each number has its attempts
  // once.
  void place_anew(std::uint64_t to) {
    for (std::uint64_t& preemptions = placed_;
         preemptions < best_.execution.preemptions && preemptions <= to; ++preemptions) {
      for (const bool are_alike : {true, false}) {
        const Dependence dependence = dependence_of(best_.execution.trace);
        const auto agents =
            placed_agents(best_.execution, dependence, options_.is_point, are_alike);
        if (place_anew(agents, preemptions)) return;
      }
    }
  }

  bool place_anew(const std::vector<PlacedAgent>& agents, std::uint64_t preemptions) {
    const std::size_t longest = agents.size() + static_cast<std::size_t>(preemptions);
    const std::uint64_t until = attempts_ + share_of(kPlacedMax);
    const std::uint64_t before = best_.execution.preemptions;
    for (std::size_t length = static_cast<std::size_t>(preemptions); length <= longest; ++length) {
      const bool is_over = place(agents, {.preemptions = preemptions, .segments = length},
                                 to_the_end(), [&](const Segments& placement) {
                                   improve(placement);
                                   return best_.execution.preemptions < before ||
                                          attempts_ >= until || is_exhausted();
                                 });
      if (is_over) break;
    }
    return best_.execution.preemptions < before;
  }

  // The others run as if these had not been chosen before; they come when nobody else can.
  void leave_out_agents() {
    std::vector<std::uint64_t> agents;
    for (const Segment& segment : segments()) {
      if (segment.choice.kind == ChoiceKind::NextAgent) agents.push_back(segment.choice.operand);
    }
    std::ranges::sort(agents);
    const auto repeated = std::ranges::unique(agents);
    agents.erase(repeated.begin(), repeated.end());
    for (std::size_t size = (agents.size() + 1) / 2; size > 0; size /= 2) {
      for (std::size_t begin = 0; begin < agents.size(); begin += size) {
        const std::size_t end = std::min(begin + size, agents.size());
        Segments rest = segments();
        std::erase_if(rest, [&](const Segment& segment) {
          return segment.choice.operand >= agents[begin] &&
                 segment.choice.operand <= agents[end - 1];
        });
        improve(rest);
      }
    }
  }

  // Where a choice of another kind is missing, the first option is taken: nothing goes wrong.
  void leave_out_faults() {
    const auto count = [this] {
      return static_cast<std::size_t>(
          std::ranges::count_if(best_.execution.schedule.choices, is_fault));
    };
    for (std::size_t size = count(); size > 0; size /= 2) {
      for (std::size_t begin = 0; begin < count() && !is_exhausted();) {
        std::size_t number = 0;
        std::vector<Choice> rest = best_.execution.schedule.choices;
        std::erase_if(rest, [&](const Choice& choice) {
          const bool is_meant = is_fault(choice) && number >= begin && number < begin + size;
          number += static_cast<std::size_t>(is_fault(choice));
          return is_meant;
        });
        if (!improve(of_choices(std::move(rest)))) begin += size;
      }
    }
  }

  // A part of the attempts, of long executions.
  [[nodiscard]] std::uint64_t share_of(std::uint64_t attempts) const {
    const std::uint64_t times = best_.execution.steps / kStepsAtOnce;
    return std::max(attempts / kPartMin, attempts / std::max<std::uint64_t>(times, 1));
  }

  void edit_segments() {
    saved_at_ = attempts_;
    while (edit_once()) {
    }
  }

  [[nodiscard]] bool has_no_patience() const {
    return is_exhausted() || attempts_ - saved_at_ >= share_of(kPatience);
  }

  // Tries every edit of the present best; true once one of them helped.
  bool edit_once() {
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
      if (has_no_patience()) return false;
      if (improve(without(all, begin, end)) || improve(without(all, begin, all.size()))) {
        return true;
      }
    }
    return false;
  }

  // Joins two segments of the same agent, by pulling back the later one or pushing the earlier one
  // forward.
  bool merge(const Segments& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto later =
          std::find_if(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end(),
                       [&](const Segment& segment) { return segment.choice == all[i].choice; });
      if (later == all.end()) continue;
      const auto j = static_cast<std::size_t>(later - all.begin());
      if (has_no_patience()) return false;
      if (improve(moved(all, j, i + 1)) || improve(moved(all, i, j))) return true;
    }
    return false;
  }

  // Lets a segment's agent run until it ends or blocks; or stop one choice earlier or later.
  bool run_on(const Segments& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (has_no_patience()) return false;
      const Segments extended = with_count(all, i, to_the_end());
      if (improve(extended) || improve(without(extended, i + 1, all.size()))) return true;
      if (i + 1 < all.size() && improve(without(extended, i + 1, i + 2))) return true;
      if (improve(with_count(all, i, all[i].count + 1))) return true;
      if (all[i].count > 1 && improve(with_count(all, i, all[i].count - 1))) return true;
      if (i > 0 && improve(moved(all, i, i - 1))) return true;
    }
    return false;
  }

  // The shortest beginning of the best schedule that, with the tail `first`, is the best again. If
  // a beginning is, so are all longer ones, so this may bisect.
  core::Schedule shortest_schedule() {
    core::Schedule schedule = best_.execution.schedule;
    schedule.tail = {};
    std::size_t shorter = 0;
    std::size_t enough = schedule.choices.size();
    while (shorter < enough) {
      const std::size_t middle = shorter + (enough - shorter) / 2;
      const auto failing =
          fails(of_choices({schedule.choices.begin(),
                            schedule.choices.begin() + static_cast<std::ptrdiff_t>(middle)}));
      if (failing && failing->execution.schedule.choices == best_.execution.schedule.choices) {
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
  std::uint64_t saved_at_ = 0;  // attempts when a preemption was saved last
  std::uint64_t placed_ = 0;    // all placements with fewer preemptions have been tried
  Failing best_;
  std::set<core::Digest> tried_;  // candidates themselves could be as long as their executions
};

}  // namespace

std::optional<ShrinkResult> shrink(const core::Execution& failing, const Run& run,
                                   const ShrinkOptions& options) {
  return Shrinker(run, options).shrink(failing);
}

}  // namespace heddle::shrinker
