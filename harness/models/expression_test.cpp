#include "harness/models/expression.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "harness/models/model.hpp"

namespace heddle::harness {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<ScopeName> kScope{
    {"x", false, 0}, {"y", false, 1}, {"items", true, 0}, {"none", true, 1}};
const std::vector<std::int64_t> kIntegers{7, -2};
const std::vector<IntegerList> kLists{{30, 10, 20}, {}};

std::optional<std::int64_t> integer(const std::string& text) {
  const auto expression = parse_expression(text, kScope);
  EXPECT_TRUE(expression) << text << ": " << (expression ? "" : expression.error().message);
  return expression->integer({kIntegers, kLists});
}

std::optional<IntegerList> list(const std::string& text) {
  const auto expression = parse_expression(text, kScope);
  EXPECT_TRUE(expression) << text << ": " << (expression ? "" : expression.error().message);
  EXPECT_EQ(expression->type(), ExpressionType::List);
  return expression->list({kIntegers, kLists});
}

// "offset: message"
std::string error_of(const std::string& text) {
  const auto expression = parse_expression(text, kScope);
  if (expression) return "none";
  return std::to_string(expression.error().span.offset) + ": " + expression.error().message;
}

TEST(Expression, OperatorsBindAsInArithmetic) {
  EXPECT_EQ(integer("1 + 2 * 3"), 7);
  EXPECT_EQ(integer("(1 + 2) * 3"), 9);
  EXPECT_EQ(integer("10 - 3 - 2"), 5);
  EXPECT_EQ(integer("-x + 1"), -6);
  EXPECT_EQ(integer("- -x"), 7);
  EXPECT_EQ(integer("20 / 3 * 3 + 20 % 3"), 20);
  EXPECT_EQ(integer("x-1"), 6);
  EXPECT_EQ(integer("-items[1]"), -10);
  EXPECT_EQ(integer("items[x - 6] + 1"), 11);
}

TEST(Expression, NotBindsWeakerThanComparisonsAndStrongerThanAnd) {
  EXPECT_EQ(integer("not x == 7"), 0);
  EXPECT_EQ(integer("not x == 8 and x == 7"), 1);
  EXPECT_EQ(integer("true or false and false"), 1);
  EXPECT_EQ(integer("not true or true"), 1);
  EXPECT_EQ(integer("x + 1 >= 8 and y < 0"), 1);
  EXPECT_EQ(integer("x <= 6 or y != -2"), 0);
  EXPECT_EQ(integer("(x > 1) == (y < 1)"), 1);
}

TEST(Expression, IntegersWrapAroundAt64Bits) {
  EXPECT_EQ(integer("9223372036854775807 + 1"), INT64_MIN);
  EXPECT_EQ(integer("-9223372036854775807 - 2"), INT64_MAX);
  EXPECT_EQ(integer("9223372036854775807 * 2"), -2);
  EXPECT_EQ(integer("(-9223372036854775807 - 1) / -1"), INT64_MIN);
  EXPECT_EQ(integer("(-9223372036854775807 - 1) % -1"), 0);
  EXPECT_EQ(integer("-(-9223372036854775807 - 1)"), INT64_MIN);
}

TEST(Expression, WhatHasNoValueIsNothing) {
  EXPECT_EQ(integer("1 / 0"), std::nullopt);
  EXPECT_EQ(integer("1 % (x - 7)"), std::nullopt);
  EXPECT_EQ(integer("items[3]"), std::nullopt);
  EXPECT_EQ(integer("items[-1]"), std::nullopt);
  EXPECT_EQ(integer("first(none)"), std::nullopt);
  EXPECT_EQ(integer("last(none)"), std::nullopt);
  EXPECT_EQ(integer("size(without_first(none))"), std::nullopt);
  EXPECT_EQ(list("without_last(none)"), std::nullopt);
  EXPECT_EQ(list("append(items, 1 / 0)"), std::nullopt);
  EXPECT_EQ(list("replace(items, 3, 1)"), std::nullopt);
}

TEST(Expression, WhatIsNotNeededIsNotEvaluated) {
  EXPECT_EQ(integer("if(size(none) > 0, first(none), empty)"), kEmptyResult);
  EXPECT_EQ(integer("size(none) > 0 and first(none) == 1"), 0);
  EXPECT_EQ(integer("size(none) == 0 or first(none) == 1"), 1);
  EXPECT_THAT(*list("if(true, none, without_first(none))"), IsEmpty());
}

TEST(Expression, ListsHaveTheirFunctions) {
  EXPECT_EQ(integer("size(items)"), 3);
  EXPECT_EQ(integer("first(items) * 100 + last(items)"), 3020);
  EXPECT_EQ(integer("contains(items, 10)"), 1);
  EXPECT_EQ(integer("contains(items, 11)"), 0);
  EXPECT_EQ(integer("items == [30, 10, 20]"), 1);
  EXPECT_EQ(integer("items != append([30, 10], 20)"), 0);
  EXPECT_THAT(*list("append(items, x)"), ElementsAre(30, 10, 20, 7));
  EXPECT_THAT(*list("prepend(items, x)"), ElementsAre(7, 30, 10, 20));
  EXPECT_THAT(*list("without_first(items)"), ElementsAre(10, 20));
  EXPECT_THAT(*list("without_last(items)"), ElementsAre(30, 10));
  EXPECT_THAT(*list("without(append(items, 10), 10)"), ElementsAre(30, 20, 10));
  EXPECT_THAT(*list("without(items, 11)"), ElementsAre(30, 10, 20));
  EXPECT_THAT(*list("replace(items, 1, 5)"), ElementsAre(30, 5, 20));
  EXPECT_THAT(*list("sorted(items)"), ElementsAre(10, 20, 30));
  EXPECT_THAT(*list("[]"), IsEmpty());
  EXPECT_THAT(*list("[x, x + 1,]"), ElementsAre(7, 8));
  EXPECT_EQ(integer("min(x, y) * 10 + max(x, y)"), -13);
}

TEST(Expression, EmptyIsSaidToBeMentioned) {
  EXPECT_TRUE(parse_expression("if(x == 1, empty, 2)", kScope)->mentions_empty());
  EXPECT_FALSE(parse_expression("if(x == 1, 1, 2)", kScope)->mentions_empty());
}

TEST(Expression, ErrorsSayWhereAndWhat) {
  EXPECT_EQ(error_of(""), "0: a value is expected at the end");
  EXPECT_EQ(error_of("x +"), "3: a value is expected at the end");
  EXPECT_EQ(error_of("x y"), "2: an operator is expected at 'y'");
  EXPECT_EQ(error_of("x + z"), "4: unknown name 'z': there are x, y, items, none");
  EXPECT_EQ(error_of("sum(items)"), "0: there is no function 'sum'");
  EXPECT_EQ(error_of("size(items"), "10: ')' is expected at the end");
  EXPECT_EQ(error_of("min(x)"), "5: ',' is expected at ')'");
  EXPECT_EQ(error_of("x = 1"), "2: an operator is expected at '='");
  EXPECT_EQ(error_of("1 < x < 3"), "6: comparisons cannot be chained: use 'and' at '<'");
  EXPECT_EQ(error_of("99999999999999999999"),
            "0: an integer of 64 bits is expected at '99999999999999999999'");
  EXPECT_EQ(error_of("1a"), "0: an integer of 64 bits is expected at '1a'");
  EXPECT_EQ(error_of("x \xff"), "2: an operator is expected at '\xff'");
}

TEST(Expression, TypesAreNotMixed) {
  EXPECT_EQ(error_of("x + items"), "2: '+' takes an integer, not a list");
  EXPECT_EQ(error_of("x and y"), "2: 'and' takes a truth (true or false), not an integer");
  EXPECT_EQ(error_of("x == true"), "2: '==' takes an integer, not a truth (true or false)");
  EXPECT_EQ(error_of("not x"), "0: 'not' takes a truth (true or false), not an integer");
  EXPECT_EQ(error_of("if(x, 1, 2)"), "3: 'if' takes a truth (true or false), not an integer");
  EXPECT_EQ(error_of("if(true, 1, items)"), "12: 'if' takes an integer, not a list");
  EXPECT_EQ(error_of("x[0]"), "1: an index takes a list, not an integer");
  EXPECT_EQ(error_of("[items]"), "1: a list takes an integer, not a list");
}

TEST(Expression, DeepAndLongOnesAreErrors) {
  EXPECT_THAT(error_of(std::string(100'000, '(')), testing::HasSubstr("too deep"));
  EXPECT_THAT(error_of(std::string(100'000, '-') + "1"), testing::HasSubstr("too deep"));
  std::string sum = "1";
  for (int i = 0; i < 10'000; ++i) sum += "+1";
  EXPECT_THAT(error_of(sum), testing::HasSubstr("too long"));
}

// Whatever the text: it ends, and what parses can be evaluated.
RC_GTEST_PROP(Expression, NoTextDoesHarm, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "x", "items", "none", "(", ")", "[", "]", ",", "+", "-", "/", "%", "<", "==", "not", "and",
      "if", "size", "first", "append", "without_first", "0", "1", "true", "empty", "!", "=", " "));
  std::string text;
  for (const std::string& word : words) text += word + " ";
  const auto expression = parse_expression(text, kScope);
  if (!expression) return;
  if (expression->type() == ExpressionType::List) {
    static_cast<void>(expression->list({kIntegers, kLists}));
  } else {
    static_cast<void>(expression->integer({kIntegers, kLists}));
  }
}

}  // namespace
}  // namespace heddle::harness
