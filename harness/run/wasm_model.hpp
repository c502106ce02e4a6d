// WasmModel: a Wasm module as a model.
//
// The module exports
//   init : [] -> [i64 * n], n > 0: the words of the first state;
//   step : [i64 * n, i32 operation, i64 a, i64 b, i32 has_result, i64 result]
//          -> [i32 is_possible, i64 * n];
//   for each operation an immutable i32, the number that `step` knows it by, under the name
//   "op.NAME/ARGUMENTS" or "op.NAME/ARGUMENTS/RESULTS": 0 to 2 arguments, 0 (as if it was not
//   said) or 1 result.
// and imports nothing. docs/models.md is the manual.
//
// Invariants:
//   1. Every call is made in a new instance, after `_initialize` if it is exported: a model cannot
//      remember anything but its state, and may be used by several threads.
//   2. A call that does not return, or takes more than kModelInstructionsMax, makes the model fail
//      (Model::failure, the first that was seen): it is then of no use.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/source.hpp"
#include "core/value.hpp"
#include "harness/models/model.hpp"
#include "harness/run/prepared_module.hpp"

namespace heddle::harness {

inline constexpr std::uint64_t kModelInstructionsMax = 10'000'000;  // back edges and calls
inline constexpr std::size_t kModelWordsMax = 1000;                 // of the state

class WasmModel final : public Model {
 public:
  [[nodiscard]] static core::Result<std::unique_ptr<Model>> make(
      std::shared_ptr<const core::Source> source);

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::span<const ModelOperation> operations() const override { return operations_; }
  [[nodiscard]] ModelState initial() const override { return initial_; }
  [[nodiscard]] bool step(const ModelState& state, const ModelCall& call, const core::Data& data,
                          ModelState& next) const override;
  // A module is not asked for results.
  [[nodiscard]] std::optional<std::int64_t> result_of(const ModelState& /*state*/,
                                                      const ModelCall& /*call*/) const override {
    return std::nullopt;
  }
  [[nodiscard]] bool takes_integers() const override { return true; }
  [[nodiscard]] std::string failure() const override;

 private:
  struct Operation {
    std::string name;
    std::uint32_t number = 0;
    std::size_t arguments = 0;
    bool has_result = false;
  };

  WasmModel(PreparedModule module, std::string name)
      : module_(std::move(module)), name_(std::move(name)) {}
  [[nodiscard]] core::Result<void> read_exports();
  [[nodiscard]] core::Result<void> read_operation(std::string_view name);
  [[nodiscard]] core::Result<void> read_numbers();

  PreparedModule module_;
  std::string name_;
  std::vector<Operation> known_;  // their names do not move once all are known
  std::vector<ModelOperation> operations_;
  ModelState initial_;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::string failure_;
};

}  // namespace heddle::harness
