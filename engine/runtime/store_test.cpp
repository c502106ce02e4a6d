#include "engine/runtime/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "engine/valid/validate.hpp"
#include "wast/parse.hpp"

namespace heddle::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using Imports = std::map<std::pair<std::string, std::string>, ExternValue>;

// Enough of compiling for linking: nothing here runs.
std::shared_ptr<const CompiledModule> compile(const std::string& text) {
  const auto source =
      std::make_shared<const core::Source>(core::Source{.file = "t.wat", .text = text});
  auto parsed = wast::parse_module(source);
  if (!parsed) throw std::runtime_error(core::render(parsed.error(), text));
  auto valid = validate(std::make_shared<const Module>(*std::move(parsed)));
  if (!valid) throw std::runtime_error(core::render(valid.error(), text));
  const std::size_t functions = valid->module().functions.size();
  auto compiled = std::make_shared<CompiledModule>(*std::move(valid));
  compiled->functions.resize(functions);
  return compiled;
}

class StoreTest : public ::testing::Test {
 protected:
  Store store;
  Imports imports;

  ImportResolver resolver() {
    return [this](std::string_view module, std::string_view name) -> std::optional<ExternValue> {
      const auto found = imports.find({std::string(module), std::string(name)});
      if (found == imports.end()) return std::nullopt;
      return found->second;
    };
  }

  Instance& link(const std::string& text) {
    auto linked = store.link(compile(text), resolver());
    EXPECT_TRUE(linked.has_value()) << (linked ? "" : linked.error().message);
    return **linked;
  }

  // Links a module and offers its exports as imports from "m".
  Instance& provide(const std::string& text) {
    Instance& instance = link(text);
    for (const auto& [name, value] : instance.exports) imports[{"m", name}] = value;
    return instance;
  }

  std::string error_of(const std::string& text) {
    auto linked = store.link(compile(text), resolver());
    return linked ? "none" : linked.error().message;
  }

  std::string error_of_import(const std::string& what) {
    return error_of("(module (import \"m\" \"x\" (" + what + ")))");
  }
};

TEST_F(StoreTest, reports_an_unknown_import_with_what_was_expected) {
  EXPECT_EQ(error_of_import("func (param i32) (result f64)"),
            "unknown import: \"m\" \"x\", expected function [i32] -> [f64]");
  EXPECT_EQ(error_of_import("memory 1 2 shared"),
            "unknown import: \"m\" \"x\", expected memory 1 2 shared");
}

TEST_F(StoreTest, reports_an_incompatible_import_with_both_types) {
  (void)provide("(module (global (export \"x\") (mut i32) (i32.const 0)))");
  EXPECT_EQ(
      error_of_import("table 1 2 funcref"),
      "incompatible import type: \"m\" \"x\", expected table 1 2 funcref, found global mut i32");
}

TEST_F(StoreTest, points_at_the_import_that_fails) {
  auto linked = store.link(compile("(module\n  (import \"m\" \"x\" (func)))"), resolver());
  ASSERT_FALSE(linked);
  EXPECT_EQ(linked.error().span.line, 2U);
}

struct MatchCase {
  std::string provided;  // the definition, with (export "x")
  std::string import;
  bool matches;
};

class ImportMatching : public StoreTest, public ::testing::WithParamInterface<MatchCase> {};

TEST_P(ImportMatching, follows_the_specification) {
  const MatchCase& test = GetParam();
  (void)provide("(module (" + test.provided + "))");
  const std::string error = error_of_import(test.import);
  if (test.matches) {
    EXPECT_EQ(error, "none") << test.provided << " for " << test.import;
  } else {
    EXPECT_THAT(error, StartsWith("incompatible import type")) << test.provided;
  }
}

