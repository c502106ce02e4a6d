#include "wast/print.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <utility>

#include "engine/binary/decode.hpp"
#include "engine/binary/test_random_module.hpp"
#include "engine/binary/test_suite_modules.hpp"
#include "wast/parse.hpp"
#include "wast/test_round_trip.hpp"

namespace heddle::wast {
namespace {

using engine::Instruction;
using engine::Module;
using engine::Opcode;
using testing::HasSubstr;

core::Result<Module> parse(const std::string& text) { return parse_module(source_of(text)); }

std::string reprint(const std::string& text) {
  const auto module = parse(text);
  return module ? print(*module) : module.error().message;
}

// A function with this body.
Module module_of(std::vector<Instruction> body, std::vector<std::uint32_t> pool = {}) {
  Module module;
  body.push_back({.opcode = Opcode::End});
  module.add_type(engine::FunctionType{});
  module.functions.push_back({.type = 0, .locals = {}, .body = {std::move(body), std::move(pool)}});
  return module;
}

// --- The law ---

// To what text can say.
void clamp_alignments(engine::Expression& expression) {
  for (Instruction& instruction : expression.code) {
    if (info(instruction.opcode).immediate == engine::ImmediateKind::MemArg) {
      instruction.b = std::min(instruction.b, 63U);
    }
  }
}

class PrintSuite : public testing::Test {
 protected:
  void SetUp() override {
    if (engine::suite_scripts().empty()) GTEST_SKIP() << "the public suites are not there";
  }

