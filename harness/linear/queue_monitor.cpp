#include "harness/linear/queue_monitor.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "harness/linear/values.hpp"

namespace heddle::harness {

namespace {

constexpr std::string_view kDecider = "queue monitor";

using Order = std::vector<std::uint32_t>;  // indices of elements

// Takes elements away from the front, one by one.
class FrontOrder {
 public:
  explicit FrontOrder(const Container& container)
      : elements_(container.elements),
        is_ordered_(elements_.size(), false),
        conditions_(elements_.size(), 0),
        by_put_{sorted(container, [](const Element& element) { return element.put.begin; })},
        by_take_{sorted(container, [](const Element& element) { return element.take.begin; })},
        by_put_end_{sorted(container, [](const Element& element) { return element.put.end; })},
        by_seen_{sorted(container, [](const Element& element) { return element.seen; })} {}

  // All elements in an order that they can have; fewer, if there is none for the others.
  Order find() {
    Order order;
    for (std::uint32_t next = find_first(); next != kNone; next = find_first()) {
      is_ordered_[next] = true;
      order.push_back(next);
    }
    return order;
  }

 private:
  struct Queue {
    Order order;
    std::size_t first = 0;
  };

  // Ascending. What is not below `end` is the same for all elements.
  template <typename RankOf>
  static Order sorted(const Container& container, const RankOf& rank_of) {
    Order slots(container.end, kNone);
    Order order;
    order.reserve(container.elements.size());
    for (std::uint32_t i = 0; i < container.elements.size(); ++i) {
      const std::uint32_t rank = rank_of(container.elements[i]);
      if (rank < container.end) slots[rank] = i;
    }
    std::ranges::copy_if(slots, std::back_inserter(order),
                         [](std::uint32_t i) { return i != kNone; });
    for (std::uint32_t i = 0; i < container.elements.size(); ++i) {
      if (rank_of(container.elements[i]) >= container.end) order.push_back(i);
    }
    return order;
  }

  // The first element from `first` on that is left; kNone: there is none.
  [[nodiscard]] std::uint32_t skip_ordered(const Order& order, std::size_t& first) const {
    while (first < order.size() && is_ordered_[order[first]]) ++first;
    return first < order.size() ? order[first] : kNone;
  }

  // An element that can come before all others that are left; kNone: there is none.
  std::uint32_t find_first() {
    const std::uint32_t put_first = skip_ordered(by_put_end_.order, by_put_end_.first);
    if (put_first == kNone) return kNone;
    const std::uint32_t seen_first = skip_ordered(by_seen_.order, by_seen_.first);
    // Both bounds only grow, so a condition that holds once holds for ever.
    const std::uint32_t put_bound = elements_[put_first].put.end;
    const std::uint32_t take_bound = elements_[seen_first].seen;
    count(by_put_, [&](const Element& element) { return element.put.begin < put_bound; });
    count(by_take_, [&](const Element& element) { return element.take.begin < take_bound; });
    while (!ready_.empty()) {
      const std::uint32_t next = ready_.back();
      ready_.pop_back();
      if (!is_ordered_[next]) return next;
    }
    // The one that is seen first is bound by the others only.
    second_seen_ = std::max(second_seen_, by_seen_.first + 1);
    const std::uint32_t second = skip_ordered(by_seen_.order, second_seen_);
    const bool is_seen_first =
        second == kNone || elements_[seen_first].take.begin < elements_[second].seen;
    return is_seen_first && elements_[seen_first].put.begin < put_bound ? seen_first : kNone;
  }

  // One condition more for those elements of which it holds.
  template <typename Holds>
  void count(Queue& queue, const Holds& holds) {
    for (; queue.first < queue.order.size() && holds(elements_[queue.order[queue.first]]);
         ++queue.first) {
      const std::uint32_t element = queue.order[queue.first];
      if (++conditions_[element] == 2) ready_.push_back(element);
    }
  }

  const std::vector<Element>& elements_;
  std::vector<bool> is_ordered_;
  std::vector<std::uint8_t> conditions_;  // that hold: of the put, of peeks and take
  Queue by_put_;
  Queue by_take_;
  Queue by_put_end_;
  Queue by_seen_;
  std::size_t second_seen_ = 0;
  Order ready_;
};

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
    const Order order = FrontOrder(container_).find();
    if (order.size() < container_.elements.size()) return refuse_rest(order);
    return pass(kDecider,
                wants_witness ? make_witness(order, *empties) : std::vector<std::uint32_t>{});
  }

 private:
  std::optional<Decision> refuse() {
    return fail_unless_pending(kDecider, container_, std::move(container_.culprits));
  }

  std::optional<Decision> refuse_rest(const Order& order) {
    std::vector<bool> is_ordered(container_.elements.size(), false);
    for (const std::uint32_t i : order) is_ordered[i] = true;
    for (std::uint32_t i = 0; i < is_ordered.size(); ++i) {
      if (!is_ordered[i]) container_.append_calls(container_.elements[i], container_.culprits);
    }
    return refuse();
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

  // Elements between two calls that found nothing are a group: in one segment, groups come one
  // behind the other, and in a group puts come first.
  [[nodiscard]] std::vector<std::uint32_t> make_witness(
      const Order& order, const std::vector<std::uint32_t>& empties) const {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> points;  // and their calls
    for (std::size_t i = 0; i < empties.size(); ++i) {
      points.emplace_back(empties[i], container_.empties[i]);
    }
    std::ranges::sort(points);
    std::vector<Order> groups(points.size() + 1);
    for (const std::uint32_t element : order) {
      const auto group = std::ranges::lower_bound(points, container_.elements[element].put.end, {},
                                                  &decltype(points)::value_type::first);
      groups[static_cast<std::size_t>(group - points.begin())].push_back(element);
    }
    Placement placement;
    for (const std::uint32_t call : container_.idle) {
      placement.place(call, calls_.calls[call].call);
    }
    for (std::size_t group = 0; group < groups.size(); ++group) {
      place_group(groups[group], group == 0 ? 0 : points[group - 1].first, placement);
      if (group == points.size()) break;
      placement.place(points[group].second, points[group].first);
    }
    return placement.order();
  }

  void place_group(const Order& group, std::uint32_t earliest, Placement& placement) const {
    std::uint32_t now = earliest;
    for (const std::uint32_t i : group) {
      now = std::max(now, container_.elements[i].put.begin);
      placement.place(container_.elements[i].put_call, now);
    }
    // Nothing that is done with an element is invoked before its put.
    now = earliest;
    for (const std::uint32_t i : group) {
      const Element& element = container_.elements[i];
      container_.for_each_peek(calls_, element, [&](std::uint32_t call, Interval segments) {
        placement.place(call, std::max(now, segments.begin));
      });
      now = std::max(now, element.take.begin);
      if (container_.is_taken(element, now)) placement.place(element.take_call, now);
    }
  }

  const Calls& calls_;
  Container container_;
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
