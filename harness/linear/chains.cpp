#include "harness/linear/chains.hpp"

#include <algorithm>
#include <utility>

namespace heddle::harness {

std::uint32_t Chains::measure(Chain& chain) {
  std::uint32_t sealed = 0;  // behind the last invocation that belongs before the next step
  std::uint32_t latest = 0;
  std::uint32_t earliest = chain.is_initial ? 0 : kNone;
  for (std::uint32_t i = chain.first; i < chain.last; ++i) {
    const ModelCall& call = call_of(steps_[i]);
    if (steps_[i].is_writer) sealed = latest;
    if (call.ret < sealed) return i;
    latest = std::max(latest, call.call + 1);
    if (steps_[i].is_writer) sealed = latest;
    if (call.ret != kPending) earliest = std::min(earliest, call.ret + 1);
  }
  chain.first_return = earliest;
  chain.last_call = latest;
  return kNone;
}

// The step, and the writers that say where in the chain it belongs.
void Chains::explain_step(const Chain& chain, std::uint32_t step,
                          std::vector<std::uint32_t>& culprits) const {
  // That a pending writer did anything, what comes behind it says.
  while (call_of(steps_[step]).ret == kPending && step + 1 < chain.last) {
    culprits.push_back(steps_[step].call);
    ++step;
  }
  culprits.push_back(steps_[step].call);
  culprits.push_back(chain.evidence);
  const std::uint32_t last = chain.evidence == kNone ? step : chain.last;
  for (std::uint32_t i = chain.first; i < last; ++i) {
    if (steps_[i].is_writer) culprits.push_back(steps_[i].call);
  }
}

void Chains::explain_zone(const Chain& chain, std::vector<std::uint32_t>& culprits) const {
  if (chain.first == chain.last) return;
  std::uint32_t early = chain.first;
  std::uint32_t late = chain.first;
  for (std::uint32_t i = chain.first; i < chain.last; ++i) {
    if (call_of(steps_[i]).ret < call_of(steps_[early]).ret) early = i;
    if (call_of(steps_[i]).call > call_of(steps_[late]).call) late = i;
  }
  explain_step(chain, early, culprits);
  explain_step(chain, late, culprits);
}

std::optional<std::vector<std::uint32_t>> Chains::find_overlap() {
  std::vector<std::uint32_t> by_begin(calls_.ranks + 1, kNone);
  for (std::uint32_t i = 0; i < chains_.size(); ++i) {
    if (chains_[i].is_forward()) by_begin[chains_[i].first_return] = i;
  }
  const Chain* previous = nullptr;
  for (const std::uint32_t i : by_begin) {
    if (i == kNone) continue;
    const Chain& chain = chains_[i];
    if (previous != nullptr && chain.first_return < previous->last_call) {
      std::vector<std::uint32_t> culprits;
      explain_zone(*previous, culprits);
      explain_zone(chain, culprits);
      return culprits;
    }
    forward_.push_back(chain.held());
    previous = &chain;
  }
  return std::nullopt;
}

std::optional<std::vector<std::uint32_t>> Chains::find_misplaced() {
  for (std::size_t i = 0; i < chains_.size(); ++i) {
    Chain& chain = chains_[i];
    chain.last = i + 1 < chains_.size() ? chains_[i + 1].first : size();
    const std::uint32_t wrong = measure(chain);
    if (wrong == kNone) continue;
    // Readers of the same value belong neither before nor behind each other.
    std::uint32_t before = wrong;
    while (!steps_[wrong].is_writer && !steps_[before - 1].is_writer) --before;
    std::uint32_t late = chain.first;
    for (std::uint32_t j = chain.first; j < before; ++j) {
      if (call_of(steps_[j]).call > call_of(steps_[late]).call) late = j;
    }
    std::vector<std::uint32_t> culprits;
    explain_step(chain, wrong, culprits);
    explain_step(chain, late, culprits);
    return culprits;
  }
  return std::nullopt;
}

// A backward zone within a forward one. Forward zones do not overlap, so that only the last one
// that begins before it can hold it.
std::optional<std::vector<std::uint32_t>> Chains::find_enclosed() const {
  std::vector<std::uint32_t> end_of(calls_.ranks + 1, 0);
  for (const Interval& zone : forward_) end_of[zone.begin] = zone.end;
  std::uint32_t end = 0;
  for (std::uint32_t& last : end_of) last = end = std::max(end, last);
  for (const Chain& chain : chains_) {
    if (chain.is_forward() || chain.first == chain.last) continue;
    const Interval zone{chain.last_call - 1, std::min(chain.first_return, calls_.ranks + 1) - 1};
    if (zone.end > end_of[zone.begin]) continue;
    std::vector<std::uint32_t> culprits;
    explain_zone(chain, culprits);
    for (const Chain& other : chains_) {
      const Interval held = other.held();
      const bool holds_it = held.begin <= zone.begin && zone.end <= held.end;
      if (other.is_forward() && holds_it) explain_zone(other, culprits);
    }
    return culprits;
  }
  return std::nullopt;
}

Decision Chains::decide(std::string_view decider, bool wants_witness) {
  if (auto culprits = find_misplaced()) return fail(decider, *std::move(culprits));
  if (auto culprits = find_overlap()) return fail(decider, *std::move(culprits));
  if (auto culprits = find_enclosed()) return fail(decider, *std::move(culprits));
  return pass(decider, wants_witness ? make_witness() : std::vector<std::uint32_t>{});
}

// In one segment: forward chains that end there, then backward ones as a whole, then the forward
// one that begins there.
std::vector<std::uint32_t> Chains::make_witness() const {
  const Gaps gaps(calls_.ranks + 1, forward_);
  Placement placement;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> begun;
  for (const std::uint32_t call : idle_) placement.place(call, calls_.calls[call].call);
  for (const Chain& chain : chains_) {
    if (!chain.is_forward()) continue;
    // first_return is the segment behind the first return, plus one.
    std::uint32_t segment = chain.first_return < 2 ? 0 : chain.first_return - 2;
    const std::uint32_t first = segment;
    for (std::uint32_t i = chain.first; i < chain.last;) {
      // Readers between two writers have no order among themselves but that of time.
      std::uint32_t behind = segment;
      const bool is_writer = steps_[i].is_writer;
      do {
        const std::uint32_t at = std::max(segment, call_of(steps_[i]).call);
        behind = std::max(behind, at);
        if (at == first && chain.first_return >= 2) {
          begun.emplace_back(steps_[i].call, at);
        } else {
          placement.place(steps_[i].call, at);
        }
        ++i;
      } while (!is_writer && i < chain.last && !steps_[i].is_writer);
      segment = behind;
    }
  }
  for (const Chain& chain : chains_) {
    if (chain.is_forward() || chain.first == chain.last) continue;
    const std::uint32_t segment = gaps.next(chain.last_call - 1);
    for (std::uint32_t i = chain.first; i < chain.last; ++i) {
      placement.place(steps_[i].call, segment);
    }
  }
  for (const auto& [call, segment] : begun) placement.place(call, segment);
  return placement.order();
}

}  // namespace heddle::harness
