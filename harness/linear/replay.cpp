#include "harness/linear/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace heddle::harness {

core::Result<void> replay_witness(const Calls& calls, std::span<const std::uint32_t> witness,
                                  const Model& model, const ModelState& initial) {
  std::vector<bool> is_placed(calls.calls.size(), false);
  std::uint32_t latest = 0;  // invocation so far
  ModelState state = initial;
  ModelState next;
  for (const std::uint32_t index : witness) {
    if (index >= calls.calls.size()) return core::make_error(fmt::format("no call {}", index));
    const ModelCall& call = calls.calls[index];
    if (is_placed[index]) return core::make_error(fmt::format("call {} comes twice", index));
    is_placed[index] = true;
    if (call.ret < latest) {
      return core::make_error(fmt::format("call {} returned before one placed ahead of it", index));
    }
    latest = std::max(latest, call.call);
    if (!model.step(state, call, *calls.data, next)) {
      return core::make_error(fmt::format("the model does not explain call {}", index));
    }
    std::swap(state, next);
  }
  for (std::uint32_t index = 0; index < calls.calls.size(); ++index) {
    if (!is_placed[index] && calls.calls[index].ret != kPending) {
      return core::make_error(fmt::format("call {} is missing", index));
    }
  }
  return {};
}

}  // namespace heddle::harness
