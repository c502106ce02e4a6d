#include "engine/valid/feature_check.hpp"

#include <map>

#include "engine/binary/test_suite_modules.hpp"
#include "engine/valid/test_verdict.hpp"

namespace heddle::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Features without(Feature feature) {
  Features features;
  features.disable(feature);
  return features;
}

// What a module without the feature is told.
void check_without(Feature feature, std::vector<Case> cases) {
  for (Case& each : cases) {
    EXPECT_EQ(verdict("(module " + each.text + ")"), "valid");
    const std::string found = verdict("(module " + each.text + ")", without(feature));
    EXPECT_THAT(found, StartsWith(each.expected)) << each.text;
  }
}

TEST(FeatureCheck, EveryInstructionIsSwitchedOffWithItsFeature) {
  int rows = 0;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    const OpcodeInfo& row = info(opcode);
    if (row.feature == Feature::Mvp) continue;
    ++rows;
    const Module module =
        module_with_body({}, {{.opcode = Opcode::Nop}, {.opcode = opcode, .a = kBlockEmpty}});
    const auto result = check_features(module, without(row.feature));
    ASSERT_FALSE(result) << row.mnemonic;
    EXPECT_EQ(result.error().message,
              std::string(name_of(row.feature)) + " is disabled: " + std::string(row.mnemonic));
    for (std::size_t other = 0; other < kFeatureCount; ++other) {
      const auto feature = static_cast<Feature>(other);
      if (feature == row.feature || feature == Feature::Simd) continue;
      const auto accepted = check_features(module, without(feature));
      EXPECT_TRUE(accepted) << row.mnemonic << ": " << accepted.error().message;
    }
  }
  EXPECT_GT(rows, 380);
}

TEST(FeatureCheck, TheFirstUseIsNamedWithItsPlace) {
  const auto result = validate_text(
      "(module (func (param v128)\n (drop (i32x4.add (local.get 0)\n (local.get 0)))))",
      without(Feature::Simd));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "simd is disabled: v128");
  const auto second =
      validate_text("(module (func unreachable\n i32x4.add\n drop))", without(Feature::Simd));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "simd is disabled: i32x4.add");
  EXPECT_EQ(second.error().span.line, 2U);
}

TEST(FeatureCheck, SeesTypesOfValues) {
  const std::map<std::string, Feature> types = {
      {"v128", Feature::Simd},
      {"externref", Feature::ReferenceTypes},
      {"funcref", Feature::ReferenceTypes},
      {"(ref null 0)", Feature::FunctionReferences},
      {"(ref func)", Feature::FunctionReferences},
      {"anyref", Feature::Gc},
      {"i31ref", Feature::Gc},
      {"nullexternref", Feature::Gc},
      {"exnref", Feature::Exceptions},
  };
  for (const auto& [type, feature] : types) {
    const std::string error = std::string(name_of(feature)) + " is disabled: " + type;
    check_without(
        feature, {
                     {"(type (func)) (type (func (param " + type + ")))", error},
                     {"(type (func)) (type (func (result " + type + ")))", error},
                     {"(type (func)) (import \"m\" \"g\" (global " + type + "))", error},
                     {"(type (func)) (func (local " + type + "))", error},
                     {"(type (func)) (func (block (result " + type + ") unreachable) drop)", error},
                 });
    if (type != "v128" && type != "funcref" && type != "(ref func)") {
      check_without(feature, {{"(type (func)) (table 0 " + type + ")", error},
                              {"(type (func)) (import \"m\" \"t\" (table 0 " + type + "))", error},
                              {"(type (func)) (elem " + type + ")", error}});
    }
  }
  check_cases({{"(table 1 funcref) (elem (i32.const 0) 0) (func)"}},
              without(Feature::ReferenceTypes));
  check_cases({{"(table 1 funcref) (elem (i32.const 0) 0) (func)"}},
              without(Feature::FunctionReferences));
}

