#include "harness/linear/values.hpp"

#include <algorithm>
#include <utility>

namespace heddle::harness {

WordIndex::WordIndex(std::int64_t lowest, std::int64_t highest, std::size_t count)
    : lowest_(lowest) {
  const auto range = static_cast<std::uint64_t>(highest) - static_cast<std::uint64_t>(lowest);
  if (lowest <= highest && range < 8 * count + 64) table_.assign(range + 1, kNone);
  words_.reserve(count);
}

std::uint32_t WordIndex::add(std::int64_t word) {
  const std::uint32_t known = find(word);
  if (known != kNone) return known;
  const std::uint32_t number = size();
  if (!table_.empty()) {
    table_[offset_of(word)] = number;
  } else {
    index_.insert(hash_of({&word, 1}), number);
  }
  words_.push_back(word);
  return number;
}

std::uint32_t WordIndex::find(std::int64_t word) const {
  if (!table_.empty()) return offset_of(word) < table_.size() ? table_[offset_of(word)] : kNone;
  return index_.find(hash_of({&word, 1}),
                     [&](std::uint32_t number) { return words_[number] == word; });
}

namespace {

class Reader {
 public:
  explicit Reader(const Calls& calls) : calls_(calls) {}

  std::optional<Container> read() {
    WordIndex index = make_index();
    container_.elements.reserve(calls_.calls.size() / 2);
    container_.end = calls_.ranks;
    for (std::uint32_t i = 0; i < calls_.calls.size(); ++i) {
      if (!read_call(i, index)) return std::nullopt;
    }
    for (Element& element : container_.elements) tighten(element);
    const auto dropped = std::ranges::remove_if(
        container_.elements, [](const Element& element) { return element.put_call == kNone; });
    container_.elements.erase(dropped.begin(), dropped.end());
    return std::move(container_);
  }

 private:
  [[nodiscard]] WordIndex make_index() const {
    std::int64_t lowest = INT64_MAX;
    std::int64_t highest = INT64_MIN;
    for (const ModelCall& call : calls_.calls) {
      const std::int64_t word = word_of(call);
      if (word == kEmptyResult || (call.verb != Verb::Put && !call.has_result)) continue;
      lowest = std::min(lowest, word);
      highest = std::max(highest, word);
    }
    return {lowest, highest, calls_.calls.size() / 2};
  }

  static std::int64_t word_of(const ModelCall& call) {
    return call.verb == Verb::Put ? call.arguments[0] : call.result;
  }

  Element& element_of(std::int64_t word, WordIndex& index) {
    const std::uint32_t number = index.add(word);
    if (number == container_.elements.size()) container_.elements.push_back({.word = word});
    return container_.elements[number];
  }

  // False: this is not for the monitors.
  bool read_call(std::uint32_t i, WordIndex& index) {
    const ModelCall& call = calls_.calls[i];
    if (call.verb == Verb::Put) {
      if (call.arguments[0] == kEmptyResult) return false;
      Element& element = element_of(call.arguments[0], index);
      if (element.put_call != kNone) return false;
      element.put_call = i;
      return true;
    }
    if (call.verb != Verb::Take && call.verb != Verb::Peek) return false;
    const bool is_take = call.verb == Verb::Take;
    if (call.ret == kPending) {
      if (is_take) read_pending_take(i, index);
      return true;
    }
    if (!call.has_result) {
      if (!is_take) container_.idle.push_back(i);
      return !is_take;
    }
    if (call.result == kEmptyResult) {
      container_.empties.push_back(i);
      return true;
    }
    Element& element = element_of(call.result, index);
    if (!is_take) {
      container_.peeks.push_back({i, element.peeks});
      element.peeks = static_cast<std::uint32_t>(container_.peeks.size() - 1);
    } else if (element.take_call == kNone || is_pending(element.take_call)) {
      element.take_call = i;
    } else {
      container_.culprits = {element.put_call, element.take_call, i};
    }
    return true;
  }

