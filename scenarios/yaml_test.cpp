#include "scenarios/yaml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace heddle::scenarios {
namespace {

using ::testing::HasSubstr;

std::string error_of(std::string_view text) {
  const auto node = parse_yaml(text, "f");
  return node ? "" : core::describe(node.error().span) + ": " + node.error().message;
}

TEST(Yaml, KeepsThePlaceOfEveryNode) {
  const auto root = parse_yaml("a: 1\nb:\n  - x\n  - {c: \"y\"}\n", "f");
  ASSERT_TRUE(root.has_value());
  ASSERT_EQ(root->kind, YamlNode::Kind::Mapping);
  const YamlNode& list = root->items[1];
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(core::describe(list.items[0].span), "f:3:5");
  const YamlNode& y = list.items[1].items[0];
  EXPECT_EQ(core::describe(y.span), "f:4:9");
  EXPECT_EQ(y.text, "y");
  EXPECT_EQ(y.style, YamlNode::Style::Quoted);
}

TEST(Yaml, RefusesWhatHeddleHasNoUseFor) {
  EXPECT_THAT(error_of("a: 1\na: 2\n"), HasSubstr("f:2:1: duplicate key 'a' (first on line 1)"));
  EXPECT_THAT(error_of("a: &x 1\nb: *x\n"), HasSubstr("anchors are not allowed"));
  EXPECT_THAT(error_of("a: !!str 1\n"), HasSubstr("f:1:4: tags are not allowed"));
  EXPECT_THAT(error_of("a: !!map {}\n"), HasSubstr("tags are not allowed"));
  EXPECT_THAT(error_of("a: ! 1\n"), HasSubstr("tags are not allowed"));
  EXPECT_THAT(error_of("{a: 1}: 2\n"), HasSubstr("a key must be a word"));
  EXPECT_THAT(error_of("a: 1\n---\nb: 2\n"), HasSubstr("only one document"));
  EXPECT_THAT(error_of(""), HasSubstr("the file is empty"));
  EXPECT_THAT(error_of("# nothing\n"), HasSubstr("the file is empty"));
  EXPECT_THAT(error_of("a: [1\n"), HasSubstr("end of sequence flow not found"));
  EXPECT_THAT(error_of(std::string_view("a: \0", 4)), HasSubstr("f:1:4: character 0x00"));
  EXPECT_THAT(error_of("\xff\xfe"), HasSubstr("character 0xff"));
}

TEST(Yaml, RefusesDeepNestingWithoutDeepRecursion) {
  EXPECT_THAT(error_of(std::string(100'000, '[')), HasSubstr("f:1:"));
  std::string nested;
  for (int i = 0; i < 1000; ++i) nested += "- ";
  EXPECT_THAT(error_of(nested), HasSubstr("nested too deeply"));
}

RC_GTEST_PROP(Yaml, SurvivesAnyText, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "a", ": ", "\n", "  ", "- ", "? ", "[", "]", "{", "}", ",", "|", ">", "|2-\n", "'", "\"", "#",
      "&a ", "*a", "!t ", "!<", "%YAML 1.2\n", "---\n", "...\n", "\\x", "\t", "\r", "\xc3\xa9"));
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  (void)parse_yaml(text, "f");
}

}  // namespace
}  // namespace heddle::scenarios
