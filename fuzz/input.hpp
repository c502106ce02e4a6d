// For fuzz targets: the bytes under test as what the readers take, and laws that stop the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/source.hpp"

namespace heddle::fuzz {

[[nodiscard]] inline std::string text_of(const std::uint8_t* data, std::size_t size) {
  return {data, data + size};
}

[[nodiscard]] inline std::shared_ptr<const core::Source> source_of(const std::uint8_t* data,
                                                                   std::size_t size, bool is_text) {
  return std::make_shared<const core::Source>(
      core::Source{.file = "input", .text = text_of(data, size), .is_text = is_text});
}

// A law that must hold whatever the input is. Says which does not, and aborts: a finding.
void require(bool holds, std::string_view law, std::string_view detail = {});

}  // namespace heddle::fuzz
