#include "harness/explore/portfolio.hpp"

#include <utility>

#include "core/check.hpp"

namespace heddle::harness {

PortfolioStrategy::PortfolioStrategy(std::vector<std::unique_ptr<Strategy>> members,
                                     std::vector<std::size_t> turns)
    : members_(std::move(members)), turns_(std::move(turns)) {
  HEDDLE_CHECK(!turns_.empty());
  for (const std::size_t turn : turns_) HEDDLE_CHECK(members_[turn]->is_numbered());
}

bool PortfolioStrategy::begin_execution() {
  present_ = turns_[next_ % turns_.size()];
  present().seek(next_++);
  return present().begin_execution();
}

}  // namespace heddle::harness
