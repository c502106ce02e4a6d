// The public test suites' assertions on a single agent. Scripts with threads, and actions that a
// machine must make, are not run here.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/exec/thread_fixture.hpp"
#include "wast/script.hpp"

namespace heddle::engine {
namespace {

namespace fs = std::filesystem;

// Runs the commands of a script it understands; counts and describes what went wrong.
class ScriptRunner {
 public:
  explicit ScriptRunner(std::string file, Collections collections) : file_(std::move(file)) {
    agent_.store.heap().set_collections(collections);
    add_spectest();
  }

  void run(const wast::Script& script) {
    for (const wast::Command& command : script.commands) {
      offset_ = command.offset;
      std::visit([&](const auto& value) { execute(value); }, command.value);
    }
  }

  int asserted = 0;
  std::vector<std::string> failures;

 private:
  using Link = std::pair<Instance*, std::string>;
  static constexpr std::string_view kNotHere = "not text, or of a later version of Wasm";

  void add_spectest() {
    OneAgent::Exports& exports = agent_.registered["spectest"];
    const auto add_print = [&](const std::string& name, std::vector<ValueType> parameters) {
      const auto code = [](std::span<const Slot>, std::span<Slot>) {
        return core::Outcome{.kind = core::OutcomeKind::Returned};
      };
      exports[name].kind = ExternKind::Function;
      exports[name].function =
          agent_.store.add_host_function({std::move(parameters), {}}, code, name);
    };
    add_print("print", {});
    add_print("print_i32", {kI32});
    add_print("print_i64", {kI64});
    add_print("print_f32", {kF32});
    add_print("print_f64", {kF64});
    add_print("print_i32_f32", {kI32, kF32});
    add_print("print_f64_f64", {kF64, kF64});
    const auto add_global = [&](const std::string& name, ValueType type, Slot value) {
      exports[name].kind = ExternKind::Global;
      exports[name].global = agent_.store.add_global({.type = type}, value);
    };
    add_global("global_i32", kI32, 666);
    add_global("global_i64", kI64, 666);
    add_global("global_f32", kF32, std::bit_cast<std::uint32_t>(666.6F));
    add_global("global_f64", kF64, std::bit_cast<Slot>(666.6));
    exports["table"].kind = ExternKind::Table;
    exports["table"].table = agent_.store.add_table({.limits = {.min = 10, .max = 20}});
    exports["table64"].kind = ExternKind::Table;
    exports["table64"].table =
        agent_.store.add_table({.limits = {.min = 10, .max = 20}, .address = AddressType::I64});
    exports["memory"].kind = ExternKind::Memory;
    exports["memory"].memory = agent_.store.add_memory({.limits = {.min = 1, .max = 2}});
    exports["shared_memory"].kind = ExternKind::Memory;
    exports["shared_memory"].memory =
        agent_.store.add_memory({.limits = {.min = 1, .max = 2}, .shared = true});
  }

  void fail(const std::string& text) {
    std::ifstream in(file_);
    std::stringstream content;
    content << in.rdbuf();
    const core::Span span = core::locate(file_, content.str(), offset_);
    failures.push_back(core::describe(span) + ": " + text);
  }

  // The instance, or null with the message of the link error or trap.
  Link instantiate(const wast::ModuleCommand& command) {
    const auto* module = std::get_if<std::shared_ptr<const Module>>(&command.body);
    if (module == nullptr || !validate(*module)) return {nullptr, std::string(kNotHere)};
    std::string error;
    Instance* instance = agent_.link(*module, error);
    if (instance == nullptr) return {nullptr, error};
    error = agent_.initialise(*instance);
    if (!error.empty()) return {nullptr, error};
    if ((*module)->start) {
      const core::Outcome outcome = agent_.call(*instance->functions[*(*module)->start], {});
      if (outcome.kind != core::OutcomeKind::Returned) return {nullptr, outcome.message};
    }
    return {instance, ""};
  }

