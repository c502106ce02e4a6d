// Transitions: the states of a model that a search has met, as numbers, and what calls of a class
// do to them; the model is asked once for each.
//
// A class is what distinguishes calls for the model: operation, arguments, result, and the process
// if the model looks at it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/linear/rows.hpp"
#include "harness/models/calls.hpp"

namespace heddle::harness {

inline constexpr std::uint32_t kNoState = UINT32_MAX;

class Transitions {
 public:
  Transitions(const Model& model, const core::Data& data) : model_(&model), data_(&data) {}

  [[nodiscard]] std::uint32_t state_of(const ModelState& state) { return states_.number_of(state); }
  [[nodiscard]] std::uint32_t initial() { return state_of(model_->initial()); }
  [[nodiscard]] std::span<const std::int64_t> row(std::uint32_t state) const {
    return states_.row(state);
  }
  [[nodiscard]] std::size_t states() const { return states_.size(); }

  // The state behind `call`, which is of this class; or kNoState.
  [[nodiscard]] std::uint32_t step(std::uint32_t state, std::uint32_t call_class,
                                   const ModelCall& call) {
    const std::uint64_t key = std::uint64_t{state} << 32 | call_class;
    const std::uint64_t hash = mix_hash(0, key);
    const std::uint32_t found =
        index_.find(hash, [&](std::uint32_t i) { return known_[i].key == key; });
    return found != kNoItem ? known_[found].next : ask(key, hash, call);
  }

  [[nodiscard]] std::uint64_t bytes() const {
    return states_.bytes() + known_.capacity() * sizeof(Known) + index_.bytes();
  }

 private:
  struct Known {
    std::uint64_t key = 0;  // state and class
    std::uint32_t next = kNoState;
  };

  std::uint32_t ask(std::uint64_t key, std::uint64_t hash, const ModelCall& call);

  const Model* model_;
  const core::Data* data_;
  Rows states_;
  std::vector<Known> known_;
  FlatIndex index_;
  ModelState from_;
  ModelState next_;
};

}  // namespace heddle::harness
