// Checks a recorded history against a model: splits it by keys, decides each, and gathers the
// evidence for what it says.
//
// Linearizable comes with a witness, which the replayer has confirmed; not linearizable comes with
// a part that convicts by itself and from which nothing can be left out, and that the general
// search and the special decider both find wrong; unknown comes with its cause.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/history.hpp"
#include "core/result.hpp"
#include "harness/linear/decision.hpp"
#include "harness/models/calls.hpp"
#include "reports/history_report.hpp"

namespace heddle::harness {

struct CheckOptions {
  Semantics semantics{};
  DecideOptions decide{};
  std::size_t workers = 1;
  bool explains = true;       // what is wrong, and what weaker level holds
  bool has_processes = true;  // they are those of the recorded system, not made up by the reader
};

// The operations of one key.
struct HistoryObject {
  core::Datum key = core::kUnknown;
  std::vector<std::uint32_t> operations;  // ascending
};

// In the order of the keys' first operations; one without a key if the history has none.
[[nodiscard]] std::vector<HistoryObject> objects_of(const core::History& history);

// `model_text` and `initial_text` are for the report. An error: an operation does not fit the
// model; it has its place in the history's file.
[[nodiscard]] core::Result<reports::HistoryReport> check_history(
    std::shared_ptr<const core::History> history, const Model& model, const CheckOptions& options);

// "ties closed, fail dropped, pending optional, initial state 0": what a verdict rests on.
[[nodiscard]] std::string assumptions_text(const Semantics& semantics,
                                           std::string_view initial_state);

}  // namespace heddle::harness
