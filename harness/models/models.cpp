#include "harness/models/models.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <vector>

namespace heddle::harness {

namespace {

constexpr std::array kModels{
    ModelInfo{"register", "a cell that is read and written", "0", make_register},
    ModelInfo{"cas-register", "a register with compare-and-set and exchange", "0",
              make_cas_register},
    ModelInfo{"multi-register", "registers by name, with transactions over several", "all 0",
              make_multi_register},
    ModelInfo{"counter", "a 64-bit number that is added to", "0", make_counter},
    ModelInfo{"cell-8", "8 bits of memory under Wasm's atomic instructions", "0", make_cell_8},
    ModelInfo{"cell-16", "16 bits, likewise", "0", make_cell_16},
    ModelInfo{"cell-32", "32 bits, likewise", "0", make_cell_32},
    ModelInfo{"cell-64", "64 bits, likewise", "0", make_cell_64},
    ModelInfo{"mutex", "a lock that anybody may release", "free", make_mutex},
    ModelInfo{"owned-mutex", "a lock that only its holder may release", "free", make_owned_mutex},
    ModelInfo{"reentrant-mutex", "a lock that its holder may acquire again", "free",
              make_reentrant_mutex},
    ModelInfo{"semaphore", "permits that are taken and given", "1 permit", make_semaphore},
    ModelInfo{"set", "elements that are there or not", "empty", make_set},
    ModelInfo{"map", "values under keys", "empty", make_map},
    ModelInfo{"queue", "first in, first out", "empty", make_queue},
    ModelInfo{"stack", "last in, first out", "empty", make_stack},
    ModelInfo{"priority-queue", "the largest first", "empty", make_priority_queue},
    ModelInfo{"min-priority-queue", "the smallest first", "empty", make_min_priority_queue},
    ModelInfo{"deque", "elements at two ends", "empty", make_deque},
    ModelInfo{"append-log", "a list that is appended to and read as a whole", "empty",
              make_append_log},
    ModelInfo{"barrier", "nobody leaves before all have come", "2 parties", make_barrier},
    ModelInfo{"futex", "a 32-bit cell that agents wait on and notify", "0", make_futex},
};

}  // namespace

std::span<const ModelInfo> model_infos() { return kModels; }

MadeModel make_model(std::string_view name, const InitialState& initial) {
  std::vector<std::string_view> names;
  for (const ModelInfo& info : kModels) {
    if (info.name == name) return info.make(initial);
    names.push_back(info.name);
  }
  return core::make_error(
      fmt::format("unknown model '{}': known are {}", name, fmt::join(names, ", ")));
}

core::Result<std::int64_t> integer_state(const InitialState& initial, std::int64_t otherwise) {
  if (initial.value == core::kUnknown) return otherwise;
  static const core::Data kWords;
  const core::Data& data = initial.data == nullptr ? kWords : *initial.data;
  if (const auto integer = data.integer_of(initial.value)) return *integer;
  return core::make_error(
      fmt::format("the initial state is an integer, not {}", data.to_string(initial.value)));
}

core::Result<ModelState> list_state(const InitialState& initial) {
  if (initial.value == core::kUnknown || initial.value == core::kNil) return ModelState{};
  if (initial.data != nullptr) {
    const core::DatumKind kind = initial.data->kind_of(initial.value);
    if (kind == core::DatumKind::Vector || kind == core::DatumKind::Set) {
      ModelState state;
      for (const core::Datum item : initial.data->items_of(initial.value)) {
        state.push_back(item.word);
      }
      return state;
    }
  }
  return core::make_error("the initial state is a list of elements, like [1 2 3]");
}

core::Result<void> no_state(const InitialState& initial, std::string_view model) {
  if (initial.value == core::kUnknown) return {};
  return core::make_error(fmt::format("a {} has no initial state to choose", model));
}

}  // namespace heddle::harness
