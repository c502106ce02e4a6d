// Scripts: commands in order. Spec: interpreter/README, "Scripts"; docs/formats/wast.md.

#include <algorithm>
#include <array>

#include "wast/module_parser.hpp"
#include "wast/parse.hpp"
#include "wast/script_values.hpp"

namespace heddle::wast {
namespace {

// Threads in threads, scripts in scripts: the suites nest three deep.
constexpr int kCommandNestingMax = 100;

// What a module is wanted for decides what happens when its text is wrong.
enum class Expect : std::uint8_t {
  Correct,  // the script is wrong
  Invalid,  // kept as text: it may be wrong in a way that others call invalid ("unknown local $x")
  Malformed,  // always kept as text
};

class ScriptParser {
 public:
  ScriptParser(std::shared_ptr<const core::Source> source, const engine::Features& features)
      : source_(std::move(source)), cursor_(*source_), features_(features) {}

  core::Result<Script> parse();

 private:
  using Value = decltype(Command::value);

  bool at_module_field();
  core::Result<std::vector<Command>> parse_commands(int depth);
  core::Result<Command> parse_command(int depth);
  core::Result<Value> parse_command_value(std::uint32_t offset, int depth);
  core::Result<Value> parse_module_or_instance(std::uint32_t offset);
  core::Result<Value> parse_assertion(std::string_view keyword);
  core::Result<Value> parse_assert_return();
  core::Result<std::variant<Action, ModuleCommand>> parse_subject();

  core::Result<ModuleCommand> parse_module_form(Expect expect);
  core::Result<ModuleCommand> parse_module(std::uint32_t offset, Expect expect);
  core::Result<ModuleBody> parse_text(const std::string& name);
  core::Result<ModuleBody> quote_text(std::uint32_t offset);
  core::Result<Action> parse_action_form();
  core::Result<Action> parse_action();
  core::Result<ThreadCommand> parse_thread(int depth);
  core::Result<ScriptCommand> parse_script_command(int depth);
  core::Result<InputCommand> parse_input();
  core::Result<OutputCommand> parse_output();

