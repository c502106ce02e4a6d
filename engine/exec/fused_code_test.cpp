// Operations that are made in one cell, held against the same operations made one by one: globals
// between them keep the compiler from seeing that they belong together.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <bit>
#include <string>

#include "engine/exec/thread_fixture.hpp"

namespace heddle::engine {
namespace {

constexpr std::array<std::uint32_t, 6> kNumbers{0, 1, 31, 0x7fff'ffff, 0x8000'0000, 0xffff'fffd};
constexpr std::array<std::int64_t, 6> kImmediates{0, 3, -1, 0x7fff, -0x8000, 0x8000};

std::string name_of(Opcode opcode) { return std::string(info(opcode).mnemonic); }

// Three functions of x and y that compute `second` of `first(x, immediate)`: with an immediate, and
// with y on either side; and the same in pieces.
std::string pair_module(Opcode first, Opcode second, std::int64_t immediate, std::int64_t other) {
  const std::string inner =
      fmt::format("({} (local.get 0) (i32.const {}))", name_of(first), immediate);
  const std::string pieces = fmt::format("(global.set $g {}) (local.set 2 (global.get $g))", inner);
  const auto functions = [&](std::string_view name, const std::string& left,
                             const std::string& right) {
    const auto function = [&](std::string_view suffix, std::string_view before,
                              const std::string& a, const std::string& b) {
      return fmt::format(
          "(func (export \"{}{}\") (param i32 i32) (result i32) (local i32) {} ({} {} {}))", name,
          suffix, before, name_of(second), a, b);
    };
    const auto with = [&](const std::string& operand, const std::string& value) {
      return operand == "inner" ? value : operand;
    };
    return function("", "", with(left, inner), with(right, inner)) +
           function(" in pieces", pieces, with(left, "(local.get 2)"),
                    with(right, "(local.get 2)"));
  };
  return "(module (global $g (mut i32) (i32.const 0))" +
         functions("immediate", "inner", fmt::format("(i32.const {})", other)) +
         functions("left", "inner", "(local.get 1)") +
         functions("right", "(local.get 1)", "inner") +
         functions("accumulated", "(i32.add (local.get 0) (local.get 1))", "inner") + ")";
}

void compare_pair(Opcode first, Opcode second, std::int64_t immediate, std::int64_t other) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(pair_module(first, second, immediate, other));
  for (const std::string name : {"immediate", "left", "right", "accumulated"}) {
    for (const std::uint32_t x : kNumbers) {
      for (const std::uint32_t y : kNumbers) {
        const auto fused = agent.call(instance, name, {x, y});
        const auto pieces = agent.call(instance, name + " in pieces", {x, y});
        ASSERT_EQ(fused, pieces) << name_of(first) << " " << immediate << ", " << name_of(second)
                                 << " " << other << ": " << name << " of " << x << " and " << y;
      }
    }
  }
}

TEST(Pairs, compute_what_their_operations_compute) {
  for (const Opcode first : kPairFirst) {
    for (const Opcode second : kPairSecond) {
      for (const std::int64_t immediate : kImmediates) compare_pair(first, second, immediate, -7);
      for (const std::int64_t other : kImmediates) compare_pair(first, second, 5, other);
    }
  }
}

std::size_t cells_of(const Instance& instance, std::string_view name) {
  return OneAgent::function(instance, name).code->cells.size();
}

TEST(Pairs, are_one_cell) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(pair_module(Opcode::I32Shl, Opcode::I32Add, 2, 8));
  for (const std::string_view name : {"immediate", "left", "right"}) {
    EXPECT_EQ(cells_of(instance, name), 3U) << name;  // with its annex, and the return
  }
}

TEST(Pairs, leave_what_is_kept_alone) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (func (export "kept") (param i32 i32) (result i32) (local i32)
      (i32.add (local.tee 2 (i32.shl (local.get 0) (i32.const 3))) (local.get 1))
      (i32.mul (local.get 2)))))");
  EXPECT_EQ(agent.call(instance, "kept", {5, 2}).values[0].low, (40U + 2) * 40);
}

// ((x + added) & mask) << shift, and the same in pieces.
TEST(RingIndices, are_what_their_operations_compute) {
  for (const std::int64_t added : {1, -1, 0x12345678}) {
    for (const std::int64_t mask : {63, -2, 0x0fff'ffff}) {
      for (const int shift : {0, 2, 31, 35}) {
        OneAgent agent;
        const Instance& instance = agent.instantiate(fmt::format(
            R"((module (global $g (mut i32) (i32.const 0))
              (func (export "ring") (param i32) (result i32)
                (i32.shl (i32.and (i32.add (local.get 0) (i32.const {0})) (i32.const {1}))
                  (i32.const {2})))
              (func (export "accumulated") (param i32) (result i32)
                (i32.shl (i32.and (i32.sub (i32.clz (local.get 0)) (i32.const {0})) (i32.const {1}))
                  (i32.const {2})))
              (func (export "pieces") (param i32) (result i32)
                (global.set $g (i32.add (local.get 0) (i32.const {0})))
                (global.set $g (i32.and (global.get $g) (i32.const {1})))
                (i32.shl (global.get $g) (i32.const {2})))))",
            added, mask, shift));
        EXPECT_EQ(cells_of(instance, "ring"), 3U);  // one with its annex, and the return
        for (const std::uint32_t x : kNumbers) {
          const auto pieces = agent.call(instance, "pieces", {x});
          ASSERT_EQ(agent.call(instance, "ring", {x}), pieces);
          const auto zeros = static_cast<std::uint32_t>(std::countl_zero(x));
          const auto begin =
              static_cast<std::uint32_t>(zeros - 2 * static_cast<std::uint32_t>(added));
          ASSERT_EQ(agent.call(instance, "accumulated", {x}),
                    agent.call(instance, "pieces", {begin}));
        }
      }
    }
  }
}

}  // namespace
}  // namespace heddle::engine
