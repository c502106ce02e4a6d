// Literal: a number or reference as a scenario writes it.
//
//   5  -1                  an integer of the type that the export declares at this place
//   i32:5  i64:-1  i32:0xff    likewise, with the type stated
//   f32:1.5  f64:0x1.8p+1  f64:inf  f32:nan  f32:nan:0x200000
//   ref.null func  ref.null extern  ref.extern 3
//
// The typed forms are those of core::to_string(Value), so that what a report shows can be pasted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/result.hpp"
#include "core/value.hpp"
#include "engine/syntax/types.hpp"

namespace heddle::scenarios {

// Sign and magnitude, so that the whole range of i64 and u64 has a place. There is no minus zero.
struct UntypedInteger {
  bool is_negative = false;
  std::uint64_t magnitude = 0;

  bool operator==(const UntypedInteger&) const = default;
};

struct Literal {
  std::variant<UntypedInteger, core::Value> value;
  core::Span span;
};

[[nodiscard]] core::Result<Literal> parse_literal(std::string_view text, core::Span span);

// The value at a place of the given type: checks a stated type, gives an untyped integer its type.
// Integers may be written signed or unsigned: i32 takes -2^31 to 2^32-1.
[[nodiscard]] core::Result<core::Value> resolve(const Literal& literal, engine::ValueType type);

}  // namespace heddle::scenarios
