#include "harness/linear/shared_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/rng.hpp"
#include "harness/linear/decide.hpp"

namespace heddle::harness {

namespace {

using core::VerdictKind;

// What one searcher calls its states and wide sets, in the numbers of all.
class SharedNumbers {
 public:
  template <typename Ask>
  std::uint32_t of(std::uint64_t own, const Ask& ask) {
    if (own >= known_.size()) known_.resize(own + 1, kNoItem);
    if (known_[own] == kNoItem) known_[own] = ask();
    return known_[own];
  }

 private:
  std::vector<std::uint32_t> known_;
};

// Between a searcher and the table of all.
class Translator : public Refuted {
 public:
  Translator(const Explorer& explorer, RefutedPositions& all) : explorer_(explorer), all_(all) {}

  bool contains(const Position& position) override { return all_.contains(shared(position)); }
  void add(const Position& position) override { all_.add(shared(position)); }

 private:
  Position shared(const Position& position) {
    return {.next_return = position.next_return,
            .state = states_.of(
                position.state,
                [&] { return all_.number_of_state(explorer_.transitions().row(position.state)); }),
            .placed = set(explorer_.slot_masks(), position.placed, slots_),
            .used = set(explorer_.pending_masks(), position.used, pending_)};
  }

  Mask set(const Masks& masks, Mask mask, SharedNumbers& numbers) {
    if (masks.words() <= 1) return mask;
    return numbers.of(mask, [&] {
      words_.clear();
      for (std::size_t i = 0; i < masks.words(); ++i) {
        words_.push_back(static_cast<std::int64_t>(masks.word(mask, i)));
      }
      return all_.number_of_set(words_);
    });
  }

  const Explorer& explorer_;
  RefutedPositions& all_;
  SharedNumbers states_;
  SharedNumbers slots_;
  SharedNumbers pending_;
  std::vector<std::int64_t> words_;
};

}  // namespace

RefutedPositions::RefutedPositions(const SearchPlan& plan, std::uint64_t bytes_max)
    : sets_{.is_wide = plan.pending.size() > 64}, bytes_max_(bytes_max) {}

bool RefutedPositions::contains(const Position& position) {
  Shard& shard = shard_of(position);
  const std::scoped_lock lock(shard.mutex);
  return shard.positions.is_dominated(position, sets_);
}

void RefutedPositions::add(const Position& position) {
  if (bytes_ > bytes_max_) return;
  Shard& shard = shard_of(position);
  const std::scoped_lock lock(shard.mutex);
  const std::uint64_t before = shard.positions.bytes();
  shard.positions.enter(position, sets_);
  bytes_ += shard.positions.bytes() - before;
}

std::uint32_t RefutedPositions::number_of_state(std::span<const std::int64_t> state) {
  const std::scoped_lock lock(mutex_);
  return states_.number_of(state);
}

std::uint32_t RefutedPositions::number_of_set(std::span<const std::int64_t> words) {
  const std::scoped_lock lock(mutex_);
  return set_rows_.number_of(words);
}

SharedSearch::SharedSearch(const Calls& calls, const Model& model, const DecideOptions& options,
                           std::size_t searchers)
    : calls_(&calls),
      model_(&model),
      options_(&options),
      searchers_(searchers),
      plan_(plan_search(calls, model)),
      refuted_(plan_, options.bytes_max / (searchers + 1)) {}

bool SharedSearch::should_stop() {
  if (stops_ || nodes_ > options_->nodes_max) return true;
  if (options_->should_stop && options_->should_stop()) was_stopped_ = true;
  return was_stopped_;
}

void SharedSearch::run(std::size_t searcher) {
  DecideOptions own = *options_;
  own.bytes_max = options_->bytes_max / (searchers_ + 1);
  Explorer explorer(*calls_, *model_, plan_, own);
  std::uint64_t counted = 0;
  const auto count = [&] { nodes_ += explorer.nodes() - std::exchange(counted, explorer.nodes()); };
  own.should_stop = [&] {
    count();
    return should_stop();
  };
  Translator translator(explorer, refuted_);
  if (searchers_ > 1) explorer.share(&translator);
  if (searcher > 0) explorer.shuffle(core::Rng::stream(0, searcher));
  explorer.begin();
  const VerdictKind kind = explorer.next_end();
  count();
  record(searcher, explorer, kind);
}

void SharedSearch::record(std::size_t searcher, const Explorer& explorer, VerdictKind kind) {
  const std::scoped_lock lock(mutex_);
  furthest_return_ = std::max(furthest_return_, explorer.furthest_return());
  if (stops_) return;
  if (kind == VerdictKind::Pass && searcher > 0 && options_->wants_witness) {
    has_other_witness_ = true;
    other_witness_ = explorer.order();
    return;
  }
  stops_ = true;
  decision_.kind = kind;
  if (kind == VerdictKind::Pass && options_->wants_witness) decision_.witness = explorer.order();
}

Decision SharedSearch::decision() const {
  Decision decision = decision_;
  decision.decider = "search";
  switch (decision.kind) {
    case VerdictKind::Pass:
      break;
    case VerdictKind::Fail:
      decision.culprits = calls_before(*calls_, calls_->calls[plan_.returns[furthest_return_]].ret);
      break;
    case VerdictKind::Unknown:
      if (has_other_witness_) {
        decision.kind = VerdictKind::Pass;
        decision.witness = other_witness_;
      } else if (was_stopped_) {
        decision.cause = "stopped";
      } else if (nodes_ > options_->nodes_max) {
        decision.cause = fmt::format("undecided after {} positions", options_->nodes_max);
      } else {
        decision.cause = fmt::format("undecided within {} bytes", options_->bytes_max);
      }
      break;
  }
  return decision;
}

}  // namespace heddle::harness
