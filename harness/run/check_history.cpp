#include "harness/run/check_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "harness/linear/decide.hpp"
#include "harness/linear/replay.hpp"
#include "harness/linear/search.hpp"
#include "harness/run/convict_history.hpp"
#include "harness/run/parallel_linear.hpp"

namespace heddle::harness {

namespace {

using core::VerdictKind;

// Decides one object; everything it uses is its own or is not changed.
class ObjectChecker {
 public:
  ObjectChecker(const core::History& history, const Model& model, const CheckOptions& options,
                const DecideOptions& decide_options)
      : history_(history), model_(model), options_(options), decide_options_(decide_options) {}

  core::Result<reports::ObjectReport> check(const HistoryObject& object) const {
    HEDDLE_LET(const Calls calls, prepare(history_, object.operations, model_, options_.semantics));
    Decision decision = decide(calls, model_, decide_options_);
    reports::ObjectReport report{.verdict = decision.kind,
                                 .operations = object.operations.size(),
                                 .decider = std::string(decision.decider),
                                 .nodes = decision.nodes,
                                 .cause = decision.cause};
    if (object.key != core::kUnknown) report.key = history_.data.to_string(object.key);
    if (decision.kind == VerdictKind::Pass && options_.decide.wants_witness) {
      take_witness(calls, decision, report);
    }
    if (decision.kind == VerdictKind::Fail && options_.explains) {
      report.failure = convict_history(history_, calls, model_, decision, options_);
    }
    return report;
  }

 private:
  // A witness that the replayer does not accept is a bug of Heddle's own, and proves nothing.
  void take_witness(const Calls& calls, const Decision& decision,
                    reports::ObjectReport& report) const {
    const auto replayed = replay_witness(calls, decision.witness, model_, model_.initial());
    if (!replayed) {
      report.verdict = VerdictKind::Unknown;
      report.cause = fmt::format("the witness of the {} does not hold: {}", decision.decider,
                                 replayed.error().message);
      return;
    }
    report.is_witness_replayed = true;
    for (const std::uint32_t call : decision.witness) {
      report.witness.push_back(calls.calls[call].operation);
    }
  }

  const core::History& history_;
  const Model& model_;
  const CheckOptions& options_;
  const DecideOptions& decide_options_;  // of the whole object, not of the parts that convict it
};

}  // namespace

std::vector<HistoryObject> objects_of(const core::History& history) {
  std::vector<HistoryObject> objects;
  // order never seen: looked up by key
  std::unordered_map<std::int64_t, std::size_t> object_of;
  for (std::uint32_t i = 0; i < history.operations.size(); ++i) {
    const core::Datum key = history.operations[i].key;
    const auto [found, is_new] = object_of.try_emplace(key.word, objects.size());
    if (is_new) objects.push_back({.key = key, .operations = {}});
    objects[found->second].operations.push_back(i);
  }
  if (objects.empty()) objects.emplace_back();
  return objects;
}

core::Result<reports::HistoryReport> check_history(std::shared_ptr<const core::History> history,
                                                   const Model& model,
                                                   const CheckOptions& options) {
  const std::vector<HistoryObject> objects = objects_of(*history);
  DecideOptions decide_options = options.decide;
  if (options.workers > 1 && objects.size() == 1) {
    decide_options.search = [&](const Calls& calls, const Model& held,
                                const DecideOptions& decide) {
      return search_in_parallel(calls, held, decide, {.workers = options.workers});
    };
  }
  const ObjectChecker checker(*history, model, options, decide_options);
  std::vector<std::optional<core::Result<reports::ObjectReport>>> results(objects.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < objects.size(); i = next++) {
      results[i] = checker.check(objects[i]);
    }
  };
  {
    std::vector<std::jthread> threads;
    const std::size_t workers = std::min(options.workers, objects.size());
    for (std::size_t i = 1; i < workers; ++i) threads.emplace_back(work);
    work();
  }
  reports::HistoryReport report{.file = {},
                                .model = std::string(model.name()),
                                .assumptions = {},
                                .history = std::move(history),
                                .objects = {},
                                .returns_first = options.semantics.ties == Ties::Ordered};
  for (auto& result : results) {
    HEDDLE_LET(reports::ObjectReport object, *std::move(result));
    report.objects.push_back(std::move(object));
  }
  return report;
}

std::string assumptions_text(const Semantics& semantics, std::string_view initial_state) {
  const std::string_view pending = semantics.pending == PendingPolicy::Optional
                                       ? "may have happened"
                                   : semantics.pending == PendingPolicy::Must ? "happened"
                                                                              : "did not happen";
  return fmt::format("initial state {}; equal times are {}; `fail` {}; `info` {}; nil reads {}",
                     initial_state, semantics.ties == Ties::Closed ? "concurrent" : "ordered",
                     semantics.fails == Fails::Dropped ? "did not happen" : "is an answer", pending,
                     semantics.nil_reads == NilReads::Unknown ? "say nothing" : "are values");
}

}  // namespace heddle::harness
