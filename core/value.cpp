#include "core/value.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>

namespace heddle::core {
namespace {

// `payload_bits`: the width of the significand's field, which is a NaN's payload.
template <typename Float, typename Bits>
std::string float_text(Bits bits, int payload_bits) {
  const auto number = std::bit_cast<Float>(bits);
  const char* const sign = std::signbit(number) ? "-" : "";
  if (std::isnan(number)) {
    const Bits payload = bits & ((Bits{1} << payload_bits) - 1);
    return fmt::format("{}nan:{:#x}", sign, payload);
  }
  if (std::isinf(number)) return fmt::format("{}inf", sign);
  return fmt::format("{:a}", static_cast<double>(number));
}

std::string v128_text(const Value& value) {
  return fmt::format("v128:i32x4 0x{:08x} 0x{:08x} 0x{:08x} 0x{:08x}", value.low & 0xffff'ffff,
                     value.low >> 32, value.high & 0xffff'ffff, value.high >> 32);
}

}  // namespace

std::string to_string(const Value& value) {
  switch (value.kind) {
    case ValueKind::I32:
      return fmt::format("i32:{}", static_cast<std::int32_t>(value.low));
    case ValueKind::I64:
      return fmt::format("i64:{}", static_cast<std::int64_t>(value.low));
    case ValueKind::F32:
      return "f32:" + float_text<float>(static_cast<std::uint32_t>(value.low), 23);
    case ValueKind::F64:
      return "f64:" + float_text<double>(value.low, 52);
    case ValueKind::V128:
      return v128_text(value);
    case ValueKind::FuncRef:
      return value.is_null ? "ref.null func" : fmt::format("ref.func #{}", value.low);
    case ValueKind::ExternRef:
      if (value.is_null) return "ref.null extern";
      if (value.high == 2) return fmt::format("ref.extern i31 {}", value.low);
      return fmt::format("ref.extern {}{}", value.high != 0 ? "#" : "", value.low);
    case ValueKind::AnyRef:
      return "ref.null any";
    case ValueKind::I31Ref:
      return fmt::format("ref.i31 {}", value.low);
    case ValueKind::StructRef:
      return fmt::format("ref.struct #{}", value.low);
    case ValueKind::ArrayRef:
      return fmt::format("ref.array #{}", value.low);
    case ValueKind::HostRef:
      return fmt::format("ref.host {}", value.low);
    case ValueKind::ExnRef:
      return value.is_null ? "ref.null exn" : fmt::format("ref.exn #{}", value.low);
  }
  return "?";
}

}  // namespace heddle::core
