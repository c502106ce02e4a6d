// ReadsFromSearch: one execution of each reads-from class, by dynamic partial-order reduction.
//
// Executions are equivalent if every read reads from the same write (reads_from_graph.hpp says what
// counts as a read): then every agent sees the same values and does the same, whatever the order of
// the steps. Theorem (after Abdulla, Atig, Jonsson, Lång, Ngo, Sagonas, Optimal Stateless Model
// Checking for Reads-From Equivalence under Sequential Consistency, OOPSLA 2019):
//
//   If all executions are finite, the search runs one execution of each class, and none twice.
//
// Why. A *decision* is a look of an event, and what was decided before it, the base, which is the
// same in every execution that has made these decisions. An execution is a path in a tree: from
// each decision one branch leads away for every answer, named by the identity of the answer's
// causal past.
//   None twice: two executions of one path are one class; two paths part at some decision, where
//   their answers differ, so do the classes. A decision remembers the answers it has branched to.
//   Each once: let M be an execution that agrees with all decisions before d and reads w' in d.
//   Take those of M's events that the base brings with it or that w' needs, without w' itself and
//   d's event: they have an order, namely M's, and nothing in them needs w'. Let d's event come
//   behind them, and then the event that made w'. What d's event reads there is answered by fewer
//   events than w' needs, so that by induction its branch is known, and in it there is this
//   execution. The event that made w' is in it, too; but having come late, it may have read
//   something else than in M, and so be another: that is the j of alternatives.hpp (3), for which
//   all that it could have read is tried. A notify and a timeout keep each other from happening:
//   (4) and (5).
// The tests enumerate what this sketches, waits, timeouts and mixed sizes included. Of Returns,
// which happen with their head and cannot come behind everything, and of agents that the machine
// blocks while they spin, the sketch says nothing; the former are tested as well.
//
// It is run in rounds of pending branches: what a round finds out is merged in the round's order,
// so that nothing depends on who ran which of them when (harness/run/parallel_search.hpp). The last
// branch found comes first, so that memory grows with the depth of the tree and not with its size.
//
// The size of the tree is estimated by shares: the root has 1; an execution divides its share
// between itself and the branches it finds (Knuth, Math. Comp. 29, 1975, in the manner of Kilby et
// al., AAAI 2006). Executions so far, over their shares, is the estimate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/explore/reads_from_analysis.hpp"

namespace heddle::harness {

class ReadsFromSearch {
 public:
  explicit ReadsFromSearch(const ReadsFromOptions& options);

  // How many executions can be run now, one beside the other; 0: all have been run. They must all
  // be taken, in order, before the next round.
  [[nodiscard]] std::size_t round_size() const { return round_.size(); }
  [[nodiscard]] const Leaf& leaf(std::size_t number) const { return round_[number]; }

  // For each thread that is to say what an execution by a leaf's plan brings.
  [[nodiscard]] const ReadsFromOptions& options() const { return options_; }

  // The next of the round. False: it was none of those that were looked for, and does not count.
  bool take(std::unique_ptr<Finding> finding);

  // Whether something was left out: executions that were cut off or were too long, or orders that
  // were too hard to find.
  [[nodiscard]] bool is_bounded() const { return !gap_.empty(); }
  // What, and in which execution, for the first time: "execution 3 has more than 4,096 events".
  [[nodiscard]] const std::string& gap() const { return gap_; }
  [[nodiscard]] std::uint64_t executions() const { return executions_; }
  [[nodiscard]] std::uint64_t redundant() const { return redundant_; }  // those that do not count
  // How many executions there may be in all, by what the rounds so far have shown. 0: none yet.
  [[nodiscard]] double estimate() const { return estimate_; }

 private:
  void next_round();

  ReadsFromOptions options_;
  std::vector<Leaf> pool_;   // the last one comes first
  std::vector<Leaf> round_;  // in order
  std::size_t taken_ = 0;    // of the round
  std::vector<std::unique_ptr<Finding>> findings_;
  std::uint64_t executions_ = 0;
  std::uint64_t redundant_ = 0;
  double share_done_ = 0;
  double estimate_ = 0;
  std::string gap_;
};

}  // namespace heddle::harness
