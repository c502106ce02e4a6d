#include "harness/linear/queue_monitor.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "harness/linear/values.hpp"

namespace heddle::harness {

namespace {

constexpr std::string_view kDecider = "queue monitor";

class QueueMonitor {
 public:
  QueueMonitor(const Calls& calls, Container container)
      : calls_(calls), container_(std::move(container)) {}

  std::optional<Decision> decide(bool wants_witness) {
    if (!container_.culprits.empty()) return refuse();
    auto empties = place_empties(calls_, container_);
    if (!empties) return refuse();
    find_swapped_pair();
    if (!container_.culprits.empty()) return refuse();
    if (container_.peeks.empty() && !wants_witness) return pass(kDecider);
    if (!order_elements()) return refuse();
    return pass(kDecider, wants_witness ? make_witness(*empties) : std::vector<std::uint32_t>{});
  }

 private:
  using Order = std::vector<std::uint32_t>;  // indices of elements

  std::optional<Decision> refuse() {
    return fail_unless_pending(kDecider, container_, std::move(container_.culprits));
  }

  // Two elements that were put in one order, and seen in the other.
  void find_swapped_pair() {
    const std::vector<Element>& elements = container_.elements;
    std::vector<std::uint32_t> at(container_.end + 1, kNone);  // what happens at a rank
    for (std::uint32_t i = 0; i < elements.size(); ++i) {
      at[elements[i].put.begin] = i;
      at[elements[i].put.end] = i;
    }
    std::uint32_t last = kNone;  // to be taken, of those whose puts have ended
    std::uint32_t last_take = 0;
    for (std::uint32_t rank = 0; rank < container_.end; ++rank) {
      if (at[rank] == kNone) continue;
      const Element& element = elements[at[rank]];
      if (element.put.begin != rank) {
        if (element.take.begin <= last_take) continue;
        last_take = element.take.begin;
        last = at[rank];
      } else if (element.seen < last_take) {
        container_.append_calls(element, container_.culprits);
        container_.append_calls(elements[last], container_.culprits);
        return;
      }
    }
  }

  // Ascending. What is not below `end` is the same for all elements.
  template <typename RankOf>
  Order sorted_by(const RankOf& rank_of) const {
    Order slots(container_.end, kNone);
    Order order;
    order.reserve(container_.elements.size());
    for (std::uint32_t i = 0; i < container_.elements.size(); ++i) {
      const std::uint32_t rank = rank_of(container_.elements[i]);
      if (rank < container_.end) slots[rank] = i;
    }
    std::ranges::copy_if(slots, std::back_inserter(order),
                         [](std::uint32_t i) { return i != kNone; });
    for (std::uint32_t i = 0; i < container_.elements.size(); ++i) {
      if (rank_of(container_.elements[i]) >= container_.end) order.push_back(i);
    }
    return order;
  }

