// The public suites: every text module outside assert_malformed parses, and every malformed text is
// refused with the message that the suite asserts.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "wast/parse.hpp"

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

std::vector<fs::path> suite_files(const std::string& suite) {
  const fs::path root = fs::path(HEDDLE_SOURCE_DIR) / "../shared/suites" / suite;
  std::vector<fs::path> files;
  if (!fs::exists(root)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const fs::path& path = entry.path();
    const bool is_simd = path.string().contains("simd");
    if (path.extension() == ".wast" && !is_simd) files.push_back(path);
  }
  std::ranges::sort(files);
  return files;
}

// How one file fared.
struct Tally {
  std::size_t modules = 0;    // parsed text modules
  std::size_t malformed = 0;  // refused texts
  std::vector<std::string> failures;
};

class Checker {
 public:
  explicit Checker(const Script& script) : script_(script) { check(script.commands); }
  Tally tally;

 private:
  void fail(std::uint32_t offset, const std::string& what) {
    tally.failures.push_back(core::describe(script_.source->span_at(offset)) + ": " + what);
  }

  void check(const std::vector<Command>& commands) {
    for (const Command& command : commands) {
      if (const auto* thread = std::get_if<ThreadCommand>(&command.value)) check(thread->commands);
      if (const auto* module = std::get_if<ModuleCommand>(&command.value)) check_good(*module);
      if (const auto* invalid = std::get_if<AssertInvalid>(&command.value)) {
        check_good(invalid->module);
      }
      if (const auto* unlinkable = std::get_if<AssertUnlinkable>(&command.value)) {
        check_good(unlinkable->module);
      }
      if (const auto* malformed = std::get_if<AssertMalformed>(&command.value)) {
        check_malformed(*malformed);
      }
    }
  }

  static core::Result<engine::Module> parse(const std::string& text) {
    return parse_module(
        std::make_shared<const core::Source>(core::Source{.file = "q", .text = text}));
  }

  void check_good(const ModuleCommand& module) {
    if (std::holds_alternative<std::shared_ptr<const engine::Module>>(module.body)) ++tally.modules;
    if (const auto* quoted = std::get_if<QuotedModule>(&module.body)) {
      const auto result = parse(quoted->text);
      ++tally.modules;
      if (!result) fail(module.offset, "should parse, but: " + result.error().message);
    }
  }

  void check_malformed(const AssertMalformed& command) {
    const auto* quoted = std::get_if<QuotedModule>(&command.module.body);
    if (quoted == nullptr) return;
    ++tally.malformed;
    const auto result = parse(quoted->text);
    if (result) {
      fail(command.module.offset, "parses, but should say: " + command.message);
    } else if (!result.error().message.starts_with(command.message)) {
      fail(command.module.offset, result.error().message + ", but should say: " + command.message);
    }
  }

  const Script& script_;
};

TEST(ThreadsSuite, ParsesAndIsRefusedAsAsserted) {
  const auto files = suite_files("threads/core");
  if (files.empty()) GTEST_SKIP() << "shared/suites/threads is absent";
  std::size_t modules = 0;
  std::size_t malformed = 0;
  for (const fs::path& file : files) {
    const auto script = parse_script(load(file));
    if (!script) {
      ADD_FAILURE() << core::describe(script.error().span) << ": " << script.error().message;
      continue;
    }
    const Tally tally = Checker(*script).tally;
    modules += tally.modules;
    malformed += tally.malformed;
    for (const std::string& failure : tally.failures) ADD_FAILURE() << failure;
  }
  EXPECT_GE(modules, 1400U);
  EXPECT_GE(malformed, 245U);
}

// This suite is of a later version of the specification. What only Wasm 2.0 needs must be right:
// these files do, and all malformed texts but those about the contents of annotations.
TEST(Testsuite, MalformedTextsAreRefusedAsAsserted) {
  const auto files = suite_files("testsuite");
  if (files.empty()) GTEST_SKIP() << "shared/suites/testsuite is absent";
  std::size_t clean_files = 0;
  std::size_t malformed = 0;
  for (const fs::path& file : files) {
    const auto script = parse_script(load(file));
    if (!script) continue;
    const Tally tally = Checker(*script).tally;
    malformed += tally.malformed;
    if (tally.failures.empty()) ++clean_files;
    for (const std::string& failure : tally.failures) {
      const bool is_later = failure.contains("annotation") || failure.contains("should parse");
      EXPECT_TRUE(is_later) << failure;
    }
  }
  EXPECT_GE(clean_files, 120U);
  EXPECT_GE(malformed, 660U);
}

}  // namespace
}  // namespace heddle::wast
