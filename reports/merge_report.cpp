#include "reports/merge_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <system_error>

#include "reports/printable.hpp"

namespace heddle::reports {
namespace {

// Reading. What is not there or has another type makes the reader fail, once, at the end.
class Reader {
 public:
  [[nodiscard]] bool has_failed() const { return has_failed_; }

  Json member(const Json& json, const char* key) {
    if (json.is_object() && json.contains(key)) return json[key];
    has_failed_ = true;
    return nullptr;
  }
  std::string text(const Json& json, const char* key) {
    const Json value = member(json, key);
    if (value.is_string()) return value.get<std::string>();
    has_failed_ = true;
    return {};
  }
  // Null stands for the empty text.
  std::string text_or_null(const Json& json, const char* key) {
    return member(json, key).is_null() ? std::string() : text(json, key);
  }
  std::uint64_t number(const Json& json, const char* key) {
    const Json value = member(json, key);
    if (value.is_number_unsigned()) return value.get<std::uint64_t>();
    has_failed_ = true;
    return 0;
  }
  double real(const Json& json, const char* key) {
    const Json value = member(json, key);
    if (value.is_number()) return value.get<double>();
    has_failed_ = true;
    return 0;
  }
  Json list(const Json& json, const char* key) {
    Json value = member(json, key);
    if (value.is_array()) return value;
    has_failed_ = true;
    return Json::array();
  }
  void fail() { has_failed_ = true; }

