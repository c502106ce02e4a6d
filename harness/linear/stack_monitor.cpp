#include "harness/linear/stack_monitor.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "harness/linear/segment_trees.hpp"
#include "harness/linear/values.hpp"

namespace heddle::harness {

namespace {

constexpr std::string_view kDecider = "stack monitor";

// A call that waits for a segment in which it can happen.
struct Job {
  std::uint32_t element = 0;
  std::uint32_t call = kNone;
  Interval segments{};
  bool is_peek = false;
};

// Stable, in linear time.
void sort_by_begin(std::vector<Job>& jobs, std::uint32_t end,
                   std::vector<std::uint32_t>& count_upto) {
  count_upto.assign(end + 2, 0);
  for (const Job& job : jobs) ++count_upto[job.segments.begin + 1];
  std::partial_sum(count_upto.begin(), count_upto.end(), count_upto.begin());
  std::vector<Job> sorted(jobs.size());
  for (const Job& job : jobs) sorted[count_upto[job.segments.begin]++] = job;
  jobs = std::move(sorted);
}

class StackMonitor {
 public:
  StackMonitor(const Calls& calls, Container container)
      : calls_(calls), container_(std::move(container)) {}

  std::optional<Decision> decide(bool wants_witness) {
    if (!container_.culprits.empty()) return refuse();
    auto empties = place_empties(calls_, container_);
    if (!empties) return refuse();
    wants_witness_ = wants_witness;
    eliminate();
    if (stays_.size() < elements_.size()) {
      for (std::uint32_t i = 0; i < elements_.size(); ++i) {
        if (left_[i] > 0) container_.append_calls(elements_[i], container_.culprits);
      }
      return refuse();
    }
    return pass(kDecider, wants_witness ? make_witness(*empties) : std::vector<std::uint32_t>{});
  }

 private:
  struct Stay {
    std::uint32_t element = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };

  std::optional<Decision> refuse() {
    return fail_unless_pending(kDecider, container_, std::move(container_.culprits));
  }

  void eliminate() {
    std::vector<Interval> held;
    for (const Element& element : container_.elements) {
      if (element.held().is_empty()) {
        instants_.push_back(element);
      } else {
        elements_.push_back(element);
        held.push_back(element.held());
      }
    }
    make_jobs();
    std::vector<CountTree::Single> singles;
    CountTree counts(container_.end + 1, held, singles);
    // Segments that only this element holds: a list.
    std::vector<std::uint32_t> own(elements_.size(), kNone);
    std::vector<std::uint32_t> next_own(container_.end + 1, kNone);
    const auto take_singles = [&] {
      for (const CountTree::Single& single : singles) {
        if (single.owner == kNone) {
          finish_at_empty(single.segment);
        } else {
          next_own[single.segment] = std::exchange(own[single.owner], single.segment);
          finish_at_own(single.segment, single.owner);
        }
      }
      singles.clear();
    };
    take_singles();
    while (!ready_.empty()) {
      const std::uint32_t i = ready_.back();
      ready_.pop_back();
      settle(i);
      counts.remove(held[i], i, singles);
      take_singles();
      for (std::uint32_t segment = own[i]; segment != kNone; segment = next_own[segment]) {
        finish_at_empty(segment);
      }
    }
  }

  void make_jobs() {
    left_.assign(elements_.size(), 0);
    own_segment_.assign(container_.peeks.empty() ? 0 : calls_.calls.size(), kNone);
    peeks_begin_.assign(elements_.size() + 1, 0);
    jobs_.reserve(2 * elements_.size() + container_.peeks.size());
    for (std::uint32_t i = 0; i < elements_.size(); ++i) {
      const Element& element = elements_[i];
      jobs_.push_back({i, element.put_call, element.put, false});
      const bool is_bound = element.take.end <= container_.end;
      if (is_bound) {
        jobs_.push_back({i, element.take_call, element.take, false});
      }
      container_.for_each_peek(calls_, element, [&](std::uint32_t call, Interval segments) {
        jobs_.push_back({i, call, segments, true});
      });
    }
    sort_by_begin(jobs_, container_.end, jobs_upto_);
    for (const Job& job : jobs_) {
      ++left_[job.element];
      if (job.is_peek) ++peeks_begin_[job.element + 1];
    }
    std::partial_sum(peeks_begin_.begin(), peeks_begin_.end(), peeks_begin_.begin());
    std::vector<std::uint32_t> ends(jobs_.size());
    std::vector<std::uint32_t> peek_ends(container_.peeks.empty() ? 0 : peeks_begin_.back());
    peeks_.resize(peek_ends.size());
    peek_of_.assign(peek_ends.empty() ? 0 : jobs_.size(), kNone);
    std::vector<std::uint32_t> next = peeks_begin_;
    for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
      ends[i] = jobs_[i].segments.end;
      if (!jobs_[i].is_peek) continue;
      const std::uint32_t peek = next[jobs_[i].element]++;
      peek_of_[i] = peek;
      peeks_[peek] = i;
      peek_ends[peek] = ends[i];
    }
    open_ = OpenTree(ends);
    open_peeks_ = OpenTree(peek_ends);
    if (wants_witness_) empty_ = SegmentSet(container_.end + 1);
  }

