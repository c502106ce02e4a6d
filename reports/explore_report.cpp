#include "reports/explore_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "reports/diagram.hpp"
#include "reports/events_json.hpp"
#include "reports/json.hpp"
#include "reports/merge_report.hpp"
#include "reports/output_text.hpp"
#include "reports/pair_text.hpp"
#include "reports/printable.hpp"

namespace heddle::reports {
namespace {

constexpr std::size_t kColumns = 100;

std::string_view verdict_word(core::VerdictKind kind) {
  switch (kind) {
    case core::VerdictKind::Pass:
      return "PASS";
    case core::VerdictKind::Unknown:
      return "UNKNOWN";
    case core::VerdictKind::Fail:
      return "FAIL";
  }
  return "?";
}

std::string summary(const ExploreReport& report) {
  std::string text = fmt::format(
      "{}: {}: {} in {}{}\n", printable(report.program), verdict_word(verdict_of(report)),
      counted(report.failures.size(), "failure"), counted(report.schedules, "schedule"),
      report.is_complete ? ", which are all" : "");
  text += fmt::format(
      "  strategy {}, seed {}, points: {}; {:.1f} events and {:.1f} points per schedule\n",
      printable(report.strategy), report.seed, to_string(report.points), report.events_mean,
      report.points_mean);
  if (report.shard_count != 1) {
    text += fmt::format("  shard {}/{}\n", report.shard_index, report.shard_count);
  }
  if (report.is_saturated)
    text += "  saturated: the last half of the schedules showed no new pair\n";
  if (report.unfinished != 0) {
    text += fmt::format("  {} cut off by a limit\n", counted(report.unfinished, "schedule"));
  }
  if (!report.cut_short.empty()) {
    text += fmt::format("  cut short: {}\n", printable(report.cut_short));
    if (report.estimate > report.schedules) {
      text += fmt::format("  about {} schedules in all, {} of them left\n", report.estimate,
                          report.estimate - report.schedules);
    }
  }
  return text;
}

// A long schedule is in the repro; here it would only push the diagram off the screen.
constexpr std::size_t kScheduleBytesMax = 600;
// Names of agents are told apart by their numbers here, as long as they are few.
constexpr std::size_t kAgentsNamed = 8;

// The choices of a schedule's text form, and what follows them: its lines without the first ones.
std::string schedule_text(const ExploreFailure& failure) {
  std::string choices;
  std::string tail;
  std::istringstream lines(failure.schedule);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("heddle-schedule ") || line.starts_with("program ")) continue;
    if (line.starts_with("tail ")) {
      tail = line.substr(5);
    } else {
      choices += (choices.empty() ? "" : " ") + line;
    }
  }
  if (choices.size() > kScheduleBytesMax) {
    choices.resize(choices.rfind(' ', kScheduleBytesMax));
    choices += " ...";
  }
  std::string text =
      fmt::format("schedule: {}, then {}", choices.empty() ? "(none)" : choices, tail);
  const std::vector<core::AgentInfo>& agents = failure.trace.agents;
  if (agents.empty() || agents.size() > kAgentsNamed) return text;
  for (std::size_t i = 0; i < agents.size(); ++i) {
    text += fmt::format("{}t{} is {}", i == 0 ? "; " : ", ", i, agents[i].name);
  }
  return text;
}

std::string failure_text(const ExploreFailure& failure, std::size_t number,
                         const ExploreRenderOptions& options) {
  std::string text =
      fmt::format("\nfailure {}: {}\n", number, printable(core::to_string(failure.signature)));
  text += "  " + wrapped(printable(failure.message), kColumns - 2, 2) + "\n";
  text += fmt::format("  found by schedule {} (seed {}, {}) with {}; shrunk to {}\n",
                      failure.schedule_number, failure.seed, printable(failure.strategy),
                      counted(failure.preemptions_found, "preemption"), failure.preemptions_shrunk);
  text += "  " + wrapped(printable(schedule_text(failure)), kColumns - 2, 2) + "\n";
  if (!failure.repro_path.empty()) {
    text += fmt::format("  replay it: heddle replay {}\n", printable(failure.repro_path));
  }
  if (failure.pair) text += pair_text(*failure.pair);
  if (options.with_diagrams && !failure.trace.events.empty()) {
    const DiagramOptions diagram{.columns_max = kColumns - 2};
    text +=
        "\n" + indented(draw_diagram(failure.trace, failure.findings, failure.ends, diagram), 2);
  }
  const std::string output = output_text(failure.output);
  if (!output.empty()) text += "\n" + indented(output, 2);
  return text;
}

// The most frequent last would hide the interesting ones: rare outcomes are what one looks for. The
// order is that of the report.
std::string outcomes_text(const ExploreReport& report, std::size_t outcomes_max) {
  if (report.outcomes.empty()) return "";
  std::string text = fmt::format("\n{}:\n", counted(report.outcomes.size(), "different outcome"));
  const std::size_t shown = std::min(report.outcomes.size(), outcomes_max);
  for (std::size_t i = 0; i < shown; ++i) {
    const OutcomeCount& outcome = report.outcomes[i];
    text += fmt::format("  {:>8}  ", outcome.count) +
            wrapped(printable(outcome.observation), kColumns - 12, 12) + "\n";
  }
  if (shown < report.outcomes.size()) {
    text += fmt::format("            ... and {} more\n", report.outcomes.size() - shown);
  }
  return text;
}

