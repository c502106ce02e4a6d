// TableModel: a model whose operations are rows of a table: names, verb, and a small function.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/models/model.hpp"

namespace heddle::harness {

// What an operation does in one state.
struct Effect {
  bool is_possible = true;
  std::optional<std::int64_t> result{};
};

// Changes the state; if it is not possible, the state is then anything.
using Apply = Effect (*)(ModelState& state, const ModelCall& call);

struct TableRow {
  std::vector<std::string_view> names;  // the first is the one that is told
  Verb verb = Verb::Other;
  std::size_t arguments = 0;
  bool has_result = false;
  Apply apply = nullptr;
};

struct TableOptions {
  Family family = Family::General;
  bool takes_integers = false;
  std::optional<std::size_t> part_argument{};
  bool sees_processes = false;
};

class TableModel : public Model {
 public:
  TableModel(std::string_view name, ModelState initial, const std::vector<TableRow>& rows,
             const TableOptions& options = {});

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::span<const ModelOperation> operations() const override { return operations_; }
  [[nodiscard]] ModelState initial() const override { return initial_; }
  [[nodiscard]] bool step(const ModelState& state, const ModelCall& call, const core::Data& data,
                          ModelState& next) const override;
  [[nodiscard]] std::optional<std::int64_t> result_of(const ModelState& state,
                                                      const ModelCall& call) const override;
  [[nodiscard]] Family family() const override { return options_.family; }
  [[nodiscard]] bool takes_integers() const override { return options_.takes_integers; }
  [[nodiscard]] std::optional<std::size_t> part_argument() const override {
    return options_.part_argument;
  }
  [[nodiscard]] bool sees_processes() const override { return options_.sees_processes; }

 protected:
  // The result equals that of the call; where words do not say it all, models override it.
  [[nodiscard]] virtual bool is_result(std::int64_t expected, const ModelCall& call) const {
    return expected == call.result;
  }

 private:
  std::string_view name_;  // of static storage
  ModelState initial_;
  std::vector<ModelOperation> operations_;
  std::vector<Apply> apply_;  // of each operation
  TableOptions options_;
};

}  // namespace heddle::harness