  std::shared_ptr<const core::Source> source_;
  Cursor cursor_;
  engine::Features features_;
};

bool ScriptParser::at_module_field() {
  static constexpr auto kFields =
      std::to_array<std::string_view>({"type", "rec", "tag", "import", "func", "table", "memory",
                                       "global", "export", "start", "elem", "data"});
  return std::ranges::any_of(kFields,
                             [&](std::string_view field) { return cursor_.at_open(field); });
}

// The fields of a text module, up to its closing parenthesis.
core::Result<ModuleBody> ScriptParser::parse_text(const std::string& name) {
  HEDDLE_LET(engine::Module module, parse_module_fields(cursor_, source_, name, features_));
  if (!cursor_.at(TokenKind::Close)) return cursor_.unexpected();
  return std::make_shared<const engine::Module>(std::move(module));
}

// The text of the module that begins at `offset`, from "(" to ")". Stops before the ")".
core::Result<ModuleBody> ScriptParser::quote_text(std::uint32_t offset) {
  cursor_.seek(offset);
  cursor_.advance();
  HEDDLE_TRY(cursor_.skip_to_close());
  const std::size_t size = cursor_.offset() + 1 - offset;
  return QuotedModule{source_->text.substr(offset, size)};
}

// After "(module" and before an instance's keyword has been seen.
core::Result<ModuleCommand> ScriptParser::parse_module(std::uint32_t offset, Expect expect) {
  ModuleCommand command;
  command.offset = offset;
  command.is_definition = cursor_.take_keyword("definition");
  command.name = cursor_.take_owned_id();
  if (cursor_.take_keyword("binary")) {
    HEDDLE_LET(std::string bytes, cursor_.take_strings());
    command.body = BinaryModule{std::move(bytes)};
  } else if (cursor_.take_keyword("quote")) {
    // The specification's interpreter joins the strings with nothing between them, wasm-tools with
    // a space. The suites mean the same either way; the specification's way is taken.
    HEDDLE_LET(std::string text, cursor_.take_strings());
    command.body = QuotedModule{std::move(text)};
  } else if (expect == Expect::Malformed) {
    HEDDLE_LET(command.body, quote_text(offset));
  } else {
    cursor_.set_spans_wanted(expect == Expect::Correct);
    core::Result<ModuleBody> body = parse_text(command.name.value_or(""));
    cursor_.set_spans_wanted(true);
    if (!body && expect == Expect::Invalid) body = quote_text(offset);
    if (!body) return std::unexpected(std::move(body).error());
    command.body = *std::move(body);
  }
  return command;
}

core::Result<ModuleCommand> ScriptParser::parse_module_form(Expect expect) {
  const std::uint32_t offset = cursor_.offset();
  HEDDLE_TRY(cursor_.expect_open("module"));
  HEDDLE_LET(ModuleCommand command, parse_module(offset, expect));
  HEDDLE_TRY(cursor_.expect(TokenKind::Close));
  return command;
}

core::Result<ScriptParser::Value> ScriptParser::parse_module_or_instance(std::uint32_t offset) {
  if (!cursor_.take_keyword("instance")) return parse_module(offset, Expect::Correct);
  // One name alone is the module's in the specification's interpreter.
  InstanceCommand command;
  command.module = cursor_.take_owned_id();
  if (cursor_.at(TokenKind::Id)) {
    command.instance = std::move(command.module);
    command.module = cursor_.take_owned_id();
  }
  return command;
}

// After the opening parenthesis.
core::Result<Action> ScriptParser::parse_action() {
  if (cursor_.take_keyword("invoke")) {
    Invoke invoke;
    invoke.module = cursor_.take_owned_id();
    HEDDLE_LET(invoke.function, cursor_.expect_name());
    while (cursor_.at(TokenKind::Open)) {
      HEDDLE_LET(const core::Value argument, parse_constant_value(cursor_));
      invoke.arguments.push_back(argument);
    }
    return invoke;
  }
  HEDDLE_TRY(cursor_.expect_keyword("get"));
  Get get;
  get.module = cursor_.take_owned_id();
  HEDDLE_LET(get.global, cursor_.expect_name());
  return get;
}

core::Result<Action> ScriptParser::parse_action_form() {
  HEDDLE_TRY(cursor_.expect(TokenKind::Open));
  HEDDLE_LET(Action action, parse_action());
  HEDDLE_TRY(cursor_.expect(TokenKind::Close));
  return action;
}

core::Result<ScriptParser::Value> ScriptParser::parse_assert_return() {
  // wasm-tools asserts that a module can be instantiated: that is what the module alone says.
  if (cursor_.at_open("module")) return parse_module_form(Expect::Correct);
  AssertReturn command;
  HEDDLE_LET(command.action, parse_action_form());
  while (cursor_.at(TokenKind::Open)) {
    HEDDLE_LET(ResultPattern result, parse_result_pattern(cursor_));
    command.results.push_back(std::move(result));
  }
  return command;
}

// What may fail: an action, or a module while it is instantiated.
core::Result<std::variant<Action, ModuleCommand>> ScriptParser::parse_subject() {
  if (cursor_.at_open("module")) {
    HEDDLE_LET(ModuleCommand module, parse_module_form(Expect::Correct));
    return module;
  }
  HEDDLE_LET(Action action, parse_action_form());
  return action;
}

core::Result<ScriptParser::Value> ScriptParser::parse_assertion(std::string_view keyword) {
  if (keyword == "assert_return") return parse_assert_return();
  const auto parse_failure = [&]<typename Assertion>(Assertion command) -> core::Result<Value> {
    HEDDLE_LET(command.subject, parse_subject());
    HEDDLE_LET(command.message, cursor_.expect_string());
    return command;
  };
  if (keyword == "assert_trap") return parse_failure(AssertTrap{});
  if (keyword == "assert_suspension") return parse_failure(AssertSuspension{});
  if (keyword == "assert_exception") {
    AssertException command;
    HEDDLE_LET(command.subject, parse_subject());
    return command;
  }
  if (keyword == "assert_exhaustion") {
    AssertExhaustion command;
    HEDDLE_LET(command.action, parse_action_form());
    HEDDLE_LET(command.message, cursor_.expect_string());
    return command;
  }
  const auto parse_as = [&]<typename Assertion>(Assertion command,
                                                Expect expect) -> core::Result<Value> {
    HEDDLE_LET(command.module, parse_module_form(expect));
    HEDDLE_LET(command.message, cursor_.expect_string());
    return command;
  };
  if (keyword == "assert_malformed") return parse_as(AssertMalformed{}, Expect::Malformed);
  if (keyword == "assert_invalid") return parse_as(AssertInvalid{}, Expect::Invalid);
  if (keyword == "assert_malformed_custom") {
    return parse_as(AssertMalformedCustom{}, Expect::Malformed);
  }
  if (keyword == "assert_invalid_custom") return parse_as(AssertInvalidCustom{}, Expect::Invalid);
  return parse_as(AssertUnlinkable{}, Expect::Correct);
}

core::Result<ScriptCommand> ScriptParser::parse_script_command(int depth) {
  if (depth >= kCommandNestingMax) return cursor_.error("nesting too deep");
  ScriptCommand command;
  command.name = cursor_.take_owned_id();
  HEDDLE_LET(command.commands, parse_commands(depth + 1));
  return command;
}

core::Result<InputCommand> ScriptParser::parse_input() {
  InputCommand command;
  command.name = cursor_.take_owned_id();
  HEDDLE_LET(command.file, cursor_.expect_string());
  return command;
}

core::Result<OutputCommand> ScriptParser::parse_output() {
  OutputCommand command;
  command.name = cursor_.take_owned_id();
  if (cursor_.at(TokenKind::String)) {
    HEDDLE_LET(command.file, cursor_.expect_string());
  }
  return command;
}

core::Result<ThreadCommand> ScriptParser::parse_thread(int depth) {
  if (depth >= kCommandNestingMax) return cursor_.error("nesting too deep");
  ThreadCommand thread;
  thread.name = cursor_.take_owned_id();
  while (cursor_.take_open("shared")) {
    HEDDLE_TRY(cursor_.expect_open("module"));
    if (!cursor_.at(TokenKind::Id)) return cursor_.unexpected();
    thread.shared.push_back(*cursor_.take_owned_id());
    HEDDLE_TRY(cursor_.expect(TokenKind::Close));
    HEDDLE_TRY(cursor_.expect(TokenKind::Close));
  }
  HEDDLE_LET(thread.commands, parse_commands(depth + 1));
  return thread;
}

// After the opening parenthesis, up to the closing one.
core::Result<ScriptParser::Value> ScriptParser::parse_command_value(std::uint32_t offset,
                                                                    int depth) {
  static constexpr auto kAssertions = std::to_array<std::string_view>(
      {"assert_return", "assert_trap", "assert_exhaustion", "assert_exception", "assert_suspension",
       "assert_malformed", "assert_malformed_custom", "assert_invalid", "assert_invalid_custom",
       "assert_unlinkable"});
  if (cursor_.at_keyword("invoke") || cursor_.at_keyword("get")) return parse_action();
  if (cursor_.take_keyword("module")) return parse_module_or_instance(offset);
  if (cursor_.take_keyword("thread")) return parse_thread(depth);
  if (cursor_.take_keyword("script")) return parse_script_command(depth);
  if (cursor_.take_keyword("input")) return parse_input();
  if (cursor_.take_keyword("output")) return parse_output();
  if (cursor_.take_keyword("wait")) return WaitCommand{cursor_.take_owned_id()};
  if (cursor_.take_keyword("register")) {
    RegisterCommand command;
    HEDDLE_LET(command.as, cursor_.expect_name());
    command.module = cursor_.take_owned_id();
    return command;
  }
  for (const std::string_view keyword : kAssertions) {
    if (cursor_.take_keyword(keyword)) return parse_assertion(keyword);
  }
  return cursor_.unexpected();
}

core::Result<Command> ScriptParser::parse_command(int depth) {
  const std::uint32_t offset = cursor_.offset();
  HEDDLE_TRY(cursor_.expect(TokenKind::Open));
  HEDDLE_LET(Value value, parse_command_value(offset, depth));
  HEDDLE_TRY(cursor_.expect(TokenKind::Close));
  return Command{.value = std::move(value), .offset = offset};
}

core::Result<std::vector<Command>> ScriptParser::parse_commands(int depth) {
  std::vector<Command> commands;
  while (cursor_.at(TokenKind::Open)) {
    HEDDLE_LET(Command command, parse_command(depth));
    commands.push_back(std::move(command));
  }
  return commands;
}

core::Result<Script> ScriptParser::parse() {
  Script script{.source = source_, .commands = {}};
  if (at_module_field()) {
    ModuleCommand command;
    command.offset = cursor_.offset();
    HEDDLE_LET(engine::Module module, parse_module_fields(cursor_, source_, "", features_));
    command.body = std::make_shared<const engine::Module>(std::move(module));
    const std::uint32_t offset = command.offset;
    script.commands.push_back({.value = std::move(command), .offset = offset});
  } else {
    HEDDLE_LET(script.commands, parse_commands(0));
  }
  HEDDLE_TRY(cursor_.expect(TokenKind::End));
  return script;
}

}  // namespace

core::Result<Script> parse_script(std::shared_ptr<const core::Source> source,
                                  const engine::Features& features) {
  HEDDLE_TRY(check_size(*source));
  return ScriptParser(std::move(source), features).parse();
}

}  // namespace heddle::wast
