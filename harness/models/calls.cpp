#include "harness/models/calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "core/check.hpp"

namespace heddle::harness {

namespace {

using core::Completion;
using core::Datum;
using core::DatumKind;

bool is_flag(Verb verb) {
  return verb == Verb::Cas || verb == Verb::Insert || verb == Verb::Remove ||
         verb == Verb::Contains || verb == Verb::Acquire;
}

bool gives_element(Verb verb) { return verb == Verb::Take || verb == Verb::Peek; }

bool is_pure(Verb verb) {
  return verb == Verb::Read || verb == Verb::Contains || verb == Verb::Peek ||
         verb == Verb::ReadAll;
}

class Translator {
 public:
  // `is_whole`: the history is all there is, and may be looked at beforehand.
  Translator(const core::History& history, const Model& model, const Semantics& semantics,
             bool is_whole)
      : history_(history),
        model_(model),
        semantics_(semantics),
        takes_integers_(model.takes_integers()) {
    for (const std::string& name : history.functions) codes_.push_back(model.find_operation(name));
    if (is_whole) note_repeated_inputs();
  }

  // Nothing: the operation says nothing, and is left out.
  core::Result<std::optional<ModelCall>> translate(const core::Operation& operation,
                                                   std::uint32_t index) {
    const auto code = codes_[operation.function];
    if (!code) {
      return error(operation,
                   fmt::format("model {} has no operation '{}': it has {}", model_.name(),
                               history_.name_of(operation), operation_names(model_)));
    }
    const ModelOperation& known = model_.operations()[*code];
    ModelCall call{.code = *code, .verb = known.verb, .operation = index};
    if (!is_kept(operation, known)) return std::nullopt;
    HEDDLE_TRY(read_arguments(operation, known, call));
    HEDDLE_TRY(read_result(operation, known, call));
    return call;
  }

 private:
  [[nodiscard]] bool is_kept(const core::Operation& operation, const ModelOperation& known) const {
    switch (operation.completion) {
      case Completion::Ok:
        return true;
      case Completion::Fail:
        return semantics_.fails == Fails::Observed &&
               (is_flag(known.verb) || gives_element(known.verb)) && known.has_result;
      case Completion::Info:
        return semantics_.pending != PendingPolicy::Drop && !is_pure(known.verb);
    }
    return true;
  }

  core::Result<void> read_arguments(const core::Operation& operation, const ModelOperation& known,
                                    ModelCall& call) {
    if (known.arguments == 0) return {};
    if (known.arguments == 1) {
      if (operation.input == core::kUnknown) {
        return error(operation, fmt::format("{} needs an argument", known.name));
      }
      return read_word(operation, operation.input, call.arguments[0], known.verb);
    }
    const std::span<const Datum> items = history_.data.items_of(operation.input);
    if (items.size() != known.arguments ||
        history_.data.kind_of(operation.input) != DatumKind::Vector) {
      return error(operation,
                   fmt::format("{} needs a vector of {} arguments, not {}", known.name,
                               known.arguments, history_.data.to_string(operation.input)));
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      HEDDLE_TRY(read_word(operation, items[i], call.arguments[i], known.verb));
    }
    return {};
  }

  core::Result<void> read_word(const core::Operation& operation, Datum datum, std::int64_t& word,
                               Verb verb) {
    if (takes_integers_) {
      const auto integer = history_.data.integer_of(datum);
      if (!integer) {
        return error(operation, fmt::format("model {} works with integers, not with {}",
                                            model_.name(), history_.data.to_string(datum)));
      }
      word = *integer;
    } else {
      word = datum.word;
    }
    if (verb == Verb::Put && is_empty(datum)) {
      return error(operation, fmt::format("{} stands for an empty object and cannot be an element",
                                          history_.data.to_string(datum)));
    }
    return {};
  }

  [[nodiscard]] bool is_empty(Datum datum) const {
    if (datum == core::kNil || datum.word == semantics_.empty) return true;
    return history_.data.kind_of(datum) == DatumKind::Keyword &&
           history_.data.text_of(datum) == "empty";
  }

