// The outcome of a call that ends with an exception: "uncaught exception: tag $name (i32:1)".
#pragma once

#include <span>

#include "core/outcome.hpp"
#include "engine/runtime/store.hpp"

namespace heddle::engine {

// A tag without a name is told by its number in the store: "tag 3".
[[nodiscard]] core::Outcome uncaught(const Store& store, const TagInstance& tag,
                                     std::span<const Slot> values);

}  // namespace heddle::engine
