// The models that Heddle has, by name. docs/models.md is their manual.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "core/datum.hpp"
#include "core/result.hpp"
#include "harness/models/model.hpp"

namespace heddle::harness {

// Where an object begins. kUnknown: where its model says.
struct InitialState {
  core::Datum value = core::kUnknown;
  const core::Data* data = nullptr;  // of the value; needed for what is not in a word
};

struct ModelInfo {
  std::string_view name;
  std::string_view about;
  std::string_view initial;  // "0", "free", ...: where it begins if nothing else is said
  core::Result<std::unique_ptr<Model>> (*make)(const InitialState& initial);
};

[[nodiscard]] std::span<const ModelInfo> model_infos();

// The error lists the known names, or says what the model can begin with; its span is empty.
[[nodiscard]] core::Result<std::unique_ptr<Model>> make_model(std::string_view name,
                                                              const InitialState& initial = {});

// One function for each line of the list, in the file of its family.
using MadeModel = core::Result<std::unique_ptr<Model>>;
[[nodiscard]] MadeModel make_register(const InitialState& initial);
[[nodiscard]] MadeModel make_cas_register(const InitialState& initial);
[[nodiscard]] MadeModel make_counter(const InitialState& initial);
[[nodiscard]] MadeModel make_cell_8(const InitialState& initial);
[[nodiscard]] MadeModel make_cell_16(const InitialState& initial);
[[nodiscard]] MadeModel make_cell_32(const InitialState& initial);
[[nodiscard]] MadeModel make_cell_64(const InitialState& initial);
[[nodiscard]] MadeModel make_mutex(const InitialState& initial);
[[nodiscard]] MadeModel make_owned_mutex(const InitialState& initial);
[[nodiscard]] MadeModel make_reentrant_mutex(const InitialState& initial);
[[nodiscard]] MadeModel make_semaphore(const InitialState& initial);
[[nodiscard]] MadeModel make_set(const InitialState& initial);
[[nodiscard]] MadeModel make_map(const InitialState& initial);
[[nodiscard]] MadeModel make_multi_register(const InitialState& initial);
[[nodiscard]] MadeModel make_queue(const InitialState& initial);
[[nodiscard]] MadeModel make_stack(const InitialState& initial);
[[nodiscard]] MadeModel make_priority_queue(const InitialState& initial);
[[nodiscard]] MadeModel make_min_priority_queue(const InitialState& initial);
[[nodiscard]] MadeModel make_deque(const InitialState& initial);
[[nodiscard]] MadeModel make_append_log(const InitialState& initial);
[[nodiscard]] MadeModel make_barrier(const InitialState& initial);
[[nodiscard]] MadeModel make_futex(const InitialState& initial);

// For these: the initial state as an integer, a word, or a list of words.
[[nodiscard]] core::Result<std::int64_t> integer_state(const InitialState& initial,
                                                       std::int64_t otherwise);
[[nodiscard]] core::Result<ModelState> list_state(const InitialState& initial);
[[nodiscard]] core::Result<void> no_state(const InitialState& initial, std::string_view model);

}  // namespace heddle::harness
