#include "engine/exec/switchboard.hpp"

#include <tuple>
#include <utility>

namespace heddle::engine {
namespace {

// The next lanes by a rule.
class LanesInTurn {
 public:
  LanesInTurn(std::size_t running, std::size_t count) : running_(running), count_(count) {}
  [[nodiscard]] std::size_t next() {
    ++running_;
    if (running_ == count_) running_ = 0;
    return running_;
  }

 private:
  std::size_t running_;
  std::size_t count_;
};

class LanesAtRandom {
 public:
  LanesAtRandom(std::size_t running, std::size_t count, const core::Rng& rng)
      : rng_(rng), running_(running), count_(count) {}
  [[nodiscard]] std::size_t next() {
    running_ = Switchboard::lane_of_option(rng_.below(count_), running_);
    return running_;
  }
  [[nodiscard]] const core::Rng& rng() const { return rng_; }

 private:
  core::Rng rng_;  // a copy: it stays in registers
  std::size_t running_;
  std::size_t count_;
};

}  // namespace

// Up to the first step that is the machine's. Returns how many.
template <typename Order>
std::size_t Switchboard::fill(Order& order, std::span<core::Choice> choices) {
  std::size_t size = 0;
  while (size < choices.size()) {
    const Lane& lane = lanes[order.next()];
    choices[size].operand = lane.agent.index;
    planned[size++] = lane.thread;
    if (lane.thread == nullptr) break;
  }
  return size;
}

void Switchboard::plan(RunContext& run) {
  decided += planned_size;
  const std::size_t first = chosen->size();
  const std::size_t size_max = std::min<std::uint64_t>(plan_size, decisions_left);
  chosen->resize(first + size_max);
  const std::span<core::Choice> choices = std::span(*chosen).subspan(first);
  const std::size_t running = lane_of(run.agent);
  if (rule.kind == core::Rule::Kind::InTurn) {
    LanesInTurn order(running, lanes.size());
    planned_size = fill(order, choices);
  } else {
    drawn_from = *rule.rng;
    LanesAtRandom order(running, lanes.size(), drawn_from);
    planned_size = fill(order, choices);
    *rule.rng = order.rng();
  }
  chosen->resize(first + planned_size);
  planned[planned_size] = nullptr;
  decisions_left -= planned_size;
  plan_size = std::min(2 * plan_size, kPlanMax);
  run.next = planned.data();
}

std::size_t Switchboard::take_decisions(RunContext& run) {
  const std::size_t left = planned_left(run);
  const std::size_t made = planned_size - left;
  if (left != 0) {
    chosen->resize(chosen->size() - left);
    decisions_left += left;
    plan_size = std::clamp(2 * made, kPlanMin, kPlanMax);
    if (rule.kind == core::Rule::Kind::Uniform) {
      *rule.rng = drawn_from;
      for (std::size_t i = 0; i < made; ++i) std::ignore = rule.rng->below(lanes.size());
    }
  }
  planned_size = 0;
  run.next = &kNobody;
  return std::exchange(decided, 0) + made;
}

}  // namespace heddle::engine
