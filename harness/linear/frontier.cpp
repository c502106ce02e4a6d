#include "harness/linear/frontier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "harness/linear/search_plan.hpp"

namespace heddle::harness {

namespace {

constexpr std::uint64_t kBytesUncompacted = std::uint64_t{1} << 20;
constexpr std::size_t kWorkPerQuestion = 256;  // between two of should_stop

// What a mark says.
constexpr std::int64_t kNoResult = 0;
constexpr std::int64_t kResult = 1;
constexpr std::int64_t kResultOfState = 2;

void drop_zeros(std::vector<std::int64_t>& words) {
  while (!words.empty() && words.back() == 0) words.pop_back();
}

}  // namespace

bool GrowingSets::has(std::uint64_t set, std::size_t number) const {
  const std::span<const std::int64_t> row = rows_.row(static_cast<std::uint32_t>(set));
  return number / 64 < row.size() &&
         (static_cast<std::uint64_t>(row[number / 64]) >> (number % 64) & 1) != 0;
}

std::uint32_t GrowingSets::with(std::uint64_t set, std::size_t number) {
  const std::span<const std::int64_t> row = rows_.row(static_cast<std::uint32_t>(set));
  scratch_.assign(row.begin(), row.end());
  if (scratch_.size() <= number / 64) scratch_.resize(number / 64 + 1);
  scratch_[number / 64] |= static_cast<std::int64_t>(std::uint64_t{1} << (number % 64));
  return rows_.number_of(scratch_);
}

bool GrowingSets::is_subset(std::uint64_t left, std::uint64_t right) const {
  if (left == right) return true;
  const std::span<const std::int64_t> l = rows_.row(static_cast<std::uint32_t>(left));
  const std::span<const std::int64_t> r = rows_.row(static_cast<std::uint32_t>(right));
  if (l.size() > r.size()) return false;
  for (std::size_t i = 0; i < l.size(); ++i) {
    if ((l[i] & ~r[i]) != 0) return false;
  }
  return true;
}

Frontier::Frontier(const Model& model, const core::Data& data, DecideOptions options)
    : model_(&model),
      data_(&data),
      options_(std::move(options)),
      sees_processes_(model.sees_processes()),
      transitions_(model, data) {
  mark_rows_.number_of({});
  now_.push_back({.state = transitions_.initial()});
}

std::uint32_t Frontier::class_of(const ModelCall& call) {
  return classes_.number_of(class_key(call, sees_processes_));
}

std::uint32_t Frontier::step(std::uint32_t state, const OpenCall& open) {
  return transitions_.step(state, open.call_class, open.call);
}

std::uint64_t Frontier::invoke(const ModelCall& call) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(open_.size()));
    open_.emplace_back();
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  OpenCall& open = open_[slot];
  open.name = names_++;
  open.call = call;
  open.call.has_result = false;
  open.call.result = 0;
  open.call_class = class_of(open.call);
  slots_of_.emplace(open.name, slot);
  return open.name;
}

std::uint32_t Frontier::take_slot(std::uint64_t name) {
  const auto found = slots_of_.find(name);
  const std::uint32_t slot = found->second;
  slots_of_.erase(found);
  free_slots_.push_back(slot);
  return slot;
}

std::uint32_t Frontier::mark_in(const Position& position, std::size_t slot) const {
  const std::span<const std::int64_t> row =
      mark_rows_.row(static_cast<std::uint32_t>(position.placed));
  return slot < row.size() ? static_cast<std::uint32_t>(row[slot]) : 0;
}

std::uint32_t Frontier::marked(std::uint64_t row, std::size_t slot, std::uint32_t mark) {
  const std::span<const std::int64_t> old = mark_rows_.row(static_cast<std::uint32_t>(row));
  scratch_.assign(old.begin(), old.end());
  if (scratch_.size() <= slot) scratch_.resize(slot + 1);
  scratch_[slot] = mark;
  drop_zeros(scratch_);
  return mark_rows_.number_of(scratch_);
}

