// Locals: the types of a function's parameters and locals by index, and which of those without a
// default value have been set. Spec: appendix "Validation Algorithm", "initialization stack".
//
// Locals stay run-length coded: five bytes of a module can declare thousands, and expanding them
// for each function would be quadratic. Only the first few are laid out, for speed.
//
// Invariant: `is_set_` is true for those in `order_` only, so that nothing needs clearing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/syntax/module.hpp"
#include "engine/valid/limits.hpp"
#include "engine/valid/type_code.hpp"

namespace heddle::engine {

class Locals {
 public:
  // False if there are more than kLocalsMax. `parameters` must outlive the use.
  [[nodiscard]] bool reset(Types parameters, const std::vector<LocalRun>& runs) {
    reset_to(0);
    first_.assign(parameters.begin(), parameters.end());
    parameters_ = first_.size();
    runs_.clear();
    std::uint64_t count = parameters.size();
    for (const LocalRun& run : runs) {
      count += run.count;
      if (count > kLocalsMax) return false;
      const TypeCode type = encode(run.type);
      runs_.push_back({.end = static_cast<std::uint32_t>(count), .type = type});
      const std::uint64_t laid_out = std::min<std::uint64_t>(count, kLaidOutMax);
      if (laid_out > first_.size()) first_.resize(laid_out, type);
    }
    return true;
  }

  [[nodiscard]] std::optional<TypeCode> find(std::uint32_t index) const {
    if (index < first_.size()) [[likely]]
      return first_[index];
    const auto run = std::ranges::upper_bound(runs_, index, {}, &Run::end);
    if (run == runs_.end()) return std::nullopt;
    return run->type;
  }

  // Of a local that exists and whose type has no default value.
  [[nodiscard]] bool is_set(std::uint32_t index) const {
    return index < parameters_ || (index < is_set_.size() && is_set_[index]);
  }
  void set(std::uint32_t index) {
    if (is_set(index)) return;
    if (index >= is_set_.size()) is_set_.resize(std::size_t{index} + 1);
    is_set_[index] = true;
    order_.push_back(index);
  }
  // How many have been set; reset_to forgets all later ones.
  [[nodiscard]] std::uint32_t height() const { return static_cast<std::uint32_t>(order_.size()); }
  void reset_to(std::uint32_t height) {
    for (; order_.size() > height; order_.pop_back()) is_set_[order_.back()] = false;
  }

 private:
  static constexpr std::uint64_t kLaidOutMax = 64;
  struct Run {
    std::uint32_t end = 0;  // the index after its last local
    TypeCode type = 0;
  };
  std::vector<TypeCode> first_;  // parameters, and locals up to kLaidOutMax in all
  std::size_t parameters_ = 0;
  std::vector<Run> runs_;
  std::vector<bool> is_set_;
  std::vector<std::uint32_t> order_;
};

}  // namespace heddle::engine
