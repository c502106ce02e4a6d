// Typed reading of YAML nodes. Every error names the place, what was expected and what is allowed.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "scenarios/yaml.hpp"

namespace heddle::scenarios {

[[nodiscard]] std::unexpected<core::Error> error_at(const YamlNode& node, std::string message);

// `what` completes the sentence "... is expected": "the name of a process".
[[nodiscard]] core::Result<std::string> text_of(const YamlNode& node, std::string_view what);
[[nodiscard]] core::Result<std::uint64_t> number_of(const YamlNode& node, std::string_view what,
                                                    std::uint64_t max = UINT64_MAX);
[[nodiscard]] core::Result<std::int64_t> integer_of(const YamlNode& node, std::string_view what);
[[nodiscard]] core::Result<void> check_sequence(const YamlNode& node, std::string_view what);

// A mapping all of whose keys are known. Refers to the node, which must outlive it.
class Fields {
 public:
  [[nodiscard]] static core::Result<Fields> of(const YamlNode& node, std::string_view what,
                                               std::initializer_list<std::string_view> allowed);

  // Null if the key is absent.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
  [[nodiscard]] core::Result<const YamlNode*> require(std::string_view key) const;
  [[nodiscard]] const YamlNode& node() const { return *node_; }

 private:
  Fields(const YamlNode& node, std::string_view what) : node_(&node), what_(what) {}
  const YamlNode* node_;
  std::string what_;
};

}  // namespace heddle::scenarios
