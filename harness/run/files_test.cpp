#include "harness/run/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <csignal>

#include "harness/run/load_program.hpp"
#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string error_of(const std::string& path) {
  const auto program = load_program(path);
  return program ? "no error" : program.error().message;
}

TEST(Files, AnErrorSaysWhatIsWrong) {
  const Folder folder;
  EXPECT_EQ(error_of(folder.path("nothing.wast")), "no such file");
  EXPECT_EQ(error_of(folder.path()), "is a folder, not a file");
  EXPECT_EQ(error_of(folder.write("empty.wast", "")), "is empty");
}

TEST(Files, AreReadAsTheyWereWritten) {
  const Folder folder;
  const std::string bytes("a\0b\r\n\xff", 6);
  EXPECT_EQ(read_file(folder.write("deep/er/x.bin", bytes)), bytes);
  EXPECT_EQ(read_file(folder.write("deep/er/x.bin", "new")), "new");
}

TEST(Files, ThatCannotBeWrittenAreErrorsAndLeaveNothing) {
  const Folder folder;
  folder.write("file", "x");
  EXPECT_FALSE(write_file(folder.path("file/x"), "x").has_value());
  EXPECT_FALSE(write_file(folder.path(), "x").has_value());
  EXPECT_THAT(*list_files(folder.path(), {""}), ElementsAre(folder.path("file")));
}

TEST(Files, AReaderOfAPipeThatNobodyWritesToCanBeInterrupted) {
  const Folder folder;
  const std::string pipe = folder.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  struct sigaction ignoring{};
  ignoring.sa_handler = [](int) {};
  ignoring.sa_flags = SA_RESTART;  // as std::signal does
  struct sigaction before{};
  ASSERT_EQ(::sigaction(SIGALRM, &ignoring, &before), 0);
  constexpr timeval kOften{.tv_sec = 0, .tv_usec = 10'000};
  constexpr itimerval kSignals{.it_interval = kOften, .it_value = kOften};
  ASSERT_EQ(::setitimer(ITIMER_REAL, &kSignals, nullptr), 0);
  const auto text = read_file(pipe);
  constexpr itimerval kNone{};
  ::setitimer(ITIMER_REAL, &kNone, nullptr);
  ::sigaction(SIGALRM, &before, nullptr);
  ASSERT_FALSE(text.has_value());
  EXPECT_THAT(text.error().message, HasSubstr("cannot be read"));
}

TEST(Files, AreListedInOrderWithoutWhatIsSkipped) {
  const Folder folder;
  for (const char* name : {"b.wast", "a/z.wast", "a/y.wat", "simd/s.wast", "a/simd_x.wast"}) {
    folder.write(name, "x");
  }
  EXPECT_THAT(
      *list_files(folder.path(), {".wast"}, {"simd"}),
      ElementsAre(folder.path("a/simd_x.wast"), folder.path("a/z.wast"), folder.path("b.wast")));
  EXPECT_THAT(*list_files(folder.path(), {".wast", ".wat"}, {"simd*"}),
              ElementsAre(folder.path("a/y.wat"), folder.path("a/z.wast"), folder.path("b.wast")));
  EXPECT_THAT(*list_files(folder.path(), {".wast"}, {"a/z.*", "simd*"}),
              ElementsAre(folder.path("b.wast")));
  EXPECT_FALSE(list_files(folder.path("nothing"), {""}).has_value());
}

TEST(Globs, MatchWholeNames) {
  EXPECT_TRUE(matches_glob("simd", "simd"));
  EXPECT_FALSE(matches_glob("simd", "simd_x"));
  EXPECT_TRUE(matches_glob("simd*", "simd_x"));
  EXPECT_TRUE(matches_glob("*x*y", "axbxcy"));
  EXPECT_FALSE(matches_glob("*x*y", "axbxcyz"));
  EXPECT_TRUE(matches_glob("a?c", "abc"));
  EXPECT_FALSE(matches_glob("a?c", "ac"));
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("**", "x"));
  EXPECT_FALSE(matches_glob("", "x"));
}

TEST(LoadProgram, TellsKindsApartByNameThenByContent) {
  const Folder folder;
  const auto kind = [&folder](const std::string& name, std::string_view text) {
    const auto program = load_program(folder.write(name, text));
    EXPECT_TRUE(program.has_value()) << name << (program ? "" : program.error().message);
    return program ? (*program)->repro_base().kind : core::ProgramKind::Module;
  };
  EXPECT_EQ(kind("a.wast", "(module)"), core::ProgramKind::Script);
  EXPECT_EQ(kind("a.wat", "(module)"), core::ProgramKind::Module);
  EXPECT_EQ(kind("a.wasm", std::string_view("\0asm\1\0\0\0", 8)), core::ProgramKind::Module);
  EXPECT_EQ(kind("a.yml", kAtomicUpdate), core::ProgramKind::Scenario);
  EXPECT_EQ(kind("script", ";; x\n(module) (register \"m\")"), core::ProgramKind::Script);
  EXPECT_EQ(kind("binary", std::string_view("\0asm\1\0\0\0", 8)), core::ProgramKind::Module);
  EXPECT_EQ(kind("scenario", kAtomicUpdate), core::ProgramKind::Scenario);
}

TEST(LoadProgram, SurvivesBrokenFiles) {
  const Folder folder;
  for (const std::string_view bytes :
       {std::string_view("(module \xff)"), std::string_view("(mod\0ule)", 9),
        std::string_view("(assert_return (invoke \"x"), std::string_view("((((((((")}) {
    for (const char* name : {"x.wast", "x.wat", "x.wasm", "x.yaml"}) {
      EXPECT_NE(error_of(folder.write(name, bytes)), "no error") << name;
    }
  }
  EXPECT_THAT(error_of(folder.write("x.wasm", std::string_view("\0asm\1\0", 6))),
              HasSubstr("unexpected end"));
}

TEST(LoadProgram, ADamagedBinaryIsNotReadAsText) {
  const Folder folder;
  EXPECT_EQ(error_of(folder.write("x.wasm", std::string(20, '\0'))), "magic header not detected");
}

TEST(LoadProgram, ReadsTheModuleNextToTheScenario) {
  const Folder folder;
  folder.write("m/add.wat", R"((module (memory (import "e" "m") 1 1 shared) (func (export "f"))))");
  const std::string path = folder.write(
      "x.yaml",
      "name: x\nmodule_file: m/add.wat\nprocesses: [{operations: [{call: f}]}]\nexpect: pass\n");
  const auto program = load_program(path);
  ASSERT_TRUE(program.has_value()) << program.error().message;
  // A repro holds the module, too.
  EXPECT_TRUE(load_program((*program)->repro_base()).has_value());
  core::Repro incomplete = (*program)->repro_base();
  incomplete.files.clear();
  EXPECT_FALSE(load_program(incomplete).has_value());
}

TEST(LoadProgram, RefusesAScheduleOfAnotherProgram) {
  core::Repro repro = script("(module)")->repro_base();
  repro.schedule.program = script("(module) ")->digest();
  const auto program = load_program(repro);
  ASSERT_FALSE(program.has_value());
  EXPECT_THAT(program.error().message, HasSubstr("made for another program"));
}

TEST(LoadProgram, InvokeIsForModules) {
  const Folder folder;
  const auto program = load_program(folder.write("a.wast", "(module)"), {"f"});
  ASSERT_FALSE(program.has_value());
  EXPECT_THAT(program.error().message, HasSubstr("--invoke is for modules"));
}

}  // namespace
}  // namespace heddle::harness
