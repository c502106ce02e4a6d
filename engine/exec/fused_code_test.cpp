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

// A loop that adds `step` to a local and goes on while the comparison holds, a few rounds at most.
std::string counted_module(Opcode opcode, bool is_reversed, std::int64_t step, std::int64_t bound,
                           bool is_in_pieces) {
  const std::string count = fmt::format("(i32.add (local.get $i) (i32.const {}))", step);
  const std::string counted = is_in_pieces
                                  ? fmt::format(
                                        "(block (result i32) (global.set $g {}) (local.set $i "
                                        "(global.get $g)) (local.get $i))",
                                        count)
                                  : fmt::format("(local.tee $i {})", count);
  const auto compared = [&](const std::string& right) {
    if (info(opcode).shape == Shape::Test) return fmt::format("({} {})", name_of(opcode), counted);
    return is_reversed ? fmt::format("({} {} {})", name_of(opcode), right, counted)
                       : fmt::format("({} {} {})", name_of(opcode), counted, right);
  };
  const auto loop = [&](std::string_view name, const std::string& condition) {
    return fmt::format(R"((func (export "{}") (param $i i32) (param $bound i32) (result i32 i32)
        (local $rounds i32)
        (block $out
          (loop $next
            (global.set $g (local.get $rounds))
            (local.set $rounds (i32.add (global.get $g) (i32.const 1)))
            (global.set $g (local.get $rounds))
            (br_if $out (i32.gt_u (global.get $g) (i32.const 9)))
            (br_if $next {})))
        (local.get $i) (local.get $rounds)))",
                       name, condition);
  };
  return "(module (global $g (mut i32) (i32.const 0))" +
         loop("immediate", compared(fmt::format("(i32.const {})", bound))) +
         loop("slot", compared("(local.get $bound)")) +
         loop("unless", fmt::format("(i32.eqz {})", compared("(local.get $bound)"))) + ")";
}

TEST(CountedBranches, do_what_their_operations_do) {
  for (std::size_t n = 0; n < kOpcodeCount; ++n) {
    const auto opcode = static_cast<Opcode>(n);
    const Shape shape = info(opcode).shape;
    if (shape != Shape::Compare && shape != Shape::Test) continue;
    if (!info(opcode).mnemonic.starts_with("i32.")) continue;
    for (const bool is_reversed : {false, true}) {
      for (const std::int64_t step : {1, -1, -0x8000}) {
        for (const std::int64_t bound : {0, 4, -4, 0x8000}) {
          OneAgent agent;
          const auto module = [&](bool is_in_pieces) -> Instance& {
            return agent.instantiate(
                counted_module(opcode, is_reversed, step, bound, is_in_pieces));
          };
          const Instance& fused = module(false);
          const Instance& pieces = module(true);
          EXPECT_LT(cells_of(fused, "slot"), cells_of(pieces, "slot"));
          for (const std::string_view name : {"immediate", "slot", "unless"}) {
            for (const std::uint32_t begin : kNumbers) {
              const std::vector<Slot> arguments{begin, static_cast<std::uint32_t>(bound)};
              ASSERT_EQ(agent.call(fused, name, arguments), agent.call(pieces, name, arguments))
                  << name << " of " << name_of(opcode) << " " << is_reversed << ", step " << step
                  << ", bound " << bound << ", from " << begin;
            }
          }
        }
      }
    }
  }
}

// A cell that is stopped at for want of fuel is made once.
TEST(CountedBranches, count_once_however_often_they_are_stopped) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(counted_module(Opcode::I32LtU, false, 1, 5, false));
  agent.start(instance, "immediate", {0, 0});
  agent.context.fuel = 0;
  std::size_t stops = 0;
  while (agent.go_on() == Stop::OutOfFuel) {
    agent.context.fuel = stops++ % 2;  // no fuel at first: the cell stops again
  }
  EXPECT_EQ(stops, 8U);
  EXPECT_THAT(std::vector<Slot>(agent.thread.results().begin(), agent.thread.results().end()),
              testing::ElementsAre(5, 5));
}

}  // namespace
}  // namespace heddle::engine
