#include "histories/jepsen_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "core/check.hpp"
#include "histories/function_names.hpp"

namespace heddle::histories {

namespace {

using core::Completion;
using core::Datum;
using core::DatumKind;
using core::kNil;
using core::kUnknown;
using core::Operation;

std::unexpected<core::Error> error_at(Place place, std::string message) {
  return core::make_error(std::move(message), {.line = place.line, .column = place.column});
}

bool is_nothing(Datum datum) { return datum == kNil || datum == kUnknown; }

bool is_name(DatumKind kind) {
  return kind == DatumKind::Keyword || kind == DatumKind::String || kind == DatumKind::Symbol;
}

// A name or a text as it is, anything else in EDN.
std::string plain_text(const core::Data& data, Datum datum) {
  return is_name(data.kind_of(datum)) ? std::string(data.text_of(datum)) : data.to_string(datum);
}

// One value stands for the argument and the result of operations that have only one of them.
void settle(const core::History& history, Operation& operation) {
  if (operation.completion != Completion::Ok) return;
  const bool gives = only_gives(history.name_of(operation));
  if (!gives && is_nothing(operation.input) && !is_nothing(operation.output)) {
    operation.input = operation.output;
  }
  if (gives && operation.output == kUnknown && !is_nothing(operation.input)) {
    operation.output = operation.input;
    operation.input = kUnknown;
  }
}

struct Pair {
  Datum key;
  Datum value;
};

std::optional<Pair> pair_of(const core::Data& data, Datum datum) {
  const std::span<const Datum> items = data.items_of(datum);
  if (data.kind_of(datum) != DatumKind::Vector || items.size() != 2) return std::nullopt;
  return Pair{.key = items[0], .value = items[1]};
}

// That the operation's values are [k v], with one key. Of one that is not ok, the result may be
// anything.
bool is_paired(const core::Data& data, const Operation& operation) {
  const auto input = pair_of(data, operation.input);
  if (!input) return false;
  if (operation.completion != Completion::Ok || is_nothing(operation.output)) return true;
  const auto output = pair_of(data, operation.output);
  return output && output->key == input->key;
}

bool looks_keyed(const core::History& history) {
  bool has_read = false;
  for (const Operation& operation : history.operations) {
    if (operation.key != kUnknown || !is_paired(history.data, operation)) return false;
    has_read = has_read || pair_of(history.data, operation.input)->value == kNil;
  }
  return has_read;
}

core::Result<void> split_pairs(core::History& history) {
  for (Operation& operation : history.operations) {
    if (operation.key != kUnknown) continue;
    if (!is_paired(history.data, operation)) {
      return error_at({operation.line, operation.column},
                      "the values of this operation are no [key value] of one key");
    }
    const auto input = pair_of(history.data, operation.input);
    const auto output = pair_of(history.data, operation.output);
    operation.key = input->key;
    operation.input = input->value;
    if (output && output->key == input->key) operation.output = output->value;
    settle(history, operation);
  }
  return {};
}

}  // namespace

Datum* EventFields::slot_of(std::string_view name) {
  if (name == "type") return &type;
  if (name == "process") return &process;
  if (name == "f") return &function;
  if (name == "value") return &value;
  if (name == "key") return &key;
  if (name == "time") return &time;
  return nullptr;
}

core::Result<void> JepsenEvents::add(const EventFields& event, Place place) {
  HEDDLE_LET(const Type type, type_of(event, place));
  const bool is_client =
      is_nothing(event.process) || history_.data.kind_of(event.process) == DatumKind::Integer;
  if (!is_client) {
    annotate(event);
    return {};
  }
  HEDDLE_LET(const std::int64_t process, process_of(event, place));
  return type == Type::Invoke ? invoke(event, process, place)
                              : complete(event, process, type, place);
}

core::Result<JepsenEvents::Type> JepsenEvents::type_of(const EventFields& event,
                                                       Place place) const {
  static constexpr std::array<std::string_view, 4> kTypes{"invoke", "ok", "fail", "info"};
  const std::string_view name = history_.data.text_of(event.type);
  const auto found = std::ranges::find(kTypes, name);
  if (found != kTypes.end()) return static_cast<Type>(found - kTypes.begin());
  if (event.type == kUnknown) return error_at(place, "an operation has a :type");
  return error_at(place, fmt::format("unknown :type {}: invoke, ok, fail or info is expected",
                                     quoted_part(history_.data.to_string(event.type))));
}

core::Result<std::int64_t> JepsenEvents::process_of(const EventFields& event, Place place) {
  (is_nothing(event.process) ? lacks_processes_ : has_processes_) = true;
  if (lacks_processes_ && has_processes_) {
    return error_at(place, "some operations have a :process, others have none");
  }
  if (is_nothing(event.process)) return 0;
  const std::int64_t process = *history_.data.integer_of(event.process);
  if (process < 0) return error_at(place, fmt::format("process {} is negative", process));
  return process;
}

void JepsenEvents::annotate(const EventFields& event) {
  const core::Data& data = history_.data;
  core::Annotation annotation{.lane = plain_text(data, event.process), .time = next_time_++};
  if (event.function != kUnknown) annotation.text = plain_text(data, event.function);
  if (!is_nothing(event.value)) {
    if (event.function != kUnknown) annotation.text += ' ';
    annotation.text += data.kind_of(event.value) == DatumKind::String
                           ? std::string(data.text_of(event.value))
                           : data.to_string(event.value);
  }
  history_.annotations.push_back(std::move(annotation));
}

core::Result<std::uint32_t> JepsenEvents::function_of(const EventFields& event, Place place) {
  const auto known = function_words_.find(event.function.word);
  if (known != function_words_.end()) return known->second;
  if (!is_name(history_.data.kind_of(event.function))) {
    return error_at(place, event.function == kUnknown ? "an operation has an :f"
                                                      : "the :f of an operation is a name");
  }
  const auto [named, is_new] =
      functions_.try_emplace(std::string(history_.data.text_of(event.function)),
                             static_cast<std::uint32_t>(history_.functions.size()));
  if (is_new) history_.functions.push_back(named->first);
  function_words_.emplace(event.function.word, named->second);
  return named->second;
}

core::Result<std::int64_t> JepsenEvents::time_of(const EventFields& event, Place place) {
  if (is_nothing(event.time)) return 0;
  const auto time = history_.data.integer_of(event.time);
  if (!time) return error_at(place, "the :time of an operation is an integer, in nanoseconds");
  has_times_ = true;
  return *time;
}

core::Result<void> JepsenEvents::invoke(const EventFields& event, std::int64_t process,
                                        Place place) {
  HEDDLE_LET(const std::uint32_t function, function_of(event, place));
  HEDDLE_LET(const std::int64_t time, time_of(event, place));
  const auto index = static_cast<std::uint32_t>(history_.operations.size());
  const auto [open, is_new] = open_.try_emplace(process, index);
  if (!is_new) {
    const Operation& other = history_.operations[open->second];
    return error_at(place,
                    fmt::format("process {} invokes {} while its {} of line {} is open", process,
                                history_.functions[function], history_.name_of(other), other.line));
  }
  history_.operations.push_back({.process = process,
                                 .function = function,
                                 .key = event.key,
                                 .input = event.value,
                                 .call = next_time_++,
                                 .line = place.line,
                                 .column = place.column});
  history_.wall_times.push_back({.call_ns = time});
  if (is_live_) changes_.push_back({.is_end = false, .operation = index});
  return {};
}

core::Result<void> JepsenEvents::complete(const EventFields& event, std::int64_t process, Type type,
                                          Place place) {
  const auto open = open_.find(process);
  if (open == open_.end()) {
    if (type == Type::Info) return {};
    return error_at(place, fmt::format("process {} completes what it has not invoked", process));
  }
  Operation& operation = history_.operations[open->second];
  HEDDLE_LET(const std::int64_t time, time_of(event, place));
  if (event.function != kUnknown) {
    HEDDLE_LET(const std::uint32_t function, function_of(event, place));
    if (function != operation.function) {
      return error_at(place, fmt::format("process {} completes {}, but has invoked {} in line {}",
                                         process, history_.functions[function],
                                         history_.name_of(operation), operation.line));
    }
  }
  operation.completion = type == Type::Ok     ? Completion::Ok
                         : type == Type::Fail ? Completion::Fail
                                              : Completion::Info;
  operation.output = event.value;
  operation.ret = next_time_++;
  history_.wall_times[open->second].ret_ns = time;
  settle(history_, operation);
  if (is_live_) changes_.push_back({.is_end = true, .operation = open->second});
  open_.erase(open);
  return {};
}

void JepsenEvents::forget_operations() {
  HEDDLE_CHECK(is_quiescent());
  history_.operations.clear();
  history_.annotations.clear();
  history_.wall_times.clear();
}

core::Result<core::History> JepsenEvents::finish(Keyed keyed) && {
  if (keyed == Keyed::Yes || (keyed == Keyed::Auto && looks_keyed(history_))) {
    HEDDLE_TRY(split_pairs(history_));
  }
  if (!has_times_) history_.wall_times.clear();
  return std::move(history_);
}

}  // namespace heddle::histories
