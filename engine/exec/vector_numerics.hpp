// Vector numerics: what every instruction on v128 computes, but for memory accesses. Spec:
// exec/numerics, "Vector Operations" and "Relaxed Operations".
//
// One definition per operation for all shapes that have it, chosen by the mnemonic: lanes by what
// is before the dot, the operation, its signedness and the lanes it reads by what is behind it.
//
// Invariants:
//   1. As in numerics.hpp: NaNs that arithmetic makes are the positive canonical one (pmin, pmax,
//      abs and neg work on bits), and there is no undefined behaviour for any operand.
//   2. Relaxed operations have the one behaviour that the deterministic profile fixes: madd and
//      nmadd round twice, min, max, q15mulr, trunc and swizzle are those that are not relaxed,
//      laneselect takes single bits, and the dot product's second operand is signed and its sums
//      of two are saturated.
//   3. Lanes are in little-endian order: lane 0 is the lowest bits of `low`.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

#include "engine/exec/access.hpp"
#include "engine/exec/numerics.hpp"

namespace heddle::engine {

struct V128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  constexpr bool operator==(const V128&) const = default;
};
static_assert(sizeof(V128) == 16 && std::endian::native == std::endian::little);

template <typename T>
inline constexpr std::size_t kLanes = sizeof(V128) / sizeof(T);
template <typename T>
using Lanes = std::array<T, kLanes<T>>;
template <typename T>
[[nodiscard]] inline Lanes<T> lanes_of(V128 vector) {
  return std::bit_cast<Lanes<T>>(vector);
}
template <typename T>
[[nodiscard]] inline V128 vector_of(const Lanes<T>& lanes) {
  return std::bit_cast<V128>(lanes);
}

// "i16x8": unsigned integers of that width, or floats.
template <bool is_float, std::size_t bits>
using LaneOfShape = std::conditional_t<is_float, std::conditional_t<bits == 32, float, double>,
                                       UnsignedOf<bits / 8>>;
[[nodiscard]] constexpr std::size_t lane_bits(std::string_view shape) {
  std::size_t bits = 0;
  for (const char digit : shape.substr(1)) {
    if (digit < '0' || digit > '9') break;
    bits = 10 * bits + static_cast<std::size_t>(digit - '0');
  }
  return bits;
}

// The lanes of an opcode's result (of its operand, if that is not a vector): of what is before the
// dot. "v128" is taken for two lanes.
[[nodiscard]] constexpr std::string_view shape_name(Opcode opcode) {
  const std::string_view mnemonic = info(opcode).mnemonic;
  return mnemonic.starts_with("v128") ? "i64x2" : mnemonic.substr(0, mnemonic.find('.'));
}
template <Opcode opcode>
using LaneOf = LaneOfShape<shape_name(opcode).starts_with('f'), lane_bits(shape_name(opcode))>;

// "i8x16..." of extend_low_i8x16_s; empty if the operation names no second shape.
[[nodiscard]] constexpr std::string_view source_shape(Opcode opcode) {
  const std::string_view name = operation_name(opcode);
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    const bool is_letter = name[i] == 'i' || name[i] == 'f';
    if (name[i - 1] == '_' && is_letter && name[i + 1] >= '0' && name[i + 1] <= '9') {
      return name.substr(i);
    }
  }
  return {};
}
template <Opcode opcode>
using SourceLaneOf =
    LaneOfShape<source_shape(opcode).starts_with('f'), lane_bits(source_shape(opcode))>;

// Behind the last shape or operation: "_s", or "_s_zero".
[[nodiscard]] constexpr bool is_signed_vector_operation(Opcode opcode) {
  return is_signed_operation(opcode) || operation_name(opcode).ends_with("_s_zero");
}

// "add" of i16x8.add, and of relaxed operations the one they behave like.
[[nodiscard]] constexpr std::string_view vector_operation_name(Opcode opcode) {
  constexpr std::string_view kRelaxed = "relaxed_";
  const std::string_view name = operation_name(opcode);
  return name.starts_with(kRelaxed) ? name.substr(kRelaxed.size()) : name;
}

