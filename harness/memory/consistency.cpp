#include "harness/memory/consistency.hpp"

#include <algorithm>

#include "core/action_kinds.hpp"
#include "harness/memory/coherence.hpp"
#include "harness/memory/queue_orders.hpp"
#include "harness/memory/total_order.hpp"

namespace heddle::harness {
namespace {

struct Write {
  EventIndex event = kNoEvent;
  const MemoryAccess* access = nullptr;
  auto operator<=>(const Write&) const = default;
};

// A cell of a read: what the search chooses a writer for.
struct CellChoice {
  std::size_t read = 0;              // its number
  std::size_t cell = 0;              // in the read
  std::vector<Write> overwriters{};  // all writes of the cell by other events
  std::vector<Write> writers{};      // those of the right value
};

struct Read {
  EventIndex event = kNoEvent;
  const MemoryAccess* access = nullptr;
};

// What a branch has so far.
struct Branch {
  Relation happens;
  Relation causes;  // happens-before and reads-from; if load buffering is not wanted
};

class Search {
 public:
  Search(const Candidate& candidate, const MemoryModelSwitches& switches,
         const ConsistencyLimits& limits)
      : switches_(switches),
        limits_(limits),
        events_(events_of(candidate)),
        given_(given_order(candidate, switches)),
        steps_(limits.steps_max) {}

  Consistency run() {
    Relation happens(events_.size());
    for (const auto& [before, after] : given_) {
      if (happens.order(before, after)) continue;
      refuse({.clause = Clause::HappensBeforeAcyclic, .write = before, .other = after});
      return std::move(result_);
    }
    collect();
    const auto cell = std::ranges::find_if(
        choices_, [](const CellChoice& choice) { return choice.writers.empty(); });
    if (cell != choices_.end()) {
      refuse({.clause = Clause::Written, .read = reads_[cell->read].event});
      return std::move(result_);
    }
    const std::size_t refusals = result_.refusals.size();
    const bool is_found =
        for_each_queue_order(events_, happens, switches_, [&](const Relation& ordered) {
          has_queue_order_ = true;
          return choose(0, {.happens = ordered, .causes = causes_of(ordered)});
        });
    if (!is_found && !has_queue_order_ && result_.refusals.size() == refusals) {
      refuse({.clause = Clause::WaitQueue});
    }
    result_.is_complete = is_found || steps_ > 0;
    return std::move(result_);
  }

 private:
  Relation causes_of(const Relation& happens) const {
    return switches_.no_load_buffering ? happens : Relation();
  }

  // Reads, their cells, and what may have been written to these.
  void collect() {
    std::vector<Write> writes;
    for (EventIndex event = 0; event < events_.size(); ++event) {
      for (const MemoryAccess& access : events_[event]->accesses) {
        if (core::reads(access.kind)) reads_.push_back({event, &access});
        if (core::writes(access.kind)) writes.push_back({event, &access});
      }
    }
    for (std::size_t number = 0; number < reads_.size(); ++number) {
      const auto& [event, access] = reads_[number];
      reads_from_.emplace_back(access->size, kNoEvent);
      for (std::size_t cell = 0; cell < access->size; ++cell) {
        CellChoice choice{.read = number, .cell = cell};
        const std::uint64_t offset = access->location.offset + cell;
        for (const Write& write : writes) {
          if (write.event == event || !same_region(*write.access, *access) ||
              !covers(*write.access, offset)) {
            continue;
          }
          choice.overwriters.push_back(write);
          if (written_at(*write.access, offset) == access->read[cell]) {
            choice.writers.push_back(write);
          }
        }
        choices_.push_back(std::move(choice));
      }
    }
    std::ranges::stable_sort(choices_, {},
                             [](const CellChoice& choice) { return choice.writers.size(); });
  }

