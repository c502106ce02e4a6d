// Script: a parsed .wast file: commands in order. Spec: interpreter/README "Scripts", the threads
// proposal's `thread` and `wait`, and the constructs other tools added (see docs/formats/wast.md).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/result.hpp"
#include "core/source.hpp"
#include "core/value.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::wast {

// The three ways to write a module. Text has been parsed; the other two are judged when they are
// used, because scripts assert that they are malformed.
struct BinaryModule {
  std::string bytes;
};
struct QuotedModule {
  std::string text;
};
using ModuleBody = std::variant<std::shared_ptr<const engine::Module>, BinaryModule, QuotedModule>;

// (module $name? definition? ...)
struct ModuleCommand {
  std::optional<std::string> name;  // without the dollar sign; likewise everywhere below
  bool is_definition = false;       // only define; instantiate with `(module instance ...)`
  ModuleBody body;
  std::uint32_t offset = 0;
};

// (module instance $instance? $module?)
struct InstanceCommand {
  std::optional<std::string> instance;
  std::optional<std::string> module;
};

struct RegisterCommand {
  std::string as;
  std::optional<std::string> module;
};

struct Invoke {
  std::optional<std::string> module;
  std::string function;
  std::vector<core::Value> arguments;
};
struct Get {
  std::optional<std::string> module;
  std::string global;
};
using Action = std::variant<Invoke, Get>;

// What a result must look like.
enum class NanPattern : std::uint8_t { None, Canonical, Arithmetic };
struct ResultPattern {
  enum class Kind : std::uint8_t {
    Value,      // equal to `value`, bit by bit
    Nan,        // `value.kind` is F32 or F64; `nan` says which
    Lanes,      // `value` is V128; lanes with a NaN in `lane_nans` match that, others their bits
    Reference,  // (ref.func), (ref.any), ...: not null, and of the heap type `heap`
    AnyRef,     // (ref): not null, of any type
    AnyNull,    // (ref.null)
    Either,     // one of `alternatives`
  };
  Kind kind = Kind::Value;
  core::Value value;
  NanPattern nan = NanPattern::None;
  std::vector<NanPattern> lane_nans;  // four of f32 or two of f64
  engine::HeapKind heap = engine::HeapKind::Func;
  std::vector<ResultPattern> alternatives;
};
[[nodiscard]] bool matches(const ResultPattern& pattern, const core::Value& value);
[[nodiscard]] std::string to_string(const ResultPattern& pattern);

struct AssertReturn {
  Action action;
  std::vector<ResultPattern> results;
};
struct AssertTrap {
  std::variant<Action, ModuleCommand> subject;
  std::string message;
};
struct AssertExhaustion {
  Action action;
  std::string message;
};
// Of a module: while it is instantiated.
struct AssertException {
  std::variant<Action, ModuleCommand> subject;
};
// A suspension that nothing handles.
struct AssertSuspension {
  std::variant<Action, ModuleCommand> subject;
  std::string message;
};
struct AssertMalformed {
  ModuleCommand module;
  std::string message;
};
struct AssertInvalid {
  ModuleCommand module;
  std::string message;
};
// Wrong in an annotation or custom section only: whoever does not read those accepts the module.
struct AssertMalformedCustom {
  ModuleCommand module;
  std::string message;
};
struct AssertInvalidCustom {
  ModuleCommand module;
  std::string message;
};
struct AssertUnlinkable {
  ModuleCommand module;
  std::string message;
};

struct Command;

// (thread $name? (shared (module $m))* command*)
struct ThreadCommand {
  std::optional<std::string> name;
  std::vector<std::string> shared;
  std::vector<Command> commands;
};

// (wait $thread?)
struct WaitCommand {
  std::optional<std::string> thread;
};

// (script $name? command*): commands of their own, which are only defined
struct ScriptCommand {
  std::optional<std::string> name;
  std::vector<Command> commands;
};

// (input $name? "file"): another script
struct InputCommand {
  std::optional<std::string> name;
  std::string file;
};

// (output $name? "file"?): a module or script to a file, or to the terminal
struct OutputCommand {
  std::optional<std::string> name;
  std::optional<std::string> file;
};

struct Command {
  std::variant<ModuleCommand, InstanceCommand, RegisterCommand, Action, AssertReturn, AssertTrap,
               AssertExhaustion, AssertException, AssertSuspension, AssertMalformed, AssertInvalid,
               AssertMalformedCustom, AssertInvalidCustom, AssertUnlinkable, ThreadCommand,
               WaitCommand, ScriptCommand, InputCommand, OutputCommand>
      value;
  std::uint32_t offset = 0;  // of its opening parenthesis in Script::source
};

struct Script {
  std::shared_ptr<const core::Source> source;
  std::vector<Command> commands;
};

}  // namespace heddle::wast
