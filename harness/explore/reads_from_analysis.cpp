#include "harness/explore/reads_from_analysis.hpp"

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

// What is said of an execution of which not everything that it tells of others is known.
constexpr std::string_view kCutOff = "was cut off";
constexpr std::string_view kPunctual = "has a wait that times out by the clock";
constexpr std::string_view kTooManyEvents = "has more than 4,096 events";
static_assert(kGraphEventsMax == 4096);
constexpr std::string_view kNotUnderstood = "has steps that are not understood";
constexpr std::string_view kTooHard = "is too hard to look into";
constexpr std::uint64_t kChecksMax = 200'000;  // of one execution

}  // namespace

std::unique_ptr<Finding> ReadsFromAnalysis::run(const Leaf& leaf, const PlanFollower& follower,
                                                const core::Execution& execution) {
  auto finding = std::make_unique<Finding>();
  finding->is_wanted = !follower.has_diverged();
  if (!finding->is_wanted) return finding;
  graph_.assign(execution, follower.seen(), options_);
  if (execution.hit_limit) finding->gap = kCutOff;
  if (!graph_.is_valid()) {
    finding->gap = graph_.size() >= kGraphEventsMax ? kTooManyEvents : kNotUnderstood;
    return finding;
  }
  if (options_.punctual_timeouts &&
      (!follower.seen().timeouts.empty() ||
       std::ranges::find(graph_.events(), GraphEvent::Kind::Timeout, &GraphEvent::kind) !=
           graph_.events().end())) {
    finding->gap = kPunctual;
  }
  finding->is_wanted = follow(leaf);
  if (!finding->is_wanted) return finding;

  finding_ = finding.get();
  search_.begin();
  base_.assign(graph_.words(), 0);
  for (std::size_t i = 0; i < path_.size(); ++i) look_again(i);
  made_.clear();
  alternatives_.clear();
  decided_ = base_;
  if (!events_.empty()) {
    decide_from(events_.back(), path_.back()->decision->position.look + 1);
  }
  for (std::uint32_t event = 0; event < graph_.size(); ++event) {
    if (!has_bit(decided_, event)) decide_from(event, 0);
  }
  keep(leaf.path);
  return finding;
}

// The path's decisions, and their events. False: the execution is another one than was planned.
bool ReadsFromAnalysis::follow(const Leaf& leaf) {
  path_.clear();
  events_.clear();
  for (const Path* one = leaf.path.get(); one != nullptr; one = one->before.get()) {
    path_.push_back(one);
  }
  std::ranges::reverse(path_);
  for (const Path* const one : path_) {
    const Position& position = one->decision->position;
    const std::uint32_t agent = graph_.find_agent(position.agent);
    if (agent == kNoNumber || graph_.agents()[agent].events.size() <= position.index) return false;
    const std::uint32_t number = graph_.agents()[agent].events[position.index];
    const auto looks = graph_.looks(graph_.event(number));
    if (looks.size() <= position.look || looks[position.look].identity != one->identity) {
      return false;
    }
    events_.push_back(number);
  }
  return true;
}

void ReadsFromAnalysis::look_again(std::size_t number) {
  const Path& one = *path_[number];
  const std::uint32_t look = one.decision->position.look;
  alternatives_.clear();
  decision_ = one.decision.get();
  find(events_[number], look);
  for (Alternative& alternative : alternatives_) {
    if (alternative.is_unknown) finding_->gap = kTooHard;
    finding_->branches.push_back({one.before, one.decision, std::move(alternative)});
  }
  add_decided(graph_, events_[number], look, base_);
}

void ReadsFromAnalysis::decide_from(std::uint32_t event, std::uint32_t look) {
  for (; look < graph_.event(event).look_count; ++look) decide(event, look);
}

void ReadsFromAnalysis::decide(std::uint32_t event, std::uint32_t look) {
  const GraphEvent& looking = graph_.event(event);
  const Look& looked = graph_.looks(looking)[look];
  if (looked.kind == LookKind::Woken) return;
  decision_ = nullptr;
  identity_ = looked.identity;
  find(event, look);
  made_.push_back({.position = {graph_.agents()[looking.agent].key, looking.index, look},
                   .identity = identity_,
                   .first = first_,
                   .count = alternatives_.size() - first_});
  add_decided(graph_, event, look, base_);
}

void ReadsFromAnalysis::find(std::uint32_t event, std::uint32_t look) {
  first_ = alternatives_.size();
  if (search_.checks() > kChecksMax) {
    finding_->gap = kTooHard;
    return;
  }
  search_.find(base_, event, look, *this);
}

bool ReadsFromAnalysis::is_known(std::uint64_t identity) const {
  if (decision_ == nullptr ? identity == identity_ : decision_->has_tried(identity)) return true;
  for (std::size_t i = first_; i < alternatives_.size(); ++i) {
    if (alternatives_[i].identity == identity) return true;
  }
  return false;
}

void ReadsFromAnalysis::keep(const std::shared_ptr<const Path>& path) {
  const auto is_open = [](const Alternative& alternative) {
    return alternative.is_possible || alternative.is_unknown;
  };
  const auto alternatives_of = [this](const Made& made) {
    return std::span(alternatives_).subspan(made.first, made.count);
  };
  while (!made_.empty() && std::ranges::none_of(alternatives_of(made_.back()), is_open)) {
    made_.pop_back();
  }
  std::shared_ptr<const Path> last = path;
  for (const Made& made : made_) {
    auto decision = std::make_shared<Decision>();
    decision->position = made.position;
    decision->try_now(made.identity);
    for (Alternative& alternative : alternatives_of(made)) {
      if (alternative.is_unknown) finding_->gap = kTooHard;
      if (is_open(alternative)) {
        finding_->branches.push_back({last, decision, std::move(alternative)});
      } else {
        decision->try_now(alternative.identity);
      }
    }
    last = std::make_shared<const Path>(Path{std::move(last), std::move(decision), made.identity});
  }
}

}  // namespace heddle::harness