  // Calls `visit(body, place)` for each module of the suite.
  template <typename Visit>
  static void for_each_module(Visit visit) {
    for (const auto& path : engine::suite_scripts()) {
      const auto modules = engine::load_modules(path);
      ASSERT_TRUE(modules) << path.filename() << ": " << modules.error().message;
      for (const engine::SuiteModule& module : *modules) visit(module.body, module.place);
    }
  }
};

TEST_F(PrintSuite, EveryTextModuleComesBackFromItsText) {
  int count = 0;
  for_each_module([&](const ModuleBody& body, const std::string& place) {
    const auto* text = std::get_if<std::shared_ptr<const Module>>(&body);
    if (text == nullptr) return;
    ++count;
    EXPECT_EQ(round_trip_failure(**text), "") << place;
  });
  EXPECT_GE(count, 1000);
}

// Quoted ones are there to be malformed, but the suite may change its mind.
TEST_F(PrintSuite, EveryWellFormedBinaryOrQuotedModuleComesBackFromItsText) {
  int count = 0;
  for_each_module([&](const ModuleBody& body, const std::string& place) {
    const auto* binary = std::get_if<BinaryModule>(&body);
    const auto* quoted = std::get_if<QuotedModule>(&body);
    if (binary == nullptr && quoted == nullptr) return;
    const auto module = binary != nullptr ? engine::decode(engine::binary_source(binary->bytes))
                                          : parse(quoted->text);
    if (!module) return;
    ++count;
    EXPECT_EQ(round_trip_failure(*module), "") << place;
  });
  EXPECT_GE(count, 50);
}

RC_GTEST_PROP(Print, AnyModuleComesBackFromItsText, (std::uint64_t seed)) {
  Module module = engine::RandomModule(seed).make();
  for (engine::Function& function : module.functions) {
    for (engine::LocalRun& run : function.locals) run.count %= 100;
    clamp_alignments(function.body);
  }
  for (engine::Global& global : module.globals) clamp_alignments(global.init);
  for (engine::DataSegment& data : module.datas) clamp_alignments(data.start);
  for (engine::ElementSegment& element : module.elements) {
    clamp_alignments(element.start);
    for (engine::Expression& item : element.items) clamp_alignments(item);
  }
  RC_ASSERT(round_trip_failure(module) == "");
}

RC_GTEST_PROP(Print, WritesOnlyPrintableAsciiAndNewlines,
              (const std::string& name, const std::vector<std::uint8_t>& bytes)) {
  Module module = module_of({});
  module.name = name;
  module.imports.push_back({name, name, engine::MemoryType{}});
  module.exports.push_back({name});
  module.names.functions[0] = name;
  module.datas.push_back({.bytes = bytes});
  module.customs.push_back({name, bytes});
  for (const char c : print(module)) RC_ASSERT(c == '\n' || (c >= ' ' && c < 0x7f));
}

// --- Names ---

TEST(Print, CallsFunctionsByTheirNames) {
  EXPECT_EQ(reprint("(module $m (func $f call $g) (func $g call 0) (start $g)"
                    " (export \"g\" (func 1)) (table 1 funcref) (elem (i32.const 0) func $g 0))"),
            R"((module $m
  (type (;0;) (func))
  (func $f (;0;) (type 0)
    call $g
  )
  (func $g (;1;) (type 0)
    call $f
  )
  (table (;0;) 1 funcref)
  (export "g" (func $g))
  (start $g)
  (elem (;0;) (i32.const 0) func $g $f)
)
)");
}

TEST(Print, QuotesNamesThatAreNoPlainIdentifiers) {
  Module module = module_of({{.opcode = Opcode::Call}});
  module.names.functions[0] = "std::vector<int>::at \"x\" \xc3\xa9\n";
  EXPECT_THAT(print(module), HasSubstr(R"((func $"std::vector<int>::at \"x\" \u{e9}\0a" (;0;))"));
  EXPECT_EQ(round_trip_failure(module), "");
}

TEST(Print, LeavesOutNamesThatMeanNoSingleFunction) {
  Module module = module_of({{.opcode = Opcode::Call, .a = 1}});
  for (int i = 0; i < 4; ++i) module.functions.push_back(module.functions.front());
  module.names.functions = {{0, "twice"}, {1, "twice"}, {2, ""},
                            {3, "\xff"},  {4, "once"},  {9, "once"}};
  const std::string text = print(module);
  EXPECT_THAT(text, HasSubstr("(func (;0;)"));
  EXPECT_THAT(text, HasSubstr("call 1"));
  EXPECT_THAT(text, HasSubstr("(func (;2;)"));
  EXPECT_THAT(text, HasSubstr("(func (;3;)"));
  EXPECT_THAT(text, HasSubstr("(func $once (;4;)"));
  EXPECT_EQ(round_trip_failure(module), "");
}

TEST(Print, WritesCustomSectionsAsAnnotations) {
  Module module;
  module.customs = {{"producers", {1, 2, 3}}, {"name", {0}}, {"\n(start 0)", {}}, {"\xff", {1}}};
  EXPECT_EQ(print(module), R"x((module
  (@custom "producers" "\01\02\03")
  (@custom "name" "\00")
  (@custom "\0a(start 0)" "")
  ;; custom section "\ff", 1 bytes
)
)x");
  EXPECT_EQ(round_trip_failure(module), "");
}

// --- Layout ---

TEST(Print, WritesAnEmptyModuleInOneLine) { EXPECT_EQ(print({}), "(module)\n"); }

TEST(Print, IndentsBlocksAndNumbersTheirLabels) {
  EXPECT_EQ(reprint("(func (param i32) (result i32) (local i64 i64 f32)"
                    " (block (result i32) (if (local.get 0) (then (br 1 (i32.const 7)))"
                    " (else (loop $l (br_if $l (i32.const 0)) (br 3 (i32.const 1)))))"
                    " (br_table 0 1 0 (i32.const 2) (i32.const 3))))"),
            R"((module
  (type (;0;) (func (param i32) (result i32)))
  (func (;0;) (type 0) (param i32) (result i32)
    (local i64 i64 f32)
    block (;@1;) (result i32)
      local.get 0
      if (;@2;)
        i32.const 7
        br 1 (;@1;)
      else
        loop $l (;@3;)
          i32.const 0
          br_if $l
          i32.const 1
          br 3 (;@0;)
        end
      end
      i32.const 2
      i32.const 3
      br_table 0 (;@1;) 1 (;@0;) 0 (;@1;)
    end
  )
)
)");
}

TEST(Print, WritesEveryFormOfSegment) {
  const std::string text = R"((module
  (type (;0;) (func))
  (import "m" "memory" (memory (;0;) 1 2 shared))
  (import "m" "f" (func (;0;) (type 0)))
  (table (;0;) 1 2 funcref)
  (table (;1;) 0 externref)
  (memory (;1;) 1)
  (global (;0;) (mut i32) (i32.const -1))
  (global (;1;) i64 i64.const 1 i64.const 2 i64.add)
  (elem (;0;) (i32.const 0) func 0 0)
  (elem (;1;) (table 1) (offset i32.const 1 i32.eqz) externref (ref.null extern))
  (elem (;2;) declare func 0)
  (elem (;3;) funcref (ref.func 0) (item block (;@1;) end ref.null func))
  (data (;0;) (i32.const 0) "a\"\\\00\ff")
  (data (;1;) (memory 1) (global.get 0) "")
  (data (;2;) "passive")
)
)";
  EXPECT_EQ(reprint(text), text);
}