  bool choose(std::size_t number, const Branch& branch) {
    if (steps_ == 0) return false;
    --steps_;
    if (number == choices_.size()) return finish(branch);
    const CellChoice& choice = choices_[number];
    // One that the read sees already, in a cell with the same writes, costs nothing more.
    for (std::size_t earlier = 0; earlier < number; ++earlier) {
      if (choices_[earlier].read != choice.read) continue;
      const EventIndex seen = reads_from_[choice.read][choices_[earlier].cell];
      if (choices_[earlier].overwriters == choice.overwriters &&
          std::ranges::find(choice.writers, seen, &Write::event) != choice.writers.end()) {
        return with(number, seen, branch);
      }
    }
    return std::ranges::any_of(
        choice.writers, [&](const Write& write) { return with_edge(number, write, branch); });
  }

  // Goes on with a writer that adds nothing to happens-before.
  bool with(std::size_t number, EventIndex writer, const Branch& branch) {
    EventIndex& chosen = reads_from_[choices_[number].read][choices_[number].cell];
    chosen = writer;
    const bool is_found = choose(number + 1, branch);
    chosen = kNoEvent;
    return is_found;
  }

  bool with_edge(std::size_t number, const Write& write, const Branch& branch) {
    const CellChoice& choice = choices_[number];
    const Read& read = reads_[choice.read];
    const Violation violation{.read = read.event, .write = write.event};
    if (branch.happens.contains(read.event, write.event)) {
      return refuse(violation, Clause::NotFromLater);
    }
    if (is_torn(choice, write)) return refuse(violation, Clause::NoTear);
    const bool is_publication = publishes(*write.access, *read.access, switches_);
    if (!is_publication && !switches_.no_load_buffering) {
      if (is_overwritten(choice, write.event, branch.happens)) return false;
      return with(number, write.event, branch);
    }
    Branch next = branch;
    if (is_publication && !next.happens.order(write.event, read.event)) {
      return refuse(violation, Clause::HappensBeforeAcyclic);
    }
    if (switches_.no_load_buffering && !next.causes.order(write.event, read.event)) {
      return refuse(violation, Clause::NoLoadBuffering);
    }
    if (is_overwritten(choice, write.event, next.happens)) return false;
    for (std::size_t earlier = 0; is_publication && earlier < number; ++earlier) {
      if (!still_holds(choices_[earlier], next.happens)) return false;
    }
    return with(number, write.event, next);
  }

  bool is_torn(const CellChoice& choice, const Write& write) {
    const MemoryAccess& read = *reads_[choice.read].access;
    const auto is_whole = [&](const MemoryAccess& access) {
      return (switches_.init_tear_free && access.tearing == Tearing::Bulk) ||
             (same_range(access, read) && is_tear_free(access, switches_));
    };
    if (!is_tear_free(read, switches_) || !is_whole(*write.access)) return false;
    return std::ranges::any_of(reads_from_[choice.read], [&](EventIndex seen) {
      return seen != kNoEvent && seen != write.event &&
             is_whole(*access_to(*events_[seen], read.location));
    });
  }

  bool is_overwritten(const CellChoice& choice, EventIndex writer, const Relation& happens) {
    const EventIndex read = reads_[choice.read].event;
    for (const Write& write : choice.overwriters) {
      if (happens.contains(writer, write.event) && happens.contains(write.event, read)) {
        refuse({.clause = Clause::NotOverwritten,
                .read = read,
                .write = writer,
                .other = write.event});
        return true;
      }
    }
    return false;
  }

  bool still_holds(const CellChoice& choice, const Relation& happens) {
    const EventIndex writer = reads_from_[choice.read][choice.cell];
    const EventIndex read = reads_[choice.read].event;
    if (happens.contains(read, writer)) {
      return refuse({.read = read, .write = writer}, Clause::NotFromLater);
    }
    return !is_overwritten(choice, writer, happens);
  }

  // All writers are chosen: is there a total order, and a modification order?
  bool finish(const Branch& branch) {
    Relation total =
        switches_.happens_before_within_total ? branch.happens : queue_order(branch.happens);
    std::vector<BeforeOrAfter> choices;
    for (std::size_t number = 0; number < reads_.size(); ++number) {
      std::vector<EventIndex> writers = reads_from_[number];
      std::ranges::sort(writers);
      writers.erase(std::ranges::unique(writers).begin(), writers.end());
      for (const EventIndex writer : writers) {
        if (!last_visible(reads_[number], writer, branch.happens, total, choices)) return false;
      }
    }
    const std::optional<Relation> order = extended(std::move(total), choices, steps_);
    if (!order) return refuse({.clause = Clause::LastVisibleA});
    Witness witness{.reads_from = reads_from_, .total = order->linearised()};
    if (!modification_order(branch.happens, witness)) return refuse({.clause = Clause::Coherence});
    result_.witness = std::move(witness);
    result_.happens_before = branch.happens;
    return true;
  }

