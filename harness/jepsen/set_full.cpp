// set-full: what became of each element, from all reads and not only the last.
//
// An element is known from the first completion that proves it: its add's, or a read's that has it.
// Of the reads that were open after its add began, the last one begun that has it and the last one
// begun without it decide: stable, if the former began later; lost, if the latter did, and after
// the element was known; else never read. Jepsen looks at each element in each read; here a read
// costs what its value is long.
//
// Jepsen counts an element twice in one read as a duplicate and as a failure, but for a comparison
// that is never true; here it is one.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <ranges>
#include <set>
#include <utility>
#include <vector>

#include "harness/jepsen/checkers.hpp"
#include "harness/jepsen/report.hpp"

namespace heddle::harness {

namespace {

using core::Datum;

constexpr std::uint64_t kNanosecondsOfMillisecond = 1'000'000;
constexpr std::size_t kWorstShown = 8;

enum class Outcome : std::uint8_t { Stable, Lost, NeverRead };

struct Element {
  bool is_added = false;
  std::uint32_t added_by = 0;
  std::optional<std::uint32_t> known_by{};  // an operation, by its completion
  std::vector<std::uint32_t> seen_by{};     // ranks of reads, by their beginnings
  std::vector<std::uint32_t> open{};        // ranks of reads that were open when the add began

  Outcome outcome = Outcome::NeverRead;
  std::optional<std::uint32_t> last_without{};  // a rank
  std::uint64_t latency_ms = 0;                 // of Stable and Lost
  bool is_stale = false;
};

class SetFull {
 public:
  explicit SetFull(const CheckerInput& input)
      : input_(input), operations_(input.history.operations) {}

  core::Result<CheckerReport> check() {
    rank_reads();
    for (const CheckerEvent& event : events_of(input_)) HEDDLE_TRY(visit(event));
    for (auto& [value, element] : elements_) {
      if (element.is_added) decide(element);
    }
    return report();
  }

 private:
  void rank_reads() {
    reads_ = completed_named(input_, "read");
    std::ranges::stable_sort(reads_, {},
                             [&](std::uint32_t read) { return operations_[read].call; });
    for (std::uint32_t rank = 0; rank < reads_.size(); ++rank) ranks_.emplace(reads_[rank], rank);
  }

  core::Result<void> visit(const CheckerEvent& event) {
    const core::Operation& operation = operations_[event.operation];
    const std::string& name = input_.history.name_of(operation);
    if (name == "add") {
      Element& element = elements_[operation.input];
      if (event.side == EventSide::Invocation) {
        element = {.is_added = true, .added_by = event.operation};
        element.open.assign(open_.begin(), open_.end());
      } else if (operation.completion == core::Completion::Ok && !element.known_by) {
        element.known_by = event.operation;
      }
    } else if (const auto rank = ranks_.find(event.operation); rank != ranks_.end()) {
      if (event.side == EventSide::Invocation) {
        open_.insert(rank->second);
      } else {
        open_.erase(rank->second);
        return read(event.operation, rank->second);
      }
    }
    return {};
  }

  core::Result<void> read(std::uint32_t index, std::uint32_t rank) {
    const Datum value = operations_[index].output;
    if (is_nothing(value)) return {};
    HEDDLE_TRY(expect_collection(input_, index));
    for (const Datum item : input_.history.data.items_of(value)) {
      Element* const element = elements_.find(item);
      if (element == nullptr) continue;  // Jepsen does not look at what nobody has added yet
      if (!element->known_by) element->known_by = index;
      if (!element->seen_by.empty() && element->seen_by.back() == rank) {
        if (duplicated_.empty() || duplicated_.back().first != item) {
          duplicated_.emplace_back(item, index);
        }
        continue;
      }
      element->seen_by.push_back(rank);
    }
    return {};
  }

  // Of the reads that could have seen the element, the last one begun that did not.
  [[nodiscard]] std::optional<std::uint32_t> last_without(const Element& element) const {
    std::vector<std::uint32_t> seen = element.seen_by;
    std::ranges::sort(seen, std::greater());
    auto next_seen = seen.begin();
    for (std::size_t rank = reads_.size(); rank-- > 0;) {
      if (operations_[reads_[rank]].call < operations_[element.added_by].call) break;
      if (next_seen == seen.end() || *next_seen != rank) return static_cast<std::uint32_t>(rank);
      ++next_seen;
    }
    for (const std::uint32_t rank : std::views::reverse(element.open)) {
      if (!std::ranges::binary_search(seen, rank, std::greater())) return rank;
    }
    return std::nullopt;
  }

  void decide(Element& element) {
    element.last_without = last_without(element);
    const auto last_with = std::ranges::max_element(element.seen_by);
    const bool is_seen = last_with != element.seen_by.end();
    if (is_seen && (!element.last_without || *element.last_without < *last_with)) {
      element.outcome = Outcome::Stable;
      element.latency_ms = latency(element, element.last_without);
      element.is_stale =
          input_.history.wall_times.empty() ? is_late(element) : element.latency_ms > 0;
    } else if (is_late(element)) {
      element.outcome = Outcome::Lost;
      element.latency_ms = latency(element, is_seen ? std::optional(*last_with) : std::nullopt);
    }
  }