// Calls f(i) for each lane. A compiler that unrolls so short a loop before it looks for vectors
// finds none; where there are but two lanes, it does.
template <std::size_t count>
inline void for_each_lane(auto&& f) {
  if constexpr (count <= 2) {
    for (std::size_t i = 0; i < count; ++i) f(i);
  } else {
#if defined(__clang__)
#pragma clang loop unroll(disable)
#endif
    for (std::size_t i = 0; i < count; ++i) f(i);
  }
}

// Calls f(lane of x), f(lane of x, lane of y).
template <typename T>
[[nodiscard]] inline V128 map_lanes(V128 x, auto&& f) {
  Lanes<T> lanes = lanes_of<T>(x);
  for_each_lane<kLanes<T>>([&](std::size_t i) { lanes[i] = f(lanes[i]); });
  return vector_of<T>(lanes);
}
template <typename T>
[[nodiscard]] inline V128 map_lanes(V128 x, V128 y, auto&& f) {
  Lanes<T> lanes = lanes_of<T>(x);
  const Lanes<T> others = lanes_of<T>(y);
  for_each_lane<kLanes<T>>([&](std::size_t i) { lanes[i] = f(lanes[i], others[i]); });
  return vector_of<T>(lanes);
}

template <typename To, bool is_signed, typename From>
[[nodiscard]] inline To widen(From x) {
  static_assert(sizeof(To) > sizeof(From));
  if constexpr (is_signed) {
    return static_cast<To>(static_cast<SignedOf<To>>(static_cast<SignedOf<From>>(x)));
  } else {
    return x;
  }
}

// To the nearest number that T, signed or not, can represent.
template <typename T, bool is_signed>
[[nodiscard]] inline T saturate(std::int32_t x) {
  using Limits = std::numeric_limits<std::conditional_t<is_signed, SignedOf<T>, T>>;
  return static_cast<T>(std::clamp<std::int32_t>(x, Limits::min(), Limits::max()));
}

// A lane of 8 or 16 bits as a number.
template <bool is_signed, typename T>
[[nodiscard]] inline std::int32_t number_of(T x) {
  static_assert(sizeof(T) < sizeof(std::int32_t));
  if constexpr (is_signed) {
    return static_cast<SignedOf<T>>(x);
  } else {
    return x;
  }
}

// Operations on single lanes.

template <Opcode opcode, typename T>
[[nodiscard]] inline T integer_lane(T x, T y) {
  constexpr std::string_view kName = vector_operation_name(opcode);
  constexpr bool kSigned = is_signed_vector_operation(opcode);
  [[maybe_unused]] const auto is_less = [&] {
    if constexpr (kSigned) {
      return static_cast<SignedOf<T>>(x) < static_cast<SignedOf<T>>(y);
    } else {
      return x < y;
    }
  };
  if constexpr (kName == "add") {
    return static_cast<T>(x + y);
  } else if constexpr (kName == "sub") {
    return static_cast<T>(x - y);
  } else if constexpr (kName == "mul") {
    return static_cast<T>(1U * x * y);  // not in int, which may overflow
  } else if constexpr (kName.starts_with("add_sat")) {
    return saturate<T, kSigned>(number_of<kSigned>(x) + number_of<kSigned>(y));
  } else if constexpr (kName.starts_with("sub_sat")) {
    return saturate<T, kSigned>(number_of<kSigned>(x) - number_of<kSigned>(y));
  } else if constexpr (kName.starts_with("min_")) {
    return is_less() ? x : y;
  } else if constexpr (kName.starts_with("max_")) {
    return is_less() ? y : x;
  } else if constexpr (kName == "avgr_u") {
    return static_cast<T>((number_of<false>(x) + number_of<false>(y) + 1) >> 1);
  } else {
    static_assert(kName == "q15mulr_sat_s" || kName == "q15mulr_s");
    return saturate<T, true>((number_of<true>(x) * number_of<true>(y) + 0x4000) >> 15);
  }
}

