#include "scenarios/repro.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "scenarios/fields.hpp"
#include "scenarios/yaml_print.hpp"

namespace heddle::scenarios {
namespace {

using core::ProgramKind;
using core::Repro;

constexpr std::string_view kMagic = "repro/1";
constexpr std::array kKinds{std::pair{ProgramKind::Script, std::string_view("script")},
                            std::pair{ProgramKind::Scenario, std::string_view("scenario")},
                            std::pair{ProgramKind::Module, std::string_view("module")}};

std::string_view kind_name(ProgramKind kind) {
  return std::ranges::find(kKinds, kind, &decltype(kKinds)::value_type::first)->second;
}

core::Result<ProgramKind> read_kind(const Fields& fields) {
  HEDDLE_LET(const YamlNode* const node, fields.require("kind"));
  HEDDLE_LET(const std::string word, text_of(*node, "'script', 'scenario' or 'module'"));
  for (const auto& [kind, name] : kKinds) {
    if (name == word) return kind;
  }
  return error_at(*node, fmt::format("kind is script, scenario or module, not '{}'", word));
}

core::Result<std::uint64_t> read_number(const Fields& fields, std::string_view key) {
  HEDDLE_LET(const YamlNode* const node, fields.require(key));
  return number_of(*node, key);
}

core::Result<void> read_limits(const Fields& fields, Repro& repro) {
  HEDDLE_LET(const YamlNode* const node, fields.require("limits"));
  HEDDLE_LET(const Fields inner, Fields::of(*node, "limits", {"steps", "instructions"}));
  HEDDLE_LET(repro.steps_max, read_number(inner, "steps"));
  HEDDLE_LET(repro.instructions_max, read_number(inner, "instructions"));
  return {};
}

core::Result<void> read_verdict(const Fields& fields, Repro& repro) {
  HEDDLE_LET(const YamlNode* const node, fields.require("verdict"));
  HEDDLE_LET(const Fields inner, Fields::of(*node, "verdict",
                                            {"rule", "rule_base64", "place", "place_base64",
                                             "message", "message_base64"}));
  HEDDLE_LET(repro.signature.rule, parse_field(inner, "rule"));
  HEDDLE_LET(repro.signature.place, parse_field(inner, "place"));
  HEDDLE_LET(repro.message, parse_field(inner, "message"));
  return {};
}

// The schedule's own errors are placed in the block that holds it.
core::Result<void> read_schedule(const Fields& fields, Repro& repro) {
  HEDDLE_LET(const YamlNode* const node, fields.require("schedule"));
  HEDDLE_LET(const std::string text, text_of(*node, "a schedule"));
  auto schedule = core::parse_schedule(text, node->span.file);
  if (schedule) {
    repro.schedule = *std::move(schedule);
    return {};
  }
  core::Error error = std::move(schedule).error();
  const std::uint32_t lines_before =
      node->span.line - (node->style == YamlNode::Style::Literal ? 0 : 1);
  error.span.line += lines_before;
  error.span.offset = node->span.offset;
  return std::unexpected(std::move(error));
}

core::Result<void> read_trace(const Fields& fields, Repro& repro) {
  HEDDLE_LET(const YamlNode* const node, fields.require("trace"));
  HEDDLE_LET(const std::string digits, text_of(*node, "a digest"));
  auto digest = core::parse_digest(digits);
  if (!digest) return error_at(*node, digest.error().message);
  repro.trace = *digest;
  return {};
}

core::Result<void> read_record(const Fields& fields, Repro& repro) {
  const YamlNode* const node = fields.find("record");
  if (node == nullptr) return {};
  HEDDLE_LET(const std::string text, text_of(*node, "a record"));
  auto record = core::parse_record(text, node->span.file);
  if (!record) return error_at(*node, record.error().message);
  repro.record = *std::move(record);
  return {};
}

core::Result<void> read_files(const Fields& fields, Repro& repro) {
  const YamlNode* const node = fields.find("files");
  if (node == nullptr) return {};
  HEDDLE_TRY(check_sequence(*node, "a list of files"));
  for (const YamlNode& item : node->items) {
    HEDDLE_LET(const Fields inner,
               Fields::of(item, "a file", {"name", "name_base64", "text", "text_base64"}));
    HEDDLE_LET(std::string name, parse_field(inner, "name"));
    HEDDLE_LET(std::string text, parse_field(inner, "text"));
    if (!repro.files.emplace(std::move(name), std::move(text)).second) {
      return error_at(item, "there are two files of this name");
    }
  }
  return {};
}

core::Result<void> read_invoke(const Fields& fields, Repro& repro) {
  const YamlNode* const node = fields.find("invoke");
  if (node == nullptr) return {};
  HEDDLE_TRY(check_sequence(*node, "a list of words"));
  for (const YamlNode& item : node->items) {
    HEDDLE_LET(const Fields inner, Fields::of(item, "a word", {"word", "word_base64"}));
    HEDDLE_LET(std::string word, parse_field(inner, "word"));
    repro.invoke.push_back(std::move(word));
  }
  return {};
}

core::Result<void> read_features(const Fields& fields, std::string_view key,
                                 std::vector<std::string>& names) {
  const YamlNode* const node = fields.find(key);
  if (node == nullptr) return {};
  HEDDLE_TRY(check_sequence(*node, "a list of features"));
  for (const YamlNode& item : node->items) {
    HEDDLE_LET(std::string name, text_of(item, "the name of a feature"));
    names.push_back(std::move(name));
  }
  return {};
}

core::Result<void> read_language(const Fields& fields, Repro& repro) {
  HEDDLE_TRY(read_features(fields, "disable", repro.disabled_features));
  HEDDLE_TRY(read_features(fields, "enable", repro.enabled_features));
  if (const YamlNode* const node = fields.find("messages")) {
    if (node->text != "ignored") return error_at(*node, "only 'messages: ignored' is known");
    repro.ignores_messages = true;
  }
  return {};
}

// What the schedule's choices are made of.
core::Result<void> read_points(const Fields& fields, Repro& repro) {
  if (const YamlNode* const node = fields.find("points")) {
    const auto mode = core::parse_point_mode(node->text);
    if (!mode) return error_at(*node, "points is all, shared or sync");
    repro.points = *mode;
  }
  if (const YamlNode* const node = fields.find("shared")) {
    HEDDLE_LET(const std::string text, text_of(*node, "ranges of memories"));
    auto shared = core::parse_shared_locations(text);
    if (!shared) return error_at(*node, shared.error().message);
    repro.shared = *std::move(shared);
  }
  const YamlNode* const faults = fields.find("faults");
  if (faults == nullptr) return {};
  HEDDLE_TRY(check_sequence(*faults, "a list of faults"));
  for (const YamlNode& item : faults->items) {
    HEDDLE_LET(const std::string name, text_of(item, "the name of a fault"));
    if (!core::set_fault(repro.faults, name)) {
      return error_at(item, fmt::format("there is no fault '{}'", name));
    }
  }
  return {};
}

std::string print_points(const Repro& repro) {
  std::string text;
  if (repro.points != core::PointMode::All) {
    text += fmt::format("points: {}\n", core::to_string(repro.points));
  }
  if (!repro.shared.is_empty()) text += print_field("shared", core::to_string(repro.shared));
  const std::vector<std::string> faults = core::names_of(repro.faults);
  if (!faults.empty()) text += fmt::format("faults: [{}]\n", fmt::join(faults, ", "));
  return text;
}

// The item of a list: the same text, with a dash in the margin of its first line.
std::string list_item(std::string item) {
  item.replace(2, 1, "-");
  return item;
}

}  // namespace

std::string print_repro(const Repro& repro) {
  std::string text = fmt::format("heddle: {}\nkind: {}\n", kMagic, kind_name(repro.kind));
  text += print_field("name", repro.name);
  text += "verdict:\n";
  text += print_field("rule", repro.signature.rule, 2);
  text += print_field("place", repro.signature.place, 2);
  text += print_field("message", repro.message, 2);
  text += print_field("strategy", repro.strategy);
  text += fmt::format("seed: {}\n", repro.seed);
  text += fmt::format("limits: {{steps: {}, instructions: {}}}\n", repro.steps_max,
                      repro.instructions_max);
  text += print_points(repro);
  text += fmt::format("trace: {}\n", core::to_string(repro.trace));
  text += print_field("schedule", core::print(repro.schedule));
  if (!repro.invoke.empty()) text += "invoke:\n";
  for (const std::string& word : repro.invoke) text += list_item(print_field("word", word, 4));
  if (!repro.disabled_features.empty()) {
    text += fmt::format("disable: [{}]\n", fmt::join(repro.disabled_features, ", "));
  }
  if (!repro.enabled_features.empty()) {
    text += fmt::format("enable: [{}]\n", fmt::join(repro.enabled_features, ", "));
  }
  if (repro.ignores_messages) text += "messages: ignored\n";
  text += print_field("program", repro.program);
  if (!repro.files.empty()) text += "files:\n";
  for (const auto& [name, contents] : repro.files) {
    text += list_item(print_field("name", name, 4)) + print_field("text", contents, 4);
  }
  if (repro.record) text += print_field("record", core::print(*repro.record));
  return text;
}

core::Result<Repro> parse_repro(std::string_view text, std::string_view file) {
  HEDDLE_LET(const YamlNode root, parse_yaml(text, file));
  HEDDLE_LET(
      const Fields fields,
      Fields::of(
          root, "a repro",
          {"heddle",          "kind",           "name",   "name_base64", "verdict", "strategy",
           "strategy_base64", "seed",           "limits", "points",      "shared",  "faults",
           "trace",           "schedule",       "invoke", "disable",     "enable",  "messages",
           "program",         "program_base64", "files",  "record"}));
  HEDDLE_LET(const YamlNode* const magic, fields.require("heddle"));
  if (magic->text != kMagic) return error_at(*magic, "only 'heddle: repro/1' is known");
  Repro repro;
  HEDDLE_LET(repro.kind, read_kind(fields));
  HEDDLE_LET(repro.name, parse_field(fields, "name"));
  HEDDLE_TRY(read_verdict(fields, repro));
  HEDDLE_LET(repro.strategy, parse_field(fields, "strategy"));
  HEDDLE_LET(repro.seed, read_number(fields, "seed"));
  HEDDLE_TRY(read_limits(fields, repro));
  HEDDLE_TRY(read_points(fields, repro));
  HEDDLE_TRY(read_trace(fields, repro));
  HEDDLE_TRY(read_schedule(fields, repro));
  HEDDLE_TRY(read_invoke(fields, repro));
  HEDDLE_TRY(read_language(fields, repro));
  HEDDLE_LET(repro.program, parse_field(fields, "program"));
  HEDDLE_TRY(read_files(fields, repro));
  HEDDLE_TRY(read_record(fields, repro));
  return repro;
}

bool looks_like_repro(std::string_view text) {
  while (text.starts_with('#')) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
  return text.starts_with("heddle: repro/");
}

}  // namespace heddle::scenarios
