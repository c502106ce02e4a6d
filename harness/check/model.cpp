#include "harness/check/model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <string>
#include <utility>

namespace heddle::harness {
namespace {

using Arguments = std::span<const std::int64_t>;
using Outcome = std::optional<Applied>;

std::int64_t sum(std::int64_t left, std::int64_t right) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(left) +
                                   static_cast<std::uint64_t>(right));
}

std::int64_t difference(std::int64_t left, std::int64_t right) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(left) -
                                   static_cast<std::uint64_t>(right));
}

// One cell.

Outcome read(const ModelState& state, Arguments) { return Applied{state, state[0]}; }

Outcome write(const ModelState&, Arguments arguments) {
  return Applied{{arguments[0]}, std::nullopt};
}

Outcome exchange(const ModelState& state, Arguments arguments) {
  return Applied{{arguments[0]}, state[0]};
}

Outcome cas(const ModelState& state, Arguments arguments) {
  if (state[0] != arguments[0]) return Applied{state, 0};
  return Applied{{arguments[1]}, 1};
}

Outcome compare_exchange(const ModelState& state, Arguments arguments) {
  if (state[0] != arguments[0]) return Applied{state, state[0]};
  return Applied{{arguments[1]}, state[0]};
}

Outcome add(const ModelState& state, Arguments arguments) {
  return Applied{{sum(state[0], arguments[0])}, state[0]};
}

Outcome subtract(const ModelState& state, Arguments arguments) {
  return Applied{{difference(state[0], arguments[0])}, state[0]};
}

Outcome add_and_get(const ModelState& state, Arguments arguments) {
  const std::int64_t total = sum(state[0], arguments[0]);
  return Applied{{total}, total};
}

Outcome increment(const ModelState& state, Arguments) {
  return Applied{{sum(state[0], 1)}, state[0]};
}

Outcome decrement(const ModelState& state, Arguments) {
  return Applied{{difference(state[0], 1)}, state[0]};
}

// Sequences: the state is their elements, oldest first.

Outcome push_back(const ModelState& state, Arguments arguments) {
  ModelState longer = state;
  longer.push_back(arguments[0]);
  return Applied{std::move(longer), std::nullopt};
}

Outcome pop_back(const ModelState& state, Arguments) {
  if (state.empty()) return Applied{state, kEmpty};
  return Applied{{state.begin(), state.end() - 1}, state.back()};
}

Outcome pop_front(const ModelState& state, Arguments) {
  if (state.empty()) return Applied{state, kEmpty};
  return Applied{{state.begin() + 1, state.end()}, state.front()};
}

// A mutex: 1 while it is held.

Outcome acquire(const ModelState& state, Arguments) {
  if (state[0] == 1) return std::nullopt;
  return Applied{{1}, std::nullopt};
}

Outcome release(const ModelState& state, Arguments) {
  if (state[0] == 0) return std::nullopt;
  return Applied{{0}, std::nullopt};
}

Outcome try_acquire(const ModelState& state, Arguments) { return Applied{{1}, 1 - state[0]}; }

constexpr std::array kRegister{
    ModelOperation{"read", 0, read}, ModelOperation{"get", 0, read},
    ModelOperation{"load", 0, read}, ModelOperation{"write", 1, write},
    ModelOperation{"set", 1, write}, ModelOperation{"store", 1, write},
};

constexpr std::array kCounter{
    ModelOperation{"get", 0, read},
    ModelOperation{"read", 0, read},
    ModelOperation{"load", 0, read},
    ModelOperation{"add", 1, add},
    ModelOperation{"fetch_add", 1, add},
    ModelOperation{"fetch_sub", 1, subtract},
    ModelOperation{"add_and_get", 1, add_and_get},
    ModelOperation{"increment", 0, increment},
    ModelOperation{"decrement", 0, decrement},
};

constexpr std::array kCasRegister{
    ModelOperation{"read", 0, read},
    ModelOperation{"get", 0, read},
    ModelOperation{"load", 0, read},
    ModelOperation{"write", 1, write},
    ModelOperation{"set", 1, write},
    ModelOperation{"store", 1, write},
    ModelOperation{"cas", 2, cas},
    ModelOperation{"compare_exchange", 2, compare_exchange},
    ModelOperation{"exchange", 1, exchange},
};

constexpr std::array kStack{
    ModelOperation{"push", 1, push_back},
    ModelOperation{"pop", 0, pop_back},
};

constexpr std::array kQueue{
    ModelOperation{"enqueue", 1, push_back},
    ModelOperation{"dequeue", 0, pop_front},
    ModelOperation{"push", 1, push_back},
    ModelOperation{"pop", 0, pop_front},
};

constexpr std::array kMutex{
    ModelOperation{"acquire", 0, acquire},         ModelOperation{"lock", 0, acquire},
    ModelOperation{"release", 0, release},         ModelOperation{"unlock", 0, release},
    ModelOperation{"try_acquire", 0, try_acquire}, ModelOperation{"try_lock", 0, try_acquire},
};

template <typename Items>
std::string names_of(const Items& items) {
  std::vector<std::string_view> names;
  for (const auto& item : items) names.push_back(item.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

const ModelOperation* Model::find_operation(std::string_view operation) const {
  for (const ModelOperation& candidate : operations) {
    if (candidate.name == operation) return &candidate;
  }
  return nullptr;
}

std::span<const Model> models() {
  static const std::array<Model, 6> kModels{
      Model{"register", {0}, kRegister},
      Model{"counter", {0}, kCounter},
      Model{"cas-register", {0}, kCasRegister},
      Model{"stack", {}, kStack},
      Model{"queue", {}, kQueue},
      Model{"mutex", {0}, kMutex},
  };
  return kModels;
}

core::Result<Model> make_model(std::string_view name) {
  for (const Model& model : models()) {
    if (model.name == name) return model;
  }
  return core::make_error(
      fmt::format("unknown model '{}': known are {}", name, names_of(models())));
}

core::Result<void> check_operation(const Model& model, std::string_view operation,
                                   std::size_t arguments) {
  const ModelOperation* const found = model.find_operation(operation);
  if (found == nullptr) {
    return core::make_error(fmt::format("model {} has no operation '{}': it has {}", model.name,
                                        operation, names_of(model.operations)));
  }
  if (found->arguments != arguments) {
    return core::make_error(fmt::format("operation {} of model {} has {} arguments, not {}",
                                        operation, model.name, found->arguments, arguments));
  }
  return {};
}

}  // namespace heddle::harness
