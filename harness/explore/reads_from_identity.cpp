// The names of events, answers and classes: invariant 2 of reads_from_graph.hpp.
#include <algorithm>

#include "harness/explore/reads_from_graph.hpp"

namespace heddle::harness {

namespace {

constexpr std::uint64_t kInitialIdentity = 0x1217;

}  // namespace

std::uint32_t ReadsFromGraph::find_agent(std::uint64_t key) const {
  const auto found = std::ranges::find(agents_, key, &GraphAgent::key);
  return found == agents_.end() ? kNoNumber : static_cast<std::uint32_t>(found - agents_.begin());
}

std::uint64_t ReadsFromGraph::identity_of(std::int32_t writer) const {
  return writer == kInitial ? kInitialIdentity : events_[static_cast<std::size_t>(writer)].identity;
}

// Neighbouring cells with one writer count as one: how a region is cut depends on the execution.
std::uint64_t ReadsFromGraph::look_identity(std::uint64_t entry, LookKind kind,
                                            std::span<const CellSource> sources,
                                            std::span<const std::uint64_t> identities) const {
  const auto identity = [&](std::size_t i) {
    return identities.empty() ? identity_of(sources[i].writer) : identities[i];
  };
  std::uint64_t digest = mixed(entry, static_cast<std::uint64_t>(kind));
  if (kind == LookKind::Calls) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (identity(i) != kInitialIdentity) sum += mixed(0xca11, identity(i));
    }
    return mixed(digest, sum);
  }
  for (std::size_t i = 0; i < sources.size();) {
    const Cell& first = cells_[sources[i].cell];
    std::uint64_t end = first.end;
    std::size_t next = i + 1;
    while (next < sources.size() && identity(next) == identity(i) &&
           cells_[sources[next].cell].begin == end) {
      end = cells_[sources[next++].cell].end;
    }
    digest = mixed(mixed(mixed(digest, first.begin), end), identity(i));
    i = next;
  }
  return digest;
}

std::uint64_t ReadsFromGraph::class_identity() const {
  std::uint64_t sum = 0;
  for (const GraphAgent& agent : agents_) {
    if (!agent.events.empty()) sum += mixed(0xa9e4, events_[agent.events.back()].identity);
  }
  return sum;
}

}  // namespace heddle::harness
