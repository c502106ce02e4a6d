// Words of models as texts for people.
#pragma once

#include <cstdint>
#include <string>

#include "harness/models/model.hpp"

namespace heddle::harness {

[[nodiscard]] std::string word_text(const core::Data& data, const Model& model, std::int64_t word);
// What the call returns: "empty" of a container that has nothing.
[[nodiscard]] std::string result_text(const core::Data& data, const Model& model,
                                      const ModelCall& call, std::int64_t result);
// "0", "2469 2471", "empty"; long ones are cut.
[[nodiscard]] std::string state_text(const core::Data& data, const Model& model,
                                     const ModelState& state);

}  // namespace heddle::harness