template <Opcode opcode, typename F>
[[nodiscard]] inline F float_lane(F x, F y) {
  constexpr std::string_view kName = vector_operation_name(opcode);
  if constexpr (kName == "pmin") {
    return y < x ? y : x;
  } else if constexpr (kName == "pmax") {
    return x < y ? y : x;
  } else if constexpr (kName == "min") {
    return minimum(x, y);
  } else if constexpr (kName == "max") {
    return maximum(x, y);
  } else {
    return float_binary<opcode>(x, y);
  }
}

// By the types alone: widening, truncation (which saturates), conversion to floats and between
// them.
template <Opcode opcode, typename To, typename From>
[[nodiscard]] inline To converted_lane(From x) {
  constexpr bool kSigned = is_signed_vector_operation(opcode);
  if constexpr (std::is_floating_point_v<From>) {
    if constexpr (std::is_floating_point_v<To>) {
      return canonicalise(static_cast<To>(x));
    } else {
      return truncate_saturating<To, kSigned>(x);
    }
  } else if constexpr (!std::is_floating_point_v<To>) {
    return widen<To, kSigned>(x);
  } else if constexpr (kSigned) {
    return static_cast<To>(static_cast<SignedOf<From>>(x));
  } else {
    return static_cast<To>(x);
  }
}

// Instructions, by shape of the table.

// Each lane of the result from the lane of the operand, or of its upper half, in the same place; 0
// where there is none.
template <Opcode opcode>
[[nodiscard]] inline V128 converted(V128 x) {
  using From = SourceLaneOf<opcode>;
  using To = LaneOf<opcode>;
  constexpr std::size_t kBegin = operation_name(opcode).contains("_high_") ? kLanes<From> / 2 : 0;
  const Lanes<From> from = lanes_of<From>(x);
  Lanes<To> to{};
  for_each_lane<std::min(kLanes<To>, kLanes<From> - kBegin)>(
      [&](std::size_t i) { to[i] = converted_lane<opcode, To>(from[kBegin + i]); });
  return vector_of<To>(to);
}

template <typename To, bool is_signed, typename From>
[[nodiscard]] inline V128 pairwise_sums(V128 x) {
  const Lanes<From> from = lanes_of<From>(x);
  Lanes<To> to{};
  for_each_lane<kLanes<To>>([&](std::size_t i) {
    to[i] =
        static_cast<To>(widen<To, is_signed>(from[2 * i]) + widen<To, is_signed>(from[2 * i + 1]));
  });
  return vector_of<To>(to);
}

template <Opcode opcode>
[[nodiscard]] inline V128 vector_unary(V128 x) {
  using T = LaneOf<opcode>;
  constexpr std::string_view kName = vector_operation_name(opcode);
  if constexpr (kName.starts_with("extadd_pairwise_")) {
    return pairwise_sums<T, is_signed_vector_operation(opcode), SourceLaneOf<opcode>>(x);
  } else if constexpr (!source_shape(opcode).empty()) {
    return converted<opcode>(x);
  } else if constexpr (std::is_floating_point_v<T> || kName == "popcnt") {
    return map_lanes<T>(x, [](T lane) { return unary<opcode>(lane); });
  } else if constexpr (kName == "abs") {
    return map_lanes<T>(x, [](T lane) {
      return static_cast<T>(static_cast<SignedOf<T>>(lane) < 0 ? 0U - lane : lane);
    });
  } else if constexpr (kName == "neg") {
    return map_lanes<T>(x, [](T lane) { return static_cast<T>(0U - lane); });
  } else {
    static_assert(kName == "not");
    return {.low = ~x.low, .high = ~x.high};
  }
}

