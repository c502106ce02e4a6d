// Numerics: what every numeric instruction computes. Spec: exec/numerics.
//
// One definition per operation for all types that have it, chosen by the mnemonic's part behind the
// dot; integers are std::uint32_t and std::uint64_t, bits of two's complement.
//
// Invariants:
//   1. Every NaN that float arithmetic produces is the positive canonical one, although the
//      specification leaves payload and sign open: traces may not depend on processor or compiler.
//      (abs, neg, copysign and reinterpretations work on bits, as the specification demands.)
//   2. Operations that may trap have a `..._trap` function, to be asked first.
//   3. No undefined behaviour for any operand.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

#include "engine/exec/trap.hpp"
#include "engine/valid/signature.hpp"

namespace heddle::engine {

template <TypeKind kind>
using ValueOf = std::conditional_t<
    kind == TypeKind::I32, std::uint32_t,
    std::conditional_t<kind == TypeKind::I64, std::uint64_t,
                       std::conditional_t<kind == TypeKind::F32, float, double>>>;
template <Opcode opcode, std::size_t n>
using OperandOf = ValueOf<signature(opcode).operands[n].kind>;
template <Opcode opcode>
using ResultOf = ValueOf<signature(opcode).result.kind>;

// "add" of i32.add.
[[nodiscard]] constexpr std::string_view operation_name(Opcode opcode) {
  const std::string_view mnemonic = info(opcode).mnemonic;
  return mnemonic.substr(mnemonic.find('.') + 1);
}
[[nodiscard]] constexpr bool is_signed_operation(Opcode opcode) {
  return operation_name(opcode).ends_with("_s");
}

template <typename T>
using SignedOf = std::make_signed_t<T>;
template <typename F>
using BitsOf = std::conditional_t<std::is_same_v<F, float>, std::uint32_t, std::uint64_t>;

template <typename F>
inline constexpr BitsOf<F> kSignBit = BitsOf<F>{1} << (8 * sizeof(F) - 1);

template <typename F>
[[nodiscard]] inline F canonical_nan() {
  return std::bit_cast<F>(static_cast<BitsOf<F>>(std::is_same_v<F, float>
                                                     ? std::uint64_t{0x7fc0'0000}
                                                     : std::uint64_t{0x7ff8'0000'0000'0000}));
}
// By the bits: which bits a NaN has that arithmetic produces is for compilers to choose, so that
// one may take `isnan(x) ? canonical : x` for x.
template <typename F>
[[nodiscard]] inline F canonicalise(F x) {
  constexpr auto kInfinity = std::bit_cast<BitsOf<F>>(std::numeric_limits<F>::infinity());
  const auto magnitude = std::bit_cast<BitsOf<F>>(x) & ~kSignBit<F>;
  if (magnitude > kInfinity) [[unlikely]]
    return canonical_nan<F>();
  return x;
}

template <typename F>
[[nodiscard]] inline F minimum(F x, F y) {
  if (std::isnan(x) || std::isnan(y)) return canonical_nan<F>();
  if (x == y) {  // of zeros, the negative one
    return std::bit_cast<F>(std::bit_cast<BitsOf<F>>(x) | std::bit_cast<BitsOf<F>>(y));
  }
  return x < y ? x : y;
}
template <typename F>
[[nodiscard]] inline F maximum(F x, F y) {
  if (std::isnan(x) || std::isnan(y)) return canonical_nan<F>();
  if (x == y) {
    return std::bit_cast<F>(std::bit_cast<BitsOf<F>>(x) & std::bit_cast<BitsOf<F>>(y));
  }
  return x > y ? x : y;
}

template <typename F>
[[nodiscard]] inline F square_root(F x) {
#if defined(__clang__)
  return __builtin_elementwise_sqrt(x);  // does not set errno
#else
  return std::sqrt(x);
#endif
}

template <Opcode opcode, typename F>
[[nodiscard]] inline F float_binary(F x, F y) {
  constexpr std::string_view kName = operation_name(opcode);
  if constexpr (kName == "add") {
    return canonicalise(x + y);
  } else if constexpr (kName == "sub") {
    return canonicalise(x - y);
  } else if constexpr (kName == "mul") {
    return canonicalise(x * y);
  } else if constexpr (kName == "div") {
    return canonicalise(x / y);
  } else if constexpr (kName == "min") {
    return minimum(x, y);
  } else if constexpr (kName == "max") {
    return maximum(x, y);
  } else {
    static_assert(kName == "copysign");
    return std::bit_cast<F>((std::bit_cast<BitsOf<F>>(x) & ~kSignBit<F>) |
                            (std::bit_cast<BitsOf<F>>(y) & kSignBit<F>));
  }
}

template <Opcode opcode, typename T>
[[nodiscard]] inline Trap binary_trap(T x, T y) {
  if constexpr (!std::is_floating_point_v<T>) {
    constexpr std::string_view kName = operation_name(opcode);
    if constexpr (kName.starts_with("div_") || kName.starts_with("rem_")) {
      if (y == 0) [[unlikely]]
        return Trap::IntegerDivideByZero;
    }
    if constexpr (kName == "div_s") {
      constexpr T kMin = T{1} << (8 * sizeof(T) - 1);
      if (x == kMin && y == static_cast<T>(-1)) [[unlikely]]
        return Trap::IntegerOverflow;
    }
  }
  return Trap::None;
}

template <Opcode opcode, typename T>
[[nodiscard]] inline T integer_binary(T x, T y) {
  constexpr std::string_view kName = operation_name(opcode);
  using S = SignedOf<T>;
  constexpr int kBits = 8 * static_cast<int>(sizeof(T));
  const int count = static_cast<int>(y & (kBits - 1));
  if constexpr (kName == "add") {
    return x + y;
  } else if constexpr (kName == "sub") {
    return x - y;
  } else if constexpr (kName == "mul") {
    return x * y;
  } else if constexpr (kName == "div_s") {
    return static_cast<T>(static_cast<S>(x) / static_cast<S>(y));
  } else if constexpr (kName == "div_u") {
    return x / y;
  } else if constexpr (kName == "rem_s") {
    return y == static_cast<T>(-1) ? 0 : static_cast<T>(static_cast<S>(x) % static_cast<S>(y));
  } else if constexpr (kName == "rem_u") {
    return x % y;
  } else if constexpr (kName == "and") {
    return x & y;
  } else if constexpr (kName == "or") {
    return x | y;
  } else if constexpr (kName == "xor") {
    return x ^ y;
  } else if constexpr (kName == "shl") {
    return x << count;
  } else if constexpr (kName == "shr_s") {
    return static_cast<T>(static_cast<S>(x) >> count);
  } else if constexpr (kName == "shr_u") {
    return x >> count;
  } else if constexpr (kName == "rotl") {
    return std::rotl(x, count);
  } else {
    static_assert(kName == "rotr");
    return std::rotr(x, count);
  }
}

template <Opcode opcode, typename T>
[[nodiscard]] inline T binary(T x, T y) {
  if constexpr (std::is_floating_point_v<T>) {
    return float_binary<opcode>(x, y);
  } else {
    return integer_binary<opcode>(x, y);
  }
}

template <Opcode opcode, typename T>
[[nodiscard]] inline bool compare(T x, T y) {
  constexpr std::string_view kName = operation_name(opcode);
  if constexpr (is_signed_operation(opcode)) {
    const auto a = static_cast<SignedOf<T>>(x);
    const auto b = static_cast<SignedOf<T>>(y);
    if constexpr (kName == "lt_s") return a < b;
    if constexpr (kName == "gt_s") return a > b;
    if constexpr (kName == "le_s") return a <= b;
    if constexpr (kName == "ge_s") return a >= b;
  } else if constexpr (kName == "eq") {
    return x == y;
  } else if constexpr (kName == "ne") {
    return x != y;
  } else if constexpr (kName.starts_with("lt")) {
    return x < y;
  } else if constexpr (kName.starts_with("gt")) {
    return x > y;
  } else if constexpr (kName.starts_with("le")) {
    return x <= y;
  } else {
    static_assert(kName.starts_with("ge"));
    return x >= y;
  }
}

// Sign-extends the lowest bits, the width of Narrow.
template <typename Narrow, typename T>
[[nodiscard]] inline T extend_signed(T x) {
  return static_cast<T>(static_cast<SignedOf<T>>(static_cast<Narrow>(x)));
}

template <Opcode opcode, typename T>
[[nodiscard]] inline T unary(T x) {
  constexpr std::string_view kName = operation_name(opcode);
  if constexpr (kName == "clz") {
    return static_cast<T>(std::countl_zero(x));
  } else if constexpr (kName == "ctz") {
    return static_cast<T>(std::countr_zero(x));
  } else if constexpr (kName == "popcnt") {
    return static_cast<T>(std::popcount(x));
  } else if constexpr (kName == "extend8_s") {
    return extend_signed<std::int8_t>(x);
  } else if constexpr (kName == "extend16_s") {
    return extend_signed<std::int16_t>(x);
  } else if constexpr (kName == "extend32_s") {
    return extend_signed<std::int32_t>(x);
  } else if constexpr (kName == "abs") {
    return std::bit_cast<T>(std::bit_cast<BitsOf<T>>(x) & ~kSignBit<T>);
  } else if constexpr (kName == "neg") {
    return std::bit_cast<T>(std::bit_cast<BitsOf<T>>(x) ^ kSignBit<T>);
  } else if constexpr (kName == "ceil") {
    return canonicalise(std::ceil(x));
  } else if constexpr (kName == "floor") {
    return canonicalise(std::floor(x));
  } else if constexpr (kName == "trunc") {
    return canonicalise(std::trunc(x));
  } else if constexpr (kName == "nearest") {
    return canonicalise(std::nearbyint(x));  // ties to even: the rounding mode is never changed
  } else {
    static_assert(kName == "sqrt");
    return canonicalise(square_root(x));
  }
}

// The operation `eqz`.
template <typename T>
[[nodiscard]] inline bool test(T x) {
  return x == 0;
}

// Whether truncating x gives an integer that the target type (signed or not) can represent.
template <typename To, bool is_signed, typename F>
[[nodiscard]] inline bool is_below_range(F x) {
  if constexpr (!is_signed) return x <= F{-1};
  constexpr F kMin = static_cast<F>(std::numeric_limits<SignedOf<To>>::min());
  // Where the float type cannot represent min - 1, no number lies between it and min.
  if constexpr (kMin - F{1} == kMin) {
    return x < kMin;
  } else {
    return x <= kMin - F{1};
  }
}
template <typename To, bool is_signed, typename F>
[[nodiscard]] inline bool is_above_range(F x) {
  constexpr int kValueBits = 8 * static_cast<int>(sizeof(To)) - (is_signed ? 1 : 0);
  constexpr F kHalf = static_cast<F>(To{1} << (kValueBits - 1));
  return x >= kHalf * F{2};
}
// x must be in range.
template <typename To, bool is_signed, typename F>
[[nodiscard]] inline To truncate(F x) {
  if constexpr (is_signed) {
    return static_cast<To>(static_cast<SignedOf<To>>(x));
  } else {
    return static_cast<To>(x);
  }
}

template <Opcode opcode, typename From>
[[nodiscard]] inline Trap convert_trap(From x) {
  constexpr std::string_view kName = operation_name(opcode);
  if constexpr (kName.starts_with("trunc_f")) {
    using To = ResultOf<opcode>;
    constexpr bool kSigned = is_signed_operation(opcode);
    if (std::isnan(x)) [[unlikely]]
      return Trap::InvalidConversionToInteger;
    if (is_below_range<To, kSigned>(x) || is_above_range<To, kSigned>(x)) [[unlikely]] {
      return Trap::IntegerOverflow;
    }
  }
  return Trap::None;
}

template <typename To, bool is_signed, typename F>
[[nodiscard]] inline To truncate_saturating(F x) {
  using Limits = std::numeric_limits<std::conditional_t<is_signed, SignedOf<To>, To>>;
  if (std::isnan(x)) return 0;
  if (is_below_range<To, is_signed>(x)) return static_cast<To>(Limits::min());
  if (is_above_range<To, is_signed>(x)) return static_cast<To>(Limits::max());
  return truncate<To, is_signed>(x);
}

template <Opcode opcode, typename From>
[[nodiscard]] inline ResultOf<opcode> convert(From x) {
  using To = ResultOf<opcode>;
  constexpr std::string_view kName = operation_name(opcode);
  constexpr bool kSigned = is_signed_operation(opcode);
  if constexpr (kName == "wrap_i64" || kName == "extend_i32_u") {
    return static_cast<To>(x);
  } else if constexpr (kName == "extend_i32_s") {
    return static_cast<To>(static_cast<SignedOf<To>>(static_cast<SignedOf<From>>(x)));
  } else if constexpr (kName.starts_with("trunc_f")) {
    return truncate<To, kSigned>(x);
  } else if constexpr (kName.starts_with("trunc_sat_")) {
    return truncate_saturating<To, kSigned>(x);
  } else if constexpr (kName.starts_with("convert_")) {
    if constexpr (kSigned) {
      return static_cast<To>(static_cast<SignedOf<From>>(x));
    } else {
      return static_cast<To>(x);
    }
  } else if constexpr (kName.starts_with("demote_") || kName.starts_with("promote_")) {
    return canonicalise(static_cast<To>(x));
  } else {
    static_assert(kName.starts_with("reinterpret_"));
    return std::bit_cast<To>(x);
  }
}

}  // namespace heddle::engine