  [[nodiscard]] bool is_pending(std::uint32_t i) const { return calls_.calls[i].ret == kPending; }

  // Of one with a known result: of several of an element, the first can do what the others can.
  void read_pending_take(std::uint32_t i, WordIndex& index) {
    const ModelCall& call = calls_.calls[i];
    if (!call.has_result) {
      container_.has_pending_take = true;
    } else if (call.result != kEmptyResult) {
      Element& element = element_of(call.result, index);
      if (element.take_call == kNone) element.take_call = i;
    }
  }

  void tighten(Element& element) {
    const bool is_taken = element.take_call != kNone && !is_pending(element.take_call);
    const bool is_used = is_taken || element.peeks != kNone;
    if (element.put_call == kNone) {
      if (!is_used) return;
      container_.culprits = {is_taken ? element.take_call : container_.peeks[element.peeks].call};
      return;
    }
    const ModelCall& put = calls_.calls[element.put_call];
    if (!is_used && put.ret == kPending) {
      element.put_call = kNone;
      return;
    }
    element.put = {put.call, put.ret};
    element.take = {container_.end, container_.end + 1};
    if (element.take_call != kNone) {
      const ModelCall& take = calls_.calls[element.take_call];
      element.take = {take.call, std::min(take.ret, container_.end + 1)};
      if (take.ret < put.call) container_.culprits = {element.put_call, element.take_call};
    }
    const std::uint32_t taken = element.take.end;
    element.seen = taken;
    element.take.begin = std::max(element.take.begin, put.call);
    for (std::uint32_t peek = element.peeks; peek != kNone; peek = container_.peeks[peek].next) {
      const std::uint32_t i = container_.peeks[peek].call;
      const ModelCall& call = calls_.calls[i];
      if (call.ret < put.call) container_.culprits = {element.put_call, i};
      if (taken < call.call) container_.culprits = {element.put_call, element.take_call, i};
      element.seen = std::min(element.seen, call.ret);
      element.take.begin = std::max(element.take.begin, call.call);
    }
    element.put.end = std::min(element.put.end, element.seen);
  }

  const Calls& calls_;
  Container container_;
};

}  // namespace

void Container::append_calls(const Element& element, std::vector<std::uint32_t>& calls) const {
  calls.push_back(element.put_call);
  calls.push_back(element.take_call);
  for (std::uint32_t peek = element.peeks; peek != kNone; peek = peeks[peek].next) {
    calls.push_back(peeks[peek].call);
  }
}

std::vector<Interval> Container::held_intervals() const {
  std::vector<Interval> held;
  held.reserve(elements.size());
  for (const Element& element : elements) held.push_back(element.held());
  return held;
}

std::optional<Container> read_container(const Calls& calls) { return Reader(calls).read(); }

std::optional<std::vector<std::uint32_t>> place_empties(const Calls& calls, Container& container) {
  std::vector<std::uint32_t> segments;
  if (container.empties.empty()) return segments;
  const std::vector<Interval> held = container.held_intervals();
  const Gaps gaps(container.end + 1, held);
  for (const std::uint32_t empty : container.empties) {
    const ModelCall& call = calls.calls[empty];
    const std::uint32_t segment = gaps.next(call.call);
    if (segment < call.ret) {
      segments.push_back(segment);
      continue;
    }
    container.culprits = {empty};
    const auto holders = cover(held, {call.call, call.ret});
    for (const std::uint32_t element : *holders) {
      container.append_calls(container.elements[element], container.culprits);
    }
    return std::nullopt;
  }
  return segments;
}

std::optional<Decision> fail_unless_pending(std::string_view decider, const Container& container,
                                            std::vector<std::uint32_t> culprits) {
  if (container.has_pending_take) return std::nullopt;
  return fail(decider, std::move(culprits));
}

}  // namespace heddle::harness
