// What tests of harness/run and harness/cli share: programs from text, one execution, a folder.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "harness/explore/random.hpp"
#include "harness/run/files.hpp"
#include "harness/run/load_program.hpp"
#include "harness/run/program.hpp"

namespace heddle::harness {

// A fresh folder, removed at the end of the test.
class Folder {
 public:
  Folder() {
    static int number = 0;
    const auto* const test = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::temp_directory_path() /
            (std::string("heddle-") + test->test_suite_name() + "-" + std::to_string(::getpid()) +
             "-" + std::to_string(number++));
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string path(const std::string& name = "") const {
    return name.empty() ? path_.string() : (path_ / name).string();
  }
  std::string write(const std::string& name, std::string_view text) const {
    EXPECT_TRUE(write_file(path(name), text).has_value());
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

// By way of a repro, which needs no files.
inline std::unique_ptr<Program> make_test_program(core::ProgramKind kind, std::string name,
                                                  std::string text) {
  core::Repro repro;
  repro.kind = kind;
  repro.name = std::move(name);
  repro.program = std::move(text);
  auto program = load_program(repro);
  EXPECT_TRUE(program.has_value()) << (program ? "" : program.error().message);
  return program ? *std::move(program) : nullptr;
}

inline std::unique_ptr<Program> script(std::string text) {
  return make_test_program(core::ProgramKind::Script, "test.wast", std::move(text));
}
inline std::unique_ptr<Program> scenario(std::string text) {
  return make_test_program(core::ProgramKind::Scenario, "test.yaml", std::move(text));
}
inline std::unique_ptr<Program> module(std::string text) {
  return make_test_program(core::ProgramKind::Module, "test.wat", std::move(text));
}

inline core::Execution execute(const Program& program, std::uint64_t seed = 1,
                               const ExecuteOptions& options = {}) {
  RandomStrategy strategy(seed);
  EXPECT_TRUE(strategy.begin_execution());
  core::Execution execution = program.execute(strategy, options);
  strategy.end_execution(execution);
  return execution;
}

inline std::string replace_first(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

// Three processes add 1, not atomically: fails (assertion) under most schedules.
inline constexpr std::string_view kLostUpdate = R"(name: lost update
module: |
  (module
    (import "env" "memory" (memory 1 1 shared))
    (func (export "add")
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))))
    (func (export "get") (result i32) (i32.load (i32.const 0))))
processes:
  - count: 3
    operations: [{call: add}]
finally: [{call: get, returns: 3}]
expect: {fail: assertion}
preemptions: 1
)";

// The same with an atomic addition: passes under all schedules.
inline constexpr std::string_view kAtomicUpdate = R"(name: atomic update
module: |
  (module
    (import "env" "memory" (memory 1 1 shared))
    (func (export "add") (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1))))
    (func (export "get") (result i32) (i32.load (i32.const 0))))
processes:
  - count: 3
    operations: [{call: add}]
finally: [{call: get, returns: 3}]
expect: pass
)";

}  // namespace heddle::harness
