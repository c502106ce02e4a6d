#include "harness/explore/plan.hpp"

#include <algorithm>

namespace heddle::harness {

namespace {

// Agents are numbered as they are created, which may be in another order than in the graph.
class Planner {
 public:
  Planner(const ReadsFromGraph& graph, const PlanSource& source)
      : graph_(graph),
        source_(source),
        numbers_(graph.agents().size(), kNoNumber),
        is_done_(graph.size() + 1) {
    for (std::uint32_t i = 0; i < graph.size(); ++i) {
      if (graph.event(i).head != i) is_together_ = true;
    }
  }

  Plan make() {
    plan_.steps.reserve(source_.order.size());
    number_agents();
    for (const GraphEvent& event : graph_.events()) {
      if (event.kind == GraphEvent::Kind::Begin) add(event);
    }
    for (const std::uint32_t head : source_.order) {
      if (head == graph_.size()) {
        plan_.steps.push_back(core::Choice::timeout({numbers_[source_.phantom_agent]}));
      } else {
        add_together(head);
      }
      number_agents();
    }
    return std::move(plan_);
  }

 private:
  void add_together(std::uint32_t head) {
    const std::size_t end = is_together_ ? graph_.size() : head + 1;
    for (std::uint32_t i = head; i < end; ++i) {
      if (graph_.event(i).head != head) continue;
      const bool is_varied = i == source_.event;
      if (!is_varied && i != head && !has_bit(source_.inside, i)) continue;
      is_done_[i] = true;
      if (is_varied && !source_.is_step) continue;
      add(graph_.event(i));
    }
  }

  void add(const GraphEvent& event) {
    const core::AgentId agent{numbers_[event.agent]};
    if (event.kind == GraphEvent::Kind::Step) plan_.steps.push_back(core::Choice::next(agent));
    if (event.kind == GraphEvent::Kind::Timeout)
      plan_.steps.push_back(core::Choice::timeout(agent));
    const bool is_varied = &event == &graph_.event(source_.event);
    std::uint32_t number = 0;
    for (const Look& look : graph_.looks(event)) {
      if (is_varied && number > source_.look) break;
      const bool is_answered = is_varied && number++ == source_.look;
      if (look.kind != LookKind::Choice) continue;
      plan_.answers.emplace_back(plan_.steps.size(), is_answered
                                                         ? *source_.answered
                                                         : graph_.answers()[look.answer].chosen);
    }
    if (is_varied && !source_.grows) {
      plan_.answers.emplace_back(plan_.steps.size(),
                                 core::Choice{core::ChoiceKind::GrowSucceeds, 0});
    }
  }

  void number_agents() {
    if (next_number_ == numbers_.size()) return;
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      if (numbers_[i] != kNoNumber || graph_.agents()[i].key == 0) continue;
      const auto is_done = [this](std::uint32_t event) { return is_done_[event]; };
      if (std::ranges::all_of(graph_.agents()[i].creation, is_done)) numbers_[i] = next_number_++;
    }
  }

  const ReadsFromGraph& graph_;
  const PlanSource& source_;
  std::vector<std::uint32_t> numbers_;
  std::vector<bool> is_done_;
  std::uint32_t next_number_ = 0;
  bool is_together_ = false;  // some events happen with others
  Plan plan_;
};

bool is_of_agents(const core::Choice& choice) {
  return choice.kind == core::ChoiceKind::NextAgent ||
         choice.kind == core::ChoiceKind::TimeoutFires;
}

}  // namespace

Plan make_plan(const ReadsFromGraph& graph, const PlanSource& source) {
  return Planner(graph, source).make();
}

void PlanFollower::begin(const Plan* plan) {
  plan_ = plan;
  next_answer_ = 0;
  has_diverged_ = false;
  seen_.answers.clear();
  seen_.timeouts.clear();
}

core::Choice PlanFollower::choose(const core::ChoicePoint& point) {
  const bool is_step = is_of_agents(point.options.front());
  core::Choice choice = planned(point, is_step);
  if (std::ranges::find(point.options, choice) == point.options.end()) {
    has_diverged_ = true;
    choice = point.options.front();
  }
  if (is_step) {
    for (const core::Choice& option : point.options) {
      if (option.kind != core::ChoiceKind::TimeoutFires) continue;
      seen_.timeouts.push_back({point.step, static_cast<std::uint32_t>(option.operand)});
    }
  } else {
    seen_.answers.push_back({.step = point.step,
                             .chosen = choice,
                             .options = {point.options.begin(), point.options.end()}});
  }
  return choice;
}

core::Choice PlanFollower::planned(const core::ChoicePoint& point, bool is_step) {
  if (plan_ == nullptr) return point.options.front();
  if (is_step) {
    return point.step < plan_->steps.size() ? plan_->steps[point.step] : point.options.front();
  }
  const auto& answers = plan_->answers;
  while (next_answer_ < answers.size() && answers[next_answer_].first < point.step) ++next_answer_;
  if (next_answer_ == answers.size() || answers[next_answer_].first != point.step) {
    return point.options.front();
  }
  return answers[next_answer_++].second;
}

}  // namespace heddle::harness
