#include "harness/linear/priority_queue_monitor.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/linear/values.hpp"

namespace heddle::harness {

namespace {

constexpr std::string_view kDecider = "priority queue monitor";
constexpr std::int64_t kIntegerEnd = std::int64_t{1} << 61;  // of the words that are integers

// Segments that are taken away, and the nearest ones that are left.
class FreeSegments {
 public:
  // Segment 0 and the last one, `segments`, are never taken.
  explicit FreeSegments(std::uint32_t segments) {
    next_.reserve(segments + 1);
    for (std::uint32_t i = 0; i <= segments; ++i) next_.push_back(i);
    previous_ = next_;
  }

  [[nodiscard]] std::uint32_t next(std::uint32_t segment) { return find(next_, segment); }
  [[nodiscard]] std::uint32_t previous(std::uint32_t segment) { return find(previous_, segment); }

  void take(Interval held) {
    for (std::uint32_t i = next(held.begin); i < held.end; i = next(i)) {
      next_[i] = i + 1;
      previous_[i] = i - 1;
    }
  }

 private:
  static std::uint32_t find(std::vector<std::uint32_t>& links, std::uint32_t i) {
    while (links[i] != i) {
      links[i] = links[links[i]];
      i = links[i];
    }
    return i;
  }

  std::vector<std::uint32_t> next_;
  std::vector<std::uint32_t> previous_;
};

class PriorityQueueMonitor {
 public:
  PriorityQueueMonitor(const Calls& calls, Container container)
      : calls_(calls), container_(std::move(container)), free_(container_.end + 1) {
    std::ranges::sort(container_.elements, std::ranges::greater{}, &Element::word);
  }

  std::optional<Decision> decide(bool wants_witness) {
    if (!container_.culprits.empty()) return refuse();
    auto empties = place_empties(calls_, container_);
    if (!empties) return refuse();
    for (std::uint32_t i = 0; i < container_.elements.size(); ++i) {
      if (!place_element(i, wants_witness)) return refuse();
      free_.take(container_.elements[i].held());
    }
    return pass(kDecider, wants_witness ? make_witness(*empties) : std::vector<std::uint32_t>{});
  }

 private:
  // Where an element comes and goes.
  struct Stay {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };

  std::optional<Decision> refuse() {
    return fail_unless_pending(kDecider, container_, std::move(container_.culprits));
  }

  // The segment of a peek: within the stay, or as little outside as there is.
  [[nodiscard]] std::uint32_t segment_of(const Element& element, Interval peek) {
    const std::uint32_t core = std::min(element.put.end - 1, element.take.begin);
    const std::uint32_t segment = free_.next(std::max(peek.begin, core));
    if (segment < peek.end) return segment;
    const std::uint32_t before = free_.previous(core);
    return before >= peek.begin && before < peek.end ? before : kNone;
  }

  bool place_element(std::uint32_t i, bool wants_witness) {
    const Element& element = container_.elements[i];
    Stay stay{.first = 0, .last = free_.next(element.take.begin)};
    if (stay.last >= element.take.end) return explain(i, element.take);
    stay.first = std::min(element.put.end - 1, stay.last);
    Interval unplaced;
    container_.for_each_peek(calls_, element, [&](std::uint32_t call, Interval segments) {
      const std::uint32_t segment = segment_of(element, segments);
      if (segment == kNone) {
        unplaced = segments;
        return;
      }
      stay.first = std::min(stay.first, segment);
      if (wants_witness) peeks_.push_back({call, segment});
    });
    if (!unplaced.is_empty()) return explain(i, unplaced);
    if (wants_witness) {
      stays_.push_back(stay);
      peeks_end_.push_back(peeks_.size());
    }
    return true;
  }

  // False; the culprits are the calls on the element and on larger ones that leave it no place.
  bool explain(std::uint32_t i, Interval target) {
    std::vector<Interval> held = container_.held_intervals();
    held.resize(i);
    container_.append_calls(container_.elements[i], container_.culprits);
    const auto larger = cover(held, target);
    for (const std::uint32_t j : *larger) {
      container_.append_calls(container_.elements[j], container_.culprits);
    }
    return false;
  }

  struct Peek {
    std::uint32_t call = 0;
    std::uint32_t segment = 0;
  };
  [[nodiscard]] std::span<const Peek> peeks_of(std::size_t i) const {
    const std::size_t first = i == 0 ? 0 : peeks_end_[i - 1];
    return std::span(peeks_).subspan(first, peeks_end_[i] - first);
  }

  // In one segment: elements go, the largest first; those that stay are peeked at; nothing is
  // found; elements come and go at once; elements come, the smallest first.
  [[nodiscard]] std::vector<std::uint32_t> make_witness(
      const std::vector<std::uint32_t>& empties) const {
    Placement placement;
    const std::vector<Element>& elements = container_.elements;
    for (const std::uint32_t call : container_.idle) {
      placement.place(call, calls_.calls[call].call);
    }
    for (std::size_t i = 0; i < elements.size(); ++i) {
      const Stay& stay = stays_[i];
      if (stay.first == stay.last) continue;
      for (const Peek& peek : peeks_of(i)) {
        if (peek.segment == stay.last) placement.place(peek.call, peek.segment);
      }
      if (container_.is_taken(elements[i], stay.last)) {
        placement.place(elements[i].take_call, stay.last);
      }
    }
    for (std::size_t i = 0; i < elements.size(); ++i) {
      for (const Peek& peek : peeks_of(i)) {
        const bool is_inside = stays_[i].first < peek.segment && peek.segment < stays_[i].last;
        if (is_inside) placement.place(peek.call, peek.segment);
      }
    }
    for (std::size_t i = 0; i < empties.size(); ++i) {
      placement.place(container_.empties[i], empties[i]);
    }
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (stays_[i].first == stays_[i].last) place_beginning(i, placement);
    }
    for (std::size_t i = elements.size(); i-- > 0;) {
      if (stays_[i].first != stays_[i].last) place_beginning(i, placement);
    }
    return placement.order();
  }

  void place_beginning(std::size_t i, Placement& placement) const {
    const Stay& stay = stays_[i];
    const Element& element = container_.elements[i];
    placement.place(element.put_call, stay.first);
    for (const Peek& peek : peeks_of(i)) {
      if (peek.segment == stay.first) placement.place(peek.call, stay.first);
    }
    const bool goes = stay.first == stay.last;
    if (goes && container_.is_taken(element, stay.last))
      placement.place(element.take_call, stay.last);
  }

  const Calls& calls_;
  Container container_;
  FreeSegments free_;
  std::vector<Stay> stays_;  // of each element
  std::vector<Peek> peeks_;
  std::vector<std::size_t> peeks_end_;  // of each element
};

}  // namespace

std::optional<Decision> decide_priority_queue(const Calls& calls, const ModelState& initial,
                                              bool wants_witness) {
  if (!initial.empty()) return std::nullopt;
  auto container = read_container(calls);
  if (!container) return std::nullopt;
  const bool are_integers = std::ranges::all_of(container->elements, [](const Element& element) {
    return element.word >= -kIntegerEnd && element.word < kIntegerEnd;
  });
  if (!are_integers) return std::nullopt;
  return PriorityQueueMonitor(calls, *std::move(container)).decide(wants_witness);
}

}  // namespace heddle::harness
