// The assertions of scripts as pure functions: what was expected against what happened.
//
// Spec: interpreter/README "Scripts". The rule for messages is the official runner's: what happened
// must BEGIN with the expected text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/outcome.hpp"
#include "core/verdict.hpp"
#include "engine/runtime/instances.hpp"
#include "harness/run/language.hpp"
#include "harness/run/prepared_module.hpp"
#include "wast/script.hpp"

namespace heddle::harness {

// Why a command did not do what it should. It becomes a Finding once its place is known.
struct Problem {
  std::string rule;  // "assertion", "script" or "trap"
  std::string message;
  std::string expected;  // may be empty; likewise below
  std::string actual;
};
using Check = std::optional<Problem>;  // nothing: all is well

// Something is wrong with the script itself, or with the machine's means.
[[nodiscard]] Problem script_problem(std::string message);

[[nodiscard]] Check check_return(const core::Outcome& outcome,
                                 std::span<const wast::ResultPattern> expected);
// `kind` is Trapped, Exhausted or Thrown.
[[nodiscard]] Check check_failure(const core::Outcome& outcome, core::OutcomeKind kind,
                                  std::string_view message);
// A plain action or module: whatever it returns is fine.
[[nodiscard]] Check check_success(const core::Outcome& outcome);

struct Rejection {
  ModuleStage stage;  // Malformed or Invalid
  std::string_view message;
};
[[nodiscard]] Check check_rejected(const PreparedModule& module, const Rejection& expected,
                                   const Language& language);
// The module is expected to be fine.
[[nodiscard]] Check check_ready(const PreparedModule& module);
[[nodiscard]] Check check_unlinkable(const core::Error& error, std::string_view message,
                                     const Language& language);

// Spec (threads): all exports of an instance passed to a thread are of shared type.
[[nodiscard]] Check check_sharable(const engine::Instance& instance, std::string_view name);

}  // namespace heddle::harness
