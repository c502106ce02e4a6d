#include "harness/run/wasm_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <span>
#include <utility>

#include "core/execution.hpp"
#include "engine/exec/machine.hpp"
#include "engine/syntax/features.hpp"
#include "harness/run/files.hpp"
#include "harness/run/initialize.hpp"

namespace heddle::harness {

namespace {

using core::Value;

constexpr std::string_view kPrefix = "op.";
constexpr std::size_t kArgumentsMax = 2;

class First final : public core::Chooser {
 public:
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override {
    return point.options.front();
  }
};

core::Outcome trap(std::string message) {
  return {.kind = core::OutcomeKind::Trapped, .values = {}, .message = std::move(message)};
}

// What `use` makes of a new instance: an outcome, or a reason for having none.
core::Outcome with_instance(
    const PreparedModule& module,
    const std::function<core::Outcome(engine::Agent&, const engine::Instance&)>& use) {
  First chooser;
  engine::MachineOptions options;
  options.instructions_max = kModelInstructionsMax;
  options.recording = core::Recording::Nothing;
  engine::Machine machine(options, chooser);
  core::Execution execution = machine.run("model", [&](engine::Agent& agent) {
    const auto made = agent.instantiate(
        module.code, [](std::string_view, std::string_view) { return std::nullopt; });
    if (!made) {
      agent.set_outcome(trap(made.error().message));
    } else if (made->outcome.kind != core::OutcomeKind::Returned) {
      agent.set_outcome(made->outcome);
    } else if (initialize(agent, *made->instance, module)) {
      agent.set_outcome(use(agent, *made->instance));
    }
  });
  if (!execution.hit_limit) return std::move(execution.ends.front().outcome);
  return {.kind = core::OutcomeKind::Unfinished,
          .values = {},
          .message = "more than " + execution.limit};
}

core::Outcome call(const PreparedModule& module, const std::string& function,
                   std::span<const Value> arguments) {
  return with_instance(module, [&](engine::Agent& agent, const engine::Instance& instance) {
    return agent.invoke(*instance.exports.find(function)->second.function, arguments,
                        {.function = function});
  });
}

bool is_number(engine::ValueType type, engine::TypeKind kind) { return type.kind == kind; }

bool are_words(std::span<const engine::ValueType> types) {
  return std::ranges::all_of(
      types, [](engine::ValueType type) { return is_number(type, engine::TypeKind::I64); });
}

// The type of `step` for a state of so many words.
engine::FunctionType step_type(std::size_t words) {
  const engine::ValueType i32{.kind = engine::TypeKind::I32};
  const engine::ValueType i64{.kind = engine::TypeKind::I64};
  engine::FunctionType type;
  type.parameters.assign(words, i64);
  type.parameters.insert(type.parameters.end(), {i32, i64, i64, i32, i64});
  type.results.assign(words + 1, i64);
  type.results.front() = i32;
  return type;
}

const engine::FunctionType* find_function(const engine::Module& module, std::string_view name) {
  for (const engine::Export& item : module.exports) {
    if (item.kind != engine::ExternKind::Function || item.name != name) continue;
    return &module.function_type(module.type_index_of_function(item.index));
  }
  return nullptr;
}

// "0" to "9".
std::optional<std::size_t> digit(std::string_view text) {
  if (text.size() != 1 || text[0] < '0' || text[0] > '9') return std::nullopt;
  return static_cast<std::size_t>(text[0] - '0');
}

// Why there is no result.
std::string reason(const core::Outcome& outcome) {
  return outcome.kind == core::OutcomeKind::Unfinished ? outcome.message : to_string(outcome);
}

std::int64_t word_of(const Value& value) { return static_cast<std::int64_t>(value.low); }
Value value_of(std::int64_t word) { return Value::i64(static_cast<std::uint64_t>(word)); }

}  // namespace

core::Result<std::unique_ptr<Model>> WasmModel::make(std::shared_ptr<const core::Source> source) {
  const std::string file = source->file;
  PreparedModule module = prepare_file(std::move(source), engine::standard_features());
  if (module.stage != ModuleStage::Ready) return std::unexpected(std::move(module.error));
  const std::vector<engine::Import>& imports = module.code->module().imports;
  const auto error = [&file](std::string message) {
    return core::make_error(std::move(message), {.file = file});
  };
  if (!imports.empty()) {
    return error(fmt::format("a model imports nothing, but this one needs {}.{}",
                             imports.front().module, imports.front().name));
  }
  std::unique_ptr<WasmModel> model(new WasmModel(std::move(module), base_name(file)));
  auto read = model->read_exports();
  if (!read) return error(std::move(read.error().message));
  return model;
}

core::Result<void> WasmModel::read_exports() {
  const engine::Module& module = module_.code->module();
  const engine::FunctionType* const init = find_function(module, "init");
  const bool is_init = init != nullptr && init->parameters.empty() && !init->results.empty() &&
                       init->results.size() <= kModelWordsMax && are_words(init->results);
  if (!is_init) {
    return core::make_error("a model exports a function init : [] -> [i64 ...], the first state");
  }
  const engine::FunctionType type = step_type(init->results.size());
  const engine::FunctionType* const step = find_function(module, "step");
  if (step == nullptr || *step != type) {
    return core::make_error(
        fmt::format("as init has {} result{}, a model exports a function step "
                    ": {}{}",
                    init->results.size(), init->results.size() == 1 ? "" : "s", to_string(type),
                    step == nullptr ? "" : ", not " + to_string(*step)));
  }
  for (const engine::Export& item : module.exports) {
    if (!item.name.starts_with(kPrefix)) continue;
    const bool is_constant = item.kind == engine::ExternKind::Global &&
                             !module.global_type(item.index).is_mutable &&
                             is_number(module.global_type(item.index).type, engine::TypeKind::I32);
    if (!is_constant) {
      return core::make_error(fmt::format("\"{}\" must be an immutable i32", item.name));
    }
    HEDDLE_TRY(read_operation(item.name));
  }
  if (known_.empty()) {
    return core::make_error(
        "a model exports an immutable i32 for each operation: \"op.NAME/ARGUMENTS/RESULTS\"");
  }
  return read_numbers();
}

core::Result<void> WasmModel::read_operation(std::string_view name) {
  const std::string_view inner = name.substr(kPrefix.size());
  const std::size_t slash = inner.find('/');
  const std::string_view counts = slash == std::string_view::npos ? "" : inner.substr(slash + 1);
  const auto arguments = digit(counts.substr(0, counts.find('/')));
  const auto results = counts.contains('/') ? digit(counts.substr(counts.find('/') + 1))
                                            : std::optional(std::size_t{0});
  if (slash == 0 || !arguments || *arguments > kArgumentsMax || !results || *results > 1) {
    return core::make_error(
        fmt::format("\"{}\" must be op.NAME/ARGUMENTS or op.NAME/ARGUMENTS/RESULTS, with 0 to {} "
                    "arguments and 0 or 1 results",
                    name, kArgumentsMax));
  }
  known_.push_back({.name = std::string(inner.substr(0, slash)),
                    .arguments = *arguments,
                    .has_result = *results == 1});
  const auto same = std::ranges::count(known_, known_.back().name, &Operation::name);
  if (same > 1) {
    return core::make_error(fmt::format("two operations are named {}", known_.back().name));
  }
  return {};
}

// What is known only of an instance.
core::Result<void> WasmModel::read_numbers() {
  core::Outcome numbers =
      with_instance(module_, [](engine::Agent& agent, const engine::Instance& instance) {
        core::Outcome outcome{.kind = core::OutcomeKind::Returned};
        for (const engine::Export& item : instance.module->module().exports) {
          if (!item.name.starts_with(kPrefix)) continue;
          outcome.values.push_back(agent.store().value_of(*instance.globals[item.index]));
        }
        return outcome;
      });
  if (numbers.kind != core::OutcomeKind::Returned) {
    return core::make_error("the model cannot be instantiated: " + reason(numbers));
  }
  for (std::size_t i = 0; i < known_.size(); ++i) {
    known_[i].number = static_cast<std::uint32_t>(numbers.values[i].low);
    operations_.push_back({.name = known_[i].name,
                           .verb = Verb::Other,
                           .arguments = known_[i].arguments,
                           .has_result = known_[i].has_result});
  }
  const core::Outcome first = call(module_, "init", {});
  if (first.kind != core::OutcomeKind::Returned) {
    return core::make_error("init has no result: " + reason(first));
  }
  for (const Value& value : first.values) initial_.push_back(word_of(value));
  return {};
}

bool WasmModel::step(const ModelState& state, const ModelCall& call, const core::Data& /*data*/,
                     ModelState& next) const {
  std::vector<Value> arguments;
  for (const std::int64_t word : state) arguments.push_back(value_of(word));
  arguments.push_back(Value::i32(known_[call.code].number));
  arguments.push_back(value_of(call.arguments[0]));
  arguments.push_back(value_of(call.arguments[1]));
  arguments.push_back(Value::i32(call.has_result ? 1 : 0));
  arguments.push_back(value_of(call.has_result ? call.result : 0));
  const core::Outcome outcome = harness::call(module_, "step", arguments);
  if (outcome.kind != core::OutcomeKind::Returned) {
    const std::scoped_lock guard(mutex_);
    if (failure_.empty()) {
      failure_ = fmt::format("the model's step for {} has no result: {}", known_[call.code].name,
                             reason(outcome));
    }
    return false;
  }
  next.clear();
  for (const Value& value : std::span(outcome.values).subspan(1)) next.push_back(word_of(value));
  return outcome.values.front().low != 0;
}

std::string WasmModel::failure() const {
  const std::scoped_lock guard(mutex_);
  return failure_;
}

}  // namespace heddle::harness
