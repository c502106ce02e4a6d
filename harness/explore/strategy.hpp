// Strategy: decides which executions of a program are run, one after the other.
//
//   while (strategy.begin_execution()) strategy.end_execution(run(program, strategy));
//
// Invariants:
//   1. begin_execution, choose* and end_execution alternate; choose is only called in between.
//   2. Decisions depend on the constructor's arguments and on what was seen, on nothing else: the
//      same strategy on the same program runs the same executions in the same order.
//   3. How many executions to run is the caller's business; a strategy only says when it has none
//      left.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/choice.hpp"
#include "core/execution.hpp"

namespace heddle::harness {

// What the executions run so far say about those that were not run.
enum class Coverage : std::uint8_t {
  Sampled,   // nothing
  Bounded,   // all within a bound have been run; others exist
  Complete,  // there are no others
};
[[nodiscard]] std::string_view to_string(Coverage coverage);

// The numbered executions that strategies (and campaigns) learn from: the first ones all, later
// ever fewer. Whoever runs a part of a campaign runs these as well.
[[nodiscard]] constexpr bool is_lesson(std::uint64_t number) {
  constexpr std::uint64_t kFirstLessons = 256;
  return number < kFirstLessons || std::has_single_bit(number);
}

class Strategy : public core::Chooser {
 public:
  [[nodiscard]] virtual std::string_view name() const = 0;

  // False: nothing is left to explore.
  [[nodiscard]] virtual bool begin_execution() = 0;
  virtual void end_execution(const core::Execution& execution) = 0;

  // True once begin_execution would return false.
  [[nodiscard]] virtual bool is_exhausted() const { return false; }

  [[nodiscard]] virtual Coverage coverage() const { return Coverage::Sampled; }

  // Of strategies whose executions are numbered from 0: the next one to begin is number `number`,
  // as if all before it had been begun. What a strategy learns, it learns from lessons only
  // (is_lesson): who runs all lessons below `number` and then seeks it, runs the same execution as
  // who runs everything. So a campaign can be divided.
  [[nodiscard]] virtual bool is_numbered() const { return false; }
  virtual void seek(std::uint64_t /*number*/) {}

  // Whether the last execution was none of those that were looked for: it counts for nothing.
  [[nodiscard]] virtual bool is_redundant() const { return false; }

  // How many executions there may be in all. 0: nobody knows.
  [[nodiscard]] virtual double estimate() const { return 0; }

  // Of a search that is exhausted and does not cover everything: what it has left out, and where.
  [[nodiscard]] virtual std::string gap() const { return {}; }

  // Who decides in the present execution, of strategies that are made of others.
  [[nodiscard]] virtual std::string_view decider() const { return name(); }

  // The seed that gives the present execution (the last one, between executions) as the first of a
  // new strategy of this kind. 0: there is none, because nothing is drawn, or because what is done
  // depends on what was learnt before.
  [[nodiscard]] virtual std::uint64_t execution_seed() const { return 0; }
};

}  // namespace heddle::harness
