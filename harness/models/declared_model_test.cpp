#include "harness/models/declared_model.hpp"

#include <gmock/gmock.h>

namespace heddle::harness {
namespace {

using testing::ElementsAre;

const core::Data kData;

Expression expression(const Declaration& declaration, const DeclaredOperation& operation,
                      std::string_view text) {
  return *parse_expression(text, scope_of(declaration.variables, operation.arguments));
}

// Two lists with an integer between them, so that everything has a place of its own.
Declaration two_stacks() {
  Declaration declaration{
      .name = "two stacks",
      .variables = {{"left", true, {1, 2}}, {"moves", false, {5}}, {"right", true, {}}}};
  DeclaredOperation move{.name = "move", .arguments = {"extra"}};
  const auto made = [&](std::string_view text) { return expression(declaration, move, text); };
  move.when = made("size(left) > 0");
  move.changes = {{0, made("without_last(left)")},
                  {2, made("append(right, last(left) + extra)")},
                  {1, made("moves + size(left) - 1")}};
  move.returns = made("moves");
  move.returns_from = ReturnsFrom::After;
  declaration.operations.push_back(move);
  declaration.operations.push_back({.name = "count", .returns = made("moves")});
  return declaration;
}

TEST(DeclaredModel, ChangesAreComputedInTheStateBefore) {
  const DeclaredModel model(two_stacks());
  EXPECT_THAT(model.initial(), ElementsAre(2, 1, 2, 5, 0));
  EXPECT_EQ(model.text_of(model.initial()), "left [1 2], moves 5, right []");
  ModelState long_state(103, 7);
  long_state[0] = 100;
  long_state.back() = 0;
  EXPECT_THAT(model.text_of(long_state), testing::EndsWith("7 7 ...], moves 7, right []"));
  ModelState next;
  const ModelCall move{.code = 0, .has_result = true, .arguments = {100}, .result = 6};
  ASSERT_TRUE(model.step(model.initial(), move, kData, next));
  EXPECT_THAT(next, ElementsAre(1, 1, 6, 1, 102));
  EXPECT_EQ(model.result_of(next, move), 6);
  EXPECT_EQ(model.result_of(next, {.code = 1}), 6);
}

TEST(DeclaredModel, AnOperationWhoseConditionOrResultFailsCannotHappen) {
  const DeclaredModel model(two_stacks());
  ModelState next;
  EXPECT_FALSE(
      model.step(model.initial(), {.code = 0, .has_result = true, .result = 5}, kData, next));
  EXPECT_TRUE(model.step(model.initial(), {.code = 0}, kData, next));
  EXPECT_FALSE(model.step({0, 5, 0}, {.code = 0}, kData, next));
  EXPECT_EQ(model.result_of({0, 5, 0}, {.code = 0}), std::nullopt);
}

TEST(DeclaredModel, AnOperationWhoseChangeHasNoValueCannotHappen) {
  Declaration declaration{.name = "d", .variables = {{"x", false, {3}}}};
  DeclaredOperation divide{.name = "divide", .arguments = {"by"}};
  divide.changes = {{0, expression(declaration, divide, "x / by")}};
  DeclaredOperation get{.name = "get", .arguments = {"by"}};
  get.returns = expression(declaration, get, "x % by");
  declaration.operations = {divide, get};
  const DeclaredModel model(declaration);
  ModelState next;
  EXPECT_FALSE(model.step({3}, {.code = 0}, kData, next));
  EXPECT_FALSE(model.step({3}, {.code = 1}, kData, next));
  ASSERT_TRUE(model.step({7}, {.code = 0, .arguments = {2}}, kData, next));
  EXPECT_THAT(next, ElementsAre(3));
}

TEST(DeclaredModel, VerbsFollowFromWhatIsChangedAndReturned) {
  const Declaration declaration{.name = "d", .variables = {{"x", false, {0}}}};
  const auto verb = [&](std::string_view set, std::string_view returns) {
    DeclaredOperation operation{.name = "o"};
    if (!set.empty()) operation.changes = {{0, expression(declaration, operation, set)}};
    if (!returns.empty()) operation.returns = expression(declaration, operation, returns);
    return verb_of(operation);
  };
  EXPECT_EQ(verb("", "x"), Verb::Read);
  EXPECT_EQ(verb("", "x == 1"), Verb::Contains);
  EXPECT_EQ(verb("", "if(x == 0, empty, x)"), Verb::Peek);
  EXPECT_EQ(verb("1", "x == 1"), Verb::Cas);
  EXPECT_EQ(verb("1", "if(x == 0, empty, x)"), Verb::Take);
  EXPECT_EQ(verb("1", "x"), Verb::Other);
  EXPECT_EQ(verb("1", ""), Verb::Other);
}

}  // namespace
}  // namespace heddle::harness
