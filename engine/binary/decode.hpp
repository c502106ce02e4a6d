// From bytes to Module. Spec: binary/*.
//
// Never crashes, hangs or allocates more than a constant factor of the input, whatever the bytes
// are. Error messages begin with the specification's ("unexpected end", "integer too large", "magic
// header not detected", ...); their spans carry the byte offset.
#pragma once

#include <memory>

#include "core/result.hpp"
#include "core/source.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::engine {

// `source->text` holds the bytes. Custom sections are kept; function names are read from the name
// section, and a malformed name section is ignored, as the specification allows. `features` matters
// only where the format itself does: without multi-memory, for example, a memory index is a byte
// that must be zero; all else that is switched off is for `validate` to find.
[[nodiscard]] core::Result<Module> decode(std::shared_ptr<const core::Source> source,
                                          Features features = {});

}  // namespace heddle::engine
