// heddle_fuzz_seeds FOLDER FILE...: what fuzzing begins with, made from scripts and scenarios.
//
// Writes FOLDER/text, binary, run, schedule, scenario, repro and history: modules and scripts as
// they are in the files, modules as bytes, and what else can only be had from the programs
// themselves. Files that cannot be read as scripts are scenarios, or are left out.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/digest.hpp"
#include "core/repro.hpp"
#include "core/schedule.hpp"
#include "engine/binary/encode.hpp"
#include "engine/valid/validate.hpp"
#include "scenarios/repro.hpp"
#include "wast/parse.hpp"

namespace {

using namespace heddle;
namespace fs = std::filesystem;

// Larger inputs slow fuzzing down more than they find.
constexpr std::size_t kModuleBytesMax = 2'000;
constexpr std::size_t kTextBytesMax = 2'000;
// Of one script: they are all alike.
constexpr std::size_t kCallsMax = 4;

// Of each form one, with all that it can say.
constexpr std::array kHistories{
    std::string_view(R"([{:type :invoke, :f :cas, :value [1 #{2 \a "x\u0041"}], :process 3, :time 5}
 #_ (nil) {:type :info, :f :start, :value "cut off", :process :nemesis} ; a fault
 #op{:type :ok, :f :cas, :value {1.5 -2e3M, 1/2 true}, :process 3, :time 7, :index 1}])"),
    std::string_view(R"({:type :invoke :f :read :value [7 nil] :process 0}
{:type :ok :f :read :value [7 5] :process 0}
{:type :invoke :f :write :value [8 5] :process 0}{:type :fail :process 0})"),
    std::string_view(
        R"([{"type": "invoke", "f": "add", "key": "k", "value": {"a": [1, -0.5e3, null]},
  "process": 0, "time": 1}, {"type":"ok","process":0,"value":{"edn":"#{:x}"},"error":":timed-out"}])"),
    std::string_view("INFO  jepsen.util - 4\t:invoke\t:cas\t[1 2]\n"
                     "INFO  jepsen.util - :nemesis\t:info\t:start\t\"all\"\n"
                     "INFO  jepsen.util - 4\t:info\t:cas\t:timed-out\n"),
    std::string_view("# queue\nenq 1 1 4\ndeq 1 2 3\ndeq -1 5 5\ncontains_true x 4 6\n"),
    std::string_view("# @object atomic-stack\n[1] call push(3)\n[2] call pop\n[1] return\n"
                     "[2] return 3\n[3] call cas(1, 2)\n[3] crash\n"),
};

class Seeds {
 public:
  explicit Seeds(fs::path folder) : folder_(std::move(folder)) {}

  // Named by content, so that what occurs twice is written once.
  void add(std::string_view target, std::string_view bytes) {
    const fs::path path = folder_ / target;
    fs::create_directories(path);
    std::ofstream(path / to_string(core::digest_of(bytes)), std::ios::binary) << bytes;
  }

  void add_module(const wast::ModuleCommand& command) {
    if (const auto* binary = std::get_if<wast::BinaryModule>(&command.body)) {
      if (binary->bytes.size() <= kModuleBytesMax) add("binary", binary->bytes);
    } else if (const auto* text = std::get_if<wast::QuotedModule>(&command.body)) {
      add("text", text->text);
    } else {
      const auto& module = std::get<std::shared_ptr<const engine::Module>>(command.body);
      const std::string bytes = engine::encode(*module);
      if (bytes.size() > kModuleBytesMax) return;
      add("binary", bytes);
      if (engine::validate(module)) add("run", bytes);
    }
  }

  void add_script(const wast::Script& script) {
    std::size_t calls = 0;
    for (std::size_t i = 0; i < script.commands.size(); ++i) {
      const wast::Command& command = script.commands[i];
      // A command's text ends where the next one begins.
      const std::size_t end = i + 1 < script.commands.size() ? script.commands[i + 1].offset
                                                             : script.source->text.size();
      const std::string_view text =
          std::string_view(script.source->text).substr(command.offset, end - command.offset);
      const bool is_call = std::holds_alternative<wast::Action>(command.value) ||
                           std::holds_alternative<wast::AssertReturn>(command.value) ||
                           std::holds_alternative<wast::AssertTrap>(command.value);
      if (is_call && ++calls > kCallsMax) continue;
      if (text.size() <= kTextBytesMax) add("text", text);
      std::visit([this](const auto& value) { this->add_modules_of(value); }, command.value);
    }
  }

 private:
  template <typename T>
  void add_modules_of(const T& value) {
    if constexpr (std::is_same_v<T, wast::ModuleCommand>) {
      add_module(value);
    } else if constexpr (std::is_same_v<T, wast::AssertMalformed> ||
                         std::is_same_v<T, wast::AssertInvalid> ||
                         std::is_same_v<T, wast::AssertUnlinkable>) {
      add_module(value.module);
    } else if constexpr (std::is_same_v<T, wast::ThreadCommand>) {
      for (const wast::Command& command : value.commands) {
        std::visit([this](const auto& nested) { this->add_modules_of(nested); }, command.value);
      }
    }
  }

  fs::path folder_;
};

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void add_file(Seeds& seeds, const fs::path& path, const core::Schedule& schedule) {
  const std::string text = read(path);
  if (path.extension() == ".yaml") {
    seeds.add("scenario", text);
    core::Repro repro;
    repro.kind = core::ProgramKind::Scenario;
    repro.name = path.filename().string();
    repro.program = text;
    repro.steps_max = repro.instructions_max = 1'000;
    repro.strategy = "random";
    repro.schedule = schedule;
    repro.signature = {.rule = "assertion"};
    seeds.add("repro", scenarios::print_repro(repro));
    return;
  }
  const auto script = wast::parse_script(std::make_shared<const core::Source>(
      core::Source{.file = path.filename().string(), .text = text}));
  if (script) seeds.add_script(*script);
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count < 2) {
    fmt::print(stderr, "usage: heddle_fuzz_seeds FOLDER FILE...\n");
    return 2;
  }
  Seeds seeds(arguments[1]);
  core::Schedule schedule;
  schedule.program = core::digest_of("seed");
  for (std::uint64_t kind = 0; kind <= static_cast<std::uint64_t>(core::ChoiceKind::Fault);
       ++kind) {
    for (std::uint64_t operand = 0; operand < 3; ++operand) {
      schedule.choices.push_back({static_cast<core::ChoiceKind>(kind), operand % 2});
    }
    schedule.tail = {.kind = static_cast<core::TailKind>(kind % 3)};
    seeds.add("schedule", core::print(schedule));
  }
  for (const std::string_view history : kHistories) seeds.add("history", history);
  for (int i = 2; i < argument_count; ++i) add_file(seeds, arguments[i], schedule);
  return 0;
}
