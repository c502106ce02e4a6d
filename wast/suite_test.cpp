// The public suites: every script parses, every text module comes back from its print, and every
// malformed text is refused with the message that the suite asserts.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "wast/parse.hpp"
#include "wast/test_round_trip.hpp"

namespace heddle::wast {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<const core::Source> load(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return std::make_shared<const core::Source>(
      core::Source{.file = path.filename().string(), .text = std::move(text).str()});
}

// Not in the language: what became of exceptions, and a proposal to come.
bool is_other_language(const fs::path& path) {
  return std::ranges::any_of(
      path, [](const fs::path& part) { return part == "legacy" || part == "custom-descriptors"; });
}

std::vector<fs::path> suite_files(const std::string& suite) {
  const fs::path root = fs::path(HEDDLE_SOURCE_DIR) / "../shared/suites" / suite;
  std::vector<fs::path> files;
  if (!fs::exists(root)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".wast" && !is_other_language(entry.path())) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

// The threads proposal still stands on version 2 of the language.
engine::Features features_of(const fs::path& path) {
  engine::Features features;
  if (std::ranges::find(path, "threads") != path.end()) {
    features.disable(engine::Feature::Memory64);
  }
  return features;
}

// How a suite fared.
struct Tally {
  std::size_t files = 0;
  std::size_t modules = 0;    // text modules that parse, and come back
  std::size_t malformed = 0;  // refused texts
  std::vector<std::string> failures;
};

class Checker {
 public:
  Checker(const Script& script, const engine::Features& features, Tally& tally)
      : script_(script), features_(features), tally_(tally) {
    check(script.commands);
  }

 private:
  void fail(std::uint32_t offset, const std::string& what) {
    tally_.failures.push_back(core::describe(script_.source->span_at(offset)) + ": " + what);
  }

  void check(const std::vector<Command>& commands) {
    for (const Command& command : commands) {
      std::visit([this](const auto& value) { check_one(value); }, command.value);
    }
  }

  void check_one(const ModuleCommand& command) { check_good(command); }
  void check_one(const ThreadCommand& command) { check(command.commands); }
  void check_one(const AssertMalformed& command) { check_refused(command.module, command.message); }
  void check_one(const AssertMalformedCustom& command) {
    check_refused(command.module, command.message);
  }
  // The only one there is needs no validation.
  void check_one(const AssertInvalidCustom& command) {
    check_refused(command.module, command.message);
  }
  template <typename Other>
  void check_one(const Other& command) {
    if constexpr (requires { command.module.body; }) check_good(command.module);
    if constexpr (requires { command.subject; }) {
      if (const auto* module = std::get_if<ModuleCommand>(&command.subject)) check_good(*module);
    }
  }

  [[nodiscard]] core::Result<engine::Module> parse(const std::string& text) const {
    return parse_module(
        std::make_shared<const core::Source>(core::Source{.file = "q", .text = text}), features_);
  }

  void check_good(const ModuleCommand& command) {
    if (const auto* text = std::get_if<std::shared_ptr<const engine::Module>>(&command.body)) {
      check_round_trip(command.offset, **text);
    } else if (const auto* quoted = std::get_if<QuotedModule>(&command.body)) {
      const auto module = parse(quoted->text);
      if (!module) return fail(command.offset, "should parse, but: " + module.error().message);
      check_round_trip(command.offset, *module);
    }
  }

  void check_round_trip(std::uint32_t offset, const engine::Module& module) {
    ++tally_.modules;
    const std::string failure = round_trip_failure(module);
    if (!failure.empty()) fail(offset, "does not come back: " + failure);
  }

  void check_refused(const ModuleCommand& command, const std::string& message) {
    const auto* quoted = std::get_if<QuotedModule>(&command.body);
    if (quoted == nullptr) return;
    ++tally_.malformed;
    const auto module = parse(quoted->text);
    if (module) {
      fail(command.offset, "parses, but should say: " + message);
    } else if (!module.error().message.starts_with(message)) {
      fail(command.offset, module.error().message + ", but should say: " + message);
    }
  }

  const Script& script_;
  engine::Features features_;
  Tally& tally_;
};

Tally check_suite(const std::string& suite) {
  Tally tally;
  for (const fs::path& file : suite_files(suite)) {
    ++tally.files;
    const engine::Features features = features_of(file);
    const auto script = parse_script(load(file), features);
    if (script) {
      Checker(*script, features, tally);
    } else {
      tally.failures.push_back(core::describe(script.error().span) + ": " + script.error().message);
    }
  }
  return tally;
}

void expect_clean(const Tally& tally) {
  for (const std::string& failure : tally.failures) ADD_FAILURE() << failure;
}

TEST(Testsuite, ParsesComesBackAndIsRefusedAsAsserted) {
  const Tally tally = check_suite("testsuite");
  if (tally.files == 0) GTEST_SKIP() << "shared/suites/testsuite is absent";
  expect_clean(tally);
  EXPECT_GE(tally.files, 270U);
  EXPECT_GE(tally.modules, 4000U);
  EXPECT_GE(tally.malformed, 1000U);
}

TEST(ThreadsSuite, ParsesComesBackAndIsRefusedAsAsserted) {
  const Tally tally = check_suite("threads");
  if (tally.files == 0) GTEST_SKIP() << "shared/suites/threads is absent";
  expect_clean(tally);
  EXPECT_GE(tally.modules, 1400U);
  EXPECT_GE(tally.malformed, 245U);
}

TEST(OtherSuites, ParseComeBackAndAreRefusedAsAsserted) {
  for (const std::string suite : {"spec-main", "custom-page-sizes"}) {
    const Tally tally = check_suite(suite);
    if (tally.files == 0) GTEST_SKIP() << "shared/suites/" << suite << " is absent";
    expect_clean(tally);
    EXPECT_GE(tally.modules, 10U) << suite;
  }
}

}  // namespace
}  // namespace heddle::wast
