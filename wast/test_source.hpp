// Sources for tests.
#pragma once

#include <memory>
#include <string>

#include "core/source.hpp"

namespace heddle::wast {

inline std::shared_ptr<const core::Source> source_of(std::string text) {
  return std::make_shared<const core::Source>(
      core::Source{.file = "test.wast", .text = std::move(text)});
}

}  // namespace heddle::wast