  void execute(const wast::ModuleCommand& command) {
    if (command.is_definition) {
      definition_ = command;
      return;
    }
    const auto [instance, error] = instantiate(command);
    current_ = instance;
    if (instance == nullptr && error != kNotHere) fail("module: " + error);
    if (command.name) named_[*command.name] = instance;
  }
  void execute(const wast::InstanceCommand& command) {
    current_ = instantiate(definition_).first;
    if (command.instance) named_[*command.instance] = current_;
  }
  void execute(const wast::RegisterCommand& command) {
    const Instance* instance = find(command.module);
    if (instance != nullptr) agent_.registered[command.as] = instance->exports;
  }
  Instance* find(const std::optional<std::string>& name) { return name ? named_[*name] : current_; }

  // Nothing if it cannot be run here.
  std::optional<core::Outcome> perform(const wast::Action& action) {
    if (const auto* get = std::get_if<wast::Get>(&action)) {
      const Instance* instance = find(get->module);
      if (instance == nullptr) return std::nullopt;
      const GlobalInstance& global = *instance->exports.find(get->global)->second.global;
      return core::Outcome{.kind = core::OutcomeKind::Returned,
                           .values = {agent_.store.value_of(global)}};
    }
    const auto& invoke = std::get<wast::Invoke>(action);
    const Instance* instance = find(invoke.module);
    if (instance == nullptr) return std::nullopt;
    const FunctionInstance& function = OneAgent::function(*instance, invoke.function);
    const std::vector<Slot> arguments = agent_.store.to_slots(invoke.arguments);
    agent_.trace = {};
    core::Outcome outcome = agent_.call(function, arguments);
    if (outcome.kind == core::OutcomeKind::Unfinished) return std::nullopt;
    return outcome;
  }

  void execute(const wast::Action& action) { static_cast<void>(perform(action)); }

  void execute(const wast::AssertReturn& assertion) {
    const auto outcome = perform(assertion.action);
    if (!outcome) return;
    ++asserted;
    bool matches = outcome->kind == core::OutcomeKind::Returned &&
                   outcome->values.size() == assertion.results.size();
    for (std::size_t i = 0; matches && i < assertion.results.size(); ++i) {
      matches = wast::matches(assertion.results[i], outcome->values[i]);
    }
    if (matches) return;
    std::string expected;
    for (const auto& result : assertion.results) expected += wast::to_string(result) + " ";
    fail("expected " + expected + "but " + core::to_string(*outcome));
  }
  void check_failure(const std::string& message, const std::string& expected) {
    ++asserted;
    if (!message.starts_with(expected))
      fail("expected \"" + expected + "\" but \"" + message + '"');
  }
  void execute(const wast::AssertTrap& assertion) {
    if (const auto* module = std::get_if<wast::ModuleCommand>(&assertion.subject)) {
      const auto [instance, error] = instantiate(*module);
      if (error != kNotHere) check_failure(error, assertion.message);
      return;
    }
    const auto outcome = perform(std::get<wast::Action>(assertion.subject));
    if (outcome) check_failure(outcome->message, assertion.message);
  }
  void execute(const wast::AssertExhaustion& assertion) {
    const auto outcome = perform(assertion.action);
    if (outcome) check_failure(outcome->message, assertion.message);
  }
  void execute(const auto&) {}

