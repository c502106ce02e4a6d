#include "harness/linear/transitions.hpp"

namespace heddle::harness {

std::uint32_t Transitions::ask(std::uint64_t key, std::uint64_t hash, const ModelCall& call) {
  const std::span<const std::int64_t> from = row(static_cast<std::uint32_t>(key >> 32));
  from_.assign(from.begin(), from.end());
  const bool can_be = model_->step(from_, call, *data_, next_);
  const std::uint32_t next = can_be ? states_.number_of(next_) : kNoState;
  index_.insert(hash, static_cast<std::uint32_t>(known_.size()));
  known_.push_back({.key = key, .next = next});
  return next;
}

}  // namespace heddle::harness
