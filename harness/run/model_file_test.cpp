#include "harness/run/model_file.hpp"

#include <gmock/gmock.h>

#include "harness/models/calls.hpp"
#include "harness/models/models.hpp"
#include "harness/run/files.hpp"
#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kNothing = core::kNil.word;

struct Done {
  std::string_view function;
  std::int64_t input = kNothing;
  std::int64_t output = kNothing;
};

// One after the other.
bool explains(const Model& model, const std::vector<Done>& done, const Semantics& semantics = {}) {
  core::History history;
  for (const Done& one : done) {
    const std::size_t i = history.operations.size();
    history.operations.push_back({.process = 0,
                                  .function = history.function_of(one.function),
                                  .completion = core::Completion::Ok,
                                  .input = {one.input},
                                  .output = {one.output},
                                  .call = 2 * i,
                                  .ret = 2 * i + 1});
  }
  const auto calls = prepare(history, model, semantics);
  EXPECT_TRUE(calls) << (calls ? "" : calls.error().message);
  ModelState state = model.initial();
  ModelState next;
  for (const ModelCall& call : calls->calls) {
    if (!model.step(state, call, history.data, next)) return false;
    std::swap(state, next);
  }
  return true;
}

std::unique_ptr<Model> example(const std::string& name) {
  auto model = load_model(HEDDLE_SOURCE_DIR "/docs/models/" + name);
  EXPECT_TRUE(model) << (model ? "" : model.error().message);
  return *std::move(model);
}

// "line:column: message"
std::string error_of(const std::string& text) {
  const auto declaration = parse_declaration(text, "m.yaml");
  if (declaration) return "none";
  const core::Error& error = declaration.error();
  EXPECT_EQ(error.span.file, "m.yaml");
  return std::to_string(error.span.line) + ":" + std::to_string(error.span.column) + ": " +
         error.message;
}

TEST(ModelFile, TheManualShowsTheExamplesAsTheyAre) {
  const std::string manual = *read_file(HEDDLE_SOURCE_DIR "/docs/models.md");
  for (const std::string name : {"bounded-queue.yaml", "max-register.wat"}) {
    EXPECT_THAT(manual,
                HasSubstr("\n" + *read_file(HEDDLE_SOURCE_DIR "/docs/models/" + name) + "```"));
  }
}

// The line of the manual's table that has the model, and all names of its operations.
TEST(ModelFile, TheManualNamesAllOperationsOfAllModels) {
  const std::string manual = *read_file(HEDDLE_SOURCE_DIR "/docs/models.md");
  for (const ModelInfo& info : model_infos()) {
    const std::string_view row = info.name.starts_with("cell-") ? "cell-8" : info.name;
    const std::size_t begin = manual.find("\n| `" + std::string(row) + "`");
    ASSERT_NE(begin, std::string::npos) << info.name;
    const std::string line = manual.substr(begin, manual.find('\n', begin + 1) - begin);
    EXPECT_THAT(line, HasSubstr("`" + std::string(info.name) + "`"));
    const auto model = make_model(info.name);
    for (const ModelOperation& operation : (*model)->operations()) {
      if (operation.name.contains(' ')) continue;  // a half of one
      EXPECT_THAT(line, HasSubstr("`" + std::string(operation.name) + "`")) << info.name;
    }
    EXPECT_THAT(line, HasSubstr("| " + std::string(info.initial) + " |")) << info.name;
  }
}

TEST(ModelFile, ABoundedQueueHasRoomForThree) {
  const auto queue = example("bounded-queue.yaml");
  EXPECT_EQ(queue->name(), "bounded queue");
  EXPECT_TRUE(explains(*queue, {{"enqueue", 1},
                                {"enqueue", 2},
                                {"dequeue", kNothing, 1},
                                {"enqueue", 3},
                                {"length", kNothing, 2},
                                {"dequeue", kNothing, 2},
                                {"dequeue", kNothing, 3},
                                {"dequeue"}}));
  EXPECT_FALSE(explains(*queue, {{"enqueue", 1}, {"dequeue"}}));
  EXPECT_FALSE(explains(*queue, {{"enqueue", 1}, {"enqueue", 2}, {"dequeue", kNothing, 2}}));
  EXPECT_FALSE(explains(*queue, {{"enqueue", 1}, {"enqueue", 2}, {"enqueue", 3}, {"enqueue", 4}}));
}

TEST(ModelFile, AnOkOfAnOperationThatReturnsATruthIsTrue) {
  const auto queue = example("bounded-queue.yaml");
  const std::int64_t no = core::kFalse.word;
  EXPECT_TRUE(explains(*queue, {{"try_enqueue", 1}, {"length", kNothing, 1}}));
  EXPECT_FALSE(explains(*queue, {{"try_enqueue", 1, no}}));
  EXPECT_TRUE(explains(*queue, {{"try_enqueue", 1},
                                {"try_enqueue", 2},
                                {"try_enqueue", 3},
                                {"try_enqueue", 4, no},
                                {"length", kNothing, 3}}));
}

