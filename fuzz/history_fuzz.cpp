// Any text: reading it as a history, in whatever form it looks like, ends in a history or an error.
// A history survives being written and read, and Jepsen's checkers say the same of both.
#include <array>
#include <string>

#include "fuzz/input.hpp"
#include "harness/jepsen/jepsen.hpp"
#include "histories/read.hpp"
#include "histories/same_history.hpp"
#include "histories/write_history.hpp"

namespace {

using namespace heddle;

core::History read_again(std::string text) {
  auto history = histories::read_history({.file = "written", .text = std::move(text)});
  fuzz::require(history.has_value(), "what was written can be read",
                history ? "" : history.error().message);
  return *std::move(history);
}

void check(const core::History& history, const core::History& again) {
  for (const harness::JepsenChecker& checker : harness::jepsen_checkers()) {
    const auto report = harness::run_checker(checker.name, history);
    const auto report_again = harness::run_checker(checker.name, again);
    fuzz::require(report.has_value() == report_again.has_value(), "a checker takes both");
    if (!report) continue;
    fuzz::require(report->valid == report_again->valid, "a checker says the same", checker.name);
    (void)harness::to_text(*report);
  }
}

// Positions of events are their times: then nothing is lost by writing them one behind the other.
bool has_times_of_events(const core::History& history, std::string_view text) {
  return history.operations.empty() ||
         histories::detect_format(text) != histories::Format::Intervals;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const core::Source source{.file = "input", .text = fuzz::text_of(data, size)};
  const auto history = histories::read_history(source);
  if (!history) {
    fuzz::require(!history.error().message.empty(), "an error has a message");
    fuzz::require(history.error().span.line > 0, "an error has a line");
    (void)core::render(history.error(), source.text);
    return 0;
  }
  for (const core::Operation& operation : history->operations) (void)to_string(*history, operation);
  for (std::string text : {histories::write_edn(*history), histories::write_json_lines(*history)}) {
    const core::History again = read_again(std::move(text));
    if (!has_times_of_events(*history, source.text)) continue;
    fuzz::require(histories::same_history(*history, again), "it is the same history");
    check(*history, again);
  }
  return 0;
}
