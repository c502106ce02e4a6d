#include "harness/explore/reads_from_strategy.hpp"

namespace heddle::harness {

ReadsFromStrategy::ReadsFromStrategy(const ReadsFromOptions& options)
    : search_(std::make_unique<ReadsFromSearch>(options)),
      analysis_(std::make_unique<ReadsFromAnalysis>(options)) {}

bool ReadsFromStrategy::begin_execution() {
  if (is_exhausted()) return false;
  follower_.begin(&search_->leaf(number_).plan);
  return true;
}

void ReadsFromStrategy::end_execution(const core::Execution& execution) {
  const std::size_t size = search_->round_size();
  is_redundant_ = !search_->take(analysis_->run(search_->leaf(number_), follower_, execution));
  number_ = number_ + 1 == size ? 0 : number_ + 1;
}

Coverage ReadsFromStrategy::coverage() const {
  if (!is_exhausted()) return Coverage::Sampled;
  return search_->is_bounded() ? Coverage::Sampled : Coverage::Complete;
}

}  // namespace heddle::harness
