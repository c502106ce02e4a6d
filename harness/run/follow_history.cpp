#include "harness/run/follow_history.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "harness/run/words_text.hpp"

namespace heddle::harness {

namespace {

using core::Completion;
using core::VerdictKind;

constexpr std::size_t kShownMax = 8;  // configurations

}  // namespace

HistoryFollower::HistoryFollower(FollowOptions options)
    : options_(std::move(options)), events_(true) {}

core::Result<VerdictKind> HistoryFollower::add_line(std::string_view line) {
  ++line_;
  if (!options_.format) {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return VerdictKind::Pass;
    options_.format = histories::detect_format(line);
    if (!options_.format) {
      return core::make_error("this is no event of a history that can be followed",
                              {.line = line_, .column = 1});
    }
    if (options_.format == histories::Format::Intervals) {
      return core::make_error(
          "a form in which no line says what has happened so far cannot be followed; if it is "
          "another one, --format says so",
          {.line = line_, .column = 1});
    }
  }
  HEDDLE_TRY(histories::add_event_line(*options_.format, line, line_, events_));
  for (const histories::EventChange& change : events_.take_changes()) {
    HEDDLE_LET(const VerdictKind verdict, take(change));
    if (const std::string failure = options_.model->failure(); !failure.empty()) {
      explanation_ = fmt::format("unknown: {}\n", failure);
      return VerdictKind::Unknown;
    }
    if (verdict != VerdictKind::Pass) return verdict;
  }
  if (events_.is_quiescent()) events_.forget_operations();
  return VerdictKind::Pass;
}

core::Result<VerdictKind> HistoryFollower::take(const histories::EventChange& change) {
  const core::Operation operation = unkeyed(events_.history().operations[change.operation]);
  Object& object = object_of(operation.key);
  if (change.is_end) return end(object, operation);
  HEDDLE_TRY(begin(object, operation));
  return VerdictKind::Pass;
}

core::Operation HistoryFollower::unkeyed(core::Operation operation) const {
  if (!options_.is_keyed) return operation;
  const core::Data& data = events_.history().data;
  const auto split = [&](core::Datum& value) {
    const std::span<const core::Datum> items = data.items_of(value);
    if (items.size() != 2) return;
    operation.key = items[0];
    value = items[1];
  };
  split(operation.output);
  split(operation.input);
  return operation;
}

HistoryFollower::Object& HistoryFollower::object_of(core::Datum key) {
  const auto found = objects_.find(key.word);
  if (found != objects_.end()) return found->second;
  return objects_
      .emplace(key.word, Object(Frontier(*options_.model, events_.history().data, options_.decide)))
      .first->second;
}

core::Result<std::vector<ModelCall>> HistoryFollower::calls_of(Object& object,
                                                               core::Operation operation,
                                                               bool has_ended) const {
  if (!has_ended) {
    operation.completion = Completion::Ok;
    operation.output = core::kUnknown;
  }
  HEDDLE_LET(std::optional<ModelCall> call,
             translate(events_.history(), operation, *options_.model, options_.semantics));
  std::vector<ModelCall> calls;
  if (!call) return calls;
  const auto lane = static_cast<std::uint32_t>(object.lanes.size());
  call->process = object.lanes.try_emplace(operation.process, lane).first->second;
  if (!has_ended) call->has_result = false;
  options_.model->expand(*call, calls);
  return calls;
}

core::Result<void> HistoryFollower::begin(Object& object, const core::Operation& operation) {
  HEDDLE_LET(const std::vector<ModelCall> calls, calls_of(object, operation, false));
  std::vector<std::uint64_t>& names = object.open[operation.process];
  for (const ModelCall& call : calls) names.push_back(object.frontier.invoke(call));
  return {};
}

core::Result<VerdictKind> HistoryFollower::end(Object& object, const core::Operation& operation) {
  ++operations_;
  std::vector<std::uint64_t> names = std::move(object.open[operation.process]);
  object.open.erase(operation.process);
  HEDDLE_LET(const std::vector<ModelCall> calls, calls_of(object, operation, true));
  VerdictKind verdict = VerdictKind::Pass;
  for (std::size_t i = 0; i < names.size() && verdict == VerdictKind::Pass; ++i) {
    if (calls.empty() || i >= calls.size()) {
      verdict = object.frontier.fail(names[i]);
    } else if (operation.completion == Completion::Info) {
      verdict = object.frontier.info(names[i]);
    } else {
      verdict = object.frontier.ok(names[i], calls[i]);
    }
  }
  if (verdict != VerdictKind::Pass) explain(object, operation);
  return verdict;
}

void HistoryFollower::explain(const Object& object, const core::Operation& operation) {
  const core::History& history = events_.history();
  if (object.frontier.kind() == VerdictKind::Unknown) {
    explanation_ = fmt::format("unknown: {}\n", object.frontier.cause());
    return;
  }
  explanation_ = fmt::format("not linearizable: {} (line {}) cannot be placed\n",
                             core::to_string(history, operation), operation.line);
  const std::vector<FrontierConfiguration> before = object.frontier.configurations();
  explanation_ += "before it returned the object could be:\n";
  for (std::size_t i = 0; i < before.size() && i < kShownMax; ++i) {
    explanation_ +=
        fmt::format("  {}\n", state_text(history.data, *options_.model, before[i].state));
  }
  if (before.size() > kShownMax) {
    explanation_ += fmt::format("  ... and {} more\n", before.size() - kShownMax);
  }
}

}  // namespace heddle::harness
