#include "harness/models/model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace heddle::harness {

std::optional<std::uint16_t> Model::find_operation(std::string_view operation) const {
  const std::span<const ModelOperation> known = operations();
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known[i].name == operation) return static_cast<std::uint16_t>(i);
  }
  return std::nullopt;
}

std::string operation_names(const Model& model) {
  std::vector<std::string_view> names;
  for (const ModelOperation& operation : model.operations()) names.push_back(operation.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

core::Result<void> check_operation(const Model& model, std::string_view operation,
                                   std::size_t arguments) {
  const auto code = model.find_operation(operation);
  if (!code) {
    return core::make_error(fmt::format("model {} has no operation '{}': it has {}", model.name(),
                                        operation, operation_names(model)));
  }
  const ModelOperation& found = model.operations()[*code];
  if (found.arguments != arguments) {
    return core::make_error(fmt::format("operation {} of model {} has {} arguments, not {}",
                                        operation, model.name(), found.arguments, arguments));
  }
  return {};
}

}  // namespace heddle::harness
