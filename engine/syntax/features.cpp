#include "engine/syntax/features.hpp"

namespace heddle::engine {

std::string_view name_of(Feature feature) {
  switch (feature) {
    case Feature::Mvp:
      return "mvp";
    case Feature::MutableGlobals:
      return "mutable-globals";
    case Feature::SignExtension:
      return "sign-extension";
    case Feature::SaturatingFloatToInt:
      return "saturating-float-to-int";
    case Feature::MultiValue:
      return "multi-value";
    case Feature::BulkMemory:
      return "bulk-memory";
    case Feature::ReferenceTypes:
      return "reference-types";
    case Feature::Simd:
      return "simd";
    case Feature::RelaxedSimd:
      return "relaxed-simd";
    case Feature::TailCalls:
      return "tail-calls";
    case Feature::ExtendedConst:
      return "extended-const";
    case Feature::FunctionReferences:
      return "function-references";
    case Feature::Gc:
      return "gc";
    case Feature::Exceptions:
      return "exceptions";
    case Feature::MultiMemory:
      return "multi-memory";
    case Feature::Memory64:
      return "memory64";
    case Feature::Threads:
      return "threads";
    case Feature::WideArithmetic:
      return "wide-arithmetic";
    case Feature::CustomPageSizes:
      return "custom-page-sizes";
  }
  return "?";
}

std::optional<Feature> find_feature(std::string_view name) {
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    const auto feature = static_cast<Feature>(i);
    if (name_of(feature) == name) return feature;
  }
  return std::nullopt;
}

}  // namespace heddle::engine
