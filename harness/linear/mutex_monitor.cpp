#include "harness/linear/mutex_monitor.hpp"

#include <algorithm>
#include <queue>
#include <utility>
#include <vector>

#include "harness/linear/decide.hpp"
#include "harness/linear/segments.hpp"

namespace heddle::harness {

namespace {

constexpr std::string_view kDecider = "mutex monitor";

class MutexMonitor {
 public:
  MutexMonitor(const Calls& calls, bool is_held)
      : calls_(calls), is_held_(is_held), is_placed_(calls.calls.size(), false) {}

  Decision decide(bool wants_witness) {
    std::vector<std::uint32_t> at(calls_.ranks, kNone);  // the call that is invoked or returns
    for (std::uint32_t i = 0; i < calls_.calls.size(); ++i) {
      at[calls_.calls[i].call] = i;
      if (calls_.calls[i].ret != kPending) at[calls_.calls[i].ret] = i;
    }
    for (std::uint32_t rank = 0; rank < calls_.ranks; ++rank) {
      const std::uint32_t i = at[rank];
      if (calls_.calls[i].call == rank) {
        invoke(i);
      } else if (!is_placed_[i] && !force(i)) {
        return fail(kDecider, calls_before(calls_, rank));
      }
    }
    return pass(kDecider, wants_witness ? std::move(order_) : std::vector<std::uint32_t>{});
  }

 private:
  enum class Kind : std::uint8_t { Acquires, Releases, FindsHeld };

  [[nodiscard]] Kind kind_of(std::uint32_t i) const {
    const ModelCall& call = calls_.calls[i];
    if (call.verb == Verb::Release) return Kind::Releases;
    return call.has_result && call.result == 0 ? Kind::FindsHeld : Kind::Acquires;
  }

  void place(std::uint32_t i) {
    is_placed_[i] = true;
    order_.push_back(i);
  }

  void invoke(std::uint32_t i) {
    switch (kind_of(i)) {
      case Kind::Acquires:
        acquires_.emplace(calls_.calls[i].ret, i);
        return;
      case Kind::Releases:
        releases_.emplace(calls_.calls[i].ret, i);
        return;
      case Kind::FindsHeld:
        if (calls_.calls[i].ret == kPending) return;
        if (is_held_) {
          place(i);
        } else {
          waiting_.push_back(i);
        }
        return;
    }
  }

  // The open call of the heap that must return the soonest. False: there is none.
  using Heap =
      std::priority_queue<std::pair<std::uint32_t, std::uint32_t>,
                          std::vector<std::pair<std::uint32_t, std::uint32_t>>, std::greater<>>;
  bool place_one(Heap& heap) {
    while (!heap.empty() && is_placed_[heap.top().second]) heap.pop();
    if (heap.empty()) return false;
    place(heap.top().second);
    heap.pop();
    return true;
  }

  void become_held() {
    is_held_ = true;
    for (const std::uint32_t i : waiting_) place(i);
    waiting_.clear();
  }

  // Places a call that returns now.
  bool force(std::uint32_t i) {
    const Kind kind = kind_of(i);
    if (kind == Kind::FindsHeld) {  // and it is not
      if (!place_one(acquires_)) return false;
      become_held();
      return true;
    }
    const bool is_acquire = kind == Kind::Acquires;
    if (is_acquire == is_held_) {
      if (!place_one(is_acquire ? releases_ : acquires_)) return false;
      if (!is_acquire) become_held();
    }
    place(i);
    if (is_acquire) {
      become_held();
    } else {
      is_held_ = false;
    }
    return true;
  }

  const Calls& calls_;
  bool is_held_;
  std::vector<bool> is_placed_;
  std::vector<std::uint32_t> order_;
  Heap acquires_;  // that are open, by return
  Heap releases_;
  std::vector<std::uint32_t> waiting_;  // tries that failed, and have not yet had a reason
};

}  // namespace

std::optional<Decision> decide_mutex(const Calls& calls, const ModelState& initial,
                                     bool wants_witness) {
  if (initial.size() != 1) return std::nullopt;
  const bool are_known = std::ranges::all_of(calls.calls, [](const ModelCall& call) {
    return call.verb == Verb::Acquire || call.verb == Verb::Release;
  });
  if (!are_known) return std::nullopt;
  return MutexMonitor(calls, initial[0] != 0).decide(wants_witness);
}

}  // namespace heddle::harness
