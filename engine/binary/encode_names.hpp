// The name section. Spec: appendix "Custom Sections", "Name Section". Internal to engine/binary.
#pragma once

#include "engine/binary/writer.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::engine {

// Names come before the other custom sections, and are written even if empty when one of those is
// called "name" too: decode takes names from the first such section and keeps the others.
[[nodiscard]] bool needs_names(const Module& module);

// The section's content, its name included.
void encode_names(Writer& out, const Module& module);

}  // namespace heddle::engine