template <Opcode opcode>
[[nodiscard]] inline V128 narrowed(V128 x, V128 y) {
  using From = SourceLaneOf<opcode>;
  using To = LaneOf<opcode>;
  constexpr bool kSigned = is_signed_vector_operation(opcode);  // the result; the operands are
  const Lanes<SignedOf<From>> low = lanes_of<SignedOf<From>>(x);
  const Lanes<SignedOf<From>> high = lanes_of<SignedOf<From>>(y);
  Lanes<To> to{};
  for_each_lane<kLanes<From>>([&](std::size_t i) {
    to[i] = saturate<To, kSigned>(low[i]);
    to[i + kLanes<From>] = saturate<To, kSigned>(high[i]);
  });
  return vector_of<To>(to);
}

template <Opcode opcode>
[[nodiscard]] inline V128 extended_product(V128 x, V128 y) {
  using From = SourceLaneOf<opcode>;
  using To = LaneOf<opcode>;
  constexpr bool kSigned = is_signed_vector_operation(opcode);
  constexpr std::size_t kBegin = operation_name(opcode).contains("_high_") ? kLanes<To> : 0;
  const Lanes<From> left = lanes_of<From>(x);
  const Lanes<From> right = lanes_of<From>(y);
  Lanes<To> to{};
  for_each_lane<kLanes<To>>([&](std::size_t i) {
    to[i] = static_cast<To>(1U * widen<To, kSigned>(left[kBegin + i]) *
                            widen<To, kSigned>(right[kBegin + i]));
  });
  return vector_of<To>(to);
}

// Sums of two products of signed lanes. They can be too large for a lane of the result only where
// all four factors are the least numbers: then they wrap, but those of relaxed instructions do not.
template <typename To, typename From>
[[nodiscard]] inline V128 dot_product(V128 x, V128 y) {
  static_assert(sizeof(To) == 2 * sizeof(From));
  const Lanes<From> left = lanes_of<From>(x);
  const Lanes<From> right = lanes_of<From>(y);
  Lanes<To> to{};
  for_each_lane<kLanes<To>>([&](std::size_t i) {
    const std::size_t j = 2 * i;
    const std::int32_t first = number_of<true>(left[j]) * number_of<true>(right[j]);
    const std::int32_t second = number_of<true>(left[j + 1]) * number_of<true>(right[j + 1]);
    if constexpr (std::is_same_v<To, std::uint32_t>) {
      to[i] = static_cast<To>(first) + static_cast<To>(second);
    } else {
      to[i] = saturate<To, true>(first + second);
    }
  });
  return vector_of<To>(to);
}

[[nodiscard]] inline V128 swizzled(V128 x, V128 y) {
  const Lanes<std::uint8_t> lanes = lanes_of<std::uint8_t>(x);
  return map_lanes<std::uint8_t>(y, [&](std::uint8_t index) {
    return static_cast<std::uint8_t>(index < lanes.size() ? lanes[index & 15U] : 0);
  });
}

[[nodiscard]] constexpr bool is_vector_comparison(Opcode opcode) {
  const std::string_view name = vector_operation_name(opcode);
  constexpr std::array<std::string_view, 6> kNames{"eq", "ne", "lt", "gt", "le", "ge"};
  return std::ranges::find(kNames, name.substr(0, 2)) != kNames.end() &&
         (name.size() == 2 || name[2] == '_');
}

// All bits of a lane for what holds, none for what does not.
template <Opcode opcode>
[[nodiscard]] inline V128 compared(V128 x, V128 y) {
  using T = LaneOf<opcode>;
  using Mask = UnsignedOf<sizeof(T)>;
  const Lanes<T> left = lanes_of<T>(x);
  const Lanes<T> right = lanes_of<T>(y);
  Lanes<Mask> masks{};
  for_each_lane<kLanes<T>>([&](std::size_t i) {
    masks[i] = compare<opcode>(left[i], right[i]) ? static_cast<Mask>(~Mask{0}) : Mask{0};
  });
  return vector_of<Mask>(masks);
}

