#include "harness/run/script_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace heddle::harness {

namespace {

Problem assertion(std::string expected, std::string actual) {
  std::string message = fmt::format("expected {}, got {}", expected, actual);
  return {.rule = "assertion",
          .message = std::move(message),
          .expected = std::move(expected),
          .actual = std::move(actual)};
}

template <typename Range>
std::string list(const Range& items) {
  if (items.empty()) return "no results";
  std::string text;
  for (const auto& item : items) {
    if (!text.empty()) text += ' ';
    text += to_string(item);
  }
  return text;
}

// What an outcome is called where values were expected.
std::string describe(const core::Outcome& outcome) {
  return outcome.kind == core::OutcomeKind::Returned ? list(outcome.values) : to_string(outcome);
}

std::string_view noun(core::OutcomeKind kind) {
  switch (kind) {
    case core::OutcomeKind::Returned:
      return "return";
    case core::OutcomeKind::Trapped:
      return "trap";
    case core::OutcomeKind::Thrown:
      return "exception";
    case core::OutcomeKind::Exhausted:
      return "exhaustion";
    case core::OutcomeKind::Blocked:
      return "block";
    case core::OutcomeKind::Unfinished:
      return "cut-off";
  }
  std::unreachable();
}

std::string_view adjective(ModuleStage stage) {
  switch (stage) {
    case ModuleStage::Malformed:
      return "malformed";
    case ModuleStage::Invalid:
      return "invalid";
    case ModuleStage::Ready:
      return "valid";
  }
  std::unreachable();
}

std::string describe(const PreparedModule& module) {
  if (module.stage == ModuleStage::Ready) return "a valid module";
  return fmt::format("{} module: {}", adjective(module.stage), module.error.message);
}

bool is_shared(const engine::ExternValue& value) {
  switch (value.kind) {
    case engine::ExternKind::Memory:
      return value.memory->shared();
    case engine::ExternKind::Function:
    case engine::ExternKind::Table:
    case engine::ExternKind::Global:
    case engine::ExternKind::Tag:
      return false;
  }
  std::unreachable();
}

}  // namespace

Problem script_problem(std::string message) {
  return {.rule = "script", .message = std::move(message), .expected = {}, .actual = {}};
}

Check check_return(const core::Outcome& outcome, std::span<const wast::ResultPattern> expected) {
  if (outcome.kind == core::OutcomeKind::Returned &&
      std::ranges::equal(expected, outcome.values, wast::matches)) {
    return std::nullopt;
  }
  return assertion(list(expected), describe(outcome));
}

Check check_failure(const core::Outcome& outcome, core::OutcomeKind kind,
                    std::string_view message) {
  if (outcome.kind == kind && outcome.message.starts_with(message)) return std::nullopt;
  std::string expected(noun(kind));
  if (!message.empty()) expected += fmt::format(" \"{}\"", message);
  return assertion(std::move(expected), describe(outcome));
}

Check check_success(const core::Outcome& outcome) {
  if (outcome.kind == core::OutcomeKind::Returned) return std::nullopt;
  return Problem{.rule = "trap", .message = to_string(outcome), .expected = {}, .actual = {}};
}

Check check_rejected(const PreparedModule& module, const Rejection& expected,
                     const Language& language) {
  const auto [stage, message] = expected;
  if (module.stage == stage && module.error.message.starts_with(message)) return std::nullopt;
  if (language.ignores_messages && module.stage != ModuleStage::Ready) return std::nullopt;
  return assertion(fmt::format("{} module: {}", adjective(stage), message), describe(module));
}

Check check_ready(const PreparedModule& module) {
  if (module.stage == ModuleStage::Ready) return std::nullopt;
  return script_problem(describe(module));
}

Check check_unlinkable(const core::Error& error, std::string_view message,
                       const Language& language) {
  if (error.message.starts_with(message) || language.ignores_messages) return std::nullopt;
  return assertion(fmt::format("link error: {}", message),
                   fmt::format("link error: {}", error.message));
}

Check check_sharable(const engine::Instance& instance, std::string_view name) {
  for (const auto& [exported, value] : instance.exports) {
    if (is_shared(value)) continue;
    return script_problem(fmt::format(
        "module ${} is not sharable: its export \"{}\" is not of shared type", name, exported));
  }
  return std::nullopt;
}

}  // namespace heddle::harness
