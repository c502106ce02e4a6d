#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wast/parse.hpp"
#include "wast/test_source.hpp"

namespace heddle::wast {
namespace {

using core::Value;
using core::ValueKind;
using testing::ElementsAre;
using testing::SizeIs;

Script parsed(const std::string& text) {
  auto script = parse_script(source_of(text));
  EXPECT_TRUE(script) << script.error().message << " in " << text;
  return script ? *std::move(script) : Script{};
}

std::string error_of(const std::string& text) {
  const auto script = parse_script(source_of(text));
  return script ? "no error" : script.error().message;
}

// The only command of `text`, which must be a T.
template <typename T>
T only(const std::string& text) {
  Script script = parsed(text);
  if (script.commands.size() != 1 || !std::holds_alternative<T>(script.commands[0].value)) {
    ADD_FAILURE() << "another command: " << text;
    return T{};
  }
  return std::get<T>(std::move(script.commands[0].value));
}

ResultPattern result_of(const std::string& pattern) {
  const auto command = only<AssertReturn>("(assert_return (invoke \"f\") " + pattern + ")");
  EXPECT_THAT(command.results, SizeIs(1));
  return command.results.empty() ? ResultPattern{} : command.results[0];
}

TEST(Script, AFileOfFieldsIsOneModule) {
  const auto module = only<ModuleCommand>(" (func) (memory 0)");
  EXPECT_EQ(module.offset, 1U);
  EXPECT_THAT(std::get<std::shared_ptr<const engine::Module>>(module.body)->functions, SizeIs(1));
  EXPECT_THAT(parsed(";; nothing").commands, SizeIs(0));
}

TEST(Script, ModulesComeInThreeForms) {
  const auto text = only<ModuleCommand>("(module $M (func))");
  EXPECT_EQ(text.name, "M");
  EXPECT_FALSE(text.is_definition);
  const auto binary = only<ModuleCommand>("(module definition $\"a b\" binary \"\\00asm\" \"x\")");
  EXPECT_TRUE(binary.is_definition);
  EXPECT_EQ(binary.name, "a b");
  EXPECT_EQ(std::get<BinaryModule>(binary.body).bytes, std::string("\0asmx", 5));
  const auto quoted = only<ModuleCommand>("(module quote \"(func\" \" $\\22)\")");
  EXPECT_EQ(std::get<QuotedModule>(quoted.body).text, "(func $\")");
}

TEST(Script, ModulesOfAScriptPointIntoItsSource) {
  const Script script = parsed("(invoke \"f\")\n(module (func nop))");
  const auto& command = std::get<ModuleCommand>(script.commands[1].value);
  const auto& module = *std::get<std::shared_ptr<const engine::Module>>(command.body);
  EXPECT_EQ(module.source, script.source);
  EXPECT_EQ(script.commands[1].offset, 13U);
  EXPECT_EQ(module.span_at(module.functions[0].body.code[0].offset).line, 2U);
  EXPECT_EQ(module.span_at(module.functions[0].body.code[0].offset).column, 15U);
}

TEST(Script, InstancesNameInstanceThenModule) {
  const auto both = only<InstanceCommand>("(module instance $I $M)");
  EXPECT_EQ(both.instance, "I");
  EXPECT_EQ(both.module, "M");
  const auto one = only<InstanceCommand>("(module instance $M)");
  EXPECT_EQ(one.instance, std::nullopt);
  EXPECT_EQ(one.module, "M");
  EXPECT_EQ(only<InstanceCommand>("(module instance)").module, std::nullopt);
}

TEST(Script, ActionsAndRegistration) {
  const auto invoke = std::get<Invoke>(only<Action>(
      "(invoke $M \"f\" (i32.const -1) (f64.const 0x1p-1) (ref.null extern) (ref.extern 3))"));
  EXPECT_EQ(invoke.module, "M");
  EXPECT_EQ(invoke.function, "f");
  EXPECT_THAT(invoke.arguments,
              ElementsAre(Value::i32(0xffff'ffff), Value::f64(0x3fe0'0000'0000'0000),
                          Value{.kind = ValueKind::ExternRef, .is_null = true},
                          Value{.kind = ValueKind::ExternRef, .low = 3}));
  EXPECT_EQ(std::get<Get>(only<Action>("(get \"g\")")).global, "g");
  EXPECT_EQ(only<RegisterCommand>("(register \"m\" $M)").as, "m");
}

TEST(Script, VectorsAreFilledFromTheLowestLane) {
  const Value value = result_of("(v128.const i16x8 1 2 3 4 5 6 7 -1)").value;
  EXPECT_EQ(value.low, 0x0004'0003'0002'0001U);
  EXPECT_EQ(value.high, 0xffff'0007'0006'0005U);
  EXPECT_EQ(result_of("(v128.const f64x2 0 1)").value.high, 0x3ff0'0000'0000'0000U);
}

TEST(Script, ResultPatterns) {
  EXPECT_EQ(result_of("(i64.const 5)").value, Value::i64(5));
  EXPECT_EQ(result_of("(f32.const nan:canonical)").nan, NanPattern::Canonical);
  EXPECT_EQ(result_of("(f64.const nan:arithmetic)").value.kind, ValueKind::F64);
  EXPECT_EQ(result_of("(f32.const nan:0x1)").value, Value::f32(0x7f80'0001));
  EXPECT_EQ(result_of("(ref.func)").kind, ResultPattern::Kind::Reference);
  EXPECT_EQ(result_of("(ref.extern)").kind, ResultPattern::Kind::Reference);
  EXPECT_EQ(result_of("(ref.null)").kind, ResultPattern::Kind::AnyNull);
  EXPECT_TRUE(result_of("(ref.null func)").value.is_null);
  const ResultPattern either = result_of("(either (i32.const 0) (either (i32.const 1)))");
  EXPECT_EQ(either.kind, ResultPattern::Kind::Either);
  EXPECT_THAT(either.alternatives, SizeIs(2));
}

TEST(Script, PatternsOfReferences) {
  const std::pair<std::string, engine::HeapKind> pairs[] = {
      {"ref.func", engine::HeapKind::Func},   {"ref.extern", engine::HeapKind::Extern},
      {"ref.any", engine::HeapKind::Any},     {"ref.eq", engine::HeapKind::Eq},
      {"ref.i31", engine::HeapKind::I31},     {"ref.struct", engine::HeapKind::Struct},
      {"ref.array", engine::HeapKind::Array}, {"ref.exn", engine::HeapKind::Exn}};
  for (const auto& [word, heap] : pairs) {
    const ResultPattern pattern = result_of("(" + word + ")");
    EXPECT_EQ(pattern.kind, ResultPattern::Kind::Reference);
    EXPECT_EQ(pattern.heap, heap) << word;
  }
  EXPECT_EQ(result_of("(ref)").kind, ResultPattern::Kind::AnyRef);
  EXPECT_EQ(result_of("(ref.host 7)").value, (Value{.kind = ValueKind::HostRef, .low = 7}));
  const std::pair<std::string, ValueKind> nulls[] = {
      {"none", ValueKind::AnyRef},    {"i31", ValueKind::AnyRef},
      {"nofunc", ValueKind::FuncRef}, {"noextern", ValueKind::ExternRef},
      {"noexn", ValueKind::ExnRef},   {"struct", ValueKind::AnyRef}};
  for (const auto& [word, kind] : nulls) {
    EXPECT_EQ(result_of("(ref.null " + word + ")").value, (Value{.kind = kind, .is_null = true}));
  }
}

TEST(Script, LanesMayBePatterns) {
  const ResultPattern pattern = result_of("(v128.const f32x4 1 nan:canonical nan:arithmetic 0)");
  EXPECT_EQ(pattern.kind, ResultPattern::Kind::Lanes);
  EXPECT_THAT(pattern.lane_nans, ElementsAre(NanPattern::None, NanPattern::Canonical,
                                             NanPattern::Arithmetic, NanPattern::None));
  EXPECT_EQ(pattern.value.low, 0x3f80'0000U);
  EXPECT_EQ(result_of("(v128.const f64x2 nan:canonical 0)").lane_nans.size(), 2U);
  EXPECT_EQ(result_of("(v128.const f64x2 nan 0)").kind, ResultPattern::Kind::Value);
}

TEST(Script, CommandsAboutScriptsAndFiles) {
  const auto script = only<ScriptCommand>("(script $S (register \"m\") (script))");
  EXPECT_EQ(script.name, "S");
  EXPECT_THAT(script.commands, SizeIs(2));
  EXPECT_EQ(only<InputCommand>("(input $S \"a.wast\")").file, "a.wast");
  EXPECT_EQ(only<OutputCommand>("(output $S \"a.wast\")").file, "a.wast");
  EXPECT_EQ(only<OutputCommand>("(output)").file, std::nullopt);
}

TEST(Script, AnyKindOfFieldBeginsABareModule) {
  for (const std::string field : {"(rec)", "(tag)", "(@a) (type (func))", "(func)"}) {
    only<ModuleCommand>(field);
  }
}

TEST(Script, Assertions) {
  EXPECT_EQ(only<AssertTrap>("(assert_trap (invoke \"f\") \"unreachable\")").message,
            "unreachable");
  const auto trap = only<AssertTrap>("(assert_trap (module (func)) \"out of bounds\")");
  EXPECT_TRUE(std::holds_alternative<ModuleCommand>(trap.subject));
  EXPECT_EQ(only<AssertExhaustion>("(assert_exhaustion (invoke \"f\") \"m\")").message, "m");
  only<AssertException>("(assert_exception (invoke \"f\"))");
  const auto thrown = only<AssertException>("(assert_exception (module (func)))");
  EXPECT_TRUE(std::holds_alternative<ModuleCommand>(thrown.subject));
  EXPECT_EQ(only<AssertSuspension>("(assert_suspension (invoke \"f\") \"m\")").message, "m");
  EXPECT_EQ(only<AssertUnlinkable>("(assert_unlinkable (module) \"m\")").message, "m");
  only<ModuleCommand>("(assert_return (module))");
}

TEST(Script, MalformedTextIsKeptAsText) {
  const std::string module = " (module $M (func i32.foo)) \"unknown operator\")";
  const auto command = only<AssertMalformed>("(assert_malformed" + module);
  EXPECT_EQ(std::get<QuotedModule>(command.module.body).text, "(module $M (func i32.foo))");
  EXPECT_EQ(command.message, "unknown operator");
  const auto custom = only<AssertMalformedCustom>("(assert_malformed_custom" + module);
  EXPECT_EQ(std::get<QuotedModule>(custom.module.body).text, "(module $M (func i32.foo))");
}

TEST(Script, InvalidTextIsParsedIfItCanBe) {
  const auto parses = only<AssertInvalid>("(assert_invalid (module (func i32.add)) \"m\")");
  EXPECT_EQ(parses.module.body.index(), 0U);
  const auto fails = only<AssertInvalidCustom>(
      "(assert_invalid_custom (module (func call $f)) \"unknown function\")");
  EXPECT_EQ(std::get<QuotedModule>(fails.module.body).text, "(module (func call $f))");
}

TEST(Script, ThreadsNestAndShare) {
  const auto outer = only<ThreadCommand>(
      "(thread $A (shared (module $M)) (shared (module $N)) (register \"m\" $M)"
      " (thread $B (invoke \"f\")) (wait $B))");
  EXPECT_EQ(outer.name, "A");
  EXPECT_THAT(outer.shared, ElementsAre("M", "N"));
  ASSERT_THAT(outer.commands, SizeIs(3));
  EXPECT_THAT(std::get<ThreadCommand>(outer.commands[1].value).commands, SizeIs(1));
  EXPECT_EQ(std::get<WaitCommand>(outer.commands[2].value).thread, "B");
  EXPECT_EQ(only<WaitCommand>("(wait)").thread, std::nullopt);
}

TEST(Script, BadScriptsAreErrors) {
  EXPECT_EQ(error_of("(invoke f)"), "unknown operator f");
  EXPECT_EQ(error_of("(invoke \"f\""), "unexpected token: end of text");
  EXPECT_EQ(error_of("(assert_return)"), "unexpected token )");
  EXPECT_EQ(error_of("(frobnicate)"), "unknown operator frobnicate");
  EXPECT_EQ(error_of(")"), "unexpected token )");
  EXPECT_EQ(error_of("(invoke \"\\ff\")"), "malformed UTF-8 encoding");
  EXPECT_EQ(error_of("(invoke \"f\" (i32.const 4294967296))"), "constant out of range 4294967296");
  EXPECT_EQ(error_of("(module (func call $f))"), "unknown function $f");
  EXPECT_EQ(error_of("(thread $A (shared (module)))"), "unexpected token )");
}

TEST(Script, DeepNestingIsRefused) {
  std::string threads;
  std::string either = "(assert_return (invoke \"f\") ";
  for (int i = 0; i < 10'000; ++i) {
    threads += "(thread ";
    either += "(either ";
  }
  EXPECT_EQ(error_of(threads), "nesting too deep");
  EXPECT_EQ(error_of(either), "nesting too deep");
}

TEST(Script, TheSpanOfAnErrorIsWhereTheTokenStands) {
  const auto script = parse_script(source_of("(module)\n  (module (func\n    i32.foo))"));
  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().span.line, 3U);
  EXPECT_EQ(script.error().span.column, 5U);
  EXPECT_EQ(script.error().span.file, "test.wast");
}

}  // namespace
}  // namespace heddle::wast