template <Opcode opcode>
[[nodiscard]] inline V128 vector_binary(V128 x, V128 y) {
  using T = LaneOf<opcode>;
  constexpr std::string_view kName = vector_operation_name(opcode);
  if constexpr (is_vector_comparison(opcode)) {
    return compared<opcode>(x, y);
  } else if constexpr (kName == "and") {
    return {.low = x.low & y.low, .high = x.high & y.high};
  } else if constexpr (kName == "andnot") {
    return {.low = x.low & ~y.low, .high = x.high & ~y.high};
  } else if constexpr (kName == "or") {
    return {.low = x.low | y.low, .high = x.high | y.high};
  } else if constexpr (kName == "xor") {
    return {.low = x.low ^ y.low, .high = x.high ^ y.high};
  } else if constexpr (kName == "swizzle") {
    return swizzled(x, y);
  } else if constexpr (kName.starts_with("narrow_")) {
    return narrowed<opcode>(x, y);
  } else if constexpr (kName.starts_with("extmul_")) {
    return extended_product<opcode>(x, y);
  } else if constexpr (kName.starts_with("dot_")) {
    return dot_product<T, SourceLaneOf<opcode>>(x, y);
  } else if constexpr (std::is_floating_point_v<T>) {
    return map_lanes<T>(x, y, [](T left, T right) { return float_lane<opcode>(left, right); });
  } else {
    return map_lanes<T>(x, y, [](T left, T right) { return integer_lane<opcode>(left, right); });
  }
}

// Bits of x where the mask has them set, of y elsewhere.
[[nodiscard]] inline V128 bit_select(V128 x, V128 y, V128 mask) {
  return {.low = (x.low & mask.low) | (y.low & ~mask.low),
          .high = (x.high & mask.high) | (y.high & ~mask.high)};
}

template <Opcode opcode>
[[nodiscard]] inline V128 vector_ternary(V128 x, V128 y, V128 z) {
  using T = LaneOf<opcode>;
  constexpr std::string_view kName = vector_operation_name(opcode);
  if constexpr (kName == "bitselect" || kName == "laneselect") {
    return bit_select(x, y, z);
  } else if constexpr (kName == "madd" || kName == "nmadd") {
    constexpr BitsOf<T> kSign = kName == "madd" ? 0 : kSignBit<T>;
    const V128 product = map_lanes<T>(x, y, [](T left, T right) {
      return std::bit_cast<T>(std::bit_cast<BitsOf<T>>(left) ^ kSign) * right;
    });
    return map_lanes<T>(product, z, [](T left, T right) { return canonicalise(left + right); });
  } else {
    static_assert(opcode == Opcode::I32x4RelaxedDotI8x16I7x16AddS);
    const V128 sums = dot_product<std::uint16_t, std::uint8_t>(x, y);
    return map_lanes<T>(pairwise_sums<T, true, std::uint16_t>(sums), z,
                        [](T left, T right) { return left + right; });
  }
}

template <Opcode opcode>
[[nodiscard]] inline std::uint32_t vector_test(V128 x) {
  using T = LaneOf<opcode>;
  constexpr std::string_view kName = vector_operation_name(opcode);
  if constexpr (kName == "any_true") {
    return (x.low | x.high) != 0 ? 1 : 0;
  } else if constexpr (kName == "all_true") {
    const V128 zeros = map_lanes<T>(x, [](T lane) { return static_cast<T>(lane == 0 ? 1 : 0); });
    return (zeros.low | zeros.high) == 0 ? 1 : 0;
  } else {
    static_assert(kName == "bitmask");
    const Lanes<T> lanes = lanes_of<T>(x);
    std::uint32_t mask = 0;
    for_each_lane<kLanes<T>>([&](std::size_t i) {
      mask |= static_cast<std::uint32_t>(lanes[i] >> (8 * sizeof(T) - 1)) << i;
    });
    return mask;
  }
}

template <Opcode opcode, typename T>
[[nodiscard]] inline T shifted_lane(T x, std::uint32_t count) {
  constexpr std::string_view kName = vector_operation_name(opcode);
  if constexpr (kName == "shl") {
    return static_cast<T>(x << count);
  } else if constexpr (kName == "shr_s") {
    return static_cast<T>(static_cast<SignedOf<T>>(x) >> count);
  } else {
    static_assert(kName == "shr_u");
    return static_cast<T>(x >> count);
  }
}

