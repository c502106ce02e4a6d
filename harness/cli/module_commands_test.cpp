// `heddle validate`, `print` and `encode`: what they write and their exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/cli.hpp"
#include "harness/cli/terminal.hpp"
#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::string_view kText = "(module (func $f (export \"f\") (result i32) (i32.const 42)))";
constexpr std::string_view kPrinted = R"((module
  (type (;0;) (func (result i32)))
  (func $f (;0;) (type 0) (result i32)
    i32.const 42
  )
  (export "f" (func $f))
)
)";

class ModuleCommands : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path(name); }
  // Its path.
  [[nodiscard]] std::string write(const std::string& name, std::string_view text) const {
    return folder_.write(name, text);
  }
  [[nodiscard]] static std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  ExitCode execute(std::vector<std::string> arguments, bool out_is_terminal = false) {
    out_.str("");
    err_.str("");
    Terminal terminal{.out = out_, .err = err_, .out_is_terminal = out_is_terminal};
    return run_command(std::move(arguments), terminal);
  }
  [[nodiscard]] std::string out() const { return out_.str(); }
  [[nodiscard]] std::string err() const { return err_.str(); }

 private:
  Folder folder_;
  std::ostringstream out_;
  std::ostringstream err_;
};

// --- encode and print ---

TEST_F(ModuleCommands, PrintUndoesEncode) {
  const std::string text = write("a.wat", kText);
  ASSERT_EQ(execute({"encode", text, "-o", path("a.wasm")}), ExitCode::Pass) << err();
  EXPECT_THAT(out() + err(), IsEmpty());
  EXPECT_THAT(read(path("a.wasm")), StartsWith(std::string("\0asm\1\0\0\0", 8)));
  ASSERT_EQ(execute({"print", path("a.wasm")}), ExitCode::Pass) << err();
  EXPECT_EQ(out(), kPrinted);
  ASSERT_EQ(execute({"print", text}), ExitCode::Pass) << err();
  EXPECT_EQ(out(), kPrinted);
}

TEST_F(ModuleCommands, EncodeWritesToStandardOutputUnlessItIsATerminal) {
  const std::string text = write("a.wat", kText);
  EXPECT_EQ(execute({"encode", text}), ExitCode::Pass) << err();
  EXPECT_THAT(out(), StartsWith(std::string("\0asm\1\0\0\0", 8)));
  EXPECT_EQ(execute({"encode", text}, true), ExitCode::BadInput);
  EXPECT_THAT(out(), IsEmpty());
  EXPECT_THAT(err(), AllOf(HasSubstr("terminal"), HasSubstr("-o FILE")));
  EXPECT_EQ(execute({"encode", text, "-o", path("a.wasm")}, true), ExitCode::Pass) << err();
}

TEST_F(ModuleCommands, EncodeTakesInvalidModulesButNotMalformedOnes) {
  EXPECT_EQ(execute({"encode", write("invalid.wat", "(func (result i32))")}), ExitCode::Pass);
  EXPECT_EQ(execute({"encode", write("bad.wat", "(func i32.foo)"), "-o", path("bad.wasm")}),
            ExitCode::BadInput);
  EXPECT_THAT(err(), HasSubstr("unknown operator i32.foo"));
  EXPECT_FALSE(std::filesystem::exists(path("bad.wasm")));
}

TEST_F(ModuleCommands, EncodeRefusesBinary) {
  const std::string binary = write("a.wasm", std::string("\0asm\1\0\0\0", 8));
  EXPECT_EQ(execute({"encode", binary, "-o", path("b.wasm")}), ExitCode::BadInput);
  EXPECT_THAT(err(), HasSubstr("is binary already"));
}

TEST_F(ModuleCommands, BinaryIsKnownByItsHeaderWhateverItsName) {
  const std::string binary = write("a.bin", std::string("\0asm\1\0\0\0", 8));
  EXPECT_EQ(execute({"print", binary}), ExitCode::Pass) << err();
  EXPECT_EQ(out(), "(module)\n");
  EXPECT_EQ(execute({"print", write("a.wasm", "(module)")}), ExitCode::BadInput);
  EXPECT_THAT(err(), HasSubstr("magic header not detected"));
}

