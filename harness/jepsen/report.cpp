#include "harness/jepsen/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace heddle::harness {

std::vector<CheckerEvent> events_of(const CheckerInput& input) {
  std::vector<CheckerEvent> events;
  events.reserve(2 * input.operations.size());
  for (const std::uint32_t index : input.operations) {
    const core::Operation& operation = input.history.operations[index];
    events.push_back({operation.call, EventSide::Invocation, index});
    if (operation.ret == core::kNeverReturned) continue;
    events.push_back({operation.ret, EventSide::Completion, index});
  }
  std::ranges::sort(events);
  return events;
}

std::vector<std::uint32_t> operations_named(const CheckerInput& input, std::string_view function) {
  std::vector<std::uint32_t> found;
  for (const std::uint32_t index : input.operations) {
    if (input.history.name_of(input.history.operations[index]) == function) found.push_back(index);
  }
  return found;
}

std::vector<std::uint32_t> completed_named(const CheckerInput& input, std::string_view function) {
  std::vector<std::uint32_t> found = operations_named(input, function);
  const std::vector<core::Operation>& operations = input.history.operations;
  std::erase_if(found, [&](std::uint32_t index) {
    return operations[index].completion != core::Completion::Ok;
  });
  std::ranges::stable_sort(found, {}, [&](std::uint32_t index) { return operations[index].ret; });
  return found;
}

std::string describe(const CheckerInput& input, std::uint32_t operation) {
  const core::Operation& described = input.history.operations[operation];
  if (described.line == 0) return to_string(input.history, described);
  return fmt::format("{} of line {}", input.history.name_of(described), described.line);
}

std::unexpected<core::Error> error_at(const CheckerInput& input, std::uint32_t operation,
                                      std::string message) {
  const core::Operation& place = input.history.operations[operation];
  return core::make_error(std::move(message), {.line = place.line, .column = place.column});
}

core::Result<void> expect_collection(const CheckerInput& input, std::uint32_t operation) {
  const core::Data& data = input.history.data;
  const core::DatumKind kind = data.kind_of(input.history.operations[operation].output);
  if (kind == core::DatumKind::Vector || kind == core::DatumKind::Set) return {};
  return error_at(input, operation,
                  fmt::format("the result of this {} is {}, not a vector or a set",
                              input.history.name_of(input.history.operations[operation]),
                              core::describe(kind)));
}

std::vector<std::string> element_texts(const core::Data& data,
                                       const std::vector<core::Datum>& elements) {
  std::vector<std::int64_t> integers;
  std::vector<std::string> others;
  for (const core::Datum element : elements) {
    if (const auto integer = data.integer_of(element)) {
      integers.push_back(*integer);
    } else {
      others.push_back(data.to_string(element));
    }
  }
  std::ranges::sort(integers);
  std::ranges::sort(others);
  std::vector<std::string> texts;
  for (std::size_t first = 0; first < integers.size();) {
    std::size_t last = first;
    while (last + 1 < integers.size() && integers[last] < integers[last + 1] &&
           integers[last] + 1 == integers[last + 1]) {
      ++last;
    }
    if (last - first < 2) last = first;  // two are no run
    texts.push_back(last == first ? fmt::format("{}", integers[first])
                                  : fmt::format("{}..{}", integers[first], integers[last]));
    first = last + 1;
  }
  std::ranges::move(others, std::back_inserter(texts));
  return texts;
}

void add_count(CheckerReport& report, std::string name, std::size_t count) {
  report.entries.push_back({std::move(name), static_cast<std::int64_t>(count)});
}

void add_elements(CheckerReport& report, const core::Data& data, std::string_view name,
                  const std::vector<core::Datum>& elements) {
  add_count(report, fmt::format("{}-count", name), elements.size());
  if (elements.empty()) return;
  report.entries.push_back({std::string(name), element_texts(data, elements)});
}

void add_failure(CheckerReport& report, std::string message,
                 std::vector<std::uint32_t> operations) {
  report.valid = core::VerdictKind::Fail;
  report.findings.push_back({std::move(message), std::move(operations)});
}

void add_doubt(CheckerReport& report, std::string message, std::vector<std::uint32_t> operations) {
  report.valid = std::max(report.valid, core::VerdictKind::Unknown);
  report.findings.push_back({std::move(message), std::move(operations)});
}

}  // namespace heddle::harness
