#include "harness/linear/explorer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace heddle::harness {

namespace {

constexpr std::uint64_t kNodesPerQuestion = 256;  // between two of should_stop
constexpr std::uint64_t kNodesWorthTelling = 16;  // what took fewer, others try as fast as they ask

bool are_alike(const Position& left, const Position& right) {
  return left.next_return == right.next_return && left.placed == right.placed;
}

}  // namespace

Explorer::Explorer(const Calls& calls, const Model& model, const SearchPlan& plan,
                   const DecideOptions& options)
    : calls_(&calls),
      plan_(&plan),
      options_(&options),
      transitions_(model, *calls.data),
      slots_(plan.slots),
      pending_(plan.pending.size()),
      open_(plan),
      end_(plan.returns.size()) {}

void Explorer::begin() {
  Position start{.state = transitions_.initial()};
  settle(start);
  furthest_ = start.next_return;
  is_at_end_ = start.next_return >= end_;
  end_state_ = start.state;
  if (!is_at_end_) enter(start);
}

core::VerdictKind Explorer::next_end() {
  if (std::exchange(is_at_end_, false)) return core::VerdictKind::Pass;
  while (!stack_.empty()) {
    if (is_over_limit()) return core::VerdictKind::Unknown;
    Frame& frame = stack_.back();
    open_.go_to(frame.position.next_return);
    order_.resize(frame.placed);
    Position next;
    if (!next_child(frame, next)) {
      leave();
      continue;
    }
    settle(next);
    if (next.next_return >= end_) {
      end_state_ = next.state;
      return core::VerdictKind::Pass;
    }
    enter(next);
  }
  return core::VerdictKind::Fail;
}

bool Explorer::next_child(Frame& frame, Position& next) {
  if (!shuffler_) return try_next(frame, next);
  if (frame.candidate == 0) {
    while (try_next(frame, next)) {
      children_.push_back({.position = next, .call = order_.back()});
      order_.resize(frame.placed);
    }
    for (std::size_t end = children_.size(); end > frame.children + 1; --end) {
      const std::size_t chosen = frame.children + shuffler_->below(end - frame.children);
      std::swap(children_[chosen], children_[end - 1]);
    }
  }
  if (children_.size() == frame.children) return false;
  next = children_.back().position;
  order_.push_back(children_.back().call);
  children_.pop_back();
  return true;
}

void Explorer::leave() {
  const Position position = stack_.back().position;
  const bool is_worth_telling = nodes_ - stack_.back().nodes >= kNodesWorthTelling;
  stack_.pop_back();
  if (refuted_ == nullptr) return;
  if (is_worth_telling) unproven_.push_back(position);
  if (!stack_.empty() && are_alike(stack_.back().position, position)) return;
  while (!unproven_.empty() && are_alike(unproven_.back(), position)) {
    refuted_->add(unproven_.back());
    unproven_.pop_back();
  }
}

bool Explorer::is_over_limit() {
  const std::uint64_t bytes = transitions_.bytes() + positions_.bytes() + slots_.bytes() +
                              pending_.bytes() + stack_.capacity() * sizeof(Frame) +
                              children_.capacity() * sizeof(Child);
  if (nodes_ > options_->nodes_max) {
    cause_ = fmt::format("undecided after {} positions", options_->nodes_max);
  } else if (bytes > options_->bytes_max) {
    cause_ = fmt::format("undecided within {} bytes", options_->bytes_max);
  } else if (nodes_ % kNodesPerQuestion == 0 && options_->should_stop && options_->should_stop()) {
    cause_ = fmt::format("stopped after {} positions", nodes_);
  } else {
    return false;
  }
  cause_ += fmt::format(": {} of {} returns explained", furthest_, plan_->returns.size());
  return true;
}

// The next candidate at this position that can be placed.
bool Explorer::try_next(Frame& frame, Position& next) {
  if (frame.candidate == 0) {
    ++frame.candidate;
    if (try_returning(frame, next)) return true;
  }
  return try_open(frame, next) || try_pending(frame, next);
}

bool Explorer::try_returning(const Frame& frame, Position& next) {
  const std::uint32_t call = plan_->returns[frame.position.next_return];
  const std::uint32_t state = step(frame.position.state, call);
  if (state == kNoState) return false;
  next = frame.position;
  place_open(next, call, state);
  return true;
}