TEST_F(ModuleCommands, PrintAndEncodeTakeOneModule) {
  for (const std::string command : {"print", "encode"}) {
    EXPECT_EQ(execute({command, write("a.wast", "(module)")}), ExitCode::BadInput);
    EXPECT_THAT(err(), HasSubstr("is a script, not a module"));
    EXPECT_EQ(execute({command, write("a.yaml", "scenario: x")}), ExitCode::BadInput);
    EXPECT_THAT(err(), HasSubstr("is a scenario, not a module"));
    EXPECT_EQ(execute({command, path("missing.wat")}), ExitCode::BadInput);
    EXPECT_THAT(err(), HasSubstr("missing.wat"));
    EXPECT_EQ(execute({command}), ExitCode::BadInput);
    EXPECT_EQ(execute({command, "--help"}), ExitCode::Pass);
    EXPECT_THAT(out(), HasSubstr("FILE"));
  }
}

// --- validate ---

TEST_F(ModuleCommands, ValidateNamesEachValidFile) {
  const std::string text = write("a.wat", kText);
  const std::string script = write("b.wast", "(module) (thread $t (module)) (wait $t)");
  const std::string binary = write("c.wasm", std::string("\0asm\1\0\0\0", 8));
  EXPECT_EQ(execute({"validate", text, script, binary}), ExitCode::Pass) << err();
  EXPECT_EQ(out(), text + ": valid\n" + script + ": valid\n" + binary + ": valid\n");
  EXPECT_THAT(err(), IsEmpty());
}

TEST_F(ModuleCommands, ValidatePointsAtWhatIsWrong) {
  const std::string invalid = write("a.wat", "(module\n  (func (result i32)\n    i64.const 1))\n");
  EXPECT_EQ(execute({"validate", invalid}), ExitCode::BadInput);
  EXPECT_THAT(out(), IsEmpty());
  EXPECT_THAT(err(), AllOf(StartsWith(invalid + ":3:"), HasSubstr("error: type mismatch"),
                           HasSubstr("i64.const 1))"), HasSubstr("^")));
}

TEST_F(ModuleCommands, ValidateGoesOnAfterABadFile) {
  const std::string bad = write("a.wat", "(func br 1)");
  const std::string good = write("b.wat", kText);
  EXPECT_EQ(execute({"validate", bad, path("missing.wat"), good}), ExitCode::BadInput);
  EXPECT_EQ(out(), good + ": valid\n");
  EXPECT_THAT(err(), AllOf(HasSubstr("unknown label"), HasSubstr("missing.wat")));
}

TEST_F(ModuleCommands, ValidateChecksEveryModuleOfAScript) {
  const std::string script = write("a.wast", R"x((module (func (result i32)))
(thread $t
  (module (func drop)))
(module quote "(func (result i64))")
(module binary "\00asm\01\00\00\00\0b")
)x");
  EXPECT_EQ(execute({"validate", script}), ExitCode::BadInput);
  EXPECT_THAT(
      err(), AllOf(HasSubstr(script + ":1:"), HasSubstr(script + ":3:"),
                   HasSubstr(script + ":4:1: error: type mismatch"), HasSubstr("(quoted module:1:"),
                   HasSubstr(script + ":5:1: error: "), HasSubstr("(binary module:@0x")));
}

TEST_F(ModuleCommands, ValidateLeavesAssertionsAlone) {
  const std::string script = write("a.wast", R"x(
(assert_invalid (module (func drop)) "type mismatch")
(assert_malformed (module quote "(func") "unexpected token")
)x");
  EXPECT_EQ(execute({"validate", script}), ExitCode::Pass) << err();
  EXPECT_EQ(out(), script + ": valid\n");
}

TEST_F(ModuleCommands, ValidateRefusesScriptsThatDoNotParse) {
  EXPECT_EQ(execute({"validate", write("a.wast", "(module")}), ExitCode::BadInput);
  EXPECT_THAT(err(), HasSubstr("unexpected token"));
  EXPECT_EQ(execute({"validate"}), ExitCode::BadInput);
}

}  // namespace
}  // namespace heddle::harness
