#include "harness/explore/reads_from_search.hpp"

#include <algorithm>
#include <utility>

namespace heddle::harness {

namespace {

// The causal past of an event with its looks up to `look`, and the event.
void add_decided(const ReadsFromGraph& graph, std::uint32_t number, std::uint32_t look,
                 MutableBits base) {
  const GraphEvent& event = graph.event(number);
  const auto add = [&](std::size_t earlier) {
    add_bits(base, graph.before(earlier));
    set_bit(base, earlier);
  };
  if (event.previous != kInitial) add(static_cast<std::size_t>(event.previous));
  for (const std::uint32_t cause : graph.causes(event)) add(cause);
  for (std::uint32_t i = 0; i <= look && i < event.look_count; ++i) {
    for (const CellSource& source : graph.sources(graph.looks(event)[i])) {
      if (source.writer != kInitial) add(static_cast<std::size_t>(source.writer));
    }
  }
  set_bit(base, number);
}

constexpr std::size_t kRoundMax = 64;
constexpr std::size_t kBranchesPerRound = 8;   // pending ones, for each that is run
constexpr std::uint64_t kChecksMax = 200'000;  // of one execution

}  // namespace

ReadsFromSearch::ReadsFromSearch(const ReadsFromOptions& options) : options_(options) {
  round_.emplace_back();
}

const Plan& ReadsFromSearch::plan(std::size_t number) const { return round_[number].plan; }

// The events of the leaf's path. False: the execution is another one than was planned.
bool ReadsFromSearch::follow(const ReadsFromGraph& graph, const Leaf& leaf,
                             std::vector<std::uint32_t>& events) const {
  for (const Path* path = leaf.path.get(); path != nullptr; path = path->before.get()) {
    const Position& position = path->decision->position;
    const std::uint32_t agent = graph.find_agent(position.agent);
    if (agent == kNoNumber || graph.agents()[agent].events.size() <= position.index) return false;
    const std::uint32_t number = graph.agents()[agent].events[position.index];
    const auto looks = graph.looks(graph.event(number));
    if (looks.size() <= position.look || looks[position.look].identity != path->identity) {
      return false;
    }
    events.push_back(number);
  }
  std::ranges::reverse(events);
  return true;
}

std::unique_ptr<ReadsFromSearch::Finding> ReadsFromSearch::analyse(
    std::size_t number, const PlanFollower& follower, const core::Execution& execution) const {
  auto finding = std::make_unique<Finding>();
  finding->is_wanted = !follower.has_diverged();
  if (!finding->is_wanted) return finding;
  const ReadsFromGraph graph(execution, follower.seen(), options_);
  finding->is_bounded = execution.hit_limit || !graph.is_valid();
  if (!graph.is_valid()) return finding;
  const Leaf& leaf = round_[number];
  std::vector<std::uint32_t> events;
  finding->is_wanted = follow(graph, leaf, events);
  if (!finding->is_wanted) return finding;

  Alternatives alternatives(graph);
  std::vector<std::uint64_t> base(graph.words());
  const auto look_at = [&](const std::shared_ptr<const Path>& before,
                           const std::shared_ptr<Decision>& decision, std::uint32_t event) {
    if (alternatives.checks() > kChecksMax) {
      finding->is_bounded = true;
      return;
    }
    const std::size_t first = finding->branches.size();
    alternatives.find(
        base, event, decision->position.look,
        [&](std::uint64_t identity) {
          const auto is_it = [identity](const Branch& branch) {
            return branch.alternative.identity == identity;
          };
          return decision->has_tried(identity) ||
                 std::any_of(finding->branches.begin() + static_cast<std::ptrdiff_t>(first),
                             finding->branches.end(), is_it);
        },
        [&](Alternative alternative) {
          finding->branches.push_back({before, decision, std::move(alternative)});
        });
  };

  std::vector<const Path*> path;
  for (const Path* one = leaf.path.get(); one != nullptr; one = one->before.get()) {
    path.push_back(one);
  }
  std::ranges::reverse(path);
  for (std::size_t i = 0; i < path.size(); ++i) {
    look_at(path[i]->before, path[i]->decision, events[i]);
    add_decided(graph, events[i], path[i]->decision->position.look, base);
  }

  std::shared_ptr<const Path> last = leaf.path;
  const auto decide = [&](std::uint32_t event, std::uint32_t look) {
    const GraphEvent& looking = graph.event(event);
    const Look& looked = graph.looks(looking)[look];
    if (looked.kind == LookKind::Woken) return;
    auto decision = std::make_shared<Decision>();
    decision->position = {graph.agents()[looking.agent].key, looking.index, look};
    decision->tried.push_back(looked.identity);
    look_at(last, decision, event);
    add_decided(graph, event, look, base);
    last =
        std::make_shared<const Path>(Path{std::move(last), std::move(decision), looked.identity});
  };
  const std::vector<std::uint64_t> decided = base;
  const auto decide_from = [&](std::uint32_t event, std::uint32_t look) {
    for (; look < graph.event(event).look_count; ++look) decide(event, look);
  };
  if (!events.empty()) decide_from(events.back(), path.back()->decision->position.look + 1);
  for (std::uint32_t event = 0; event < graph.size(); ++event) {
    if (!has_bit(decided, event)) decide_from(event, 0);
  }
  return finding;
}

bool ReadsFromSearch::take(std::unique_ptr<Finding> finding) {
  const bool is_wanted = finding->is_wanted;
  findings_.push_back(std::move(finding));
  ++(is_wanted ? executions_ : redundant_);
  if (++taken_ == round_.size()) next_round();
  return is_wanted;
}

void ReadsFromSearch::next_round() {
  for (std::size_t i = 0; i < findings_.size(); ++i) {
    Finding& finding = *findings_[i];
    is_bounded_ = is_bounded_ || finding.is_bounded;
    const std::size_t first = pool_.size();
    for (Branch& branch : finding.branches) {
      is_bounded_ = is_bounded_ || branch.alternative.is_unknown;
      if (!branch.decision->try_now(branch.alternative.identity)) continue;
      if (!branch.alternative.is_possible) continue;
      auto path = std::make_shared<const Path>(
          Path{std::move(branch.before), std::move(branch.decision), branch.alternative.identity});
      pool_.push_back({.path = std::move(path), .plan = std::move(branch.alternative.plan)});
    }
    const std::size_t found = pool_.size() - first;
    const double share = round_[i].share / static_cast<double>(found + 1);
    for (std::size_t leaf = first; leaf < pool_.size(); ++leaf) pool_[leaf].share = share;
    share_done_ += share;
  }
  findings_.clear();
  round_.clear();
  taken_ = 0;
  const std::size_t size = std::min(
      pool_.size(), std::clamp<std::size_t>(pool_.size() / kBranchesPerRound, 1, kRoundMax));
  for (std::size_t i = 0; i < size; ++i) {
    round_.push_back(std::move(pool_.back()));
    pool_.pop_back();
  }
}

double ReadsFromSearch::estimate() const {
  if (round_.empty()) return static_cast<double>(executions_);
  return share_done_ > 0 ? static_cast<double>(executions_) / share_done_ : 1;
}

}  // namespace heddle::harness
