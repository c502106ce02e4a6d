#include "harness/models/table_model.hpp"

namespace heddle::harness {

TableModel::TableModel(std::string_view name, ModelState initial, const std::vector<TableRow>& rows,
                       const TableOptions& options)
    : name_(name), initial_(std::move(initial)), options_(options) {
  for (const TableRow& row : rows) {
    for (const std::string_view alias : row.names) {
      operations_.push_back({.name = alias,
                             .verb = row.verb,
                             .arguments = row.arguments,
                             .has_result = row.has_result});
      apply_.push_back(row.apply);
    }
  }
}

bool TableModel::step(const ModelState& state, const ModelCall& call, const core::Data& /*data*/,
                      ModelState& next) const {
  next = state;
  const Effect effect = apply_[call.code](next, call);
  if (!effect.is_possible) return false;
  return !call.has_result || !effect.result || is_result(*effect.result, call);
}

std::optional<std::int64_t> TableModel::result_of(const ModelState& state,
                                                  const ModelCall& call) const {
  ModelState next = state;
  const Effect effect = apply_[call.code](next, call);
  return effect.is_possible ? effect.result : std::nullopt;
}

}  // namespace heddle::harness
