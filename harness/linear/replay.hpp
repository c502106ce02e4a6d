// Replay: checks a witness by definition, without any of the cleverness that found it.
//
// 1. Each call that returned is in the order once; each pending one at most once.
// 2. No call comes behind one that was invoked after its return.
// 3. The model explains the calls in this order.
#pragma once

#include <cstdint>
#include <span>

#include "core/result.hpp"
#include "harness/models/calls.hpp"

namespace heddle::harness {

// The error says which call is wrong, by its index.
[[nodiscard]] core::Result<void> replay_witness(const Calls& calls,
                                                std::span<const std::uint32_t> witness,
                                                const Model& model, const ModelState& initial);

}  // namespace heddle::harness
