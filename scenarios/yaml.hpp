// A YAML document as a tree of plain values, each with its place in the text.
//
// A thin layer over yaml-cpp's event parser, so that the rest of this folder never sees an
// exception or a half-built node. What Heddle's files do not need is an error: aliases and anchors
// (a few lines of them can stand for gigabytes), tags, keys that are not scalars, more than one
// document.
//
// Invariants:
//   1. Keys of one mapping are pairwise different.
//   2. Depth and size are bounded (kDepthMax, kBytesMax), whatever the text.
//   3. Lines and columns count from 1; columns count bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace heddle::scenarios {

struct YamlNode {
  enum class Kind : std::uint8_t { Null, Scalar, Sequence, Mapping };
  // A literal block is `|`: its lines stand in the file one below the other.
  enum class Style : std::uint8_t { Plain, Quoted, Literal, Folded };

  Kind kind = Kind::Null;
  Style style = Style::Plain;   // of Scalar
  std::string text;             // of Scalar
  std::vector<YamlNode> keys;   // of Mapping: scalars
  std::vector<YamlNode> items;  // elements of Sequence; values of Mapping, in the order of `keys`
  core::Span span;
};

// "text", "a list", ...: what a node is, for messages.
[[nodiscard]] std::string_view describe(YamlNode::Kind kind);

inline constexpr std::size_t kYamlBytesMax = std::size_t{64} << 20;
inline constexpr std::size_t kYamlDepthMax = 32;

[[nodiscard]] core::Result<YamlNode> parse_yaml(std::string_view text, std::string_view file);

}  // namespace heddle::scenarios
