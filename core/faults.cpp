#include "core/faults.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace heddle::core {
namespace {

constexpr std::string_view kPunctual = "punctual_timeouts";
constexpr std::array kFlags{std::pair{std::string_view("memory_grow"), &Faults::memory_grow},
                            std::pair{std::string_view("table_grow"), &Faults::table_grow},
                            std::pair{std::string_view("spawn"), &Faults::spawn},
                            std::pair{std::string_view("collections"), &Faults::collections},
                            std::pair{std::string_view("call_depth"), &Faults::call_depth},
                            std::pair{std::string_view("clock_jumps"), &Faults::clock_jumps}};

}  // namespace

std::vector<std::string> names_of(const Faults& faults) {
  std::vector<std::string> names;
  for (const auto& [name, flag] : kFlags) {
    if (faults.*flag) names.emplace_back(name);
  }
  if (!faults.early_timeouts) names.emplace_back(kPunctual);
  return names;
}

bool set_fault(Faults& faults, std::string_view name) {
  if (name == kPunctual) {
    faults.early_timeouts = false;
    return true;
  }
  const auto found = std::ranges::find(kFlags, name, &decltype(kFlags)::value_type::first);
  if (found == kFlags.end()) return false;
  faults.*(found->second) = true;
  return true;
}

}  // namespace heddle::core