const MatchCase kMatchCases[] = {
    {"func (export \"x\") (param i32)", "func (param i32)", true},
    {"func (export \"x\") (param i32)", "func (param i64)", false},
    {"func (export \"x\") (param i32)", "func", false},
    {"global (export \"x\") i32 (i32.const 1)", "global i32", true},
    {"global (export \"x\") i32 (i32.const 1)", "global i64", false},
    {"global (export \"x\") i32 (i32.const 1)", "global (mut i32)", false},
    {"global (export \"x\") (mut i32) (i32.const 1)", "global i32", false},
    {"global (export \"x\") (mut i32) (i32.const 1)", "global (mut i32)", true},
    {"table (export \"x\") 10 20 funcref", "table 10 20 funcref", true},
    {"table (export \"x\") 10 20 funcref", "table 5 funcref", true},
    {"table (export \"x\") 10 20 funcref", "table 5 30 funcref", true},
    {"table (export \"x\") 10 20 funcref", "table 11 20 funcref", false},
    {"table (export \"x\") 10 20 funcref", "table 10 19 funcref", false},
    {"table (export \"x\") 10 funcref", "table 10 20 funcref", false},
    {"table (export \"x\") 10 20 funcref", "table 10 20 externref", false},
    {"memory (export \"x\") 1 2", "memory 1 2", true},
    {"memory (export \"x\") 1 2", "memory 0", true},
    {"memory (export \"x\") 1 2", "memory 2 2", false},
    {"memory (export \"x\") 1", "memory 1 2", false},
    {"memory (export \"x\") 1 2 shared", "memory 1 2 shared", true},
    {"memory (export \"x\") 1 2 shared", "memory 1 3 shared", true},
    {"memory (export \"x\") 1 2 shared", "memory 1 1 shared", false},
    {"memory (export \"x\") 1 2 shared", "memory 1 2", false},
    {"memory (export \"x\") 1 2", "memory 1 2 shared", false},
    {"memory (export \"x\") i64 1 2", "memory i64 1 2", true},
    {"memory (export \"x\") i64 1 2", "memory 1 2", false},
    {"memory (export \"x\") 1 2", "memory i64 1 2", false},
    {"memory (export \"x\") 65536 65536 (pagesize 1)", "memory 1 (pagesize 1)", true},
    {"memory (export \"x\") 65536 65536 (pagesize 1)", "memory 1", false},
    {"memory (export \"x\") 1 2", "memory 1 2 (pagesize 1)", false},
    {"table (export \"x\") i64 10 20 funcref", "table i64 10 20 funcref", true},
    {"table (export \"x\") i64 10 20 funcref", "table 10 20 funcref", false},
    {"tag (export \"x\") (param i32)", "tag (param i32)", true},
    {"tag (export \"x\") (param i32)", "tag (param i64)", false},
    {"tag (export \"x\") (param i32)", "tag", false},
    {"tag (export \"x\") (param i32)", "func (param i32)", false},
};
INSTANTIATE_TEST_SUITE_P(All, ImportMatching, ::testing::ValuesIn(kMatchCases));

TEST_F(StoreTest, matches_a_memory_by_its_present_size) {
  Instance& owner = provide("(module (memory (export \"x\") 1 3))");
  EXPECT_THAT(error_of_import("memory 2"), StartsWith("incompatible"));
  ASSERT_TRUE(owner.memories[0]->grow(1));
  EXPECT_EQ(error_of_import("memory 2"), "none");
}

TEST_F(StoreTest, puts_imports_first_in_each_index_space) {
  const Instance& owner = provide(
      "(module (func (export \"f\")) (global (export \"g\") i32 (i32.const 7))"
      "  (memory (export \"mem\") 1) (table (export \"t\") 1 funcref))");
  const Instance& user = link(
      "(module (import \"m\" \"f\" (func)) (import \"m\" \"g\" (global i32))"
      "  (import \"m\" \"t\" (table 1 funcref)) (func (export \"own\"))"
      "  (global (export \"copy\") i32 (global.get 0)) (export \"again\" (func 0)))");
  EXPECT_EQ(user.functions[0], owner.functions[0]);
  EXPECT_EQ(user.functions[1]->index, 1U);
  EXPECT_EQ(user.functions[1]->instance, &user);
  EXPECT_EQ(user.globals[0], owner.globals[0]);
  EXPECT_EQ(user.globals[1]->value, 7U);
  EXPECT_EQ(user.tables[0], owner.tables[0]);
  EXPECT_EQ(user.exports.at("again").function, owner.functions[0]);
  EXPECT_EQ(user.exports.at("own").function, user.functions[1]);
}