// By `count` modulo the width of a lane.
template <Opcode opcode>
[[nodiscard]] inline V128 vector_shift(V128 x, std::uint32_t count) {
  using T = LaneOf<opcode>;
  const auto places = static_cast<std::uint32_t>(count % (8 * sizeof(T)));
  return map_lanes<T>(x, [places](T lane) { return shifted_lane<opcode>(lane, places); });
}

// Of the 32 lanes of x and y, those that `indices` say. Indices are less than 32.
[[nodiscard]] inline V128 shuffled(V128 x, V128 y, V128 indices) {
  const auto from = std::bit_cast<std::array<std::uint8_t, 2 * sizeof(V128)>>(std::array{x, y});
  return map_lanes<std::uint8_t>(indices, [&](std::uint8_t index) { return from[index & 31U]; });
}

// Lanes and scalars: those of 8 and 16 bits are i32.

template <Opcode opcode, typename Scalar>
[[nodiscard]] inline V128 splatted(Scalar x) {
  Lanes<LaneOf<opcode>> lanes{};
  lanes.fill(static_cast<LaneOf<opcode>>(x));
  return vector_of<LaneOf<opcode>>(lanes);
}

template <typename T>
[[nodiscard]] inline T lane_of(V128 x, std::uint32_t lane) {
  return lanes_of<T>(x)[lane % kLanes<T>];
}

template <Opcode opcode>
[[nodiscard]] inline ResultOf<opcode> extracted(V128 x, std::uint32_t lane) {
  using T = LaneOf<opcode>;
  const T value = lane_of<T>(x, lane);
  if constexpr (is_signed_vector_operation(opcode)) {
    return widen<ResultOf<opcode>, true>(value);
  } else {
    return value;
  }
}

template <typename T, typename Scalar>
[[nodiscard]] inline V128 with_lane(V128 x, std::uint32_t lane, Scalar value) {
  Lanes<T> lanes = lanes_of<T>(x);
  lanes[lane % kLanes<T>] = static_cast<T>(value);
  return vector_of<T>(lanes);
}

// Loads.

// 8 of v128.load8x8_s: the width of the lanes read.
[[nodiscard]] constexpr std::size_t loaded_lane_bits(Opcode opcode) {
  constexpr std::string_view kLoad = "load";
  return lane_bits(operation_name(opcode).substr(kLoad.size() - 1));  // "d8x8_s": a shape
}

// The result of a load of a whole vector, from the bytes read: all of them, each extended to twice
// its width, the same in all lanes, or the first lane, with zeros above it.
template <Opcode opcode>
[[nodiscard]] inline V128 loaded_vector(const std::byte* at) {
  constexpr std::string_view kName = operation_name(opcode);
  constexpr std::size_t kBytes = info(opcode).access_bytes;
  if constexpr (kName == "load") {
    return read_memory<V128>(at);
  } else if constexpr (kName.ends_with("_splat")) {
    using T = UnsignedOf<kBytes>;
    Lanes<T> lanes{};
    lanes.fill(read_memory<T>(at));
    return vector_of<T>(lanes);
  } else if constexpr (kName.ends_with("_zero")) {
    return {.low = read_memory<UnsignedOf<kBytes>>(at)};
  } else {
    constexpr std::size_t kLaneBytes = loaded_lane_bits(opcode) / 8;
    using From = UnsignedOf<kLaneBytes>;
    using To = UnsignedOf<2 * kLaneBytes>;
    const auto from = read_memory<std::array<From, kBytes / kLaneBytes>>(at);
    Lanes<To> to{};
    for_each_lane<kLanes<To>>(
        [&](std::size_t i) { to[i] = widen<To, is_signed_operation(opcode)>(from[i]); });
    return vector_of<To>(to);
  }
}

}  // namespace heddle::engine
