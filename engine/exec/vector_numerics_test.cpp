// Every instruction on vectors against a model that works lane by lane.
#include "engine/exec/vector_numerics.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/rng.hpp"
#include "engine/exec/handlers.hpp"
#include "engine/exec/vector_model.hpp"

namespace heddle::engine {
namespace {

using Operands = std::vector<V128>;

// What the interpreter computes. Operands and results that are no vectors are in `low`.
template <Opcode opcode>
V128 computed(const Operands& x, const Instruction& instruction) {
  constexpr Shape kShape = info(opcode).shape;
  if constexpr (kShape == Shape::VectorUnary) {
    return vector_unary<opcode>(x[0]);
  } else if constexpr (kShape == Shape::VectorBinary) {
    return vector_binary<opcode>(x[0], x[1]);
  } else if constexpr (kShape == Shape::VectorTernary) {
    return vector_ternary<opcode>(x[0], x[1], x[2]);
  } else if constexpr (kShape == Shape::VectorTest) {
    return {.low = vector_test<opcode>(x[0])};
  } else if constexpr (kShape == Shape::VectorShift) {
    return vector_shift<opcode>(x[0], static_cast<std::uint32_t>(x[1].low));
  } else if constexpr (kShape == Shape::VectorShuffle) {
    const VectorImmediate immediate = vector_immediate(instruction);
    return shuffled(x[0], x[1], {.low = immediate.low, .high = immediate.high});
  } else if constexpr (kShape == Shape::VectorSplat) {
    return splatted<opcode>(from_slot<OperandOf<opcode, 0>>(x[0].low));
  } else if constexpr (kShape == Shape::VectorExtract) {
    return {.low = to_slot(extracted<opcode>(x[0], instruction.b))};
  } else {
    static_assert(kShape == Shape::VectorReplace);
    return with_lane<LaneOf<opcode>>(x[0], instruction.b,
                                     from_slot<OperandOf<opcode, 1>>(x[1].low));
  }
}

struct Case {
  Opcode opcode;
  V128 (*compute)(const Operands&, const Instruction&);
};

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases = [] {
    std::vector<Case> all;
    for_each_opcode([&]<Opcode opcode>() {
      constexpr Shape kShape = info(opcode).shape;
      if constexpr (kShape >= Shape::VectorShuffle && kShape <= Shape::VectorShift) {
        all.push_back({.opcode = opcode, .compute = &computed<opcode>});
      }
    });
    return all;
  }();
  return kCases;
}

// Vectors of lanes of one width, many of them special.
V128 random_vector(core::Rng& rng) {
  constexpr std::array<std::uint64_t, 12> kSpecial64{0,
                                                     1,
                                                     0x8000'0000'0000'0000,
                                                     0x7fff'ffff'ffff'ffff,
                                                     0xffff'ffff'ffff'ffff,
                                                     0x7ff0'0000'0000'0000,  // infinity
                                                     0x7ff0'0000'0000'0001,  // NaNs
                                                     0xfff8'0000'0000'1234,
                                                     0x41df'ffff'ffe0'0000,   // 2147483647.5
                                                     0xc1e0'0000'0010'0000,   // -2147483648.5
                                                     0x41ef'ffff'fff0'0000,   // 4294967295.5
                                                     0xbfef'ffff'ffff'ffff};  // just above -1
  constexpr std::array<std::uint32_t, 14> kSpecial32{
      0,           1,           0x8000'0000, 0x7fff'ffff, 0xffff'ffff, 0x7f80'0000, 0x7f80'0001,
      0xffc0'1234, 0x4f00'0000, 0xcf00'0001, 0x4f80'0000, 0x3f00'0000, 0x4020'0000, 0xc020'0000};
  constexpr std::array<std::uint16_t, 6> kSpecial16{0, 1, 0x8000, 0x7fff, 0xffff, 0x8001};
  constexpr std::array<std::uint8_t, 8> kSpecial8{0, 1, 0x80, 0x7f, 0xff, 15, 16, 17};
  const auto fill = [&]<typename T>(const auto& special) {
    Lanes<T> lanes{};
    for (T& lane : lanes) {
      lane = rng.below(2) == 0 ? static_cast<T>(rng.next()) : special[rng.below(special.size())];
    }
    return vector_of<T>(lanes);
  };
  switch (rng.below(5)) {
    case 0:
      return fill.template operator()<std::uint8_t>(kSpecial8);
    case 1:
      return fill.template operator()<std::uint16_t>(kSpecial16);
    case 2:
      return fill.template operator()<std::uint32_t>(kSpecial32);
    case 3:
      return fill.template operator()<std::uint64_t>(kSpecial64);
    default: {  // numbers of a moderate size
      Lanes<float> lanes{};
      for (float& lane : lanes) {
        lane = static_cast<float>(static_cast<std::int64_t>(rng.below(2000)) - 1000) / 8;
      }
      return vector_of<float>(lanes);
    }
  }
}

Instruction random_immediates(core::Rng& rng, Opcode opcode) {
  Instruction instruction;
  if (info(opcode).shape == Shape::VectorShuffle) {
    constexpr std::uint64_t kLaneMask = 0x1f1f'1f1f'1f1f'1f1f;
    set_vector_immediate(instruction,
                         {.low = rng.next() & kLaneMask, .high = rng.next() & kLaneMask});
  } else {
    instruction.b = static_cast<std::uint32_t>(rng.below(128 / lane_bits(shape_name(opcode))));
  }
  return instruction;
}

std::string text(V128 v) { return fmt::format("{:016x}{:016x}", v.high, v.low); }

void compare_once(const Case& test, core::Rng& rng) {
  const Signature& types = signature(test.opcode);
  Operands operands;
  std::string input(info(test.opcode).mnemonic);
  for (std::size_t i = 0; i < types.operand_count; ++i) {
    V128 operand = random_vector(rng);
    const TypeKind kind = types.operands.at(i).kind;
    if (kind == TypeKind::I32 || kind == TypeKind::F32) operand.low &= 0xffff'ffff;
    operands.push_back(operand);
    input += ' ' + text(operand);
  }
  const Instruction immediates = random_immediates(rng, test.opcode);
  const auto expected = VectorModel::result(test.opcode, operands, immediates);
  ASSERT_TRUE(expected.has_value()) << input << " is not in the model";
  EXPECT_EQ(text(test.compute(operands, immediates)), text(*expected))
      << input << " lane " << immediates.b;
}

TEST(VectorNumerics, EveryInstructionComputesWhatTheModelComputes) {
  EXPECT_EQ(cases().size(), 233U);
  core::Rng rng(1);
  for (int round = 0; round < 300 && !testing::Test::HasFailure(); ++round) {
    for (const Case& test : cases()) compare_once(test, rng);
  }
}

RC_GTEST_PROP(VectorNumerics, EveryInstructionComputesWhatTheModelComputesForAnySeed,
              (std::uint64_t seed)) {
  core::Rng rng(seed);
  for (const Case& test : cases()) compare_once(test, rng);
  RC_ASSERT(!testing::Test::HasFailure());
}

TEST(VectorNumerics, RelaxedOperationsBehaveAsTheDeterministicProfileSays) {
  const auto all = [](auto lane) {
    Lanes<decltype(lane)> lanes{};
    lanes.fill(lane);
    return vector_of<decltype(lane)>(lanes);
  };
  constexpr float kMax = std::numeric_limits<float>::max();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(vector_ternary<Opcode::F32x4RelaxedMadd>(all(kMax), all(2.0F), all(-kMax)),
            all(kInfinity));
  EXPECT_EQ(vector_ternary<Opcode::F32x4RelaxedNmadd>(all(-kMax), all(2.0F), all(-kMax)),
            all(kInfinity));
  const V128 minimum = all(std::uint8_t{0x80});
  EXPECT_EQ(vector_binary<Opcode::I16x8RelaxedDotI8x16I7x16S>(minimum, minimum),
            all(std::uint16_t{0x7fff}));
  EXPECT_EQ(vector_ternary<Opcode::I32x4RelaxedDotI8x16I7x16AddS>(minimum, minimum,
                                                                  all(std::uint32_t{1})),
            all(std::uint32_t{0xffff}));
  EXPECT_EQ(vector_ternary<Opcode::I8x16RelaxedLaneselect>(
                all(std::uint8_t{0xff}), all(std::uint8_t{0}), all(std::uint8_t{0xf0})),
            all(std::uint8_t{0xf0}));
  EXPECT_EQ(vector_binary<Opcode::I8x16RelaxedSwizzle>(all(std::uint8_t{7}), all(std::uint8_t{16})),
            V128{});
}

// A compiler may think that any NaN will do.
TEST(VectorNumerics, TheSquareRootOfANegativeNumberIsTheCanonicalNan) {
  const V128 negative{.low = 0xbf80'0000'bf80'0000, .high = 0xbf80'0000'bf80'0000};
  EXPECT_EQ(vector_unary<Opcode::F32x4Sqrt>(negative),
            (V128{.low = 0x7fc0'0000'7fc0'0000, .high = 0x7fc0'0000'7fc0'0000}));
  EXPECT_EQ(vector_unary<Opcode::F64x2Sqrt>(negative),
            (V128{.low = 0x7ff8'0000'0000'0000, .high = 0x7ff8'0000'0000'0000}));
}

TEST(VectorNumerics, LoadsExtendSplatAndClear) {
  const V128 memory{.low = 0x8070'6050'4030'2010, .high = 0xffee'ddcc'bbaa'9988};
  const auto* at = reinterpret_cast<const std::byte*>(&memory);
  EXPECT_EQ(loaded_vector<Opcode::V128Load>(at), memory);
  EXPECT_EQ(loaded_vector<Opcode::V128Load8x8S>(at),
            (V128{.low = 0x0040'0030'0020'0010, .high = 0xff80'0070'0060'0050}));
  EXPECT_EQ(loaded_vector<Opcode::V128Load16x4U>(at),
            (V128{.low = 0x0000'4030'0000'2010, .high = 0x0000'8070'0000'6050}));
  EXPECT_EQ(loaded_vector<Opcode::V128Load32x2S>(at),
            (V128{.low = 0x4030'2010, .high = 0xffff'ffff'8070'6050}));
  EXPECT_EQ(loaded_vector<Opcode::V128Load16Splat>(at),
            (V128{.low = 0x2010'2010'2010'2010, .high = 0x2010'2010'2010'2010}));
  EXPECT_EQ(loaded_vector<Opcode::V128Load64Splat>(at),
            (V128{.low = memory.low, .high = memory.low}));
  EXPECT_EQ(loaded_vector<Opcode::V128Load32Zero>(at), (V128{.low = 0x4030'2010}));
  EXPECT_EQ(loaded_vector<Opcode::V128Load64Zero>(at), (V128{.low = memory.low}));
}

}  // namespace
}  // namespace heddle::engine
