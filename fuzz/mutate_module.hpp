// Mutations of binary modules that keep them binary modules.
//
// A changed byte nearly always makes a module malformed. So the targets that want to get behind the
// decoder change the module instead: it is decoded, an instruction, a constant, a type or a limit
// is changed, and the result is encoded. Half of the mutations are libFuzzer's own, of the bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/rng.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::fuzz {

void mutate(engine::Module& module, core::Rng& rng);

// For LLVMFuzzerCustomMutator: same parameters, same result.
std::size_t mutate_binary(std::uint8_t* data, std::size_t size, std::size_t size_max,
                          unsigned int seed);

// For LLVMFuzzerCustomCrossOver: functions of the second module in the first.
std::size_t cross_binaries(const std::uint8_t* data1, std::size_t size1, const std::uint8_t* data2,
                           std::size_t size2, std::uint8_t* out, std::size_t size_max,
                           unsigned int seed);

}  // namespace heddle::fuzz
