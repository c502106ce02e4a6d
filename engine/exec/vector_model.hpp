// For tests: instructions on vectors, lane by lane, as slowly and as differently from
// vector_numerics.hpp as possible: on numbers of unlimited size, by names looked up at run time.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/exec/vector_numerics.hpp"

namespace heddle::engine {

class VectorModel {
 public:
  __extension__ using Number = __int128;
  using Numbers = std::vector<Number>;

  // Operands that are no vectors are in `low`; so is the result. Nothing: not known here.
  static std::optional<V128> result(Opcode opcode, const std::vector<V128>& operands,
                                    const Instruction& immediates) {
    const std::string mnemonic(info(opcode).mnemonic);
    VectorModel model;
    const std::size_t dot = mnemonic.find('.');
    model.shape_ = mnemonic.substr(0, dot);
    model.name_ = mnemonic.substr(dot + 1);
    if (model.name_.starts_with("relaxed_")) model.name_.erase(0, 8);
    model.x_ = operands[0];
    if (operands.size() > 1) model.y_ = operands[1];
    if (operands.size() > 2) model.z_ = operands[2];
    model.immediates_ = immediates;
    model.width_ = std::atoi(model.shape_.c_str() + 1);
    model.is_signed_ = model.name_.ends_with("_s") || model.name_.ends_with("_s_zero");
    return model.compute();
  }

 private:
  static std::vector<bool> bits_of(V128 v) {
    std::vector<bool> bits;
    for (const std::uint64_t half : {v.low, v.high}) {
      for (int i = 0; i < 64; ++i) bits.push_back((half >> i & 1) != 0);
    }
    return bits;
  }
  static V128 from_bits(const std::vector<bool>& bits) {
    V128 v;
    for (std::size_t i = 0; i < 128; ++i) {
      if (bits[i]) (i < 64 ? v.low : v.high) |= std::uint64_t{1} << i % 64;
    }
    return v;
  }
  static Numbers lanes(V128 v, int width, bool is_signed) {
    const std::vector<bool> bits = bits_of(v);
    Numbers numbers;
    const auto step = static_cast<std::size_t>(width);
    for (std::size_t at = 0; at < 128; at += step) {
      Number number = 0;
      for (std::size_t i = 0; i < step; ++i) {
        const Number weight = Number{1} << i;
        if (bits[at + i]) number += is_signed && i + 1 == step ? -weight : weight;
      }
      numbers.push_back(number);
    }
    return numbers;
  }
  static V128 pack(const Numbers& numbers, int width) {
    std::vector<bool> bits;
    for (const Number number : numbers) {
      for (int i = 0; i < width; ++i) bits.push_back((number >> i & 1) != 0);
    }
    bits.resize(128);
    return from_bits(bits);
  }
  static Number clamp(Number number, int width, bool is_signed) {
    const Number least = is_signed ? -(Number{1} << (width - 1)) : 0;
    const Number most = (Number{1} << (is_signed ? width - 1 : width)) - 1;
    return number < least ? least : number > most ? most : number;
  }

  static double real(Number bits, int width) {
    if (width == 64) return std::bit_cast<double>(static_cast<std::uint64_t>(bits));
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  }
  // Rounds; NaNs become canonical.
  static Number real_bits(double number, int width) {
    if (std::isnan(number)) return width == 32 ? 0x7fc0'0000 : Number{0x7ff8} << 48;
    if (width == 64) return std::bit_cast<std::uint64_t>(number);
    return std::bit_cast<std::uint32_t>(static_cast<float>(number));
  }

  // "8" of extend_low_i8x16_s.
  [[nodiscard]] int source_width() const {
    const std::size_t at = name_.find_first_of("0123456789");
    return std::atoi(name_.c_str() + at);
  }
  [[nodiscard]] bool is_source_float() const { return name_.find("_f") != std::string::npos; }

