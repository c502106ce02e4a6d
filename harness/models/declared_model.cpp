#include "harness/models/declared_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace heddle::harness {

namespace {

constexpr std::size_t kArguments = std::tuple_size_v<decltype(ModelCall::arguments)>;

// The state as expressions see it: the arguments of the call, then what is no list; and the lists.
struct Values {
  std::vector<std::int64_t> integers;
  std::vector<IntegerList> lists;

  [[nodiscard]] Environment environment() const { return {.integers = integers, .lists = lists}; }
};

// A list is its size and its items.
Values unpack(const std::vector<DeclaredVariable>& variables, const ModelState& state,
              const ModelCall& call) {
  Values values{.integers = {call.arguments.begin(), call.arguments.end()}, .lists = {}};
  auto next = state.begin();
  for (const DeclaredVariable& variable : variables) {
    if (!variable.is_list) {
      values.integers.push_back(*next++);
      continue;
    }
    const auto size = static_cast<std::ptrdiff_t>(*next++);
    values.lists.emplace_back(next, next + size);
    next += size;
  }
  return values;
}

void pack(const std::vector<DeclaredVariable>& variables, const Values& values, ModelState& state) {
  state.clear();
  auto integer = values.integers.begin() + kArguments;
  auto list = values.lists.begin();
  for (const DeclaredVariable& variable : variables) {
    if (!variable.is_list) {
      state.push_back(*integer++);
      continue;
    }
    state.push_back(static_cast<std::int64_t>(list->size()));
    state.insert(state.end(), list->begin(), list->end());
    ++list;
  }
}

// The place of a variable among those of its kind.
std::size_t place_of(const std::vector<DeclaredVariable>& variables, std::size_t variable) {
  const bool is_list = variables[variable].is_list;
  const auto before =
      std::count_if(variables.begin(), variables.begin() + static_cast<std::ptrdiff_t>(variable),
                    [is_list](const DeclaredVariable& one) { return one.is_list == is_list; });
  return static_cast<std::size_t>(before) + (is_list ? 0 : kArguments);
}

// False: it cannot happen.
bool apply_changes(const std::vector<DeclaredVariable>& variables,
                   const DeclaredOperation& operation, const Environment& before, Values& after) {
  for (const DeclaredChange& change : operation.changes) {
    const std::size_t place = place_of(variables, change.variable);
    if (variables[change.variable].is_list) {
      auto list = change.value.list(before);
      if (!list) return false;
      after.lists[place] = *std::move(list);
    } else {
      const auto integer = change.value.integer(before);
      if (!integer) return false;
      after.integers[place] = *integer;
    }
  }
  return true;
}

struct Outcome {
  Values after;
  std::optional<std::int64_t> result;
};

// Nothing: it cannot happen.
std::optional<Outcome> apply(const Declaration& declaration, const ModelState& state,
                             const ModelCall& call) {
  const DeclaredOperation& operation = declaration.operations[call.code];
  const Values before = unpack(declaration.variables, state, call);
  if (operation.when && operation.when->integer(before.environment()).value_or(0) == 0) {
    return std::nullopt;
  }
  Outcome outcome{.after = before, .result = {}};
  if (!apply_changes(declaration.variables, operation, before.environment(), outcome.after)) {
    return std::nullopt;
  }
  if (!operation.returns) return outcome;
  const Values& seen = operation.returns_from == ReturnsFrom::After ? outcome.after : before;
  outcome.result = operation.returns->integer(seen.environment());
  if (!outcome.result) return std::nullopt;
  return outcome;
}

}  // namespace

std::vector<ScopeName> scope_of(const std::vector<DeclaredVariable>& variables,
                                const std::vector<std::string>& arguments) {
  std::vector<ScopeName> scope;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    scope.push_back({.name = variables[i].name,
                     .is_list = variables[i].is_list,
                     .place = place_of(variables, i)});
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    scope.push_back({.name = arguments[i], .is_list = false, .place = i});
  }
  return scope;
}

Verb verb_of(const DeclaredOperation& operation) {
  const bool is_pure = operation.changes.empty();
  const bool is_truth = operation.returns && operation.returns->type() == ExpressionType::Truth;
  if (is_truth) return is_pure ? Verb::Contains : Verb::Cas;
  if (operation.returns && operation.returns->mentions_empty()) {
    return is_pure ? Verb::Peek : Verb::Take;
  }
  return is_pure ? Verb::Read : Verb::Other;
}

DeclaredModel::DeclaredModel(Declaration declaration) : declaration_(std::move(declaration)) {
  for (const DeclaredOperation& operation : declaration_.operations) {
    operations_.push_back({.name = operation.name,
                           .verb = verb_of(operation),
                           .arguments = operation.arguments.size(),
                           .has_result = operation.returns.has_value()});
  }
}

ModelState DeclaredModel::initial() const {
  ModelState state;
  for (const DeclaredVariable& variable : declaration_.variables) {
    if (variable.is_list) state.push_back(static_cast<std::int64_t>(variable.initial.size()));
    state.insert(state.end(), variable.initial.begin(), variable.initial.end());
  }
  return state;
}

bool DeclaredModel::step(const ModelState& state, const ModelCall& call, const core::Data& /*data*/,
                         ModelState& next) const {
  const auto outcome = apply(declaration_, state, call);
  if (!outcome || (call.has_result && outcome->result != call.result)) return false;
  pack(declaration_.variables, outcome->after, next);
  return true;
}

std::optional<std::int64_t> DeclaredModel::result_of(const ModelState& state,
                                                     const ModelCall& call) const {
  const auto outcome = apply(declaration_, state, call);
  return outcome ? outcome->result : std::nullopt;
}

std::string DeclaredModel::text_of(const ModelState& state) const {
  constexpr std::size_t kShownMax = 32;
  const Values values = unpack(declaration_.variables, state, {});
  std::string text;
  for (std::size_t i = 0; i < declaration_.variables.size(); ++i) {
    const DeclaredVariable& variable = declaration_.variables[i];
    const std::size_t place = place_of(declaration_.variables, i);
    text += (i == 0 ? "" : ", ") + variable.name;
    if (!variable.is_list) {
      text += fmt::format(" {}", values.integers[place]);
      continue;
    }
    const std::span<const std::int64_t> items = values.lists[place];
    const auto shown = items.first(std::min(items.size(), kShownMax));
    text +=
        fmt::format(" [{}{}]", fmt::join(shown, " "), shown.size() < items.size() ? " ..." : "");
  }
  return text;
}

}  // namespace heddle::harness
