#include "engine/debug/code_names.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <string>

#include "engine/binary/decode.hpp"
#include "engine/debug/test_compiled_c.hpp"
#include "wast/parse.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint32_t kAdd = 1;
constexpr std::uint32_t kPublish = 2;

std::string bytes_of(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

std::shared_ptr<const Module> decoded(std::string_view digits) {
  const auto source = std::make_shared<const core::Source>(
      core::Source{.file = "race.wasm", .text = bytes_of(digits), .is_text = false});
  auto module = decode(source, {});
  EXPECT_TRUE(module.has_value());
  return std::make_shared<const Module>(*std::move(module));
}

// Of the function's first instruction of this opcode.
core::CodeLocation find(const Module& module, std::uint32_t function, std::string_view mnemonic) {
  for (const Instruction& instruction : module.functions[function].body.code) {
    if (info(instruction.opcode).mnemonic == mnemonic) {
      return {.module = 0, .function = function, .offset = instruction.offset};
    }
  }
  ADD_FAILURE() << "no " << mnemonic;
  return {};
}

class OfCompiledC : public testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(Dwarf, OfCompiledC, testing::Values(kRaceDwarf4, kRaceDwarf5));

TEST_P(OfCompiledC, instructions_have_the_lines_that_they_were_compiled_from) {
  const auto module = decoded(GetParam());
  const CodeNames names(module);
  const auto line_of = [&](std::uint32_t function, std::string_view mnemonic) {
    return core::describe(names.source(find(*module, function, mnemonic)));
  };
  EXPECT_EQ(line_of(kAdd, "i32.load"), "race.c:6:7");
  EXPECT_EQ(line_of(kAdd, "i32.add"), "race.c:6:15");
  EXPECT_EQ(line_of(kAdd, "i32.store"), "race.c:5:11");
  EXPECT_EQ(line_of(kPublish, "i32.atomic.store"), "race.c:11:9");
}

TEST_P(OfCompiledC, what_no_line_was_compiled_to_has_its_offset) {
  const auto module = decoded(GetParam());
  const CodeNames names(module);
  const core::CodeLocation where = find(*module, 0, "memory.fill");
  EXPECT_EQ(names.source(where), module->span_at(where.offset));
}

TEST_P(OfCompiledC, functions_and_instructions_have_names) {
  const auto module = decoded(GetParam());
  const CodeNames names(module);
  EXPECT_EQ(names.function(kAdd), "add");
  EXPECT_EQ(names.instruction(find(*module, kPublish, "i32.atomic.store")),
            "i32.atomic.store offset=65540");
}

TEST(CodeNames, take_functions_from_the_text_or_the_exports_or_the_imports) {
  const auto source = std::make_shared<const core::Source>(core::Source{.file = "m.wat", .text = R"(
(module $m
  (import "env" "log" (func))
  (memory 1)
  (func $named (export "other") (drop (i32.load offset=8 (i32.const 0))) (call $named))
  (func (export "exported"))
  (func))
)"});
  const auto module = std::make_shared<const Module>(*wast::parse_module(source, {}));
  const CodeNames names(module);
  EXPECT_EQ(names.name(), "m");
  EXPECT_EQ(names.function(0), "env.log");
  EXPECT_EQ(names.function(1), "named");
  EXPECT_EQ(names.function(2), "exported");
  EXPECT_EQ(names.function(3), "");
  EXPECT_EQ(names.function(4), "");
  const std::vector<Instruction>& code = module->functions[0].body.code;
  const auto at = [&](std::size_t i) {
    return core::CodeLocation{.module = 0, .function = 1, .offset = code[i].offset};
  };
  EXPECT_EQ(names.instruction(at(1)), "i32.load offset=8");
  EXPECT_EQ(names.instruction(at(3)), "call $named");
  EXPECT_EQ(core::describe(names.source(at(1))), "m.wat:5:40");
  EXPECT_EQ(names.instruction({.module = 0, .function = 0, .offset = 0}), "");
  EXPECT_EQ(names.instruction({.module = 0, .function = 9, .offset = 0}), "");
  EXPECT_EQ(names.instruction({.module = 0, .function = 1, .offset = 0}), "");
}

TEST(LineTable, of_nothing_knows_no_line) {
  EXPECT_EQ(LineTable().find(0), std::nullopt);
  EXPECT_TRUE(LineTable(DebugSections{}).is_empty());
}

// A unit's header of version 5: no files, and then the program.
std::string unit(std::string_view program,
                 std::string_view files = std::string_view("\0\0\0\0", 4)) {
  const std::string header = std::string("\x01\x01\x01\xfb\x0e\x01", 6) + std::string(files);
  std::string body = std::string("\x05\0\x04\0", 4) + static_cast<char>(header.size()) +
                     std::string(3, '\0') + header + std::string(program);
  return std::string(1, static_cast<char>(body.size())) + std::string(3, '\0') + body;
}

TEST(LineTable, refuses_lists_whose_entries_take_no_bytes) {
  // 2^35 folders without fields.
  const std::string section = unit("", std::string_view("\0\xff\xff\xff\xff\x7f\0\0", 8));
  EXPECT_TRUE(LineTable({.line = section, .line_str = {}, .str = {}}).is_empty());
}

// The lines of one function, all of whose bytes come from the same line.
std::string lines_of(std::uint8_t address, std::uint8_t size_bytes, std::uint8_t line) {
  // An operation that advances both, and makes a row.
  const auto advance = [](int bytes, int lines) {
    return static_cast<char>(1 + 14 * bytes + lines + 5);
  };
  return std::string("\0\x05\x02", 3) + static_cast<char>(address) + std::string(3, '\0') +
         advance(0, line - 1) + advance(size_bytes, 0) + std::string("\0\x01\x01", 3);
}

// A unit whose files all have this name, of one letter.
std::string unit_of(char file, const std::string& program) {
  const std::string name{file, '\0'};
  return unit(program, std::string("\0\0\x01\x01\x08\x02", 6) + name + name);
}

TEST(LineTable, takes_the_lines_of_the_function_that_fills_its_place) {
  const std::string next = unit_of('n', lines_of(0x1c, 4, 3));
  const std::string real = unit_of('r', lines_of(0x10, 12, 9));
  // Of the same name, so that the linker has replaced them: their lines are where the real one is.
  for (const std::uint8_t size_bytes : std::to_array<std::uint8_t>({4, 10, 12, 15})) {
    const std::string weak = unit_of('w', lines_of(0x11, size_bytes, 7));
    for (const std::string& section : {weak + real + next, next + real + weak}) {
      const LineTable table({.line = section, .line_str = {}, .str = {}});
      for (const std::uint64_t address : {0x10U, 0x13U, 0x1bU}) {
        const auto found = table.find(address, {.begin = 0x0e, .end = 0x1c});
        ASSERT_TRUE(found.has_value()) << int{size_bytes};
        EXPECT_EQ(found->file, "r") << int{size_bytes};
        EXPECT_EQ(found->line, 9U);
      }
      EXPECT_EQ(table.find(0x1c, {.begin = 0x1c, .end = 0x20})->file, "n");
      EXPECT_EQ(table.find(0x21, {.begin = 0x20, .end = 0x30}), std::nullopt);
    }
  }
}

TEST(LineTable, survives_any_damage) {
  const auto check = [](std::string_view digits) {
    const auto module = decoded(digits);
    std::string line;
    std::string line_str;
    for (const CustomSection& section : module->customs) {
      const std::string bytes(section.bytes.begin(), section.bytes.end());
      if (section.name == ".debug_line") line = bytes;
      if (section.name == ".debug_line_str") line_str = bytes;
    }
    ASSERT_TRUE(rc::check([&] {
      for (int round = 0; round < 50; ++round) {
        std::string damaged = line;
        for (int edits = *rc::gen::inRange(1, 6); edits > 0; --edits) {
          const auto at = *rc::gen::inRange<std::size_t>(0, damaged.size() + 1);
          const char byte = *rc::gen::arbitrary<char>();
          const int how = *rc::gen::inRange(0, 4);
          if (how == 0) {
            damaged.insert(at, 1, byte);
          } else if (how == 1 && at < damaged.size()) {
            damaged.erase(at, *rc::gen::inRange<std::size_t>(1, 4));
          } else if (at < damaged.size()) {
            damaged[at] = how == 2 ? byte : static_cast<char>(damaged[at] ^ (1 << (byte & 7)));
          }
        }
        if (*rc::gen::inRange(0, 8) == 0) damaged += damaged;
        const LineTable table({.line = damaged, .line_str = line_str, .str = line_str});
        for (std::uint64_t address = 0; address < 128; ++address) {
          const auto found = table.find(address);
          if (found) RC_ASSERT(found->line != 0U && !found->file.empty());
        }
        std::ignore = table.find(UINT64_MAX);
      }
    }));
  };
  check(kRaceDwarf4);
  check(kRaceDwarf5);
}

RC_GTEST_PROP(LineTable, survives_any_bytes, (const std::string& line, const std::string& text)) {
  const LineTable table({.line = line, .line_str = text, .str = text});
  std::ignore = table.find(1);
  const LineTable program({.line = unit(line), .line_str = text, .str = text});
  std::ignore = program.find(1);
}

}  // namespace
}  // namespace heddle::engine
