#include "wast/script.hpp"

#include <algorithm>

namespace heddle::wast {
namespace {

using core::Value;
using core::ValueKind;
using engine::HeapKind;

// Spec: syntax/values, "NaN". The sign is free.
bool is_nan(const core::Value& value, NanPattern pattern) {
  const bool is_f32 = value.kind == ValueKind::F32;
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

bool is_reference(ValueKind kind) { return kind >= ValueKind::FuncRef; }

// Whether a reference that is not null is below a heap type. Those of defined types are not told
// apart.
bool is_below(ValueKind kind, HeapKind heap) {
  switch (heap) {
    case HeapKind::Any:
      return kind == ValueKind::HostRef || is_below(kind, HeapKind::Eq);
    case HeapKind::Eq:
      return kind == ValueKind::I31Ref || kind == ValueKind::StructRef ||
             kind == ValueKind::ArrayRef;
    case HeapKind::I31:
      return kind == ValueKind::I31Ref;
    case HeapKind::Struct:
      return kind == ValueKind::StructRef;
    case HeapKind::Array:
      return kind == ValueKind::ArrayRef;
    case HeapKind::Func:
      return kind == ValueKind::FuncRef;
    case HeapKind::Extern:
      return kind == ValueKind::ExternRef;
    case HeapKind::Exn:
      return kind == ValueKind::ExnRef;
    case HeapKind::None:
    case HeapKind::NoFunc:
    case HeapKind::NoExtern:
    case HeapKind::NoExn:
    case HeapKind::Defined:
    case HeapKind::Bottom:
      return false;
  }
  return false;
}

// Lane `i` of a vector of two or four floats.
Value lane_of(const Value& vector, std::size_t i, std::size_t count) {
  if (count == 2) return Value::f64(i == 0 ? vector.low : vector.high);
  return Value::f32(static_cast<std::uint32_t>((i < 2 ? vector.low : vector.high) >> (i % 2 * 32)));
}

bool lanes_match(const ResultPattern& pattern, const Value& value) {
  const std::size_t count = pattern.lane_nans.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Value lane = lane_of(value, i, count);
    const NanPattern nan = pattern.lane_nans[i];
    if (nan == NanPattern::None ? lane != lane_of(pattern.value, i, count) : !is_nan(lane, nan)) {
      return false;
    }
  }
  return true;
}

std::string_view nan_text(NanPattern nan) {
  return nan == NanPattern::Canonical ? "nan:canonical" : "nan:arithmetic";
}

std::string lanes_text(const ResultPattern& pattern) {
  const std::size_t count = pattern.lane_nans.size();
  std::string text = count == 2 ? "v128:f64x2" : "v128:f32x4";
  for (std::size_t i = 0; i < count; ++i) {
    const NanPattern nan = pattern.lane_nans[i];
    const std::string lane = core::to_string(lane_of(pattern.value, i, count));
    text += ' ';
    text += nan == NanPattern::None ? lane.substr(lane.find(':') + 1) : std::string(nan_text(nan));
  }
  return text;
}

std::string nan_text(const ResultPattern& pattern) {
  const std::string type = pattern.value.kind == ValueKind::F32 ? "f32" : "f64";
  return type + ':' + std::string(nan_text(pattern.nan));
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
    case ResultPattern::Kind::Lanes:
      return value.kind == ValueKind::V128 && lanes_match(pattern, value);
    case ResultPattern::Kind::Reference:
      return !value.is_null && is_below(value.kind, pattern.heap);
    case ResultPattern::Kind::AnyRef:
      return !value.is_null && is_reference(value.kind);
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
    case ResultPattern::Kind::Lanes:
      return lanes_text(pattern);
    case ResultPattern::Kind::Reference:
      return std::string("any ref.") + keyword_of(pattern.heap);
    case ResultPattern::Kind::AnyRef:
      return "any ref";
    case ResultPattern::Kind::AnyNull:
      return "any ref.null";
    case ResultPattern::Kind::Either:
      return either_text(pattern);
  }
  return "";
}

}  // namespace heddle::wast