// Where it flattens, more schedules do not pay.
std::string coverage_text(const Coverage& coverage) {
  const auto about = [](const core::Sketch& sketch) {
    return fmt::format("{}{}", sketch.is_exact() ? "" : "about ", sketch.size());
  };
  std::string text = fmt::format(
      "\ncoverage: {} interleavings, {} reads-from classes, {} reads-from pairs, {} hand-off "
      "pairs\n",
      about(coverage.interleavings), about(coverage.classes), about(coverage.reads_from),
      about(coverage.hand_offs));
  text += fmt::format("  the last new pair was shown by schedule {}\n", coverage.last_new_schedule);
  text += "  schedules  interleavings    classes  reads-from  hand-offs\n";
  for (const CoverageCounts& at : coverage.curve) {
    text += fmt::format("  {:>9}  {:>13}  {:>9}  {:>10}  {:>9}\n", at.schedules, at.interleavings,
                        at.classes, at.reads_from, at.hand_offs);
  }
  return text;
}

Json counts_json(const CoverageCounts& counts) {
  Json json;
  json["schedules"] = counts.schedules;
  json["interleavings"] = counts.interleavings;
  json["classes"] = counts.classes;
  json["reads_from"] = counts.reads_from;
  json["hand_offs"] = counts.hand_offs;
  return json;
}

Json coverage_json(const Coverage& coverage, bool with_sketches) {
  Json json = counts_json(coverage.counts);
  json["last_new_schedule"] = coverage.last_new_schedule;
  json["curve"] = Json::array();
  for (const CoverageCounts& at : coverage.curve) json["curve"].push_back(counts_json(at));
  if (with_sketches) json["sketches"] = sketches_json(coverage);
  return json;
}

double schedules_per_second(const ExploreReport& report) {
  return report.seconds > 0 ? static_cast<double>(report.schedules) / report.seconds : 0;
}

Json failure_json(const ExploreFailure& failure) {
  Json json;
  json["rule"] = failure.signature.rule;
  json["place"] = failure.signature.place;
  json["message"] = failure.message;
  json["schedule_number"] = failure.schedule_number;
  json["execution"] = failure.execution;
  json["seed"] = seed_json(failure.seed);
  json["strategy"] = failure.strategy;
  json["preemptions_found"] = failure.preemptions_found;
  json["preemptions_shrunk"] = failure.preemptions_shrunk;
  json["events"] = failure.trace.events.size();
  json["trace"] = core::to_string(core::digest_of(failure.trace));
  json["schedule"] = failure.schedule;
  json["findings"] = findings_json(failure.trace, failure.findings);
  json["interleaving"] = interleaving_json(failure.trace);
  json["output"] = failure.output;
  json["pair"] = failure.pair ? pair_json(*failure.pair) : Json(nullptr);
  json["repro"] = failure.repro_path.empty() ? Json(nullptr) : Json(failure.repro_path);
  return json;
}

}  // namespace

core::VerdictKind verdict_of(const ExploreReport& report) {
  if (!report.failures.empty()) return core::VerdictKind::Fail;
  const bool is_known = report.unfinished == 0 && report.cut_short.empty();
  return is_known ? core::VerdictKind::Pass : core::VerdictKind::Unknown;
}

std::string render_text(const ExploreReport& report, const ExploreRenderOptions& options) {
  std::string text = summary(report);
  for (std::size_t i = 0; i < report.failures.size(); ++i) {
    text += failure_text(report.failures[i], i + 1, options);
  }
  text += outcomes_text(report, options.outcomes_max);
  if (report.coverage && options.with_coverage) text += coverage_text(*report.coverage);
  if (options.with_time) {
    text += fmt::format("\n{:.2f} s, {:.0f} schedules/s\n", report.seconds,
                        schedules_per_second(report));
  }
  return text;
}

std::string to_json(const ExploreReport& report, const ExploreRenderOptions& options) {
  Json json;
  json["heddle"] = "explore-report/1";
  json["program"] = report.program;
  json["program_digest"] = report.program_digest;
  json["verdict"] = std::string(core::to_string(verdict_of(report)));
  json["shard"] = fmt::format("{}/{}", report.shard_index, report.shard_count);
  json["strategy"] = report.strategy;
  json["seed"] = seed_json(report.seed);
  json["schedules"] = report.schedules;
  json["unfinished"] = report.unfinished;
  json["complete"] = report.is_complete;
  json["cut_short"] = report.cut_short.empty() ? Json(nullptr) : Json(report.cut_short);
  if (report.estimate != 0) {
    json["estimate"] = report.estimate;
    json["remaining"] = report.estimate - std::min(report.estimate, report.schedules);
  }
  json["events_mean"] = report.events_mean;
  json["points"] = std::string(to_string(report.points));
  json["points_mean"] = report.points_mean;
  json["saturated"] = report.is_saturated;
  json["coverage"] =
      report.coverage ? coverage_json(*report.coverage, report.shard_count != 1) : Json(nullptr);
  json["failures"] = Json::array();
  for (const ExploreFailure& failure : report.failures) {
    json["failures"].push_back(failure_json(failure));
  }
  json["outcomes"] = Json::array();
  for (const OutcomeCount& outcome : report.outcomes) {
    Json item;
    item["observation"] = outcome.observation;
    item["count"] = outcome.count;
    json["outcomes"].push_back(std::move(item));
  }
  if (options.with_time) {
    json["metadata"]["seconds"] = report.seconds;
    json["metadata"]["schedules_per_second"] = schedules_per_second(report);
  }
  return json_text(json);
}

}  // namespace heddle::reports
