// Histories made of others: some of the operations, or one after the other in a given order.
#pragma once

#include <cstdint>
#include <span>

#include "core/history.hpp"

namespace heddle::harness {

// `operations`: ascending. Times and annotations stay.
[[nodiscard]] core::History part_of(const core::History& history,
                                    std::span<const std::uint32_t> operations);

// Each operation ends before the next one begins; those that nobody knew the end of have happened.
[[nodiscard]] core::History in_sequence(const core::History& history,
                                        std::span<const std::uint32_t> order);

}  // namespace heddle::harness