bool Explorer::try_open(Frame& frame, Position& next) {
  const Position& at = frame.position;
  const std::size_t returning = plan_->slot_of[plan_->returns[at.next_return]];
  while (frame.candidate <= plan_->slots) {
    const std::size_t from = frame.candidate - 1;
    const std::size_t index = from / 64;
    const std::uint64_t bits =
        open_.open(index) & ~slots_.word(at.placed, index) & ~std::uint64_t{0} << (from % 64);
    if (bits == 0) {
      frame.candidate = static_cast<std::uint32_t>(64 * (index + 1) + 1);
      continue;
    }
    const std::size_t slot = 64 * index + static_cast<std::size_t>(std::countr_zero(bits));
    frame.candidate = static_cast<std::uint32_t>(slot + 2);
    if (slot == returning) continue;
    const std::uint32_t call = open_.call_in(slot);
    const std::uint32_t state = step(at.state, call);
    if (state == kNoState) continue;
    if (has_earlier_twin(at, plan_->class_of[call], calls_->calls[call].ret)) continue;
    next = at;
    place_open(next, call, state);
    return true;
  }
  frame.candidate = std::max(frame.candidate, static_cast<std::uint32_t>(64 * open_.words() + 1));
  return false;
}

bool Explorer::try_pending(Frame& frame, Position& next) {
  const Position& at = frame.position;
  const std::uint32_t ret = calls_->calls[plan_->returns[at.next_return]].ret;
  const std::size_t first = 64 * open_.words() + 1;
  while (frame.candidate - first < plan_->groups.size()) {
    const PendingGroup& group = plan_->groups[frame.candidate++ - first];
    std::uint32_t number = group.begin;
    while (number < group.end && pending_.has(at.used, number)) ++number;
    if (number == group.end) continue;
    const std::uint32_t call = plan_->pending[number];
    if (calls_->calls[call].call > ret) continue;
    const std::uint32_t state = step(at.state, call);
    if (state == kNoState || state == at.state) continue;
    if (has_earlier_twin(at, group.call_class, kPending)) continue;
    next = at;
    next.state = state;
    next.used = pending_.with(at.used, number);
    order_.push_back(call);
    return true;
  }
  return false;
}

// Another open call of the class waits for its place and returns before `ret`.
bool Explorer::has_earlier_twin(const Position& at, std::uint32_t call_class,
                                std::uint32_t ret) const {
  for (std::size_t index = 0; index < open_.words(); ++index) {
    std::uint64_t bits = open_.open(index) & ~slots_.word(at.placed, index);
    for (; bits != 0; bits &= bits - 1) {
      const std::uint32_t other =
          open_.call_in(64 * index + static_cast<std::size_t>(std::countr_zero(bits)));
      if (plan_->class_of[other] == call_class && calls_->calls[other].ret < ret) return true;
    }
  }
  return false;
}

void Explorer::place_open(Position& position, std::uint32_t call, std::uint32_t state) {
  position.state = state;
  position.placed = slots_.with(position.placed, plan_->slot_of[call]);
  order_.push_back(call);
}

// Places what needs no decision, and passes the returns of calls that have their place.
void Explorer::settle(Position& position) {
  do {
    while (position.next_return < end_) {
      const std::uint32_t slot = plan_->slot_of[plan_->returns[position.next_return]];
      if (!slots_.has(position.placed, slot)) break;
      position.placed = slots_.without(position.placed, slot);
      ++position.next_return;
      if (position.next_return < end_) open_.go_to(position.next_return);
    }
  } while (position.next_return < end_ && place_observers(position));
}

// True if the call that returns next was among them.
bool Explorer::place_observers(Position& position) {
  bool may_pass = false;
  const std::uint32_t returning = plan_->returns[position.next_return];
  for (std::size_t index = 0; index < open_.words(); ++index) {
    std::uint64_t bits = open_.observers(index) & ~slots_.word(position.placed, index);
    for (; bits != 0; bits &= bits - 1) {
      const std::uint32_t call =
          open_.call_in(64 * index + static_cast<std::size_t>(std::countr_zero(bits)));
      if (step(position.state, call) != position.state) continue;
      place_open(position, call, position.state);
      may_pass = may_pass || call == returning;
    }
  }
  return may_pass;
}

bool Explorer::enter(const Position& position) {
  if (!positions_.enter(position, pending_)) return false;
  if (refuted_ != nullptr && refuted_->contains(position)) return false;
  ++nodes_;
  furthest_ = std::max<std::size_t>(furthest_, position.next_return);
  if (noted_ == position.next_return && order_.size() > longest_.size()) longest_ = order_;
  stack_.push_back({.position = position,
                    .placed = order_.size(),
                    .children = children_.size(),
                    .nodes = nodes_});
  return true;
}

}  // namespace heddle::harness
