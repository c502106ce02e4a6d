#include "shrinker/placements.hpp"

#include <algorithm>
#include <optional>

namespace heddle::shrinker {
namespace {

class Placer {
 public:
  Placer(const std::vector<PlacedAgent>& agents, std::size_t to_the_end,
         const std::function<bool(const Segments&)>& visit)
      : agents_(agents), has_ended_(agents.size()), to_the_end_(to_the_end), visit_(visit) {
    for (const PlacedAgent& agent : agents) left_.push_back(agent.choices_max);
  }

  // Appends a segment of an agent other than `last`, in all ways.
  bool extend(std::uint64_t preemptions, std::optional<std::size_t> last) {
    const auto running = std::ranges::count(has_ended_, false);
    // The last one runs to its end anyhow, and there is nobody left to preempt it.
    if (running <= 1) return preemptions == 0 && visit_(segments_);
    for (std::size_t i = 0; i < agents_.size(); ++i) {
      if (has_ended_[i] || last == i) continue;
      if (run_to_the_end(i, preemptions)) return true;
      if (preemptions > 0 && run_a_part(i, preemptions - 1)) return true;
    }
    return false;
  }

 private:
  bool run_to_the_end(std::size_t i, std::uint64_t preemptions) {
    segments_.push_back({.choice = agents_[i].choice, .count = to_the_end_});
    has_ended_[i] = true;
    const bool is_done = extend(preemptions, std::nullopt);
    has_ended_[i] = false;
    segments_.pop_back();
    return is_done;
  }

  bool run_a_part(std::size_t i, std::uint64_t preemptions) {
    const std::size_t left = left_[i];
    bool is_done = false;
    for (std::size_t count = 1; count < left && !is_done; ++count) {
      segments_.push_back({.choice = agents_[i].choice, .count = count});
      left_[i] = left - count;
      is_done = extend(preemptions, i);
      segments_.pop_back();
    }
    left_[i] = left;
    return is_done;
  }

  const std::vector<PlacedAgent>& agents_;
  std::vector<bool> has_ended_;
  std::vector<std::size_t> left_;  // choices of each agent
  std::size_t to_the_end_;
  const std::function<bool(const Segments&)>& visit_;
  Segments segments_;
};

}  // namespace

bool place(const std::vector<PlacedAgent>& agents, std::uint64_t preemptions,
           std::size_t to_the_end, const std::function<bool(const Segments&)>& visit) {
  return Placer(agents, to_the_end, visit).extend(preemptions, std::nullopt);
}

}  // namespace heddle::shrinker
