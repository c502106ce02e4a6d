// From Module to text: the inverse of parse_module. Spec: text/*.
//
// Any module may be printed, valid or not. The text is canonical: equal modules give equal text.
//   1. One instruction per line, unfolded, indented by nesting (to a depth that keeps the text's
//      size in proportion to the module's).
//   2. parse_module(print(m)) equals m up to offsets and source, or it is an error. What text
//   cannot
//      say is left out and is none of m's meaning (names that are empty, taken twice, of nothing or
//      no UTF-8, how locals were grouped), or it does not parse (alignments and page sizes above
//      2^63, more than kLocalsPrintedMax locals). docs/formats/wast.md has the list.
//   3. Only printable ASCII and newlines: no name can damage a terminal.
#pragma once

#include <cstdint>
#include <string>

#include "engine/syntax/module.hpp"

namespace heddle::wast {

// Of all functions together. Some bytes of a binary module can stand for 2^32 locals each, and text
// has to write them one by one; what is too much prints as "...".
inline constexpr std::uint64_t kLocalsPrintedMax = std::uint64_t{1} << 24;

[[nodiscard]] std::string print(const engine::Module& module);

}  // namespace heddle::wast