  // Sets order_. False: culprits are those that have no order.
  bool order_elements() {
    const auto put_begin = [](const Element& element) { return element.put.begin; };
    const auto put_end = [](const Element& element) { return element.put.end; };
    const auto take_begin = [](const Element& element) { return element.take.begin; };
    const auto seen = [](const Element& element) { return element.seen; };
    const Order puts = sorted_by(put_begin);
    const Order takes = sorted_by(take_begin);
    const Order put_ends = sorted_by(put_end);
    const Order seens = sorted_by(seen);
    const std::vector<Element>& elements = container_.elements;
    const std::size_t size = elements.size();
    std::vector<std::uint8_t> conditions(size, 0);  // that hold: of the put, of the take
    std::vector<bool> is_ordered(size, false);
    Order ready;
    const auto count = [&](std::uint32_t i) {
      if (++conditions[i] == 2) ready.push_back(i);
    };
    std::size_t put = 0;
    std::size_t take = 0;
    std::size_t first_put_end = 0;
    std::size_t first_seen = 0;
    std::size_t second_seen = 0;
    while (order_.size() < size) {
      while (is_ordered[put_ends[first_put_end]]) ++first_put_end;
      while (is_ordered[seens[first_seen]]) ++first_seen;
      const std::uint32_t put_bound = elements[put_ends[first_put_end]].put.end;
      const std::uint32_t first = seens[first_seen];
      for (; put < size && elements[puts[put]].put.begin < put_bound; ++put) count(puts[put]);
      for (; take < size && elements[takes[take]].take.begin < elements[first].seen; ++take) {
        count(takes[take]);
      }
      std::uint32_t next = kNone;
      if (!ready.empty()) {
        next = ready.back();
        ready.pop_back();
        if (is_ordered[next]) continue;
      } else {
        // The element that is seen first is bound by the others only.
        second_seen = std::max(second_seen, first_seen + 1);
        while (second_seen < size && is_ordered[seens[second_seen]]) ++second_seen;
        const bool is_first =
            second_seen == size || elements[first].take.begin < elements[seens[second_seen]].seen;
        const bool can_be_put = elements[first].put.begin < put_bound;
        if (!is_first || !can_be_put) break;
        next = first;
      }
      is_ordered[next] = true;
      order_.push_back(next);
    }
    for (std::uint32_t i = 0; order_.size() < size && i < size; ++i) {
      if (!is_ordered[i]) container_.append_calls(elements[i], container_.culprits);
    }
    return order_.size() == size;
  }

  // Elements between two calls that found nothing are a group: in one segment, groups come one
  // behind the other, and in a group puts come first.
  [[nodiscard]] std::vector<std::uint32_t> make_witness(std::vector<std::uint32_t> empties) const {
    std::vector<std::uint32_t> by_time(empties.size());
    std::iota(by_time.begin(), by_time.end(), 0U);
    std::ranges::sort(by_time, {}, [&](std::uint32_t i) { return empties[i]; });
    std::vector<std::uint32_t> points;
    for (const std::uint32_t i : by_time) points.push_back(empties[i]);
    std::vector<Order> groups(points.size() + 1);
    for (const std::uint32_t element : order_) {
      const auto group = std::ranges::lower_bound(points, container_.elements[element].put.end);
      groups[static_cast<std::size_t>(group - points.begin())].push_back(element);
    }
    Placement placement;
    for (const std::uint32_t call : container_.idle) {
      placement.place(call, calls_.calls[call].call);
    }
    for (std::size_t group = 0; group < groups.size(); ++group) {
      place_group(groups[group], group == 0 ? 0 : points[group - 1], placement);
      if (group == points.size()) break;
      placement.place(container_.empties[by_time[group]], points[group]);
    }
    return placement.order();
  }

  void place_group(const Order& group, std::uint32_t earliest, Placement& placement) const {
    std::vector<std::uint32_t> put_at;
    std::uint32_t now = earliest;
    for (const std::uint32_t i : group) {
      now = std::max(now, container_.elements[i].put.begin);
      placement.place(container_.elements[i].put_call, now);
      put_at.push_back(now);
    }
    now = earliest;
    for (std::size_t i = 0; i < group.size(); ++i) {
      const Element& element = container_.elements[group[i]];
      now = std::max(now, put_at[i]);
      container_.for_each_peek(calls_, element, [&](std::uint32_t call, Interval segments) {
        placement.place(call, std::max(now, segments.begin));
      });
      now = std::max(now, element.take.begin);
      if (container_.is_taken(element, now)) placement.place(element.take_call, now);
    }
  }

  const Calls& calls_;
  Container container_;
  Order order_;
};

}  // namespace

std::optional<Decision> decide_queue(const Calls& calls, const ModelState& initial,
                                     bool wants_witness) {
  if (!initial.empty()) return std::nullopt;
  auto container = read_container(calls);
  if (!container) return std::nullopt;
  return QueueMonitor(calls, *std::move(container)).decide(wants_witness);
}

}  // namespace heddle::harness
