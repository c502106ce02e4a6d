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
    PlainModelOperation{"read", 0, read}, PlainModelOperation{"get", 0, read},
    PlainModelOperation{"load", 0, read}, PlainModelOperation{"write", 1, write},
    PlainModelOperation{"set", 1, write}, PlainModelOperation{"store", 1, write},
};

constexpr std::array kCounter{
    PlainModelOperation{"get", 0, read},
    PlainModelOperation{"read", 0, read},
    PlainModelOperation{"load", 0, read},
    PlainModelOperation{"add", 1, add},
    PlainModelOperation{"fetch_add", 1, add},
    PlainModelOperation{"fetch_sub", 1, subtract},
    PlainModelOperation{"add_and_get", 1, add_and_get},
    PlainModelOperation{"increment", 0, increment},
    PlainModelOperation{"decrement", 0, decrement},
};

constexpr std::array kCasRegister{
    PlainModelOperation{"read", 0, read},
    PlainModelOperation{"get", 0, read},
    PlainModelOperation{"load", 0, read},
    PlainModelOperation{"write", 1, write},
    PlainModelOperation{"set", 1, write},
    PlainModelOperation{"store", 1, write},
    PlainModelOperation{"cas", 2, cas},
    PlainModelOperation{"compare_exchange", 2, compare_exchange},
    PlainModelOperation{"exchange", 1, exchange},
};

constexpr std::array kStack{
    PlainModelOperation{"push", 1, push_back},
    PlainModelOperation{"pop", 0, pop_back},
};

constexpr std::array kQueue{
    PlainModelOperation{"enqueue", 1, push_back},
    PlainModelOperation{"dequeue", 0, pop_front},
    PlainModelOperation{"push", 1, push_back},
    PlainModelOperation{"pop", 0, pop_front},
};

constexpr std::array kMutex{
    PlainModelOperation{"acquire", 0, acquire},
    PlainModelOperation{"lock", 0, acquire},
    PlainModelOperation{"release", 0, release},
    PlainModelOperation{"unlock", 0, release},
    PlainModelOperation{"try_acquire", 0, try_acquire},
    PlainModelOperation{"try_lock", 0, try_acquire},
};

template <typename Items>
std::string names_of(const Items& items) {
  std::vector<std::string_view> names;
  for (const auto& item : items) names.push_back(item.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

const PlainModelOperation* PlainModel::find_operation(std::string_view operation) const {
  for (const PlainModelOperation& candidate : operations) {
    if (candidate.name == operation) return &candidate;
  }
  return nullptr;
}

std::span<const PlainModel> models() {
  static const std::array<PlainModel, 6> kModels{
      PlainModel{"register", {0}, kRegister},
      PlainModel{"counter", {0}, kCounter},
      PlainModel{"cas-register", {0}, kCasRegister},
      PlainModel{"stack", {}, kStack},
      PlainModel{"queue", {}, kQueue},
      PlainModel{"mutex", {0}, kMutex},
  };
  return kModels;
}

core::Result<PlainModel> make_model(std::string_view name) {
  for (const PlainModel& model : models()) {
    if (model.name == name) return model;
  }
  return core::make_error(
      fmt::format("unknown model '{}': known are {}", name, names_of(models())));
}

core::Result<void> check_operation(const PlainModel& model, std::string_view operation,
                                   std::size_t arguments) {
  const PlainModelOperation* const found = model.find_operation(operation);
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
