// Feature: a part of WebAssembly that can be switched on and off, by the name under which it was
// proposed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace heddle::engine {

// Columns of instructions.def name these; Mvp cannot be switched off.
enum class Feature : std::uint8_t {
  Mvp,
  MutableGlobals,
  SignExtension,
  SaturatingFloatToInt,
  MultiValue,
  BulkMemory,
  ReferenceTypes,
  Simd,
  RelaxedSimd,
  TailCalls,
  ExtendedConst,
  FunctionReferences,
  Gc,
  Exceptions,
  MultiMemory,
  Memory64,  // tables too
  Threads,
  WideArithmetic,
  CustomPageSizes,
};
inline constexpr std::size_t kFeatureCount = 19;

// A set of features.
class Features {
 public:
  // All of them.
  constexpr Features() = default;

  [[nodiscard]] constexpr bool has(Feature feature) const { return (off_ & bit(feature)) == 0; }
  [[nodiscard]] constexpr bool has_all() const { return off_ == 0; }
  constexpr void disable(Feature feature) {
    if (feature != Feature::Mvp) off_ |= bit(feature);
  }
  constexpr void enable(Feature feature) { off_ &= ~bit(feature); }
  constexpr bool operator==(const Features&) const = default;

 private:
  static constexpr std::uint32_t bit(Feature feature) {
    return std::uint32_t{1} << static_cast<unsigned>(feature);
  }
  std::uint32_t off_ = 0;
};

// What is standardised, and threads: without proposals that are on their way.
[[nodiscard]] constexpr Features standard_features() {
  Features features;
  features.disable(Feature::WideArithmetic);
  features.disable(Feature::CustomPageSizes);
  return features;
}

// WebAssembly 2.0 with threads, on which the threads proposal's own suite is based.
[[nodiscard]] constexpr Features wasm2_features() {
  Features features;
  for (const Feature newer :
       {Feature::RelaxedSimd, Feature::TailCalls, Feature::ExtendedConst,
        Feature::FunctionReferences, Feature::Gc, Feature::Exceptions, Feature::MultiMemory,
        Feature::Memory64, Feature::WideArithmetic, Feature::CustomPageSizes}) {
    features.disable(newer);
  }
  return features;
}

// "simd", "tail-calls", "custom-page-sizes": as the command line spells them.
[[nodiscard]] std::string_view name_of(Feature feature);
[[nodiscard]] std::optional<Feature> find_feature(std::string_view name);

}  // namespace heddle::engine
