#include "harness/linear/set_monitor.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "harness/linear/values.hpp"

namespace heddle::harness {

namespace {

constexpr std::string_view kDecider = "set monitor";

// What one call says of its element.
enum class Role : std::uint8_t { Inserts, Removes, MayRemove, Finds, Misses, Nothing, Unclear };

Role role_of(const ModelCall& call) {
  const bool is_pending = call.ret == kPending;
  const bool is_one = call.has_result && call.result != 0;
  const bool is_zero = call.has_result && call.result == 0;
  const bool has_verb =
      call.verb == Verb::Insert || call.verb == Verb::Remove || call.verb == Verb::Contains;
  if (has_verb && is_zero && is_pending) return Role::Nothing;
  switch (call.verb) {
    case Verb::Insert:
      return !call.has_result || is_one ? Role::Inserts : Role::Finds;
    case Verb::Remove:
      if (!call.has_result || is_pending) return Role::MayRemove;
      return is_one ? Role::Removes : Role::Misses;
    case Verb::Contains:
      if (!call.has_result || is_pending) return Role::Nothing;
      return is_one ? Role::Finds : Role::Misses;
    case Verb::Other:
    case Verb::Read:
    case Verb::Write:
    case Verb::Cas:
    case Verb::CompareExchange:
    case Verb::Exchange:
    case Verb::Put:
    case Verb::Take:
    case Verb::Peek:
    case Verb::Acquire:
    case Verb::Release:
    case Verb::Append:
    case Verb::ReadAll:
      return Role::Unclear;
  }
  return Role::Unclear;
}

class SetMonitor {
 public:
  explicit SetMonitor(const Calls& calls) : calls_(calls) {}

  std::optional<Decision> decide(bool wants_witness) {
    if (!group()) return std::nullopt;
    for (std::size_t i = 0; i + 1 < begin_.size(); ++i) {
      if (!decide_element(std::span(grouped_).subspan(begin_[i], begin_[i + 1] - begin_[i]))) {
        return std::nullopt;
      }
      if (!culprits_.empty()) return fail(kDecider, std::move(culprits_));
    }
    return pass(kDecider, wants_witness ? placement_.order() : std::vector<std::uint32_t>{});
  }

 private:
  // The calls of each element, in their order.
  bool group() {
    std::int64_t lowest = INT64_MAX;
    std::int64_t highest = INT64_MIN;
    for (const ModelCall& call : calls_.calls) {
      if (role_of(call) == Role::Unclear) return false;
      lowest = std::min(lowest, call.arguments[0]);
      highest = std::max(highest, call.arguments[0]);
    }
    WordIndex index(lowest, highest, calls_.calls.size() / 2);
    std::vector<std::uint32_t> element_of;
    element_of.reserve(calls_.calls.size());
    for (const ModelCall& call : calls_.calls) element_of.push_back(index.add(call.arguments[0]));
    begin_.assign(index.size() + 1, 0);
    for (const std::uint32_t element : element_of) ++begin_[element + 1];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    std::vector<std::uint32_t> next = begin_;
    grouped_.resize(element_of.size());
    for (std::uint32_t i = 0; i < element_of.size(); ++i) grouped_[next[element_of[i]]++] = i;
    return true;
  }

  // False: it is not for this monitor.
  bool decide_element(std::span<const std::uint32_t> calls) {
    insert_ = remove_ = kNone;
    std::uint32_t may_remove = kNone;
    for (const std::uint32_t i : calls) {
      const Role role = role_of(calls_.calls[i]);
      if (role == Role::Inserts) {
        if (insert_ != kNone) return false;
        insert_ = i;
      } else if (role == Role::Removes) {
        if (remove_ != kNone) culprits_ = {remove_, i};
        remove_ = i;
      } else if (role == Role::MayRemove) {
        if (may_remove != kNone) return false;
        may_remove = i;
      }
    }
    if (!culprits_.empty()) {
      culprits_.push_back(insert_);
      return true;
    }
    if (place(calls) || remove_ != kNone || may_remove == kNone) return true;
    remove_ = may_remove;
    culprits_.clear();
    if (!place(calls)) culprits_.assign(calls.begin(), calls.end());
    return true;
  }