std::uint32_t Frontier::mark_for(std::uint32_t state, const OpenCall& open) {
  std::array<std::int64_t, 3> key{kNoResult, 0, 0};
  if (model_->operations()[open.call.code].has_result) {
    const std::span<const std::int64_t> row = transitions_.row(state);
    state_.assign(row.begin(), row.end());
    const std::optional<std::int64_t> result = model_->result_of(state_, open.call);
    // What returns the same of another call may come from a state where this one returns something
    // else.
    key = {result ? kResult : kResultOfState, result.value_or(state), open.call_class};
  }
  const std::uint32_t number = marks_.number_of(key);
  if (number == mark_states_.size()) mark_states_.push_back(state);
  return number + 1;
}

bool Frontier::is_result_of(std::uint32_t mark, const ModelCall& call) {
  if (!call.has_result || marks_.row(mark - 1)[0] == kNoResult) return true;
  return transitions_.step(mark_states_[mark - 1], class_of(call), call) != kNoState;
}

core::VerdictKind Frontier::ok(std::uint64_t name, const ModelCall& call) {
  if (kind_ != core::VerdictKind::Pass) return kind_;
  compact();
  const std::uint32_t slot = slots_of_.at(name);
  const OpenCall bound{.name = name, .call_class = class_of(call), .call = call};
  Positions seen;
  std::vector<Position> work = now_;
  for (const Position& position : work) seen.enter(position, used_);
  std::vector<Position> next;
  for (std::size_t i = 0; i < work.size(); ++i) {
    const bool is_asked = i % kWorkPerQuestion == kWorkPerQuestion - 1 && options_.should_stop;
    if (work.size() > options_.nodes_max || bytes() > options_.bytes_max ||
        (is_asked && options_.should_stop())) {
      cause_ = fmt::format("undecided after {} positions for one event", work.size());
      return kind_ = core::VerdictKind::Unknown;
    }
    Position position = work[i];
    if (const std::uint32_t mark = mark_in(position, slot); mark != 0) {
      if (!is_result_of(mark, call)) continue;
      position.placed = marked(position.placed, slot, 0);
      next.push_back(position);
      continue;
    }
    place_others(position, slot, work, seen);
    position.state = step(position.state, bound);
    if (position.state != kNoState) next.push_back(position);
  }
  if (replace(std::move(next)) == core::VerdictKind::Pass) take_slot(name);
  return kind_;
}

// Everything else that may come next: open calls that have no place yet, and pending ones.
void Frontier::place_others(const Position& position, std::uint32_t slot,
                            std::vector<Position>& work, Positions& seen) {
  for (const auto& [name, other] : slots_of_) {
    if (other == slot || mark_in(position, other) != 0) continue;
    Position next = position;
    next.state = step(position.state, open_[other]);
    if (next.state == kNoState) continue;
    next.placed = marked(position.placed, other, mark_for(position.state, open_[other]));
    if (seen.enter(next, used_)) work.push_back(next);
  }
  for (std::size_t number = 0; number < pending_.size(); ++number) {
    if (used_.has(position.used, number)) continue;
    Position next = position;
    next.state = step(position.state, pending_[number]);
    if (next.state == kNoState || next.state == position.state) continue;
    if (has_earlier_twin(position, number)) continue;
    next.used = used_.with(position.used, number);
    if (seen.enter(next, used_)) work.push_back(next);
  }
}

// Of pending calls that are alike, the earliest that is free is used.
bool Frontier::has_earlier_twin(const Position& position, std::size_t number) const {
  for (std::size_t other = 0; other < number; ++other) {
    if (pending_[other].call_class == pending_[number].call_class &&
        !used_.has(position.used, other)) {
      return true;
    }
  }
  return false;
}

core::VerdictKind Frontier::fail(std::uint64_t name) {
  if (kind_ != core::VerdictKind::Pass) return kind_;
  const std::uint32_t slot = slots_of_.at(name);
  std::vector<Position> next = now_;
  std::erase_if(next, [&](const Position& position) { return mark_in(position, slot) != 0; });
  if (replace(std::move(next)) == core::VerdictKind::Pass) take_slot(name);
  return kind_;
}

