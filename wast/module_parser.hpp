// A module's fields to a Module; what parse_module and parse_script share.
#pragma once

#include <memory>
#include <string>

#include "core/result.hpp"
#include "core/source.hpp"
#include "engine/syntax/module.hpp"
#include "wast/cursor.hpp"

namespace heddle::wast {

// Fields up to the closing parenthesis of the module, which is not consumed, or the end of the
// text. `source` is what the cursor reads.
[[nodiscard]] core::Result<engine::Module> parse_module_fields(
    Cursor& cursor, const std::shared_ptr<const core::Source>& source, std::string name,
    const engine::Features& features);

// Offsets have 32 bits: what is longer is refused.
[[nodiscard]] core::Result<void> check_size(const core::Source& source);

}  // namespace heddle::wast