  // Has a read been begun without the element, after it was known?
  [[nodiscard]] bool is_late(const Element& element) const {
    return element.known_by && element.last_without &&
           operations_[*element.known_by].ret < operations_[reads_[*element.last_without]].call;
  }

  // From when the element was known until just after the read began.
  [[nodiscard]] std::uint64_t latency(const Element& element,
                                      std::optional<std::uint32_t> read) const {
    const std::vector<core::WallTimes>& times = input_.history.wall_times;
    if (times.empty() || !read) return 0;
    const std::int64_t known = times[*element.known_by].ret_ns;
    const std::int64_t begun = times[reads_[*read]].call_ns;
    if (begun < known) return 0;
    const std::uint64_t nanoseconds =
        static_cast<std::uint64_t>(begun) - static_cast<std::uint64_t>(known) + 1;
    return nanoseconds / kNanosecondsOfMillisecond;
  }

  CheckerReport report() {
    CheckerReport report;
    std::vector<Datum> stable, lost, never, stale;
    std::vector<std::uint64_t> stable_latencies, lost_latencies;
    std::vector<std::pair<std::uint64_t, Datum>> worst;
    for (auto& [value, element] : elements_) {
      if (!element.is_added) continue;
      switch (element.outcome) {
        case Outcome::Stable:
          stable.push_back(value);
          stable_latencies.push_back(element.latency_ms);
          break;
        case Outcome::Lost:
          lost.push_back(value);
          lost_latencies.push_back(element.latency_ms);
          add_failure(report, loss_text(value, element),
                      {*element.known_by, reads_[*element.last_without]});
          break;
        case Outcome::NeverRead:
          never.push_back(value);
          break;
      }
      if (!element.is_stale) continue;
      stale.push_back(value);
      worst.emplace_back(element.latency_ms, value);
      if (input_.options.is_linearizable) add_failure(report, loss_text(value, element));
    }
    add_duplicates(report);
    if (stable.empty() && lost.empty()) add_doubt(report, "no element was read for good");
    const core::Data& data = input_.history.data;
    add_count(report, "attempt-count", stable.size() + lost.size() + never.size());
    add_count(report, "stable-count", stable.size());
    add_elements(report, data, "lost", lost);
    add_elements(report, data, "never-read", never);
    add_elements(report, data, "stale", stale);
    add_elements(report, data, "duplicated", duplicates());
    if (input_.history.wall_times.empty()) return report;
    add_worst(report, std::move(worst));
    add_latencies(report, "stable-latencies", std::move(stable_latencies));
    add_latencies(report, "lost-latencies", std::move(lost_latencies));
    return report;
  }

  std::string loss_text(Datum value, const Element& element) const {
    return fmt::format("{} is {}: known since the {}, it is not in the {}",
                       input_.history.data.to_string(value), element.is_stale ? "stale" : "lost",
                       describe(input_, *element.known_by),
                       describe(input_, reads_[*element.last_without]));
  }

  void add_duplicates(CheckerReport& report) const {
    for (const auto& [value, read] : duplicated_) {
      add_failure(report,
                  fmt::format("{} is more than once in the {}",
                              input_.history.data.to_string(value), describe(input_, read)),
                  {read});
    }
  }

  [[nodiscard]] std::vector<Datum> duplicates() const {
    std::set<Datum> values;
    for (const auto& [value, read] : duplicated_) values.insert(value);
    return {values.begin(), values.end()};
  }

  void add_worst(CheckerReport& report, std::vector<std::pair<std::uint64_t, Datum>> worst) const {
    if (worst.empty()) return;
    std::ranges::stable_sort(worst, std::greater(), &std::pair<std::uint64_t, Datum>::first);
    worst.resize(std::min(worst.size(), kWorstShown));
    std::vector<std::string> texts;
    for (const auto& [latency, value] : worst) {
      texts.push_back(fmt::format("{} after {} ms", input_.history.data.to_string(value), latency));
    }
    report.entries.push_back({"worst-stale", std::move(texts)});
  }

  static void add_latencies(CheckerReport& report, std::string name,
                            std::vector<std::uint64_t> latencies) {
    if (latencies.empty()) return;
    std::ranges::sort(latencies);
    static constexpr std::array<std::pair<std::string_view, std::size_t>, 5> kPoints{
        {{"0", 0}, {"0.5", 50}, {"0.95", 95}, {"0.99", 99}, {"1", 100}}};
    std::vector<std::string> texts;
    for (const auto& [point, percent] : kPoints) {
      const std::size_t index = std::min(latencies.size() - 1, latencies.size() * percent / 100);
      texts.push_back(fmt::format("{}: {} ms", point, latencies[index]));
    }
    report.entries.push_back({std::move(name), std::move(texts)});
  }

  const CheckerInput& input_;
  const std::vector<core::Operation>& operations_;
  std::vector<std::uint32_t> reads_;  // that are ok, by their beginnings: the ranks
  std::map<std::uint32_t, std::uint32_t> ranks_;
  std::set<std::uint32_t> open_;  // ranks
  ElementTable<Element> elements_;
  std::vector<std::pair<Datum, std::uint32_t>> duplicated_;
};

}  // namespace

core::Result<CheckerReport> check_set_full(const CheckerInput& input) {
  return SetFull(input).check();
}

}  // namespace heddle::harness
