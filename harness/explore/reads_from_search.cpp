#include "harness/explore/reads_from_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace heddle::harness {

namespace {

// A round takes part of the pending branches, so that few of them pile up; not less than half, or
// there is nothing to share out while there are few.
constexpr std::size_t kRoundMax = 64;
constexpr std::size_t kBranchesPerRound = 2;  // pending ones, for each that is run

}  // namespace

ReadsFromSearch::ReadsFromSearch(const ReadsFromOptions& options) : options_(options) {
  round_.emplace_back();
}

bool ReadsFromSearch::take(std::unique_ptr<Finding> finding) {
  const bool is_wanted = finding->is_wanted;
  ++(is_wanted ? executions_ : redundant_);
  if (gap_.empty() && !finding->gap.empty()) {
    gap_ = fmt::format("execution {} {}", executions_, finding->gap);
  }
  findings_.push_back(std::move(finding));
  if (++taken_ == round_.size()) next_round();
  return is_wanted;
}

void ReadsFromSearch::next_round() {
  for (std::size_t i = 0; i < findings_.size(); ++i) {
    Finding& finding = *findings_[i];
    const std::size_t first = pool_.size();
    for (Branch& branch : finding.branches) {
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
  estimate_ = static_cast<double>(executions_);
  if (!pool_.empty()) estimate_ /= share_done_;
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

}  // namespace heddle::harness
