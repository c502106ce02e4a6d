// Repro <-> YAML. The form is described in docs/formats/repro.md.
//
// Laws: parse_repro(print_repro(r)) == r, for every byte string in it; print_repro(r) is valid YAML
// whose long texts (program, schedule) stand in literal blocks where they are text at all.
#pragma once

#include <string>
#include <string_view>

#include "core/repro.hpp"
#include "core/result.hpp"

namespace heddle::scenarios {

[[nodiscard]] std::string print_repro(const core::Repro& repro);

[[nodiscard]] core::Result<core::Repro> parse_repro(std::string_view text, std::string_view file);

// Whether a text is a repro at all, rather than a scenario: by its first key.
[[nodiscard]] bool looks_like_repro(std::string_view text);

}  // namespace heddle::scenarios
