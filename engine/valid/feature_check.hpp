// Which features a module uses: the first that is switched off, and where. Spec: appendix "Change
// History" tells what came with which.
//
// A pass of its own, before validation, so that modules are validated by one set of rules and pay
// nothing where all features are on. The module may be invalid in any way.
//
// Messages read "simd is disabled: i32x4.add"; where WebAssembly without the feature has a rule
// that forbids what was found, its wording comes first ("multiple memories: ...").
#pragma once

#include "core/result.hpp"
#include "engine/syntax/features.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::engine {

[[nodiscard]] core::Result<void> check_features(const Module& module, Features features);

}  // namespace heddle::engine