TEST_F(StoreTest, initialises_globals_by_constant_expressions) {
  const Instance& instance = link(
      "(module (func $f) (global i32 (i32.const -1)) (global i64 (i64.const -1))"
      "  (global f32 (f32.const 1)) (global f64 (f64.const 1))"
      "  (global funcref (ref.func $f)) (global funcref (ref.null func))"
      "  (global externref (ref.null extern)))");
  const auto value = [&](std::size_t i) {
    return to_string(store.to_value(instance.globals[i]->value, instance.globals[i]->type.type));
  };
  EXPECT_EQ(instance.globals[0]->value, 0xffff'ffffU);
  EXPECT_EQ(value(0), "i32:-1");
  EXPECT_EQ(value(1), "i64:-1");
  EXPECT_EQ(value(2), "f32:0x1p+0");
  EXPECT_EQ(value(3), "f64:0x1p+0");
  EXPECT_EQ(value(4), "ref.func #0");
  EXPECT_EQ(value(5), "ref.null func");
  EXPECT_EQ(value(6), "ref.null extern");
}

TEST_F(StoreTest, evaluates_element_segments_but_not_declarative_ones) {
  const Instance& instance = link(
      "(module (table 4 funcref) (func $f) (func $g) (elem (i32.const 1) $f $g)"
      "  (elem funcref (ref.func $g) (ref.null func)) (elem declare func $f))");
  ASSERT_EQ(instance.elements.size(), 3U);
  ASSERT_EQ(instance.elements[0].size(), 2U);
  EXPECT_EQ(store.to_value(instance.elements[0][1], kFuncRef).low, 1U);
  ASSERT_EQ(instance.elements[1].size(), 2U);
  EXPECT_EQ(instance.elements[1][1], 0U);
  EXPECT_TRUE(instance.elements[2].empty());
  // Written by whoever runs the instance, not by linking.
  EXPECT_EQ(instance.tables[0]->elements, std::vector<Slot>(4));
}

TEST_F(StoreTest, numbers_distinct_modules_in_order_of_first_instantiation) {
  const auto a = compile("(module)");
  const auto b = compile("(module)");
  const auto unlinkable = compile("(module (import \"m\" \"x\" (func)))");
  EXPECT_FALSE(store.link(unlinkable, resolver()));
  EXPECT_EQ((*store.link(a, resolver()))->module_number, 0U);
  EXPECT_EQ((*store.link(b, resolver()))->module_number, 1U);
  EXPECT_EQ((*store.link(a, resolver()))->module_number, 0U);
  EXPECT_EQ(store.modules().size(), 2U);
}

TEST_F(StoreTest, keeps_references_through_slots) {
  (void)link("(module (func) (func))");
  const std::vector<core::Value> values = {
      core::Value::i32(0xffff'ffff),
      core::Value::i64(~0ULL),
      core::Value::f32(0x7fc0'0001),
      core::Value::f64(0x7ff0'0000'0000'0001),
      {.kind = core::ValueKind::FuncRef, .low = 1},
      {.kind = core::ValueKind::FuncRef, .is_null = true},
      {.kind = core::ValueKind::ExternRef, .low = 0},
      {.kind = core::ValueKind::ExternRef, .is_null = true},
  };
  const ValueType types[] = {kI32, kI64, kF32, kF64, kFuncRef, kFuncRef, kExternRef, kExternRef};
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(store.to_value(store.to_slot(values[i]), types[i]), values[i]) << i;
  }
}

TEST_F(StoreTest, refuses_what_the_limits_do_not_allow) {
  const auto error = [](StoreLimits limits, const std::string& text) {
    Store store(limits);
    auto linked = store.link(compile(text), [](auto, auto) { return std::nullopt; });
    return linked ? "none" : linked.error().message;
  };
  EXPECT_EQ(error({.memory_pages_max = 4}, "(module (memory 4))"), "none");
  EXPECT_THAT(error({.memory_pages_max = 4}, "(module (memory 5))"),
              HasSubstr("5 pages could not be allocated"));
  EXPECT_EQ(error({.memory_pages_max = 1}, "(module (memory 65536 (pagesize 1)))"), "none");
  EXPECT_THAT(error({.memory_pages_max = 1}, "(module (memory 65537 (pagesize 1)))"),
              HasSubstr("65537 pages could not be allocated"));
  EXPECT_THAT(error({.all_memory_pages_max = 1}, "(module (memory 65537 (pagesize 1)))"),
              HasSubstr("more than 1 pages of memory in all"));
  const std::string huge = "(memory i64 0x1_0000_0000_0000)";
  EXPECT_THAT(error({}, "(module " + huge + huge + ")"), HasSubstr("pages of memory in all"));
  EXPECT_THAT(error({}, "(module (table i64 0xffff_ffff_ffff_ffff funcref))"),
              HasSubstr("elements could not be allocated"));
  EXPECT_THAT(error({.table_elements_max = 4}, "(module (table 5 funcref))"),
              HasSubstr("5 elements could not be allocated"));
  EXPECT_THAT(
      error({.all_table_elements_max = 4}, "(module (table 3 funcref) (func) (elem func 0 0))"),
      HasSubstr("4 table elements in all"));
  EXPECT_THAT(error({.definitions_max = 2}, "(module (func) (func) (func))"),
              HasSubstr("2 definitions in all"));
  EXPECT_THAT(error({.definitions_max = 2}, "(module (tag) (tag) (tag))"),
              HasSubstr("2 definitions in all"));
}

TEST_F(StoreTest, counts_what_it_made_before_against_its_limits) {
  Store store({.all_memory_pages_max = 5});
  const auto module = compile("(module (memory 2))");
  const auto none = [](auto, auto) { return std::nullopt; };
  EXPECT_TRUE(store.link(module, none));
  EXPECT_TRUE(store.link(module, none));
  EXPECT_FALSE(store.link(module, none));
}

TEST_F(StoreTest, lets_no_table_grow_beyond_its_limit) {
  Store store({.table_elements_max = 7});
  EXPECT_EQ(store.add_table({.limits = {.min = 1}})->elements_max, 7U);
}

TEST_F(StoreTest, fills_tables_with_their_initial_expression) {
  ExternValue global{.kind = ExternKind::Global};
  global.global = store.add_global({.type = kExternRef}, host_slot(9));
  imports[{"m", "g"}] = global;
  const Instance& instance = link(
      "(module (import \"m\" \"g\" (global externref)) (func $f)"
      " (table 2 funcref (ref.func $f)) (table 3 externref (global.get 0)) (table 1 funcref))");
  EXPECT_EQ(store.to_value(instance.tables[0]->elements[1], kFuncRef),
            (core::Value{.kind = core::ValueKind::FuncRef, .low = 0}));
  EXPECT_EQ(instance.tables[1]->elements, std::vector<Slot>(3, host_slot(9)));
  EXPECT_EQ(instance.tables[2]->elements, std::vector<Slot>(1));
}

TEST_F(StoreTest, names_functions_for_diagnostics) {
  const Instance& instance = link("(module (func $first) (func) (func $third))");
  EXPECT_EQ(instance.functions[0]->name, "first");
  EXPECT_EQ(instance.functions[1]->name, "");
  EXPECT_EQ(instance.functions[2]->name, "third");
}

}  // namespace
}  // namespace heddle::engine
