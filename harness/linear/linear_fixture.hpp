// For tests of deciders: small histories of any model, and linearizability by its definition.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/rng.hpp"
#include "harness/models/calls.hpp"
#include "harness/models/models.hpp"

namespace heddle::harness::fixture {

inline std::unique_ptr<Model> model_of(std::string_view name) { return make_model(name).value(); }

// For tests with a parameter.
inline std::vector<std::string_view> model_names() {
  std::vector<std::string_view> names;
  for (const ModelInfo& info : model_infos()) names.push_back(info.name);
  return names;
}

// Those whose histories can be checked while they are written; `heddle check --follow` refuses the
// others, and its test says so.
inline std::vector<std::string_view> followable_model_names() {
  std::vector<std::string_view> names;
  for (const std::string_view name : model_names()) {
    if (!model_of(name)->acts_by_result()) names.push_back(name);
  }
  return names;
}

inline std::string model_test_name(const testing::TestParamInfo<std::string_view>& info) {
  std::string name(info.param);
  std::ranges::replace(name, '-', '_');
  return name;
}

// How many small histories a test tries of each model.
inline std::uint64_t cases(std::uint64_t usual = 20'000) {
  const char* const text = std::getenv("HEDDLE_HISTORY_CASES");
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

// Of one case of a test. HEDDLE_HISTORY_SEED moves all cases elsewhere: CI counts it up, so that no
// two runs try the same histories.
inline core::Rng random(std::uint64_t test, std::uint64_t number) {
  const char* const text = std::getenv("HEDDLE_HISTORY_SEED");
  const std::uint64_t first = text == nullptr ? 0 : std::strtoull(text, nullptr, 10) << 24;
  return core::Rng::stream(test, first + number);
}

struct SmallOptions {
  std::size_t operations_max = 7;
  std::size_t processes = 4;
  std::size_t arguments = 3;  // 0, 1, ...
  // Of a hundred completions, how many say something else than the object, or nothing.
  std::size_t lies = 8;
  std::size_t infos = 8;
  bool has_ties = true;
};

// Results are those of performing the operations at some time between invocation and return, but
// for a few; so that both verdicts are frequent.
class SmallHistory {
 public:
  SmallHistory(const Model& model, core::Rng& rng, const SmallOptions& options)
      : model_(model), rng_(rng), options_(options), state_(model.initial()) {
    open_.resize(options.processes);
  }

  core::History make() && {
    const std::uint64_t moves = rng_.below(6 * options_.operations_max);
    for (std::uint64_t i = 0; i < moves; ++i) {
      const bool is_tied = rng_.below(4) == 0 && options_.has_ties;
      time_ += is_tied ? 0 : 1;
      move(rng_.below(options_.processes));
    }
    return std::move(history_);
  }

 private:
  struct Open {
    std::size_t operation = 0;
    ModelCall call;
    bool is_performed = false;
    std::optional<std::int64_t> result;
  };

  bool chance(std::uint64_t percent) { return rng_.below(100) < percent; }

  void move(std::size_t process) {
    auto& open = open_[process];
    if (!open) {
      if (history_.operations.size() < options_.operations_max) invoke(process);
    } else if (!open->is_performed && chance(50)) {
      perform(*open);
    } else if (chance(60)) {
      complete(*open);
      open.reset();
    }
  }

  void invoke(std::size_t process) {
    const std::span<const ModelOperation> known = model_.operations();
    std::size_t code = rng_.below(known.size());
    while (known[code].name.contains('(') || known[code].name == "txn") {
      code = rng_.below(known.size());
    }
    Open& open = open_[process].emplace();
    open.operation = history_.operations.size();
    open.call = {.code = static_cast<std::uint16_t>(code),
                 .verb = known[code].verb,
                 .process = static_cast<std::uint32_t>(process)};
    std::vector<core::Datum> arguments;
    for (std::size_t i = 0; i < known[code].arguments; ++i) {
      open.call.arguments[i] = static_cast<std::int64_t>(rng_.below(options_.arguments));
      arguments.push_back({open.call.arguments[i]});
    }
    core::Datum input = core::kNil;
    if (arguments.size() == 1) input = arguments[0];
    if (arguments.size() > 1) input = history_.data.vector(arguments);
    history_.operations.push_back({.process = static_cast<std::int64_t>(process),
                                   .function = history_.function_of(known[code].name),
                                   .input = input,
                                   .call = time_});
  }

  void perform(Open& open) {
    std::vector<ModelCall> halves;
    model_.expand(open.call, halves);
    ModelState next;
    for (const ModelCall& half : halves) {
      if (open.call.verb == Verb::ReadAll) {
        std::vector<core::Datum> items;
        for (const std::int64_t item : state_) items.push_back({item});
        open.result = history_.data.vector(items).word;
      } else if (&half == &halves.front()) {
        open.result = model_.result_of(state_, half);
      }
      if (!model_.step(state_, half, history_.data, next)) return;
      state_ = next;
    }
    open.is_performed = true;
  }

  void complete(Open& open) {
    core::Operation& operation = history_.operations[open.operation];
    if (chance(options_.infos)) return;
    if (!open.is_performed) perform(open);
    operation.completion = chance(3) ? core::Completion::Fail : core::Completion::Ok;
    operation.ret = time_;
    if (!model_.operations()[open.call.code].has_result || chance(5)) return;
    if (chance(options_.lies)) open.result = static_cast<std::int64_t>(rng_.below(4));
    if (open.result) operation.output = {*open.result};
  }

  const Model& model_;
  core::Rng& rng_;
  SmallOptions options_;
  ModelState state_;
  core::History history_;
  std::vector<std::optional<Open>> open_;  // of each process
  std::uint64_t time_ = 0;
};

inline core::History small_history(const Model& model, core::Rng& rng,
                                   const SmallOptions& options = {}) {
  return SmallHistory(model, rng, options).make();
}

inline Semantics any_semantics(core::Rng& rng) {
  Semantics semantics;
  if (rng.below(4) == 0) semantics.ties = Ties::Ordered;
  if (rng.below(4) == 0) semantics.fails = Fails::Observed;
  if (rng.below(4) == 0) semantics.pending = PendingPolicy::Must;
  return semantics;
}

// The definition, word by word: tries all orders.
class Definition {
 public:
  Definition(const Calls& calls, const Model& model)
      : calls_(calls), model_(model), placed_(calls.calls.size()) {}

  bool is_linearizable() { return extend(model_.initial()); }

  bool is_witness(std::span<const std::uint32_t> order) {
    ModelState state = model_.initial();
    ModelState next;
    for (const std::uint32_t i : order) {
      if (i >= placed_.size() || placed_[i] || !may_be_next(i)) return false;
      if (!model_.step(state, calls_.calls[i], *calls_.data, next)) return false;
      state = next;
      placed_[i] = true;
    }
    return is_complete();
  }

 private:
  bool extend(const ModelState& state) {
    if (is_complete()) return true;
    ModelState next;
    for (std::size_t i = 0; i < placed_.size(); ++i) {
      if (placed_[i] || !may_be_next(i)) continue;
      if (!model_.step(state, calls_.calls[i], *calls_.data, next)) continue;
      placed_[i] = true;
      if (extend(ModelState(next))) return true;
      placed_[i] = false;
    }
    return false;
  }

  [[nodiscard]] bool is_complete() const {
    for (std::size_t i = 0; i < placed_.size(); ++i) {
      if (calls_.calls[i].ret != kPending && !placed_[i]) return false;
    }
    return true;
  }

  // No other call that is still to come had returned before this one was invoked.
  [[nodiscard]] bool may_be_next(std::size_t i) const {
    for (std::size_t j = 0; j < placed_.size(); ++j) {
      if (j != i && !placed_[j] && calls_.calls[j].ret < calls_.calls[i].call) return false;
    }
    return true;
  }

  const Calls& calls_;
  const Model& model_;
  std::vector<bool> placed_;
};

inline std::string to_string(const core::History& history, const Calls& calls) {
  std::string text;
  for (const ModelCall& call : calls.calls) {
    text += fmt::format("  [{}, {}] {} (code {})\n", call.call,
                        call.ret == kPending ? "pending" : std::to_string(call.ret),
                        core::to_string(history, history.operations[call.operation]), call.code);
  }
  return text;
}

// Calls by hand: ranks are given, and made dense.
class Made {
 public:
  explicit Made(std::string_view model) : model_(model_of(model)) {}

  Made& call(std::string_view name, std::vector<std::int64_t> arguments,
             std::optional<std::int64_t> result, std::uint32_t call, std::uint32_t ret) {
    ModelCall& made = calls_.calls.emplace_back();
    made.code = model_->find_operation(name).value();
    made.verb = model_->operations()[made.code].verb;
    std::ranges::copy(arguments, made.arguments.begin());
    made.has_result = result.has_value();
    made.result = result.value_or(0);
    made.call = call;
    made.ret = ret;
    return *this;
  }

  [[nodiscard]] Calls calls() const {
    Calls calls = calls_;
    std::ranges::sort(calls.calls, {}, &ModelCall::call);
    calls.data = &data_;
    std::vector<std::uint32_t> all(calls.calls.size());
    std::iota(all.begin(), all.end(), 0U);
    return select(calls, all);
  }
  [[nodiscard]] const Model& model() const { return *model_; }

 private:
  std::shared_ptr<const Model> model_;
  core::Data data_;
  Calls calls_;
};

// The history up to a rank: what was invoked, and returned, before it.
inline Calls until(const Calls& calls, std::uint32_t rank) {
  std::vector<std::uint32_t> begun;
  for (std::uint32_t i = 0; i < calls.calls.size(); ++i) {
    if (calls.calls[i].call < rank) begun.push_back(i);
  }
  Calls beginning = calls;
  for (ModelCall& call : beginning.calls) {
    if (call.ret != kPending && call.ret >= rank) call.ret = kPending;
  }
  return select(beginning, begun);
}

}  // namespace heddle::harness::fixture
