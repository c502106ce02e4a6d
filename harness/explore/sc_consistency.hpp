// Whether some events, with what each of them reads, can be put in one order: sequential
// consistency of a reads-from graph.
//
// Given are a part of an execution that is closed under causality, and variations of some of its
// last events, which read something else. Wanted is an order of the events that respects program
// order and in which each read has its writer right before it, among those that write what it
// reads. Deciding that is NP-complete (Gibbons and Korach, SIAM J. Comput. 1997); what follows is
// polynomial on all but contrived graphs, exact on all that it decides, and says so when it gives
// up.
//
//   1. Saturation. For a read r of w, and another write w' to the same bytes:
//        w' before r  implies  w' before w,    and    w before w'  implies  r before w'.
//      These are added until nothing changes. A cycle: there is no order.
//   2. If now every such w' is before w or behind r, any order that respects what was found will
//      do, because nothing can come in between.
//   3. Otherwise a search for an order: step by step, never a write between a read and its writer.
//      What can still be done depends only on the set of events that are done, so that each set is
//      tried once; at most kSearchMax of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "harness/explore/reads_from_graph.hpp"

namespace heddle::harness {

// What an event would do, had it read something else.
struct Variation {
  std::uint32_t event = 0;  // of the graph; or graph.size(): one that did not happen
  std::uint32_t head = 0;
  std::vector<std::uint32_t> causes;  // direct predecessors but for those it reads from
  std::vector<CellSource> reads;      // of contended cells
  std::vector<CellRange> writes;
  bool is_last = false;  // should come as late as possible: what it does is not known for sure
};

class ScConsistency {
 public:
  enum class Answer : std::uint8_t { No, Yes, Unknown };
  static constexpr std::size_t kSearchMax = 1 << 14;

  // `begin` before the first check, and whenever the graph has changed.
  explicit ScConsistency(const ReadsFromGraph& graph) : graph_(graph) {}
  void begin();

  // `inside`: a causally closed set of events, without the variations. These may read from each
  // other, later ones from earlier ones.
  using Variations = std::span<const Variation* const>;
  [[nodiscard]] Answer check(Bits inside, Variations variations);

  // After a Yes: the events that are heads, in an order that is possible.
  [[nodiscard]] const std::vector<std::uint32_t>& order() const { return order_; }

 private:
  struct Constraint {
    std::uint32_t reader = 0;  // a head, as is the writer
    std::uint32_t cell = 0;
    std::int32_t writer = kInitial;
  };
  // `writer` must not come between.
  struct Between {
    std::uint32_t writer = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };

  void begin_check(Bits inside, Variations variations);
  bool add_variation(const Variation& variation);
  [[nodiscard]] bool add_edge(std::uint32_t from, std::uint32_t to);
  [[nodiscard]] bool has_path(std::uint32_t from, std::uint32_t to) const {
    return has_bit(after_[from], to);
  }
  void collect_constraints(Variations variations);
  void find_writers(std::uint32_t cell, Variations variations);
  [[nodiscard]] bool saturate(Variations variations);
  [[nodiscard]] bool apply(const Constraint& constraint, bool& has_changed);
  void find_between(Variations variations);
  [[nodiscard]] Answer put_in_order();
  [[nodiscard]] Answer search();
  [[nodiscard]] bool can_come(std::uint32_t event) const;

  const ReadsFromGraph& graph_;
  std::vector<Constraint> known_;          // of the events of the graph, in order
  std::vector<std::uint32_t> known_from_;  // where those of each event begin, and where all end
  BitRows head_writers_;                   // of each cell
  BitRows before_;
  BitRows after_;
  std::vector<std::uint64_t> inside_;
  std::vector<std::uint64_t> writers_;  // of the cell that is looked at
  std::vector<std::uint64_t> scratch_;
  std::vector<std::uint64_t> scratch_to_;
  std::vector<std::uint64_t> done_;
  std::vector<std::uint32_t> heads_;  // by preference
  std::vector<std::uint32_t> last_heads_;
  std::vector<Constraint> constraints_;
  std::vector<Between> betweens_;
  std::vector<std::uint32_t> order_;
};

}  // namespace heddle::harness