  std::string file_;
  std::uint32_t offset_ = 0;
  OneAgent agent_;
  wast::ModuleCommand definition_;
  Instance* current_ = nullptr;
  std::map<std::string, Instance*> named_;
};

bool is_wasm2(const wast::ModuleCommand& command) {
  const auto* module = std::get_if<std::shared_ptr<const Module>>(&command.body);
  return module == nullptr || validate(*module).has_value();
}

// One agent, and nothing that came after Wasm 2.0.
bool is_for_one_agent(const wast::Script& script) {
  return std::ranges::all_of(script.commands, [](const wast::Command& command) {
    if (const auto* module = std::get_if<wast::ModuleCommand>(&command.value)) {
      return is_wasm2(*module);
    }
    if (const auto* trap = std::get_if<wast::AssertTrap>(&command.value)) {
      const auto* module = std::get_if<wast::ModuleCommand>(&trap->subject);
      return module == nullptr || is_wasm2(*module);
    }
    return !std::holds_alternative<wast::ThreadCommand>(command.value);
  });
}

std::shared_ptr<core::Source> read(const fs::path& path) {
  auto source = std::make_shared<core::Source>();
  source->file = path.string();
  std::ifstream in(path);
  std::stringstream content;
  content << in.rdbuf();
  source->text = content.str();
  return source;
}

// Of the suite's files, those on vectors.
bool is_on_vectors(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with("simd") || name.find("relaxed") != std::string::npos;
}

// Runs all scripts of a folder that can be parsed, and are on vectors or not. Returns the number of
// assertions checked.
int run_folder(const fs::path& folder, std::vector<std::string>& failures,
               bool wants_vectors = false, Collections collections = Collections::WhenNeeded) {
  int asserted = 0;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) paths.push_back(entry.path());
  std::ranges::sort(paths);
  for (const fs::path& path : paths) {
    if (path.extension() != ".wast" || is_on_vectors(path) != wants_vectors) continue;
    const auto script = wast::parse_script(read(path));
    if (!script || !is_for_one_agent(*script)) continue;
    ScriptRunner runner(path.string(), collections);
    runner.run(*script);
    asserted += runner.asserted;
    std::ranges::copy(runner.failures, std::back_inserter(failures));
  }
  return asserted;
}

const fs::path kSuites = fs::path(HEDDLE_SOURCE_DIR) / ".." / "shared" / "suites";

TEST(InterpreterSuite, TheThreadsSuiteHolds) {
  const fs::path folder = kSuites / "threads" / "core";
  if (!fs::exists(folder)) GTEST_SKIP() << "shared/suites/threads is absent";
  std::vector<std::string> failures;
  EXPECT_GE(run_folder(folder, failures) + run_folder(folder / "threads", failures), 3000);
  EXPECT_THAT(failures, testing::IsEmpty());
}

TEST(InterpreterSuite, TheCoreSuiteHoldsWhereItIsWasm2) {
  const fs::path folder = kSuites / "testsuite";
  if (!fs::exists(folder)) GTEST_SKIP() << "shared/suites/testsuite is absent";
  std::vector<std::string> failures;
  EXPECT_GE(run_folder(folder, failures), 10000);
  EXPECT_THAT(failures, testing::IsEmpty());
}

TEST(InterpreterSuite, TheCoreSuiteHoldsWhenCollectingAtEveryAllocation) {
  const fs::path folder = kSuites / "testsuite";
  if (!fs::exists(folder)) GTEST_SKIP() << "shared/suites/testsuite is absent";
  std::vector<std::string> failures;
  EXPECT_GE(run_folder(folder, failures, false, Collections::AtEveryAllocation), 10000);
  EXPECT_THAT(failures, testing::IsEmpty());
}

TEST(InterpreterSuite, TheVectorSuiteHolds) {
  const fs::path folder = kSuites / "testsuite";
  if (!fs::exists(folder)) GTEST_SKIP() << "shared/suites/testsuite is absent";
  std::vector<std::string> failures;
  EXPECT_GE(run_folder(folder, failures, true), 24000);
  EXPECT_THAT(failures, testing::IsEmpty());
  const fs::path threads = kSuites / "threads" / "core" / "simd";
  if (!fs::exists(threads)) return;
  EXPECT_GE(run_folder(threads, failures, true), 600);
  EXPECT_THAT(failures, testing::IsEmpty());
}

}  // namespace
}  // namespace heddle::engine