  [[nodiscard]] std::optional<V128> compute() const {
    if (shape_ == "v128") return bitwise();
    if (name_ == "laneselect") {
      VectorModel model = *this;
      model.name_ = "bitselect";
      return model.bitwise();
    }
    if (name_ == "shuffle" || name_ == "swizzle") return moved();
    if (name_ == "splat" || name_.starts_with("extract") || name_.starts_with("replace")) {
      return lane();
    }
    if (name_ == "all_true" || name_ == "bitmask") return tested();
    if (name_.starts_with("sh")) return shifted();
    if (name_.find("x16") != std::string::npos || name_.find("x8") != std::string::npos ||
        name_.find("x4") != std::string::npos || name_.find("x2") != std::string::npos) {
      return from_other_lanes();
    }
    return shape_[0] == 'f' ? floats() : integers();
  }

  [[nodiscard]] std::optional<V128> bitwise() const {
    const std::map<std::string, std::function<bool(bool, bool, bool)>> operations{
        {"not", [](bool a, bool, bool) { return !a; }},
        {"and", [](bool a, bool b, bool) { return a && b; }},
        {"andnot", [](bool a, bool b, bool) { return a && !b; }},
        {"or", [](bool a, bool b, bool) { return a || b; }},
        {"xor", [](bool a, bool b, bool) { return a != b; }},
        {"bitselect", [](bool a, bool b, bool c) { return c ? a : b; }},
    };
    std::vector<bool> bits = bits_of(x_);
    if (name_ == "any_true") {
      return V128{.low = std::ranges::count(bits, true) > 0 ? 1U : 0U};
    }
    const auto found = operations.find(name_);
    if (found == operations.end()) return std::nullopt;
    for (std::size_t i = 0; i < bits.size(); ++i) {
      bits[i] = found->second(bits[i], bits_of(y_)[i], bits_of(z_)[i]);
    }
    return from_bits(bits);
  }

  [[nodiscard]] V128 moved() const {
    Numbers from = lanes(x_, 8, false);
    Numbers indices = lanes(y_, 8, false);
    if (name_ == "shuffle") {
      from.insert(from.end(), indices.begin(), indices.end());
      for (std::uint32_t i = 0; i < 16; ++i) indices[i] = vector_immediate(immediates_).byte(i);
    }
    Numbers to;
    for (const Number index : indices) {
      const auto at = static_cast<std::size_t>(index);
      to.push_back(at < from.size() ? from[at] : 0);
    }
    return pack(to, 8);
  }

  [[nodiscard]] V128 lane() const {
    if (name_ == "splat") {
      return pack(Numbers(static_cast<std::size_t>(128 / width_), x_.low), width_);
    }
    Numbers numbers = lanes(x_, width_, is_signed_);
    if (name_.starts_with("replace")) {
      numbers[immediates_.b] = y_.low;
      return pack(numbers, width_);
    }
    V128 result = pack({numbers[immediates_.b]}, width_ < 32 ? 32 : width_);
    return result;
  }

  [[nodiscard]] V128 tested() const {
    std::uint64_t mask = 0;
    std::uint64_t bit = 1;
    bool is_all = true;
    for (const Number number : lanes(x_, width_, true)) {
      if (number < 0) mask |= bit;
      if (number == 0) is_all = false;
      bit <<= 1;
    }
    return {.low = name_ == "bitmask" ? mask : is_all ? 1U : 0U};
  }

