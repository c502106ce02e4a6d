// LocalTypes: the types of a function's parameters and locals, by index.
//
// Locals stay run-length coded: five bytes of a module can declare thousands, and expanding them
// for each function would be quadratic.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/syntax/module.hpp"
#include "engine/valid/limits.hpp"

namespace heddle::engine {

class LocalTypes {
 public:
  // False if there are more than kLocalsMax. `type` must outlive the table's use.
  [[nodiscard]] bool reset(const FunctionType& type, const std::vector<LocalRun>& runs) {
    parameters_ = &type.parameters;
    runs_.clear();
    std::uint64_t count = type.parameters.size();
    for (const LocalRun& run : runs) {
      count += run.count;
      if (count > kLocalsMax) return false;
      runs_.push_back({.end = static_cast<std::uint32_t>(count), .type = run.type});
    }
    return true;
  }

  [[nodiscard]] std::optional<ValueType> find(std::uint32_t index) const {
    if (index < parameters_->size()) return (*parameters_)[index];
    const auto run = std::ranges::upper_bound(runs_, index, {}, &Run::end);
    if (run == runs_.end()) return std::nullopt;
    return run->type;
  }

 private:
  struct Run {
    std::uint32_t end = 0;  // the index after its last local
    ValueType type;
  };
  const std::vector<ValueType>* parameters_ = nullptr;
  std::vector<Run> runs_;
};

}  // namespace heddle::engine
