#include "harness/run/history_parts.hpp"

namespace heddle::harness {

namespace {

core::History with(const core::History& history, std::span<const std::uint32_t> operations) {
  core::History part{.data = history.data, .functions = history.functions};
  part.operations.reserve(operations.size());
  for (const std::uint32_t index : operations) {
    part.operations.push_back(history.operations[index]);
    if (!history.wall_times.empty()) part.wall_times.push_back(history.wall_times[index]);
  }
  return part;
}

}  // namespace

core::History part_of(const core::History& history, std::span<const std::uint32_t> operations) {
  core::History part = with(history, operations);
  part.annotations = history.annotations;
  return part;
}

core::History in_sequence(const core::History& history, std::span<const std::uint32_t> order) {
  core::History sequence = with(history, order);
  std::uint64_t time = 0;
  for (core::Operation& operation : sequence.operations) {
    operation.call = time++;
    operation.ret = time++;
    if (operation.completion == core::Completion::Info) operation.completion = core::Completion::Ok;
  }
  return sequence;
}

}  // namespace heddle::harness