  void finish(std::uint32_t job) {
    open_.remove(job);
    if (jobs_[job].is_peek) open_peeks_.remove(peek_of_[job]);
    if (--left_[jobs_[job].element] == 0) ready_.push_back(jobs_[job].element);
  }

  void finish_at_empty(std::uint32_t segment) {
    if (wants_witness_) empty_.insert(segment);
    for (;;) {
      const std::uint32_t job = open_.find(0, jobs_upto_[segment], segment);
      if (job == kNone) return;
      finish(job);
    }
  }

  void finish_at_own(std::uint32_t segment, std::uint32_t element) {
    const std::uint32_t first = peeks_begin_[element];
    const auto peeks = std::span(peeks_).subspan(first, peeks_begin_[element + 1] - first);
    if (peeks.empty()) return;
    const auto behind = std::ranges::upper_bound(
        peeks, segment, {}, [&](std::uint32_t job) { return jobs_[job].segments.begin; });
    const auto last = first + static_cast<std::uint32_t>(behind - peeks.begin());
    for (;;) {
      const std::uint32_t peek = open_peeks_.find(first, last, segment);
      if (peek == kNone) return;
      own_segment_[jobs_[peeks_[peek]].call] = segment;
      finish(peeks_[peek]);
    }
  }

  void settle(std::uint32_t i) {
    Stay stay{.element = i};
    if (wants_witness_) {
      stay.first = empty_.previous(elements_[i].put.end - 1);
      stay.last = empty_.next(elements_[i].take.begin);
    }
    stays_.push_back(stay);
  }

  // In one segment: elements go, the innermost first; peeks from outside, elements that come and go
  // at once, and calls that find nothing; elements come, the outermost first.
  [[nodiscard]] std::vector<std::uint32_t> make_witness(
      const std::vector<std::uint32_t>& empties) const {
    Placement placement;
    for (const std::uint32_t call : container_.idle) {
      placement.place(call, calls_.calls[call].call);
    }
    for (std::size_t i = stays_.size(); i-- > 0;) {
      const Stay& stay = stays_[i];
      const Element& element = elements_[stay.element];
      container_.for_each_peek(calls_, element, [&](std::uint32_t call, Interval segments) {
        const bool is_last = own_segment_[call] == kNone && stay.first < segments.begin;
        if (is_last) placement.place(call, stay.last);
      });
      if (container_.is_taken(element, stay.last)) placement.place(element.take_call, stay.last);
    }
    for (std::uint32_t call = 0; call < own_segment_.size(); ++call) {
      if (own_segment_[call] != kNone) placement.place(call, own_segment_[call]);
    }
    for (const Element& element : instants_) {
      const std::uint32_t segment = element.take.begin;
      placement.place(element.put_call, segment);
      container_.for_each_peek(
          calls_, element, [&](std::uint32_t call, Interval) { placement.place(call, segment); });
      placement.place(element.take_call, segment);
    }
    for (std::size_t i = 0; i < empties.size(); ++i) {
      placement.place(container_.empties[i], empties[i]);
    }
    for (const Stay& stay : stays_) {
      const Element& element = elements_[stay.element];
      placement.place(element.put_call, stay.first);
      container_.for_each_peek(calls_, element, [&](std::uint32_t call, Interval segments) {
        const bool is_first = own_segment_[call] == kNone && stay.first >= segments.begin;
        if (is_first) placement.place(call, stay.first);
      });
    }
    return placement.order();
  }

  const Calls& calls_;
  Container container_;
  bool wants_witness_ = false;
  std::vector<Element> elements_;           // that are certainly there at some time
  std::vector<Element> instants_;           // the others
  std::vector<Job> jobs_;                   // by begin
  std::vector<std::uint32_t> jobs_upto_;    // a segment
  std::vector<std::uint32_t> left_;         // jobs of each element
  std::vector<std::uint32_t> peeks_begin_;  // of each element, in peeks_
  std::vector<std::uint32_t> peeks_;        // jobs, by element and begin
  std::vector<std::uint32_t> peek_of_;      // of each job its place there
  std::vector<std::uint32_t> own_segment_;  // of each call: of peeks outside of empty segments
  OpenTree open_{{}};
  OpenTree open_peeks_{{}};
  SegmentSet empty_{1};
  std::vector<std::uint32_t> ready_;
  std::vector<Stay> stays_;  // the outermost first
};

}  // namespace

std::optional<Decision> decide_stack(const Calls& calls, const ModelState& initial,
                                     bool wants_witness) {
  if (!initial.empty()) return std::nullopt;
  auto container = read_container(calls);
  if (!container) return std::nullopt;
  return StackMonitor(calls, *std::move(container)).decide(wants_witness);
}

}  // namespace heddle::harness