TEST(Print, BreaksLongDataIntoLines) {
  Module module;
  module.datas.push_back({.mode = engine::SegmentMode::Passive});
  module.datas.front().bytes.assign(100, 'x');
  EXPECT_EQ(print(module), "(module\n  (data (;0;)\n    \"" + std::string(64, 'x') + "\"\n    \"" +
                               std::string(36, 'x') + "\")\n)\n");
}

TEST(Print, LeavesOutOnlyWhatGoesWithoutSaying) {
  const std::string text = R"((module
  (type (;0;) (func))
  (func (;0;) (type 0)
    i32.load
    i32.load offset=4
    i32.load align=1
    i64.atomic.rmw.add offset=4294967295 align=2147483648
    i32.load8_u 1
    memory.size
    memory.grow 1
    memory.init 2
    memory.init 1 2
    memory.copy
    memory.copy 0 1
    table.get 0
    table.init 0 1
    table.copy 0 0
    call_indirect (type 0)
    call_indirect 1 (type 0)
    select
    select (result)
    select (result i32)
    ref.null extern
    atomic.fence
    block (;@1;) (type 7)
    end
    br 9
  )
)
)";
  EXPECT_EQ(reprint(text), text);
}

// --- Hostile modules ---

TEST(Print, ALongBodyOfNestedBlocksGivesTextInProportion) {
  constexpr std::size_t kBlocks = 100'000;
  std::vector<Instruction> body(kBlocks, {.opcode = Opcode::Block, .a = engine::kBlockEmpty});
  body.resize(2 * kBlocks, {.opcode = Opcode::End});
  EXPECT_LT(print(module_of(std::move(body))).size(), 2 * kBlocks * 120);
}

TEST(Print, AWideTypeIsNotRepeatedWhereItIsUsed) {
  Module module = module_of({{.opcode = Opcode::Block, .a = 1}, {.opcode = Opcode::End}});
  module.add_type(engine::FunctionType{std::vector(1000, engine::kI32), {}});
  EXPECT_THAT(print(module), HasSubstr("block (;@1;) (type 1)\n"));
  EXPECT_EQ(round_trip_failure(module), "");
}

TEST(Print, ALongNameIsNotRepeatedWhereItIsUsed) {
  Module module = module_of({{.opcode = Opcode::Call}});
  module.names.functions[0] = std::string(1000, 'x');
  EXPECT_THAT(print(module), HasSubstr("call 0\n"));
  EXPECT_EQ(round_trip_failure(module), "");
}

TEST(Print, TooManyLocalsGiveTextThatDoesNotParse) {
  Module module = module_of({});
  module.functions.front().locals = {{0xffff'ffff, engine::kI32}, {2, engine::kI64}};
  const std::string text = print(module);
  EXPECT_THAT(text, HasSubstr("(local i32 ... (;4294967295 of them;) i64 i64)"));
  EXPECT_FALSE(parse(text));
}

TEST(Print, TheLimitOfLocalsHoldsForAllFunctionsTogether) {
  Module module = module_of({});
  module.functions.front().locals = {{kLocalsPrintedMax - 1, engine::kI32}};
  module.functions.push_back(module.functions.front());
  const std::string text = print(module);
  EXPECT_LT(text.size(), 5 * kLocalsPrintedMax);
  EXPECT_NE(text.find(fmt::format("(local i32 ... (;{} of them;))", kLocalsPrintedMax - 1)),
            std::string::npos);
}

TEST(Print, AnAlignmentThatTextCannotSayDoesNotParse) {
  for (const std::uint32_t align : {64U, 65U, 0xffff'ffffU}) {
    const std::string text = print(module_of({{.opcode = Opcode::I32Load, .b = align}}));
    EXPECT_FALSE(parse(text)) << text;
  }
}

}  // namespace
}  // namespace heddle::wast