  [[nodiscard]] V128 shifted() const {
    const int count = static_cast<int>(y_.low & 0xffff'ffff) & (width_ - 1);
    Numbers numbers = lanes(x_, width_, is_signed_);
    for (Number& number : numbers) {
      const Number factor = Number{1} << count;
      if (name_ == "shl") {
        number *= factor;
      } else {  // to the next lower whole number
        number = number >= 0 ? number / factor : -((-number + factor - 1) / factor);
      }
    }
    return pack(numbers, width_);
  }

  [[nodiscard]] Number converted(Number bits) const {
    const int from = source_width();
    if (!is_source_float()) {
      if (shape_[0] == 'i') return bits;
      // The only conversion that rounds is that to f32, which must not round twice.
      return width_ == 64 ? real_bits(static_cast<double>(bits), 64)
                          : std::bit_cast<std::uint32_t>(static_cast<float>(bits));
    }
    const double number = real(bits, from);
    if (shape_[0] == 'f') return real_bits(number, width_);
    if (std::isnan(number)) return 0;
    const double limited = std::clamp(std::trunc(number), -1e15, 1e15);
    return clamp(static_cast<Number>(limited), width_, is_signed_);
  }

  [[nodiscard]] std::optional<V128> from_other_lanes() const {
    const int from = source_width();
    const bool is_narrowing = name_.starts_with("narrow");
    const bool is_dot = name_.starts_with("dot");
    const bool reads_signed = (is_signed_ || is_narrowing || is_dot) && !is_source_float();
    Numbers x = lanes(x_, from, reads_signed);
    Numbers y = lanes(y_, from, reads_signed);
    Numbers to;
    if (is_narrowing) {
      x.insert(x.end(), y.begin(), y.end());
      for (const Number number : x) to.push_back(clamp(number, width_, is_signed_));
    } else if (name_.starts_with("extadd")) {
      for (std::size_t i = 0; i < x.size(); i += 2) to.push_back(x[i] + x[i + 1]);
    } else if (is_dot) {
      for (std::size_t i = 0; i < x.size(); i += 2) {
        const Number sum = x[i] * y[i] + x[i + 1] * y[i + 1];
        to.push_back(from == 8 ? clamp(sum, 16, true) : sum);
      }
      if (name_.find("_add_") != std::string::npos) {
        const Numbers z = lanes(z_, 32, true);
        for (std::size_t i = 0; i < z.size(); ++i) to[i] = to[2 * i] + to[2 * i + 1] + z[i];
        to.resize(z.size());
      }
    } else {
      const std::size_t begin = name_.find("_high_") != std::string::npos ? x.size() / 2 : 0;
      for (std::size_t i = 0; i < static_cast<std::size_t>(128 / width_); ++i) {
        if (begin + i >= x.size()) break;
        to.push_back(name_.starts_with("extmul") ? x[begin + i] * y[begin + i]
                                                 : converted(x[begin + i]));
      }
    }
    return pack(to, width_);
  }

  [[nodiscard]] std::optional<V128> integers() const {
    using Operation = std::function<Number(Number, Number)>;
    const auto truth = [](bool holds) { return Number{holds ? -1 : 0}; };
    const auto fit = [&](Number number) { return clamp(number, width_, is_signed_); };
    const std::map<std::string, Operation> operations{
        {"add", [](Number a, Number b) { return a + b; }},
        {"sub", [](Number a, Number b) { return a - b; }},
        {"mul", [](Number a, Number b) { return a * b; }},
        {"add_sat", [&](Number a, Number b) { return fit(a + b); }},
        {"sub_sat", [&](Number a, Number b) { return fit(a - b); }},
        {"min", [](Number a, Number b) { return std::min(a, b); }},
        {"max", [](Number a, Number b) { return std::max(a, b); }},
        {"avgr", [](Number a, Number b) { return (a + b + 1) / 2; }},
        {"q15mulr_sat", [&](Number a, Number b) { return fit((a * b + 16384) >> 15); }},
        {"q15mulr", [&](Number a, Number b) { return fit((a * b + 16384) >> 15); }},
        {"abs", [](Number a, Number) { return a < 0 ? -a : a; }},
        {"neg", [](Number a, Number) { return -a; }},
        {"popcnt",
         [](Number a, Number) {
           Number count = 0;
           for (int i = 0; i < 8; ++i) count += a >> i & 1;
           return count;
         }},
        {"eq", [&](Number a, Number b) { return truth(a == b); }},
        {"ne", [&](Number a, Number b) { return truth(a != b); }},
        {"lt", [&](Number a, Number b) { return truth(a < b); }},
        {"gt", [&](Number a, Number b) { return truth(a > b); }},
        {"le", [&](Number a, Number b) { return truth(a <= b); }},
        {"ge", [&](Number a, Number b) { return truth(a >= b); }},
    };
    std::string name = name_;
    const bool has_sign = name.ends_with("_s") || name.ends_with("_u");
    if (has_sign) name.resize(name.size() - 2);
    const auto found = operations.find(name);
    if (found == operations.end()) return std::nullopt;
    // So that products, which are modulo 2^width, are below 2^127.
    const bool reads_signed = is_signed_ || name == "abs" || name == "mul";
    Numbers x = lanes(x_, width_, reads_signed);
    const Numbers y = lanes(y_, width_, reads_signed);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = found->second(x[i], y[i]);
    return pack(x, width_);
  }

  // The lesser of two numbers, -0 before +0.
  static double lesser(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return a + b;
    return a < b || (a == b && std::signbit(a)) ? a : b;
  }

  [[nodiscard]] std::optional<V128> floats() const {
    const auto round = [&](double a) { return real(real_bits(a, width_), width_); };
    const auto truth = [](bool holds) { return Number{holds ? -1 : 0}; };
    const Numbers xs = lanes(x_, width_, false);
    const Numbers ys = lanes(y_, width_, false);
    const Numbers zs = lanes(z_, width_, false);
    const Number sign = Number{1} << (width_ - 1);
    Numbers to;
    for (std::size_t i = 0; i < xs.size(); ++i) {
      const double a = real(xs[i], width_);
      const double b = real(ys[i], width_);
      const double c = real(zs[i], width_);
      const auto arithmetic = [&]() -> std::optional<double> {
        if (name_ == "add") return a + b;
        if (name_ == "sub") return a - b;
        if (name_ == "mul") return a * b;
        if (name_ == "div") return a / b;
        if (name_ == "sqrt") return std::sqrt(a);
        if (name_ == "ceil") return std::ceil(a);
        if (name_ == "floor") return std::floor(a);
        if (name_ == "trunc") return std::trunc(a);
        if (name_ == "nearest") return std::copysign(a - std::remainder(a, 1.0), a);
        if (name_ == "min") return lesser(a, b);
        if (name_ == "max") return -lesser(-a, -b);
        if (name_ == "madd") return round(a * b) + c;
        if (name_ == "nmadd") return c - round(a * b);
        return std::nullopt;
      };
      if (name_ == "nearest" && std::isinf(a)) {
        to.push_back(xs[i]);
      } else if (const auto number = arithmetic()) {
        to.push_back(real_bits(*number, width_));
      } else if (name_ == "abs" || name_ == "neg") {
        to.push_back(name_ == "abs" ? xs[i] & (sign - 1) : xs[i] ^ sign);
      } else if (name_ == "pmin" || name_ == "pmax") {
        to.push_back((name_ == "pmin" ? b < a : a < b) ? ys[i] : xs[i]);
      } else if (name_ == "eq" || name_ == "ne") {
        to.push_back(truth((a == b) == (name_ == "eq")));
      } else if (name_ == "lt" || name_ == "gt") {
        to.push_back(truth(name_ == "lt" ? a < b : b < a));
      } else if (name_ == "le" || name_ == "ge") {
        to.push_back(truth(name_ == "le" ? a <= b : b <= a));
      } else {
        return std::nullopt;
      }
    }
    return pack(to, width_);
  }

  std::string shape_;
  std::string name_;
  int width_ = 0;
  bool is_signed_ = false;
  V128 x_;
  V128 y_;
  V128 z_;
  Instruction immediates_;
};

}  // namespace heddle::engine
