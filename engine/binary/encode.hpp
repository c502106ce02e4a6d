// From Module to bytes: the inverse of decode. Spec: binary/*.
#pragma once

#include <string>

#include "engine/syntax/module.hpp"

namespace heddle::engine {

// Any module may be encoded, valid or not. decode(encode(m)) equals m up to offsets and source.
[[nodiscard]] std::string encode(const Module& module);

}  // namespace heddle::engine
