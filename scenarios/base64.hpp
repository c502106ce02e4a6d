// Base64 (RFC 4648, section 4, with padding): how a repro carries bytes that are not plain text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace heddle::scenarios {

[[nodiscard]] std::string encode_base64(std::string_view bytes);

// Line breaks and blanks are skipped. Nothing for anything that encode_base64 cannot have produced:
// other characters, missing padding, non-zero bits after the last byte.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace heddle::scenarios
