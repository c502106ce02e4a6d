// ReadsFromAnalysis: what one execution tells a search about others. See reads_from_search.hpp.
//
// The decisions on the way to the execution are looked at again, because its events may be read
// where those of the executions before could not; and all that it has decided itself is looked at
// for the first time. Decisions of its own are kept only up to the last one that something else
// can come of: nothing ever comes back to those behind it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/explore/alternatives.hpp"

namespace heddle::harness {

// Shared by all branches; changed only between rounds.
struct Decision {
  Position position;
  std::vector<std::uint64_t> tried;  // ordered

  [[nodiscard]] bool has_tried(std::uint64_t identity) const {
    return std::ranges::binary_search(tried, identity);
  }
  bool try_now(std::uint64_t identity) {
    const auto place = std::ranges::lower_bound(tried, identity);
    if (place != tried.end() && *place == identity) return false;
    tried.insert(place, identity);
    return true;
  }
};

// A decision and its answer, behind others.
struct Path {
  std::shared_ptr<const Path> before;
  std::shared_ptr<Decision> decision;
  std::uint64_t identity = 0;
};

// An execution that is to be run.
struct Leaf {
  std::shared_ptr<const Path> path;  // null: the root
  Plan plan;
  double share = 1;
};

struct Branch {
  std::shared_ptr<const Path> before;
  std::shared_ptr<Decision> decision;
  Alternative alternative;
};

struct Finding {
  bool is_wanted = true;  // it has followed its path
  std::string_view gap;   // what was left out; empty: nothing
  std::vector<Branch> branches;
};

// Each thread has its own, for one execution after the other: their room is kept.
class ReadsFromAnalysis final : private AlternativesTo {
 public:
  explicit ReadsFromAnalysis(const ReadsFromOptions& options) : options_(options) {}

  // What an execution by the leaf's plan brings. Nothing else is changed.
  [[nodiscard]] std::unique_ptr<Finding> run(const Leaf& leaf, const PlanFollower& follower,
                                             const core::Execution& execution);

 private:
  // A decision that this execution has made itself.
  struct Made {
    Position position;
    std::uint64_t identity = 0;
    std::size_t first = 0;  // of its alternatives
    std::size_t count = 0;
  };

  [[nodiscard]] bool follow(const Leaf& leaf);
  void look_again(std::size_t number);
  void decide_from(std::uint32_t event, std::uint32_t look);
  void decide(std::uint32_t event, std::uint32_t look);
  void find(std::uint32_t event, std::uint32_t look);
  void keep(const std::shared_ptr<const Path>& path);

  [[nodiscard]] bool is_known(std::uint64_t identity) const override;
  void take(Alternative alternative) override { alternatives_.push_back(std::move(alternative)); }

  ReadsFromOptions options_;
  ReadsFromGraph graph_;
  Alternatives search_{graph_};
  Finding* finding_ = nullptr;
  std::vector<const Path*> path_;      // of the leaf, from the root
  std::vector<std::uint32_t> events_;  // of the path
  std::vector<std::uint64_t> base_;    // what has been decided
  std::vector<std::uint64_t> decided_;
  std::vector<Made> made_;
  std::vector<Alternative> alternatives_;
  // Of the decision that is looked at.
  const Decision* decision_ = nullptr;  // null: a new one,
  std::uint64_t identity_ = 0;          // and its answer
  std::size_t first_ = 0;               // of its alternatives
};

}  // namespace heddle::harness
