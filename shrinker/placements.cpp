#include "shrinker/placements.hpp"

#include <optional>

namespace heddle::shrinker {
namespace {

class Placer {
 public:
  Placer(const std::vector<PlacedAgent>& agents, std::size_t to_the_end,
         const std::function<bool(const Segments&)>& visit)
      : agents_(agents),
        done_(agents.size()),
        has_ended_(agents.size()),
        to_the_end_(to_the_end),
        visit_(visit) {}

  // Appends `left.segments` segments, `left.preemptions` of which end before their agent does.
  bool extend(const PlacementShape& left, std::optional<std::size_t> last) {
    if (left.segments == 0) return left.preemptions == 0 && visit_(segments_);
    // The last segment is stopped by nobody.
    if (left.preemptions >= left.segments) return false;
    for (std::size_t i = 0; i < agents_.size(); ++i) {
      if (last == i || !may_run(i)) continue;
      if (left.preemptions > 0 &&
          run_a_part(i, {.preemptions = left.preemptions - 1, .segments = left.segments - 1})) {
        return true;
      }
      if (left.preemptions < left.segments &&
          run_to_the_end(i, {.preemptions = left.preemptions, .segments = left.segments - 1})) {
        return true;
      }
    }
    return false;
  }

 private:
  [[nodiscard]] bool may_run(std::size_t i) const {
    if (has_ended_[i]) return agents_[i].may_block;
    if (done_[i] > 0) return true;
    for (std::size_t j = 0; j < i; ++j) {
      if (done_[j] == 0 && !has_ended_[j] && agents_[j].role == agents_[i].role) return false;
    }
    return true;
  }

  bool run_to_the_end(std::size_t i, const PlacementShape& left) {
    segments_.push_back({.choice = agents_[i].choice, .count = to_the_end_});
    const bool had_ended = has_ended_[i];
    has_ended_[i] = true;
    const bool is_done = extend(left, i);
    has_ended_[i] = had_ended;
    segments_.pop_back();
    return is_done;
  }

  bool run_a_part(std::size_t i, const PlacementShape& left) {
    if (has_ended_[i]) return false;
    const std::size_t before = done_[i];
    bool is_done = false;
    for (const std::size_t stop : agents_[i].stops) {
      if (stop <= before) continue;
      segments_.push_back({.choice = agents_[i].choice, .count = stop - before});
      done_[i] = stop;
      is_done = extend(left, i);
      segments_.pop_back();
      if (is_done) break;
    }
    done_[i] = before;
    return is_done;
  }

  const std::vector<PlacedAgent>& agents_;
  std::vector<std::size_t> done_;  // choices of each agent
  std::vector<bool> has_ended_;
  std::size_t to_the_end_;
  const std::function<bool(const Segments&)>& visit_;
  Segments segments_;
};

}  // namespace

bool place(const std::vector<PlacedAgent>& agents, const PlacementShape& shape,
           std::size_t to_the_end, const std::function<bool(const Segments&)>& visit) {
  return Placer(agents, to_the_end, visit).extend(shape, std::nullopt);
}

}  // namespace heddle::shrinker