  // What the total order has from happens-before, if it need not contain it: the queues' orders.
  [[nodiscard]] Relation queue_order(const Relation& happens) const {
    Relation order(events_.size());
    const auto has_queue = [&](EventIndex event, EventIndex other) {
      const MemoryEvent& a = *events_[event];
      const MemoryEvent& b = *events_[other];
      return (a.is_fence && b.is_fence && switches_.fences_order) ||
             (a.queue && b.queue && a.queue->location == b.queue->location);
    };
    for (EventIndex a = 0; a < events_.size(); ++a) {
      for (EventIndex b = 0; b < events_.size(); ++b) {
        // A part of an order has no cycle: nothing is refused.
        if (happens.contains(a, b) && has_queue(a, b)) static_cast<void>(order.order(a, b));
      }
    }
    return order;
  }

  bool last_visible(const Read& read, EventIndex writer, const Relation& happens, Relation& total,
                    std::vector<BeforeOrAfter>& choices) {
    if (!happens.contains(writer, read.event)) return true;
    const MemoryAccess& source = *access_to(*events_[writer], read.access->location);
    const bool is_synchronised = synchronises(source, *read.access, switches_);
    for (EventIndex other = 0; other < events_.size(); ++other) {
      if (other == writer || other == read.event) continue;
      const MemoryAccess* const write = access_to(*events_[other], read.access->location);
      if (write == nullptr || !core::writes(write->kind)) continue;
      const bool with_read = synchronises(*write, *read.access, switches_);
      const Violation violation{.read = read.event, .write = writer, .other = other};
      if (with_read && happens.contains(writer, other) && !total.order(read.event, other)) {
        return refuse(violation, Clause::LastVisibleB);
      }
      if (synchronises(source, *write, switches_) && happens.contains(other, read.event) &&
          !total.order(other, writer)) {
        return refuse(violation, Clause::LastVisibleC);
      }
      if (is_synchronised && with_read) {
        choices.push_back({.first = other, .before = writer, .after = read.event});
      }
    }
    return true;
  }

  bool modification_order(const Relation& happens, Witness& witness) {
    const CoherenceDemands demands = coherence_demands(
        events_, reads_from_, [&](EventIndex a, EventIndex b) { return happens.contains(a, b); },
        switches_);
    if (demands.edges.empty() && demands.not_between.empty()) return true;
    Relation modification(events_.size());
    for (const auto& [before, after] : demands.edges) {
      if (!modification.order(before, after)) return false;
    }
    const auto order = extended(std::move(modification), demands.not_between, steps_);
    if (order) witness.modification = order->linearised();
    return order.has_value();
  }

  bool refuse(Violation violation, Clause clause) {
    violation.clause = clause;
    return refuse(violation);
  }

  // Always false.
  bool refuse(const Violation& violation) {
    if (result_.refusals.size() < limits_.refusals_max) {
      result_.refusals.push_back({.violation = violation, .reads_from = reads_from_});
    }
    return false;
  }

  const MemoryModelSwitches& switches_;
  const ConsistencyLimits& limits_;
  std::vector<const MemoryEvent*> events_;
  std::vector<std::pair<EventIndex, EventIndex>> given_;
  std::vector<Read> reads_;
  std::vector<CellChoice> choices_;
  ReadsFrom reads_from_;
  bool has_queue_order_ = false;
  std::uint64_t steps_ = 0;
  Consistency result_;
};

}  // namespace

Consistency decide_consistency(const Candidate& candidate, const MemoryModelSwitches& switches,
                               const ConsistencyLimits& limits) {
  return Search(candidate, switches, limits).run();
}

}  // namespace heddle::harness