TEST(ModelFile, OperationsWithoutAnythingAreAlwaysPossible) {
  const auto declaration = parse_declaration("model: m\nstate: {x: 1}\noperations: {noop: }", "");
  ASSERT_TRUE(declaration);
  EXPECT_TRUE(explains(DeclaredModel(*declaration), {{"noop"}, {"noop"}}));
}

TEST(ModelFile, TheResultBehindTheChangesCanBeReturned) {
  const auto declaration = parse_declaration(
      "model: m\nstate: {x: 1}\noperations: {add: {arguments: [n], set: {x: x + n}, "
      "returns_after: x}}",
      "");
  ASSERT_TRUE(declaration);
  EXPECT_TRUE(explains(DeclaredModel(*declaration), {{"add", 2, 3}, {"add", 2, 5}}));
  EXPECT_FALSE(explains(DeclaredModel(*declaration), {{"add", 2, 1}}));
}

TEST(ModelFile, ThePartitionIsAnArgumentOfAllOperations) {
  const std::string head = "model: m\nstate: {x: 0}\npartition: key\noperations:\n";
  const auto declaration = parse_declaration(
      head + "  put: {arguments: [value, key]}\n  get: {arguments: [other, key]}\n", "");
  ASSERT_TRUE(declaration);
  EXPECT_EQ(DeclaredModel(*declaration).part_argument(), 1U);
  EXPECT_EQ(error_of(head + "  put: {arguments: [value]}\n"),
            "3:12: operation put has no argument 'key', so the state cannot be divided by it");
  EXPECT_EQ(error_of(head + "  put: {arguments: [value, key]}\n  get: {arguments: [key]}\n"),
            "3:12: 'key' is not in the same place among the arguments of all operations");
}

TEST(ModelFile, ErrorsInExpressionsHaveTheirPlace) {
  const std::string head = "model: m\nstate: {x: 0, l: []}\noperations:\n  f:\n";
  EXPECT_EQ(error_of(head + "    when: x < y\n"), "5:15: unknown name 'y': there are x, l");
  EXPECT_EQ(error_of(head + "    when: \"x < y\"\n"), "5:16: unknown name 'y': there are x, l");
  EXPECT_EQ(error_of(head + "    when: x + 1\n"),
            "5:11: a truth (true or false) is expected, not an integer");
  EXPECT_EQ(error_of(head + "    set: {x: l}\n"), "5:14: an integer is expected, not a list");
  EXPECT_EQ(error_of(head + "    set: {x: x, y: 1}\n"), "5:17: the state has no 'y'");
  EXPECT_EQ(error_of(head + "    set: {l: [1, 2]}\n"),
            "5:14: an expression is expected, not a list: if it is one, put it in quotes");
  EXPECT_EQ(error_of(head + "    returns: l\n"),
            "5:14: an operation returns an integer or a truth, not a list");
  EXPECT_EQ(error_of(head + "    returns: |\n      x +\n      y\n"),
            "5:14: unknown name 'y': there are x, l");
  EXPECT_EQ(error_of(head + "    set: {l: []}\n"), "none");
}

TEST(ModelFile, ErrorsInTheFormHaveTheirPlace) {
  EXPECT_THAT(error_of("model: m\n"), HasSubstr("needs the key 'state'"));
  EXPECT_THAT(error_of("- 1\n"), HasSubstr("1:1: a model must be a mapping"));
  EXPECT_EQ(error_of("model: m\nstate: {}\noperations: {f: }"),
            "2:8: the state must be a mapping with at least one key, not a mapping");
  EXPECT_EQ(error_of("model: m\nstate: {x: a}\noperations: {f: }"),
            "2:12: the beginning of x must be an integer of 64 bits, not 'a'");
  EXPECT_THAT(error_of("model: m\nstate: {if: 1}\noperations: {f: }"),
              HasSubstr("2:9: 'if' cannot be a name"));
  const std::string head = "model: m\nstate: {x: 0}\noperations:\n";
  EXPECT_THAT(error_of(head + "  f: {sets: 1}"), HasSubstr("4:7: unknown key 'sets'"));
  EXPECT_EQ(error_of(head + "  f: {arguments: [x]}"), "4:19: there is a 'x' already");
  EXPECT_EQ(error_of(head + "  f: {arguments: [a, b, c, d]}"),
            "4:18: an operation has at most 3 arguments");
  EXPECT_EQ(error_of(head + "  f: {returns: 1, returns_after: 2}"),
            "4:34: an operation has one of returns and returns_after");
}

TEST(ModelFile, WhatCannotBeReadSaysSo) {
  const Folder folder;
  EXPECT_THAT(load_model(folder.path("none.yaml")).error().message, HasSubstr("no such file"));
  const std::string path = folder.write("m.wat", "(module");
  const auto model = load_model(path);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().span.file, path);
  EXPECT_EQ(model.error().span.line, 1U);
}

}  // namespace
}  // namespace heddle::harness
