// Jepsen's checkers: properties weaker than linearizability, each decided in one pass.
//
// They look for what gets lost, appears from nowhere or is seen twice, and say nothing of order.
// The meanings are those of jepsen.checker, jepsen.tests.bank and jepsen.tests.long-fork (the
// latter two with what elle-cli infers from the history). docs/formats/histories.md lists what each
// expects.
//
// Invariants:
//   1. A history of several keys is checked key by key; Fail outweighs Unknown outweighs Pass.
//   2. Time and memory are linear in the history, its values included, but for sorting.
//   3. A history whose values are not what a checker expects is an error with its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/history.hpp"
#include "core/result.hpp"
#include "core/verdict.hpp"

namespace heddle::harness {

struct CheckerOptions {
  std::size_t group_size = 0;           // long-fork: keys of each read; 0: of the first one
  std::optional<std::int64_t> total{};  // bank: of all balances; nothing: of the first read
  bool allows_negative = false;         // bank: balances below 0
  bool is_linearizable = false;         // set-full: what is seen late is an error
};

// A number that was counted, a text, or elements.
using CheckerValue = std::variant<std::int64_t, std::string, std::vector<std::string>>;

struct CheckerEntry {
  std::string name{};  // "lost", "attempt-count": as Jepsen's
  CheckerValue value{};

  bool operator==(const CheckerEntry&) const = default;
};

// What is wrong, or why nothing is known.
struct CheckerFinding {
  std::string message{};                    // names operations by line
  std::vector<std::uint32_t> operations{};  // indices into History::operations

  bool operator==(const CheckerFinding&) const = default;
};

struct CheckerReport {
  std::string checker{};
  std::string key{};  // of a part of a keyed history, in EDN
  core::VerdictKind valid = core::VerdictKind::Pass;
  std::vector<CheckerEntry> entries{};
  std::vector<CheckerFinding> findings{};
  std::vector<CheckerReport> parts{};  // of a keyed history; it has no entries of its own then

  bool operator==(const CheckerReport&) const = default;
};

// What a checker is given: the operations of one object.
struct CheckerInput {
  const core::History& history;
  std::span<const std::uint32_t> operations;  // indices, ascending
  const CheckerOptions& options;
};

struct JepsenChecker {
  std::string_view name;   // "set-full"
  std::string_view about;  // one line
  core::Result<CheckerReport> (*check)(const CheckerInput& input);
};

[[nodiscard]] std::span<const JepsenChecker> jepsen_checkers();

[[nodiscard]] core::Result<CheckerReport> run_checker(std::string_view name,
                                                      const core::History& history,
                                                      const CheckerOptions& options = {});

// For people: the verdict, the findings, the entries; ends with a line break.
[[nodiscard]] std::string to_text(const CheckerReport& report);

}  // namespace heddle::harness