core::VerdictKind Frontier::info(std::uint64_t name) {
  if (kind_ != core::VerdictKind::Pass) return kind_;
  const std::uint32_t slot = take_slot(name);
  const std::size_t number = pending_.size();
  pending_.push_back(open_[slot]);
  std::vector<Position> next = now_;
  for (Position& position : next) {
    if (mark_in(position, slot) == 0) continue;
    position.placed = marked(position.placed, slot, 0);
    position.used = used_.with(position.used, number);
  }
  return replace(std::move(next));
}

core::VerdictKind Frontier::replace(std::vector<Position> next) {
  if (next.empty()) return kind_ = core::VerdictKind::Fail;
  if (next.size() == 1) {
    now_ = std::move(next);
    return kind_;
  }
  Positions distinct;
  for (const Position& position : next) distinct.enter(position, used_);
  now_.clear();
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    if (distinct[i].next_return != kNoItem) now_.push_back(distinct[i]);
  }
  return kind_;
}

std::uint64_t Frontier::bytes() const {
  return transitions_.bytes() + classes_.bytes() + used_.bytes() + mark_rows_.bytes() +
         marks_.bytes() + now_.capacity() * sizeof(Position);
}

// Makes all tables anew, with what is alive.
void Frontier::compact() {
  if (bytes() < 2 * bytes_kept_ + kBytesUncompacted) return;
  const Transitions old = std::exchange(transitions_, Transitions(*model_, *data_));
  const Rows old_rows = std::exchange(mark_rows_, {});
  const Rows old_marks = std::exchange(marks_, {});
  const std::vector<std::uint32_t> old_states = std::exchange(mark_states_, {});
  const GrowingSets old_used = std::exchange(used_, {});
  const std::vector<OpenCall> old_pending = std::exchange(pending_, {});
  classes_ = {};
  mark_rows_.number_of({});
  const auto keep = [&](std::uint32_t state) {
    const std::span<const std::int64_t> row = old.row(state);
    return transitions_.state_of({row.begin(), row.end()});
  };
  for (OpenCall& open : open_) open.call_class = class_of(open.call);
  std::vector<std::size_t> kept;  // pending calls that are free somewhere
  for (std::size_t number = 0; number < old_pending.size(); ++number) {
    if (std::ranges::all_of(now_,
                            [&](const Position& p) { return old_used.has(p.used, number); })) {
      continue;
    }
    kept.push_back(number);
    pending_.push_back(old_pending[number]);
    pending_.back().call_class = class_of(pending_.back().call);
  }
  for (Position& position : now_) {
    position.state = keep(position.state);
    std::uint64_t row = 0;
    const std::span<const std::int64_t> marks =
        old_rows.row(static_cast<std::uint32_t>(position.placed));
    for (std::size_t slot = 0; slot < marks.size(); ++slot) {
      if (marks[slot] == 0) continue;
      const std::uint32_t state = keep(old_states[static_cast<std::size_t>(marks[slot] - 1)]);
      row = marked(row, slot, mark_for(state, open_[slot]));
    }
    position.placed = row;
    std::uint64_t used = GrowingSets::kEmpty;
    for (std::size_t number = 0; number < kept.size(); ++number) {
      if (old_used.has(position.used, kept[number])) used = used_.with(used, number);
    }
    position.used = used;
  }
  bytes_kept_ = bytes();
}

std::vector<FrontierConfiguration> Frontier::configurations() const {
  std::vector<FrontierConfiguration> made;
  for (const Position& position : now_) {
    FrontierConfiguration& one = made.emplace_back();
    const std::span<const std::int64_t> row = transitions_.row(position.state);
    one.state.assign(row.begin(), row.end());
    for (const auto& [name, slot] : slots_of_) {
      if (mark_in(position, slot) != 0) one.placed.push_back(name);
    }
    for (std::size_t number = 0; number < pending_.size(); ++number) {
      if (used_.has(position.used, number)) one.used.push_back(pending_[number].name);
    }
  }
  std::ranges::sort(made);
  return made;
}

}  // namespace heddle::harness
