#include "wast/script.hpp"

#include <algorithm>

namespace heddle::wast {
namespace {

// Spec: syntax/values, "NaN". The sign is free.
bool is_nan(const core::Value& value, NanPattern pattern) {
  const bool is_f32 = value.kind == core::ValueKind::F32;
  const std::uint64_t sign = is_f32 ? 0x8000'0000 : 0x8000'0000'0000'0000;
  const std::uint64_t canonical = is_f32 ? 0x7fc0'0000 : 0x7ff8'0000'0000'0000;
  switch (pattern) {
    case NanPattern::None:
      return false;
    case NanPattern::Canonical:
      return (value.low & ~sign) == canonical;
    case NanPattern::Arithmetic:
      return (value.low & canonical) == canonical;
  }
  return false;
}

bool is_reference(core::ValueKind kind) {
  return kind == core::ValueKind::FuncRef || kind == core::ValueKind::ExternRef;
}

std::string nan_text(const ResultPattern& pattern) {
  const std::string type = pattern.value.kind == core::ValueKind::F32 ? "f32" : "f64";
  return type + (pattern.nan == NanPattern::Canonical ? ":nan:canonical" : ":nan:arithmetic");
}

std::string either_text(const ResultPattern& pattern) {
  std::string text;
  for (const ResultPattern& alternative : pattern.alternatives) {
    if (!text.empty()) text += " or ";
    text += to_string(alternative);
  }
  return "(" + text + ")";
}

}  // namespace

bool matches(const ResultPattern& pattern, const core::Value& value) {
  switch (pattern.kind) {
    case ResultPattern::Kind::Value:
      return value == pattern.value;
    case ResultPattern::Kind::Nan:
      return value.kind == pattern.value.kind && is_nan(value, pattern.nan);
    case ResultPattern::Kind::AnyFunc:
      return value.kind == core::ValueKind::FuncRef && !value.is_null;
    case ResultPattern::Kind::AnyExtern:
      return value.kind == core::ValueKind::ExternRef && !value.is_null;
    case ResultPattern::Kind::AnyNull:
      return is_reference(value.kind) && value.is_null;
    case ResultPattern::Kind::Either:
      return std::ranges::any_of(pattern.alternatives, [&](const ResultPattern& alternative) {
        return matches(alternative, value);
      });
  }
  return false;
}

std::string to_string(const ResultPattern& pattern) {
  switch (pattern.kind) {
    case ResultPattern::Kind::Value:
      return core::to_string(pattern.value);
    case ResultPattern::Kind::Nan:
      return nan_text(pattern);
    case ResultPattern::Kind::AnyFunc:
      return "any ref.func";
    case ResultPattern::Kind::AnyExtern:
      return "any ref.extern";
    case ResultPattern::Kind::AnyNull:
      return "any ref.null";
    case ResultPattern::Kind::Either:
      return either_text(pattern);
  }
  return "";
}

}  // namespace heddle::wast
