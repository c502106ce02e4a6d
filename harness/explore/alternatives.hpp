// Alternatives: what else the looks of an execution could have found, and a plan for an execution
// in which they do.
//
// For one decision (look k of event r; what was decided before it makes up a causally closed part
// of the execution, the base) an alternative is another answer such that base, the causal past of
// the answer, and r with that answer have an order (sc_consistency.hpp). Candidates are
//   1. the writes of the execution to what is looked at, that are not caused by r,
//   2. the initial contents,
//   3. writes of events j that have read from r, but need not: j reads what r has read, and r reads
//      from j (two read-modify-writes change places),
//   4. where r is a notify that has woken an agent whose wait could have timed out: that timeout,
//   5. where r is a timeout: the notify behind it, which comes first and wakes the agent,
//   6. where r is a choice: its other options.
// Whether a compare-exchange with another answer writes is known where the values are; otherwise
// both are tried, and an execution that turns out to be none of those wanted is not counted.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "harness/explore/plan.hpp"
#include "harness/explore/reads_from_graph.hpp"
#include "harness/explore/sc_consistency.hpp"

namespace heddle::harness {

// Where a decision is made, in terms that hold in every execution that has made those before it.
struct Position {
  std::uint64_t agent = 0;  // its key
  std::uint32_t index = 0;  // of the event, among the agent's
  std::uint32_t look = 0;

  bool operator==(const Position&) const = default;
};

struct Alternative {
  std::uint64_t identity = 0;  // of the event up to the look
  bool is_possible = false;
  bool is_unknown = false;  // whether it is possible was too hard to say
  Plan plan;                // if it is
};

// Who wants to know.
class AlternativesTo {
 public:
  AlternativesTo() = default;
  AlternativesTo(const AlternativesTo&) = delete;
  AlternativesTo& operator=(const AlternativesTo&) = delete;
  AlternativesTo(AlternativesTo&&) = delete;
  AlternativesTo& operator=(AlternativesTo&&) = delete;
  virtual ~AlternativesTo() = default;

  // Whether it has been looked at before.
  [[nodiscard]] virtual bool is_known(std::uint64_t identity) const = 0;
  virtual void take(Alternative alternative) = 0;
};

class Alternatives {
 public:
  // `begin` before the first look, and whenever the graph has changed.
  explicit Alternatives(const ReadsFromGraph& graph) : graph_(graph), consistency_(graph) {}
  void begin();

  // All that are not known, of look `look` of `event`.
  void find(Bits base, std::uint32_t event, std::uint32_t look, AlternativesTo& to);

  // How many checks of consistency there were.
  [[nodiscard]] std::uint64_t checks() const { return checks_; }

 private:
  // A write that did not happen as it would have to.
  struct Special {
    Variation variation;
    std::uint64_t identity = 0;
  };
  // Cells of a look that the same events write: all of them are read from one.
  struct Group {
    std::uint32_t cell = 0;  // one of them
    bool is_special = false;
    std::vector<std::size_t> sources;      // of the look
    std::vector<std::int32_t> candidates;  // graph_.size(): the special one
  };
  // The room of old groups is kept.
  class Groups {
   public:
    void clear() { count_ = 0; }
    Group& add() {
      if (count_ == groups_.size()) groups_.emplace_back();
      Group& group = groups_[count_++];
      group.sources.clear();
      group.candidates.clear();
      return group;
    }
    [[nodiscard]] std::span<Group> all() { return std::span(groups_).first(count_); }
    [[nodiscard]] std::span<const Group> all() const { return std::span(groups_).first(count_); }

   private:
    std::vector<Group> groups_;
    std::size_t count_ = 0;
  };

  void find_reads(const Special* special);
  void find_groups(std::span<const CellSource> reads, std::uint32_t reader, Bits own_past,
                   const Special* special, Groups& groups) const;
  void find_candidates(Group& group, std::uint32_t reader, Bits own_past,
                       const Special* special) const;
  [[nodiscard]] bool can_read_from(std::uint32_t reader, Bits own_past, std::size_t writer,
                                   std::uint32_t cell) const;
  void assign(std::size_t group, const Special* special);
  [[nodiscard]] bool is_part_possible(std::size_t last, const Special* special);
  void try_reads(const Special* special, bool is_partial, bool& is_possible);
  void find_swaps();
  [[nodiscard]] bool is_hit(std::span<const CellRange> ranges) const;
  [[nodiscard]] bool writes_what_it_reads(const GraphEvent& event) const;
  [[nodiscard]] bool reads_from_this(const GraphEvent& event) const;
  [[nodiscard]] bool has_read_what_it_gave(const GraphEvent& event) const;
  void find_variants(std::uint32_t other);
  void vary_looks(std::uint32_t other, std::uint32_t number, Bits past, const Special& special);
  void finish_variant(std::uint32_t other, std::uint32_t looked, Bits past, const Special& special,
                      bool goes_on);
  [[nodiscard]] bool make_swap(std::uint32_t other, Special& special) const;
  void find_timeouts();
  void find_wakes();
  void find_choices();

  [[nodiscard]] std::uint64_t entry_identity() const;
  [[nodiscard]] std::uint64_t identity_of(std::int32_t writer, const Special* special) const;
  void vary(std::uint32_t event, std::uint32_t look, Variation& variation) const;
  enum class Writes : std::uint8_t { Yes, No, Unknown };
  [[nodiscard]] Writes would_write(const Look& look, std::span<const CellSource> sources) const;
  [[nodiscard]] std::pair<bool, std::uint8_t> byte_of(const CellSource& source,
                                                      std::uint64_t address) const;
  // Of the event that is looked at; `hangs`: whether what hangs on the value is made.
  void add_writes(Variation& variation, std::uint32_t event, std::uint32_t look, bool hangs) const;
  [[nodiscard]] Writes writes_now() const;
  [[nodiscard]] bool gather(const Variation& variation, const Special* special);
  [[nodiscard]] ScConsistency::Answer check(const Variation& variation, const Special* special);
  void report(std::uint64_t identity, ScConsistency::Answer answer, const core::Choice* answered);
  [[nodiscard]] std::int32_t own_source() const;
  [[nodiscard]] bool would_wake(std::uint32_t notify, std::int32_t source) const;
  [[nodiscard]] bool is_woken_by(std::size_t event, std::size_t notify) const;
  [[nodiscard]] bool would_wake_instead(const GraphEvent& other, const Special& special) const;
  void find_initial_bytes();
  void find_swappable();

  const ReadsFromGraph& graph_;
  ScConsistency consistency_;
  std::uint64_t checks_ = 0;

  std::vector<std::uint64_t> initial_bytes_;  // of each cell, where they are known
  std::vector<bool> is_initial_known_;
  std::vector<std::uint64_t> simple_;  // events that write just what they read
  BitRows swappable_;  // of each cell: the events that write it, or might, after they have looked

  // Of the present decision.
  Bits base_;
  std::uint32_t event_ = 0;
  std::uint32_t look_ = 0;
  AlternativesTo* to_ = nullptr;
  std::vector<std::uint64_t> own_past_;  // surely before the event
  std::vector<CellSource> reads_;        // the look's, as they would be
  Groups groups_;
  Variation variation_;                 // of the event
  std::vector<std::uint64_t> swapped_;  // what could change places with it
  std::vector<std::uint64_t> inside_;
  std::vector<std::uint64_t> identities_;
  std::uint32_t phantom_agent_ = 0;  // whose timeout did not happen
  bool is_woken_ = false;            // instead of a timeout
  bool grows_ = true;                // the memory, if that is asked
};

}  // namespace heddle::harness
