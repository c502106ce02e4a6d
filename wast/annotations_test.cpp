#include "wast/annotations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wast/parse.hpp"
#include "wast/test_source.hpp"

namespace heddle::wast {
namespace {

using engine::Module;
using testing::ElementsAre;
using testing::Pair;

Module parsed(const std::string& text) {
  auto module = parse_module(source_of(text));
  EXPECT_TRUE(module) << module.error().message << " in " << text;
  return module ? *std::move(module) : Module{};
}

std::string error_of(const std::string& text) {
  const auto module = parse_module(source_of(text));
  return module ? "no error" : module.error().message;
}

std::vector<std::string> customs_of(const std::string& text) {
  std::vector<std::string> result;
  for (const auto& custom : parsed(text).customs) {
    result.push_back(custom.name + ":" + std::string(custom.bytes.begin(), custom.bytes.end()));
  }
  return result;
}

TEST(CustomAnnotations, AreSectionsInTheOrderOfTheirPlaces) {
  EXPECT_THAT(customs_of("(@custom \"a\") (func) (@custom \"b\" (before code) \"1\" \"2\")"
                         "(@custom \"c\" (after first) \"3\") (@custom \"d\" (before type))"),
              ElementsAre("d:", "c:3", "b:12", "a:"));
  EXPECT_THAT(customs_of("(module (@\"custom\" \"x\" \"\\00\"))"),
              ElementsAre(std::string("x:\0", 3)));
}

TEST(CustomAnnotations, StandOnlyBetweenFields) {
  EXPECT_EQ(error_of("(func (@custom \"x\"))"), "misplaced @custom annotation");
  EXPECT_EQ(error_of("(type (@custom \"x\") (func))"), "misplaced @custom annotation");
  EXPECT_EQ(error_of("(@custom \"x\" \"y\" z)"), "@custom annotation: unexpected token");
}

// An annotation of another module is none of this one's business.
TEST(CustomAnnotations, BelongToTheModuleAround) {
  const auto script =
      parse_script(source_of("(module (@custom \"a\")) (@custom) (module (@custom \"b\"))"));
  ASSERT_TRUE(script) << script.error().message;
  for (const auto& command : script->commands) {
    const auto& body = std::get<ModuleCommand>(command.value).body;
    EXPECT_EQ(std::get<std::shared_ptr<const Module>>(body)->customs.size(), 1U);
  }
}

TEST(NameAnnotations, GoBeforeIdentifiers) {
  const Module module = parsed(
      "(module $id (@name \"M\") (func $f (@name \"F\") (param $x (@name \"P\") i32)"
      " (local (@name \"L\") i64) (local.get $x)) (tag (@name \"T\")) (global $g (@name "
      "\"\\ce\\bb\")"
      " i32 (i32.const 0)) (type (@name \"S\") (struct (field (@name \"A\") i32))) (start $f))");
  EXPECT_EQ(module.name, "M");
  EXPECT_THAT(module.names.functions, ElementsAre(Pair(0U, "F")));
  EXPECT_THAT(module.names.locals.at(0), ElementsAre(Pair(0U, "P"), Pair(1U, "L")));
  EXPECT_THAT(module.names.tags, ElementsAre(Pair(0U, "T")));
  EXPECT_THAT(module.names.globals, ElementsAre(Pair(0U, "\xce\xbb")));
  EXPECT_THAT(module.names.types, ElementsAre(Pair(0U, "S")));
  EXPECT_THAT(module.names.fields.at(0), ElementsAre(Pair(0U, "A")));
}

TEST(NameAnnotations, OfNothingAreMisplaced) {
  EXPECT_EQ(error_of("(func) (@name \"x\")"), "misplaced @name annotation");
  EXPECT_EQ(error_of("(func (nop (@name \"x\")))"), "misplaced @name annotation");
  EXPECT_EQ(error_of("(@name \"x\") (@name \"y\")"), "@name annotation: multiple module names");
  EXPECT_EQ(error_of("(@name \"\\ff\")"), "@name annotation: malformed UTF-8 encoding");
  EXPECT_EQ(error_of("(@name)"), "@name annotation: missing name");
}

TEST(BranchHints, BelongToTheBranchThatFollows) {
  const std::string hint = "(@metadata.code.branch_hint \"\\00\") ";
  const std::string error = "@metadata.code.branch_hint annotation: ";
  EXPECT_EQ(error_of("(func " + hint + "(if (i32.const 0) (then)) (block (br_if 0 " + "(nop)) " +
                     hint + "br_if 0))"),
            "no error");
  EXPECT_EQ(error_of("(func " + hint + "nop)"), error + "invalid target");
  EXPECT_EQ(error_of("(func " + hint + ")"), error + "invalid placement");
  EXPECT_EQ(error_of("(func " + hint + hint + "if end)"), error + "duplicate annotation");
  EXPECT_EQ(error_of(hint + "(func)"), error + "not in a function");
  EXPECT_EQ(error_of("(func (@metadata.code.branch_hint \"\\02\") if end)"),
            error + "invalid hint value");
}

TEST(OtherAnnotations, MeanNothingAnywhere) {
  EXPECT_EQ(error_of("(@a) (func (@b (@custom)) (nop (@\"custo\" ] )))"), "no error");
}

}  // namespace
}  // namespace heddle::wast