  // With what is known of insert_ and remove_. A removal of unknown result that is not remove_ did
  // not find the element, or did not happen.
  [[nodiscard]] Role settled_role_of(std::uint32_t i) const {
    const ModelCall& call = calls_.calls[i];
    const Role role = role_of(call);
    if (i == remove_) return Role::Removes;
    if (role != Role::MayRemove) return role;
    return call.ret == kPending ? Role::Nothing : Role::Misses;
  }

  // When the element is certainly there. A call without an insertion, or in the wrong order, is in
  // culprits_.
  Interval find_held(std::span<const std::uint32_t> calls) {
    std::uint32_t early = insert_;
    std::uint32_t late = insert_;
    for (const std::uint32_t i : calls) {
      const Role role = settled_role_of(i);
      if (role != Role::Finds && role != Role::Removes) continue;
      if (insert_ == kNone) culprits_ = {i};
      if (early == kNone || calls_.calls[i].ret < calls_.calls[early].ret) early = i;
      if (late == kNone || calls_.calls[i].call > calls_.calls[late].call) late = i;
    }
    if (insert_ == kNone || !culprits_.empty()) return {};
    reasons_ = {insert_, remove_, early, late};
    const ModelCall& insert = calls_.calls[insert_];
    const Interval held{calls_.calls[early].ret,
                        remove_ == kNone ? calls_.ranks : calls_.calls[late].call};
    const bool is_removed_too_early = remove_ != kNone && calls_.calls[remove_].ret < held.end;
    if (held.begin < insert.call || is_removed_too_early) culprits_ = reasons_;
    return held;
  }

  // False: there is no place for one of the calls, see culprits_.
  bool place(std::span<const std::uint32_t> calls) {
    const Interval held = find_held(calls);
    if (!culprits_.empty()) return false;
    for (const std::uint32_t i : calls) {
      const ModelCall& call = calls_.calls[i];
      if (insert_ == kNone || settled_role_of(i) != Role::Misses) continue;
      if (call.call < held.begin || call.ret > held.end) continue;
      culprits_ = reasons_;
      culprits_.push_back(i);
      return false;
    }
    if (insert_ != kNone) {
      place_around(calls, held);
    } else {
      for (const std::uint32_t i : calls) {
        if (calls_.calls[i].ret != kPending) placement_.place(i, calls_.calls[i].call);
      }
    }
    return true;
  }

  void place_around(std::span<const std::uint32_t> calls, Interval held) {
    const std::uint32_t first = std::min(held.begin - 1, held.end);
    const auto place_all = [&](Role role, bool is_before) {
      for (const std::uint32_t i : calls) {
        const ModelCall& call = calls_.calls[i];
        if (settled_role_of(i) != role || call.ret == kPending) continue;
        if (role == Role::Misses && (call.call <= first) != is_before) continue;
        const std::uint32_t earliest = role == Role::Finds ? first : is_before ? 0 : held.end;
        placement_.place(i, std::max(call.call, earliest));
      }
    };
    place_all(Role::Misses, true);
    placement_.place(insert_, first);
    place_all(Role::Finds, true);
    if (remove_ != kNone) placement_.place(remove_, held.end);
    place_all(Role::Misses, false);
    place_all(Role::Nothing, true);
  }

  const Calls& calls_;
  std::vector<std::uint32_t> begin_;  // of each element, in grouped_
  std::vector<std::uint32_t> grouped_;
  std::uint32_t insert_ = kNone;
  std::uint32_t remove_ = kNone;
  std::vector<std::uint32_t> reasons_;  // why the element is there as long as it is
  std::vector<std::uint32_t> culprits_;
  Placement placement_;
};

}  // namespace

std::optional<Decision> decide_set(const Calls& calls, const ModelState& initial,
                                   bool wants_witness) {
  if (!initial.empty()) return std::nullopt;
  return SetMonitor(calls).decide(wants_witness);
}

}  // namespace heddle::harness
