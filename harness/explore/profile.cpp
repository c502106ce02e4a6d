#include "harness/explore/profile.hpp"

#include <algorithm>

#include "harness/explore/strategy.hpp"

namespace heddle::harness {

namespace {

constexpr std::size_t kActorsMax = 20'000;
constexpr std::size_t kRangesMax = 4096;
constexpr std::size_t kAccessesMax = 1'000'000;  // looked at in one execution

auto key_of(const core::Location& location) { return std::pair(location.region, location.number); }

}  // namespace

bool ContendedRange::contains(const core::PendingAction& action) const {
  return key_of(location) == key_of(action.location) && action.location.offset >= location.offset &&
         action.location.offset - location.offset < size_bytes;
}

Profile::Profile() : actors_(1) {}

void Profile::begin_execution(std::uint64_t number) {
  is_learning_ = is_lesson(number);
  points_ = 0;
  agents_.assign(1, 0);
  child_counts_.assign(1, 0);
  steps_.clear();
  accesses_.clear();
}

Actor Profile::add_agent(std::uint64_t parent) {
  const std::size_t known = std::min<std::size_t>(parent, agents_.size() - 1);
  const std::pair path(agents_[known], child_counts_[known]++);
  const auto found = children_.find(path);
  if (found != children_.end()) return found->second;
  if (actors_.size() >= kActorsMax) return 0;
  const auto actor = static_cast<Actor>(actors_.size());
  actors_.push_back({.parent = path.first});
  children_.emplace(path, actor);
  return actor;
}

void Profile::observe(const core::ChoicePoint& point) {
  ++points_;
  if (point.pending.size() == 0) return;
  const std::uint64_t highest =
      std::max(point.options.front().operand, point.options[point.pending.size() - 1].operand);
  if (highest < agents_.size()) return;
  // All that have not been seen have one parent, and their order is that of their making.
  while (agents_.size() <= highest) {
    agents_.push_back(add_agent(point.previous.index));
    child_counts_.push_back(0);
  }
  for (std::size_t i = 0; i < point.pending.size(); ++i) {
    ActorInfo& actor = actors_[actor_of(point.options[i].operand)];
    if (actor.has_role) continue;
    actor.has_role = true;
    actor.role = pending_of(point, i).where;
  }
}

void Profile::count(const core::ChoicePoint& point, std::size_t option) {
  if (!is_learning_ || !is_step(point.options[option])) return;
  const Actor actor = actor_of(point.options[option].operand);
  ++steps_[actor];
  if (accesses_.size() >= kAccessesMax) return;
  const core::PendingAction action = pending_of(point, option);
  if (action.location.region == core::RegionKind::None) return;
  accesses_.push_back({.actor = actor,
                       .location = action.location,
                       .size_bytes = std::max<std::uint64_t>(action.size_bytes, 1),
                       .is_change = is_change(action.kind)});
}

void Profile::end_execution() {
  if (!is_learning_) return;
  is_learning_ = false;
  points_max_ = std::max(points_max_, points_);
  for (std::size_t actor = 0; actor < std::min(steps_.size(), actors_.size()); ++actor) {
    actors_[actor].steps = std::max(actors_[actor].steps, steps_[actor]);
  }
  learn_accesses();
}

void Profile::learn_accesses() {
  // Ranges that overlap become one, so the counts can only be made when all are known.
  for (const Access& access : accesses_) range_of(access);
  std::vector<Table<std::uint32_t>> counts(ranges_.size());
  for (const Access& access : accesses_) {
    const std::size_t range = range_of(access);
    if (range < counts.size()) ++counts[range][access.actor];
  }
  contended_.clear();
  for (std::size_t i = 0; i < ranges_.size(); ++i) {
    ContendedRange& range = ranges_[i];
    range.counts.resize(std::max(range.counts.size(), counts[i].size()));
    for (std::size_t actor = 0; actor < counts[i].size(); ++actor) {
      range.counts[actor] = std::max(range.counts[actor], counts[i][actor]);
    }
    const auto touching = std::ranges::count_if(range.counts, [](auto n) { return n != 0; });
    if (range.is_changed && touching >= 2) contended_.push_back(range);
  }
}

// The range that holds the access: a known one, one made larger, or a new one. None (the number of
// ranges): there are too many.
std::size_t Profile::range_of(const Access& access) {
  const auto key = key_of(access.location);
  const std::uint64_t begin = access.location.offset;
  const std::uint64_t end = begin + access.size_bytes;
  // The first that does not end before the access begins.
  auto first = std::ranges::partition_point(ranges_, [&](const ContendedRange& range) {
    const auto range_key = key_of(range.location);
    return range_key < key ||
           (range_key == key && range.location.offset + range.size_bytes <= begin);
  });
  const auto overlaps = [&](const ContendedRange& range) {
    return key_of(range.location) == key && range.location.offset < end;
  };
  const auto position = first - ranges_.begin();
  if (first == ranges_.end() || !overlaps(*first)) {
    if (ranges_.size() >= kRangesMax) return ranges_.size();
    ranges_.insert(first, {.location = access.location,
                           .size_bytes = access.size_bytes,
                           .is_changed = access.is_change,
                           .counts = {}});
    return static_cast<std::size_t>(position);
  }
  ContendedRange& range = *first;
  range.is_changed |= access.is_change;
  const std::uint64_t range_end = range.location.offset + range.size_bytes;
  if (begin >= range.location.offset && end <= range_end) return static_cast<std::size_t>(position);
  auto last = first + 1;
  std::uint64_t whole_end = std::max(end, range_end);
  for (; last != ranges_.end() && overlaps(*last); ++last) {
    whole_end = std::max(whole_end, last->location.offset + last->size_bytes);
    range.is_changed |= last->is_changed;
    range.counts.resize(std::max(range.counts.size(), last->counts.size()));
    for (std::size_t i = 0; i < last->counts.size(); ++i) range.counts[i] += last->counts[i];
  }
  range.location.offset = std::min(begin, range.location.offset);
  range.size_bytes = whole_end - range.location.offset;
  ranges_.erase(first + 1, last);
  return static_cast<std::size_t>(position);
}

Actor Profile::actor_of(std::uint64_t agent) const {
  return agent < agents_.size() ? agents_[agent] : 0;
}

namespace {

// Adds each number to that of the parent's, from the youngest on.
template <typename ParentOf>
void add_to_parents(std::vector<std::uint64_t>& numbers, const ParentOf& parent_of) {
  for (std::size_t actor = numbers.size(); actor-- > 1;) {
    numbers[parent_of(static_cast<Actor>(actor))] += numbers[actor];
  }
}

}  // namespace

std::vector<std::uint64_t> Profile::steps_with_descendants() const {
  std::vector<std::uint64_t> numbers;
  numbers.reserve(actors_.size());
  for (const ActorInfo& actor : actors_) numbers.push_back(actor.steps);
  add_to_parents(numbers, [this](Actor actor) { return parent_of(actor); });
  return numbers;
}

std::vector<std::uint64_t> Profile::with_descendants(const ContendedRange& range) const {
  std::vector<std::uint64_t> numbers(actors_.size());
  std::ranges::copy(range.counts, numbers.begin());
  add_to_parents(numbers, [this](Actor actor) { return parent_of(actor); });
  return numbers;
}

}  // namespace heddle::harness