TEST(FeatureCheck, SeesWhatModulesAreMadeOf) {
  check_without(
      Feature::MutableGlobals,
      {{"(import \"m\" \"g\" (global (mut i32)))", "mutable-globals is disabled: import"},
       {"(global (export \"g\") (mut i32) (i32.const 0))", "mutable-globals is disabled: export"},
       {"(global (mut i32) (i32.const 0)) (global (export \"g\") i32 (i32.const 0))", "valid"}});
  check_without(
      Feature::MultiValue,
      {{"(type (func (result i32 i32)))",
        "invalid result arity: multi-value is disabled: a function type"},
       {"(func (i32.const 0) (block (param i32) drop))", "multi-value is disabled: a block"},
       {"(func (param i32 i32) (result i32) unreachable)", "valid"}});
  check_without(Feature::BulkMemory,
                {{"(data \"\")", "bulk-memory is disabled: a passive data segment"},
                 {"(elem func)", "bulk-memory is disabled: a passive elem segment"},
                 {"(memory 1) (data (i32.const 0) \"\")", "valid"}});
  check_without(Feature::ReferenceTypes,
                {{"(table 0 funcref) (table 0 funcref)",
                  "multiple tables: reference-types is disabled: several tables"},
                 {"(func $f) (elem declare func $f)",
                  "reference-types is disabled: a declarative elem segment"}});
  check_without(Feature::FunctionReferences,
                {{"(table 0 funcref (ref.null func))",
                  "function-references is disabled: a table with an initial value"}});
  check_without(Feature::Gc,
                {{"(type (struct))", "gc is disabled: a struct type"},
                 {"(type (array i8))", "gc is disabled: an array type"},
                 {"(type (sub (func)))", "gc is disabled: a type with sub types"},
                 {"(rec (type (func)) (type (func)))", "gc is disabled: a recursive group"},
                 {"(global i32 (i32.const 0)) (global i32 (global.get 0))",
                  "unknown global 0: gc is disabled"}});
  check_without(Feature::Exceptions,
                {{"(tag)", "exceptions is disabled: a tag"},
                 {"(import \"m\" \"t\" (tag))", "exceptions is disabled: a tag"}});
  check_without(Feature::MultiMemory,
                {{"(memory 0) (memory 0)", "multiple memories: multi-memory is disabled"},
                 {"(import \"m\" \"m\" (memory 0)) (memory 0)", "multiple memories"}});
  check_without(Feature::Memory64,
                {{"(memory i64 0)", "memory64 is disabled: a memory"},
                 {"(import \"m\" \"m\" (memory i64 0))", "memory64 is disabled: a memory"},
                 {"(table i64 0 funcref)", "memory64 is disabled: a table"}});
  check_without(Feature::Threads, {{"(memory 0 1 shared)", "threads is disabled"}});
  check_without(Feature::CustomPageSizes,
                {{"(memory 0 (pagesize 1))", "custom-page-sizes is disabled: pages of 2^0 bytes"},
                 {"(memory 0 (pagesize 65536))", "valid"}});
  check_without(Feature::ExtendedConst,
                {{"(global i32 (i32.add (i32.const 1) (i32.const 2)))",
                  "constant expression required: extended-const is disabled: i32.add"}});
}

TEST(FeatureCheck, WordsThingsAsTheOlderLanguageDoes) {
  check_cases({{"(global i32 (i32.const 0)) (func (global.set 0 (i32.const 1)))",
                "global is immutable: global 0"}},
              wasm2_features());
  check_cases({{"(global i32 (i32.const 0)) (func (global.set 0 (i32.const 1)))",
                "immutable global: global 0"}});
}

// Of all modules of the suites that are valid: each feature that is off is the one that is named.
TEST(FeatureCheck, ComplainsAboutWhatIsOffAndNothingElse) {
  if (suite_scripts().empty()) GTEST_SKIP() << "the public suites are not there";
  std::map<Feature, int> found;
  for (const auto& path : suite_scripts()) {
    const auto modules = load_modules(path);
    ASSERT_TRUE(modules) << modules.error().message;
    for (const SuiteModule& module : *modules) {
      const auto* text = std::get_if<std::shared_ptr<const Module>>(&module.body);
      if (text == nullptr || module.expectation != Expectation::Valid) continue;
      for (std::size_t i = 1; i < kFeatureCount; ++i) {
        const auto feature = static_cast<Feature>(i);
        const auto result = check_features(**text, without(feature));
        if (result) continue;
        ++found[feature];
        EXPECT_THAT(result.error().message,
                    HasSubstr(std::string(name_of(feature)) + " is disabled: "))
            << module.place;
      }
    }
  }
  EXPECT_EQ(found.size(), kFeatureCount - 1);
}

}  // namespace
}  // namespace heddle::engine
