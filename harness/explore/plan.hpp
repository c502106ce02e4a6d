// Plan: the steps that an execution begins with; and the chooser that follows one.
//
// Behind its end, always the first option is taken: nobody is switched who can go on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/choice.hpp"
#include "harness/explore/reads_from_graph.hpp"

namespace heddle::harness {

struct Plan {
  std::vector<core::Choice> steps;
  std::vector<std::pair<std::uint64_t, core::Choice>> answers;  // by step, as Answer
};

// What a plan is made from: events of a graph in an order that is possible.
struct PlanSource {
  const std::vector<std::uint32_t>& order;  // heads; graph.size(): a timeout that did not happen...
  Bits inside;                              // all but the event below
  std::uint32_t event = 0;                  // the one that is to find something else...
  std::uint32_t look = 0;                   // ...in this look
  bool is_step = true;                      // false: it is no step any more
  std::uint32_t phantom_agent = 0;          // ...of this agent
  const core::Choice* answered = nullptr;   // where the look is a choice
  bool grows = true;                        // false: if it is asked whether it grows, it does not
};
[[nodiscard]] Plan make_plan(const ReadsFromGraph& graph, const PlanSource& source);

class PlanFollower final : public core::Chooser {
 public:
  void begin(const Plan* plan);

  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override;
  [[nodiscard]] bool wants_stop() const override { return has_diverged_; }

  // The plan could not be followed.
  [[nodiscard]] bool has_diverged() const { return has_diverged_; }
  [[nodiscard]] const Seen& seen() const { return seen_; }

 private:
  [[nodiscard]] core::Choice planned(const core::ChoicePoint& point, bool is_step);

  const Plan* plan_ = nullptr;
  std::size_t next_answer_ = 0;
  bool has_diverged_ = false;
  Seen seen_;
};

}  // namespace heddle::harness