  core::Result<void> read_result(const core::Operation& operation, const ModelOperation& known,
                                 ModelCall& call) {
    if (!known.has_result || operation.completion == Completion::Info) return {};
    call.has_result = true;
    const bool failed = operation.completion == Completion::Fail;
    if (is_flag(known.verb)) {
      const bool is_answer = known.verb == Verb::Cas || known.verb == Verb::Acquire ||
                             (operation.output != core::kUnknown && !repeats_input(operation));
      call.has_result = failed || is_answer;
      call.result = failed ? 0 : flag_of(operation.output);
      return {};
    }
    if (failed || (gives_element(known.verb) && is_empty(operation.output))) {
      call.result = kEmptyResult;
      return {};
    }
    const bool is_nobodys = operation.output == core::kUnknown ||
                            (operation.output == core::kNil &&
                             (takes_integers_ || (known.verb == Verb::Read &&
                                                  semantics_.nil_reads == NilReads::Unknown)));
    if (is_nobodys) {
      call.has_result = false;
      return {};
    }
    return read_word(operation, operation.output, call.result, Verb::Other);
  }

  // Jepsen repeats the argument in the completion: such an output is no answer. An answer is 0
  // or 1.
  void note_repeated_inputs() {
    repeats_input_.assign(codes_.size(), true);
    std::vector<bool> is_telling(codes_.size(), false);
    for (const core::Operation& operation : history_.operations) {
      if (operation.completion != Completion::Ok) continue;
      const bool repeats = operation.output == operation.input;
      if (!repeats) repeats_input_[operation.function] = false;
      if (operation.input.word != 1) is_telling[operation.function] = true;
    }
    for (std::size_t i = 0; i < codes_.size(); ++i) {
      if (!is_telling[i]) repeats_input_[i] = false;
    }
  }

  [[nodiscard]] bool repeats_input(const core::Operation& operation) const {
    if (!repeats_input_.empty()) return repeats_input_[operation.function];
    return operation.output == operation.input && operation.input.word != 1;
  }

  static std::int64_t flag_of(Datum output) {
    return output == core::kFalse || output.word == 0 ? 0 : 1;
  }

  [[nodiscard]] std::unexpected<core::Error> error(const core::Operation& operation,
                                                   std::string message) const {
    return core::make_error(std::move(message),
                            {.line = operation.line, .column = operation.column});
  }

  const core::History& history_;
  const Model& model_;
  const Semantics& semantics_;
  bool takes_integers_;
  std::vector<std::optional<std::uint16_t>> codes_;  // of each function of the history
  std::vector<bool> repeats_input_;                  // likewise
};

// One end of an operation.
struct End {
  std::uint64_t time = 0;
  bool is_second = false;  // of two at the same time
  bool is_return = false;
  std::uint32_t call = 0;  // index into the calls

  auto operator<=>(const End&) const = default;
};

bool are_sorted_without_ties(const std::vector<End>& ends) {
  for (std::size_t i = 1; i < ends.size(); ++i) {
    if (ends[i - 1].time >= ends[i].time) return false;
  }
  return true;
}

// By time, in linear time if the times are not much larger than their number.
void sort_ends(std::vector<End>& ends) {
  if (are_sorted_without_ties(ends)) return;
  std::uint64_t last = 0;
  for (const End& end : ends) last = std::max(last, end.time);
  if (last >= 8 * ends.size() + 64) {
    std::ranges::sort(ends);
    return;
  }
  std::vector<std::uint32_t> begin(last + 2, 0);
  for (const End& end : ends) ++begin[end.time + 1];
  const bool has_ties = std::ranges::any_of(begin, [](std::uint32_t count) { return count > 1; });
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  std::vector<End> sorted(ends.size());
  for (const End& end : ends) sorted[begin[end.time]++] = end;
  ends = std::move(sorted);
  if (!has_ties) return;
  for (auto first = ends.begin(); first != ends.end();) {
    const auto behind =
        std::find_if(first, ends.end(), [&](const End& end) { return end.time != first->time; });
    std::sort(first, behind);
    first = behind;
  }
}

class Ranker {
 public:
  Ranker(const core::History& history, const Semantics& semantics)
      : history_(history), semantics_(semantics) {}

