// Sequential consistency: a depth-first search over how far each process is, and the state. Each
// such pair is visited once: n^k states of k processes in the worst case. Deciding it is
// NP-complete (Gibbons and Korach 1997).
#include <map>
#include <memory>

#include "harness/linear/rows.hpp"
#include "harness/linear/search_plan.hpp"
#include "harness/linear/transitions.hpp"
#include "harness/linear/weaker.hpp"

namespace heddle::harness {

namespace {

using core::VerdictKind;

constexpr std::uint64_t kNodesBetweenQuestions = 1024;

class SequentialSearch {
 public:
  SequentialSearch(const Calls& calls, const Model& model, const DecideOptions& options)
      : calls_(calls), options_(options), transitions_(model, *calls.data) {
    std::map<std::uint32_t, std::size_t> lanes;
    Rows classes;
    for (std::uint32_t i = 0; i < calls.calls.size(); ++i) {
      const ModelCall& call = calls.calls[i];
      classes_.push_back(classes.number_of(class_key(call, true)));
      const auto [lane, is_new] = lanes.try_emplace(call.process, lanes_.size());
      if (is_new) lanes_.emplace_back();
      if (call.ret != kPending) {
        lanes_[lane->second].calls.push_back(i);
        ++returned_;
        continue;
      }
      // It comes behind what its process did before, and may come behind what it does later.
      const std::size_t before = lanes_[lane->second].calls.size();
      lanes_.push_back({.calls = {i}, .behind = lane->second, .behind_count = before});
    }
  }

  VerdictKind run() {
    At start{.state = transitions_.initial(), .done = {}, .returned = 0};
    start.done.resize(lanes_.size());
    if (!enter(std::move(start))) return VerdictKind::Pass;
    while (!stack_.empty()) {
      if (is_over_limit()) return VerdictKind::Unknown;
      const At at = std::move(stack_.back());
      stack_.pop_back();
      if (!extend(at)) return VerdictKind::Pass;
    }
    return VerdictKind::Fail;
  }

 private:
  // Calls in an order that is kept; the first one comes behind so many of another lane.
  struct Lane {
    std::vector<std::uint32_t> calls{};
    std::size_t behind = 0;
    std::size_t behind_count = 0;
  };

  struct At {
    std::uint32_t state = 0;
    std::vector<std::uint32_t> done;  // of each process
    std::size_t returned = 0;         // calls that have their place and return
  };

  // False: all calls that return have their place.
  bool enter(At at) {
    place_observers(at);
    if (at.returned == returned_) return false;
    key_.assign(at.done.begin(), at.done.end());
    key_.push_back(at.state);
    const std::size_t known = visited_.size();
    if (visited_.number_of(key_) == known) stack_.push_back(std::move(at));
    return true;
  }

  // What changes nothing and is explained has its place at once: nothing is lost by it.
  void place_observers(At& at) {
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
      while (is_ready(at, lane)) {
        const std::uint32_t call = lanes_[lane].calls[at.done[lane]];
        if (!is_observer(calls_.calls[call]) || step(at.state, call) != at.state) break;
        advance(at, lane);
      }
    }
  }

  bool extend(const At& at) {
    for (std::size_t lane = lanes_.size(); lane-- > 0;) {
      if (!is_ready(at, lane)) continue;
      const std::uint32_t next = step(at.state, lanes_[lane].calls[at.done[lane]]);
      if (next == kNoState) continue;
      At further = at;
      further.state = next;
      advance(further, lane);
      if (!enter(std::move(further))) return false;
    }
    return true;
  }

  [[nodiscard]] bool is_ready(const At& at, std::size_t lane) const {
    const Lane& its = lanes_[lane];
    return at.done[lane] < its.calls.size() && at.done[its.behind] >= its.behind_count;
  }

  void advance(At& at, std::size_t lane) const {
    const std::uint32_t call = lanes_[lane].calls[at.done[lane]++];
    if (calls_.calls[call].ret != kPending) ++at.returned;
  }

  std::uint32_t step(std::uint32_t state, std::uint32_t call) {
    return transitions_.step(state, classes_[call], calls_.calls[call]);
  }

  bool is_over_limit() {
    const std::uint64_t nodes = visited_.size();
    if (nodes > options_.nodes_max) return true;
    if (nodes < next_question_) return false;
    next_question_ = nodes + kNodesBetweenQuestions;
    const std::uint64_t bytes = visited_.bytes() + transitions_.bytes();
    return bytes > options_.bytes_max || (options_.should_stop && options_.should_stop());
  }

  const Calls& calls_;
  const DecideOptions& options_;
  Transitions transitions_;
  std::vector<Lane> lanes_;             // of each process, and of each pending call
  std::vector<std::uint32_t> classes_;  // of each call
  std::size_t returned_ = 0;
  std::vector<At> stack_;
  Rows visited_;
  std::vector<std::int64_t> key_;
  std::uint64_t next_question_ = 0;
};

}  // namespace

VerdictKind is_sequentially_consistent(const Calls& calls, const Model& model,
                                       const DecideOptions& options) {
  const std::unique_ptr<Model> narrowed = model.narrowed(calls);
  return SequentialSearch(calls, narrowed ? *narrowed : model, options).run();
}

}  // namespace heddle::harness
