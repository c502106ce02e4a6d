// set: what was added is in the last read, and nothing else is.
#include <fmt/format.h>

#include <vector>

#include "harness/jepsen/checkers.hpp"
#include "harness/jepsen/report.hpp"

namespace heddle::harness {

namespace {

using core::Datum;

struct Element {
  bool is_attempted = false;
  bool is_acknowledged = false;
  bool is_read = false;
  std::uint32_t added_by = 0;
};

struct Classes {
  std::size_t attempts = 0;
  std::size_t acknowledged = 0;
  std::vector<Datum> ok, lost, recovered, unexpected;
};

Classes classify(const CheckerInput& input, std::uint32_t final_read,
                 ElementTable<Element>& elements, CheckerReport& report) {
  Classes classes;
  for (auto& [value, element] : elements) {
    classes.attempts += element.is_attempted ? 1 : 0;
    classes.acknowledged += element.is_acknowledged ? 1 : 0;
    if (element.is_read && element.is_attempted) classes.ok.push_back(value);
    if (element.is_read && element.is_attempted && !element.is_acknowledged) {
      classes.recovered.push_back(value);
    }
    const std::string text = input.history.data.to_string(value);
    if (element.is_acknowledged && !element.is_read) {
      classes.lost.push_back(value);
      add_failure(report,
                  fmt::format("{} is lost: the {} succeeded, the last read, the {}, is without it",
                              text, describe(input, element.added_by), describe(input, final_read)),
                  {element.added_by, final_read});
    }
    if (element.is_read && !element.is_attempted) {
      classes.unexpected.push_back(value);
      add_failure(report,
                  fmt::format("{} is unexpected: the {} has it, but nobody added it", text,
                              describe(input, final_read)),
                  {final_read});
    }
  }
  return classes;
}

}  // namespace

core::Result<CheckerReport> check_set(const CheckerInput& input) {
  CheckerReport report;
  const core::History& history = input.history;
  ElementTable<Element> elements;
  for (const std::uint32_t index : operations_named(input, "add")) {
    const core::Operation& add = history.operations[index];
    Element& element = elements[add.input];
    element.is_attempted = true;
    if (add.completion != core::Completion::Ok || element.is_acknowledged) continue;
    element.is_acknowledged = true;
    element.added_by = index;
  }
  const std::vector<std::uint32_t> reads = completed_named(input, "read");
  if (reads.empty() || is_nothing(history.operations[reads.back()].output)) {
    add_doubt(report, "the set was never read");
    return report;
  }
  const Datum seen = history.operations[reads.back()].output;
  HEDDLE_TRY(expect_collection(input, reads.back()));
  for (const Datum value : history.data.items_of(seen)) elements[value].is_read = true;

  const Classes classes = classify(input, reads.back(), elements, report);
  add_count(report, "attempt-count", classes.attempts);
  add_count(report, "acknowledged-count", classes.acknowledged);
  add_elements(report, history.data, "ok", classes.ok);
  add_elements(report, history.data, "lost", classes.lost);
  add_elements(report, history.data, "recovered", classes.recovered);
  add_elements(report, history.data, "unexpected", classes.unexpected);
  return report;
}

}  // namespace heddle::harness