  void rank(Calls& calls) {
    std::vector<End> ends = ends_of(calls.calls);
    sort_ends(ends);
    std::vector<std::uint32_t> order;  // of the calls, by invocation
    order.reserve(calls.calls.size());
    for (std::uint32_t rank = 0; rank < ends.size(); ++rank) {
      ModelCall& call = calls.calls[ends[rank].call];
      (ends[rank].is_return ? call.ret : call.call) = rank;
      if (!ends[rank].is_return) order.push_back(ends[rank].call);
    }
    calls.ranks = static_cast<std::uint32_t>(ends.size());
    if (std::ranges::is_sorted(order)) return;
    std::vector<ModelCall> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t call : order) sorted.push_back(calls.calls[call]);
    calls.calls = std::move(sorted);
  }

 private:
  std::vector<End> ends_of(const std::vector<ModelCall>& calls) const {
    std::vector<End> ends;
    ends.reserve(2 * calls.size());
    for (std::uint32_t i = 0; i < calls.size(); ++i) {
      const core::Operation& operation = history_.operations[calls[i].operation];
      const bool is_ordered = semantics_.ties == Ties::Ordered;
      // A call at the time of its own return comes first, however ties between two are read.
      const bool is_instant = operation.call == operation.ret;
      ends.push_back({operation.call, is_ordered, false, i});
      if (operation.completion != Completion::Info) {
        ends.push_back({operation.ret, is_ordered ? is_instant : true, true, i});
      } else if (semantics_.pending == PendingPolicy::Must) {
        ends.push_back({UINT64_MAX, true, true, i});
      }
    }
    return ends;
  }

  const core::History& history_;
  const Semantics& semantics_;
};

// Processes as small numbers, in the order of their first call.
class Lanes {
 public:
  std::uint32_t lane_of(std::int64_t process) {
    const auto [found, is_new] =
        lanes_.try_emplace(process, static_cast<std::uint32_t>(lanes_.size()));
    return found->second;
  }

 private:
  // order never seen: looked up by process
  std::unordered_map<std::int64_t, std::uint32_t> lanes_;
};

}  // namespace

core::Result<Calls> prepare(const core::History& history, std::span<const std::uint32_t> operations,
                            const Model& model, const Semantics& semantics) {
  Translator translator(history, model, semantics, true);
  Lanes lanes;
  Calls calls{.calls = {}, .ranks = 0, .data = &history.data};
  calls.calls.reserve(operations.size());
  for (const std::uint32_t index : operations) {
    HEDDLE_LET(std::optional<ModelCall> call,
               translator.translate(history.operations[index], index));
    if (!call) continue;
    call->process = lanes.lane_of(history.operations[index].process);
    model.expand(*call, calls.calls);
  }
  Ranker(history, semantics).rank(calls);
  return calls;
}

core::Result<std::optional<ModelCall>> translate(const core::History& history,
                                                 const core::Operation& operation,
                                                 const Model& model, const Semantics& semantics) {
  return Translator(history, model, semantics, false).translate(operation, 0);
}

core::Result<Calls> prepare(const core::History& history, const Model& model,
                            const Semantics& semantics) {
  std::vector<std::uint32_t> all;
  all.reserve(history.operations.size());
  for (std::uint32_t i = 0; i < history.operations.size(); ++i) all.push_back(i);
  return prepare(history, all, model, semantics);
}

Calls select(const Calls& calls, std::span<const std::uint32_t> indices) {
  Calls selected{.calls = {}, .ranks = 0, .data = calls.data};
  selected.calls.reserve(indices.size());
  std::vector<std::pair<std::uint32_t, std::uint32_t*>> ends;
  ends.reserve(2 * indices.size());
  for (const std::uint32_t index : indices) {
    ModelCall& call = selected.calls.emplace_back(calls.calls[index]);
    ends.emplace_back(call.call, &call.call);  // reserved: it does not move
    if (call.ret != kPending) ends.emplace_back(call.ret, &call.ret);
  }
  std::ranges::sort(ends);
  for (const auto& [rank, place] : ends) *place = selected.ranks++;
  return selected;
}

}  // namespace heddle::harness
