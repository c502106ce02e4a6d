#include "harness/linear/search_plan.hpp"

#include <algorithm>

#include "harness/linear/rows.hpp"

namespace heddle::harness {

namespace {

constexpr std::uint32_t kNobody = UINT32_MAX;

void plan_classes(const Calls& calls, const Model& model, SearchPlan& plan) {
  const bool sees_processes = model.sees_processes();
  Rows classes;
  plan.class_of.reserve(calls.calls.size());
  plan.is_observer.reserve(calls.calls.size());
  for (const ModelCall& call : calls.calls) {
    const ClassKey key = class_key(call, sees_processes);
    plan.class_of.push_back(classes.number_of(key));
    plan.is_observer.push_back(is_observer(call) ? 1 : 0);
  }
  plan.classes = classes.size();
}

void plan_returns(const Calls& calls, SearchPlan& plan) {
  std::vector<std::uint32_t> returning(calls.ranks, kNobody);  // by rank
  for (std::uint32_t i = 0; i < calls.calls.size(); ++i) {
    if (calls.calls[i].ret != kPending) returning[calls.calls[i].ret] = i;
  }
  plan.slot_of.resize(calls.calls.size(), kNobody);
  std::vector<std::uint32_t> free;  // slots
  std::uint32_t next_call = 0;
  for (std::uint32_t rank = 0; rank < calls.ranks; ++rank) {
    if (const std::uint32_t call = returning[rank]; call != kNobody) {
      plan.returns.push_back(call);
      plan.opened.push_back(static_cast<std::uint32_t>(plan.invoked.size()));
      free.push_back(plan.slot_of[call]);
      continue;
    }
    const std::uint32_t call = next_call++;  // calls are ordered by their invocation
    if (calls.calls[call].ret == kPending) continue;
    plan.invoked.push_back(call);
    if (free.empty()) {
      free.push_back(static_cast<std::uint32_t>(plan.slots++));
    }
    plan.slot_of[call] = free.back();
    free.pop_back();
  }
}

void plan_pending(const Calls& calls, SearchPlan& plan) {
  for (std::uint32_t i = 0; i < calls.calls.size(); ++i) {
    if (calls.calls[i].ret == kPending) plan.pending.push_back(i);
  }
  std::ranges::stable_sort(plan.pending, {}, [&](std::uint32_t i) { return plan.class_of[i]; });
  for (std::uint32_t number = 0; number < plan.pending.size(); ++number) {
    const std::uint32_t call_class = plan.class_of[plan.pending[number]];
    if (plan.groups.empty() || plan.groups.back().call_class != call_class) {
      plan.groups.push_back({.call_class = call_class, .begin = number, .end = number});
    }
    ++plan.groups.back().end;
  }
}

}  // namespace

ClassKey class_key(const ModelCall& call, bool sees_processes) {
  return {call.code,
          call.has_result ? 1 : 0,
          call.has_result ? call.result : 0,
          call.arguments[0],
          call.arguments[1],
          call.arguments[2],
          sees_processes ? call.process : 0};
}

bool is_observer(const ModelCall& call) {
  switch (call.verb) {
    case Verb::Read:
    case Verb::Contains:
    case Verb::Peek:
    case Verb::ReadAll:
      return true;
    case Verb::Cas:
    case Verb::Insert:
    case Verb::Remove:
    case Verb::Acquire:
      return call.has_result && call.result == 0;
    case Verb::Take:
      return call.has_result && call.result == kEmptyResult;
    case Verb::Other:
    case Verb::Write:
    case Verb::CompareExchange:
    case Verb::Exchange:
    case Verb::Put:
    case Verb::Release:
    case Verb::Append:
      return false;
  }
  return false;
}

SearchPlan plan_search(const Calls& calls, const Model& model) {
  SearchPlan plan;
  plan_classes(calls, model, plan);
  plan_returns(calls, plan);
  plan_pending(calls, plan);
  return plan;
}

OpenCalls::OpenCalls(const SearchPlan& plan)
    : plan_(&plan),
      open_((plan.slots + 63) / 64),
      observers_(open_.size()),
      holder_(plan.slots, kNobody) {
  if (plan.returns.empty()) return;
  for (std::uint32_t i = 0; i < plan.opened.front(); ++i) set(plan.invoked[i], true);
}

void OpenCalls::set(std::uint32_t call, bool is_open) {
  const std::uint32_t slot = plan_->slot_of[call];
  const std::uint64_t bit = std::uint64_t{1} << (slot % 64);
  std::uint64_t& open = open_[slot / 64];
  std::uint64_t& observers = observers_[slot / 64];
  open = is_open ? open | bit : open & ~bit;
  observers = is_open && plan_->is_observer[call] != 0 ? observers | bit : observers & ~bit;
  if (is_open) holder_[slot] = call;
}

void OpenCalls::go_to(std::size_t next_return) {
  const std::vector<std::uint32_t>& opened = plan_->opened;
  for (; at_ < next_return; ++at_) {
    set(plan_->returns[at_], false);
    for (std::uint32_t i = opened[at_]; i < opened[at_ + 1]; ++i) set(plan_->invoked[i], true);
  }
  for (; at_ > next_return; --at_) {
    for (std::uint32_t i = opened[at_]; i-- > opened[at_ - 1];) set(plan_->invoked[i], false);
    set(plan_->returns[at_ - 1], true);
  }
}

}  // namespace heddle::harness
