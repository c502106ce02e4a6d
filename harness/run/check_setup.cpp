#include "harness/run/check_setup.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/models/models.hpp"
#include "harness/run/model_file.hpp"
#include "histories/edn.hpp"

namespace heddle::harness {

namespace {

bool is_file_name(std::string_view model) {
  return std::ranges::any_of(std::vector<std::string_view>{".yaml", ".yml", ".wasm", ".wat"},
                             [&](std::string_view ending) { return model.ends_with(ending); });
}

std::string_view initial_text(const CheckRequest& request) {
  if (!request.initial.empty()) return request.initial;
  for (const ModelInfo& info : model_infos()) {
    if (info.name == request.model) return info.initial;
  }
  return "of the model";
}

core::Result<core::Datum> parse_initial(const std::string& text, core::Data& data) {
  if (text.empty()) return core::kUnknown;
  auto datum = histories::parse_edn(text, data);
  if (!datum) {
    return core::make_error(fmt::format("--initial: {}", datum.error().message));
  }
  return *datum;
}

core::Result<std::shared_ptr<const Model>> model_of(const CheckRequest& request,
                                                    core::Datum initial, const core::Data& data) {
  if (is_file_name(request.model)) {
    if (initial != core::kUnknown) {
      return core::make_error(
          "--initial belongs to built-in models: the file says where it begins");
    }
    HEDDLE_LET(std::shared_ptr<const Model> model, load_model(request.model));
    return model;
  }
  HEDDLE_LET(std::shared_ptr<const Model> model,
             make_model(request.model, {.value = initial, .data = &data}));
  return model;
}

// "queue", "atomic-queue" and "pq" of the files' own comments.
std::string model_named(std::string_view object) {
  constexpr std::string_view kPrefix = "atomic-";
  if (object.starts_with(kPrefix)) object.remove_prefix(kPrefix.size());
  if (object == "pq" || object == "priorityqueue") return "priority-queue";
  const auto is_it = [&](const ModelInfo& info) { return info.name == object; };
  return std::ranges::any_of(model_infos(), is_it) ? std::string(object) : "";
}

std::string model_hint(const core::History& history) {
  const std::string fitting = fitting_models(history);
  const std::string functions = fmt::format("{}", fmt::join(history.functions, ", "));
  if (fitting.empty()) {
    return fmt::format("the model is not given, and none has all of the operations {}", functions);
  }
  return fmt::format("the model is not given: --model NAME. The operations {} are those of: {}",
                     functions, fitting);
}

}  // namespace

core::Result<CheckSetup> set_up_check(const core::Source& source, const CheckRequest& request) {
  CheckRequest named = request;
  HEDDLE_LET(core::History history, histories::read_history(source, request.reading));
  if (named.model.empty()) named.model = model_named(histories::declared_object(source.text));
  HEDDLE_LET(CheckSetup setup, set_up_check(std::move(history), named));
  const auto format =
      request.reading.format ? request.reading.format : histories::detect_format(source.text);
  setup.has_processes = format != histories::Format::Intervals;
  return setup;
}

core::Result<CheckSetup> set_up_check(core::History history, const CheckRequest& request) {
  if (request.model.empty()) return core::make_error(model_hint(history));
  CheckSetup setup;
  HEDDLE_LET(const core::Datum initial, parse_initial(request.initial, history.data));
  HEDDLE_LET(setup.model, model_of(request, initial, history.data));
  setup.semantics = request.semantics;
  const NilReads otherwise = initial == core::kNil ? NilReads::Value : NilReads::Unknown;
  setup.semantics.nil_reads = request.nil_reads.value_or(otherwise);
  setup.assumptions = assumptions_text(setup.semantics, initial_text(request));
  setup.history = std::make_shared<const core::History>(std::move(history));
  return setup;
}

std::string fitting_models(const core::History& history) {
  std::vector<std::string_view> names;
  for (const ModelInfo& info : model_infos()) {
    const auto model = make_model(info.name);
    const bool fits = prepare(history, **model).has_value();
    if (fits) names.push_back(info.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace heddle::harness