 private:
  bool has_failed_ = false;
};

std::optional<std::uint64_t> parse_number(std::string_view text, int base) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

core::Sketch read_sketch(Reader& reader, const Json& sketches, const char* key) {
  const Json json = reader.member(sketches, key);
  std::vector<std::uint64_t> kept;
  for (const Json& item : reader.list(json, "kept")) {
    const auto digest =
        parse_number(item.is_string() ? item.get<std::string>() : std::string(), 16);
    if (!digest) reader.fail();
    kept.push_back(digest.value_or(0));
  }
  const Json exact = reader.member(json, "exact");
  if (!exact.is_boolean()) reader.fail();
  return core::Sketch::of(kept, exact.is_boolean() && exact.get<bool>());
}

void read_sketches(Reader& reader, const Json& sketches, MergeReport& report) {
  report.interleavings = read_sketch(reader, sketches, "interleavings");
  report.classes = read_sketch(reader, sketches, "classes");
  report.reads_from = read_sketch(reader, sketches, "reads_from");
  report.hand_offs = read_sketch(reader, sketches, "hand_offs");
}

CampaignPart read_part(Reader& reader, const Json& json) {
  CampaignPart part{.schedules = reader.number(json, "schedules"),
                    .unfinished = reader.number(json, "unfinished"),
                    .events_mean = reader.real(json, "events_mean"),
                    .points_mean = reader.real(json, "points_mean"),
                    .cut_short = reader.text_or_null(json, "cut_short"),
                    .failures = {},
                    .outcomes = {}};
  for (const Json& item : reader.list(json, "failures")) {
    part.failures.push_back({.signature = {reader.text(item, "rule"), reader.text(item, "place")},
                             .message = reader.text(item, "message"),
                             .execution = reader.number(item, "execution"),
                             .preemptions_shrunk = reader.number(item, "preemptions_shrunk"),
                             .schedule = reader.text(item, "schedule"),
                             .repro_path = reader.text_or_null(item, "repro")});
  }
  for (const Json& item : reader.list(json, "outcomes")) {
    part.outcomes[reader.text(item, "observation")] = reader.number(item, "count");
  }
  return part;
}

CampaignKey read_key(Reader& reader, const Json& json) {
  return {.program = reader.text(json, "program"),
          .program_digest = reader.text(json, "program_digest"),
          .strategy = reader.text(json, "strategy"),
          .seed = reader.text(json, "seed"),
          .points = reader.text(json, "points"),
          .shard_count = 1};
}

void read_explored(Reader& reader, const Json& json, MergeReport& report) {
  const std::string shard = reader.text(json, "shard");
  const std::size_t slash = shard.find('/');
  const auto index = parse_number(shard.substr(0, slash), 10);
  const auto count =
      slash == std::string::npos ? std::nullopt : parse_number(shard.substr(slash + 1), 10);
  if (!index || !count || *index >= *count) return reader.fail();
  report.key.shard_count = *count;
  report.parts[*index] = read_part(reader, json);
  const Json coverage = reader.member(json, "coverage");
  if (coverage.is_object() && coverage.contains("sketches")) {
    read_sketches(reader, coverage["sketches"], report);
  }
}

void read_merged(Reader& reader, const Json& json, MergeReport& report) {
  report.key.shard_count = reader.number(json, "shards");
  for (const Json& item : reader.list(json, "parts")) {
    const std::uint64_t index = reader.number(item, "shard");
    if (index >= report.key.shard_count) return reader.fail();
    report.parts[index] = read_part(reader, item);
  }
  read_sketches(reader, reader.member(json, "sketches"), report);
}

Json part_json(std::uint64_t shard, const CampaignPart& part) {
  Json json;
  json["shard"] = shard;
  json["schedules"] = part.schedules;
  json["unfinished"] = part.unfinished;
  json["events_mean"] = part.events_mean;
  json["points_mean"] = part.points_mean;
  json["cut_short"] = part.cut_short.empty() ? Json(nullptr) : Json(part.cut_short);
  json["failures"] = Json::array();
  for (const PartFailure& failure : part.failures) {
    Json item;
    item["rule"] = failure.signature.rule;
    item["place"] = failure.signature.place;
    item["message"] = failure.message;
    item["execution"] = failure.execution;
    item["preemptions_shrunk"] = failure.preemptions_shrunk;
    item["schedule"] = failure.schedule;
    item["repro"] = failure.repro_path.empty() ? Json(nullptr) : Json(failure.repro_path);
    json["failures"].push_back(std::move(item));
  }
  json["outcomes"] = Json::array();
  for (const auto& [observation, count] : part.outcomes) {
    Json item;
    item["observation"] = observation;
    item["count"] = count;
    json["outcomes"].push_back(std::move(item));
  }
  return json;
}

// By signature, the one of the lowest execution, in the order of executions.
std::vector<PartFailure> failures_of(const MergeReport& report) {
  std::map<core::Signature, PartFailure> first;
  for (const auto& [shard, part] : report.parts) {
    for (const PartFailure& failure : part.failures) {
      const auto [known, is_new] = first.emplace(failure.signature, failure);
      if (!is_new && failure.execution < known->second.execution) known->second = failure;
    }
  }
  std::vector<PartFailure> failures;
  for (auto& [signature, failure] : first) failures.push_back(std::move(failure));
  std::ranges::sort(failures, {}, &PartFailure::execution);
  return failures;
}

std::uint64_t sum_of(const MergeReport& report, std::uint64_t CampaignPart::* member) {
  std::uint64_t sum = 0;
  for (const auto& [shard, part] : report.parts) sum += part.*member;
  return sum;
}

std::string counted_sketch(const core::Sketch& sketch) {
  return fmt::format("{}{}", sketch.is_exact() ? "" : "about ", sketch.size());
}

// Each execution has an interleaving: without any, nothing was counted (--no-coverage), or the
// campaign was not divided, and its report has only the numbers.
bool has_coverage(const MergeReport& report) { return report.interleavings.size() != 0; }

std::string coverage_text(const MergeReport& report) {
  return fmt::format(
      "  coverage: {} interleavings, {} reads-from classes, {} reads-from pairs, {} hand-off "
      "pairs\n",
      counted_sketch(report.interleavings), counted_sketch(report.classes),
      counted_sketch(report.reads_from), counted_sketch(report.hand_offs));
}

Json coverage_json(const MergeReport& report) {
  if (!has_coverage(report)) return nullptr;
  Json json;
  json["interleavings"] = report.interleavings.size();
  json["classes"] = report.classes.size();
  json["reads_from"] = report.reads_from.size();
  json["hand_offs"] = report.hand_offs.size();
  return json;
}

}  // namespace

Json sketch_json(const core::Sketch& sketch) {
  Json json;
  json["exact"] = sketch.is_exact();
  json["kept"] = Json::array();
  for (const std::uint64_t digest : sketch.kept()) {
    json["kept"].push_back(fmt::format("{:x}", digest));
  }
  return json;
}

core::Result<MergeReport> parse_part(std::string_view json, std::string_view file) {
  core::Span span{.file = std::string(file)};
  const Json parsed = Json::parse(json, nullptr, false);
  if (parsed.is_discarded()) {
    span.offset = end_of_json(json);
    const std::string_view before = json.substr(0, span.offset);
    span.line = 1 + static_cast<std::uint32_t>(std::ranges::count(before, '\n'));
    span.column = static_cast<std::uint32_t>(before.size() - (before.rfind('\n') + 1)) + 1;
    return core::make_error("this is not JSON, or was cut off", span);
  }
  Reader reader;
  MergeReport report;
  const std::string form = reader.text(parsed, "heddle");
  if (form != "explore-report/1" && form != "merge-report/1") {
    return core::make_error("this is no report of explore or merge", span);
  }
  report.key = read_key(reader, parsed);
  if (form == "explore-report/1") {
    read_explored(reader, parsed, report);
  } else {
    read_merged(reader, parsed, report);
  }
  if (reader.has_failed()) {
    return core::make_error("this report was damaged, or made by another version of Heddle", span);
  }
  return report;
}

core::Result<MergeReport> merge(MergeReport left, const MergeReport& right) {
  if (!(left.key == right.key)) {
    return core::make_error(
        "these reports are of different campaigns: program, strategy, seed, points and the number "
        "of shards must be the same");
  }
  for (const auto& [shard, part] : right.parts) {
    const auto [known, is_new] = left.parts.emplace(shard, part);
    if (!is_new && !(known->second == part)) {
      return core::make_error(fmt::format("there are two different reports of shard {}/{}", shard,
                                          left.key.shard_count));
    }
  }
  left.interleavings.add(right.interleavings);
  left.classes.add(right.classes);
  left.reads_from.add(right.reads_from);
  left.hand_offs.add(right.hand_offs);
  return left;
}

core::VerdictKind verdict_of(const MergeReport& report) {
  bool is_known = report.parts.size() == report.key.shard_count;
  for (const auto& [shard, part] : report.parts) {
    if (!part.failures.empty()) return core::VerdictKind::Fail;
    is_known = is_known && part.unfinished == 0 && part.cut_short.empty();
  }
  return is_known ? core::VerdictKind::Pass : core::VerdictKind::Unknown;
}

std::string render_text(const MergeReport& report) {
  const std::vector<PartFailure> failures = failures_of(report);
  std::string text = fmt::format(
      "{}: {}: {} in {}\n  strategy {}, seed {}, points: {}; {} of {} shards\n",
      printable(report.key.program), core::to_string(verdict_of(report)),
      counted(failures.size(), "failure"),
      counted(sum_of(report, &CampaignPart::schedules), "schedule"), printable(report.key.strategy),
      report.key.seed, report.key.points, report.parts.size(), report.key.shard_count);
  if (const std::uint64_t unfinished = sum_of(report, &CampaignPart::unfinished); unfinished != 0) {
    text += fmt::format("  {} cut off by a limit\n", counted(unfinished, "schedule"));
  }
  for (const auto& [shard, part] : report.parts) {
    if (part.cut_short.empty()) continue;
    text += fmt::format("  shard {} was cut short: {}\n", shard, printable(part.cut_short));
  }
  if (has_coverage(report)) text += coverage_text(report);
  for (const PartFailure& failure : failures) {
    text += fmt::format("\n{}: {}\n  execution {}, shrunk to {}\n",
                        printable(core::to_string(failure.signature)), printable(failure.message),
                        failure.execution, counted(failure.preemptions_shrunk, "preemption"));
    if (!failure.repro_path.empty()) {
      text += fmt::format("  replay it: heddle replay {}\n", printable(failure.repro_path));
    }
  }
  return text;
}

std::string to_json(const MergeReport& report) {
  Json json;
  json["heddle"] = "merge-report/1";
  json["program"] = report.key.program;
  json["program_digest"] = report.key.program_digest;
  json["verdict"] = std::string(core::to_string(verdict_of(report)));
  json["strategy"] = report.key.strategy;
  json["seed"] = report.key.seed;
  json["points"] = report.key.points;
  json["shards"] = report.key.shard_count;
  json["schedules"] = sum_of(report, &CampaignPart::schedules);
  json["unfinished"] = sum_of(report, &CampaignPart::unfinished);
  json["coverage"] = coverage_json(report);
  json["parts"] = Json::array();
  for (const auto& [shard, part] : report.parts) json["parts"].push_back(part_json(shard, part));
  json["sketches"] = sketches_json(report);
  return json_text(json);
}

}  // namespace heddle::reports
