#include "harness/run/pragmas.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace heddle::harness {

namespace {

using engine::Feature;

// Spelled otherwise than here, and versions of the language by what they lack.
constexpr std::array<std::pair<std::string_view, Feature>, 4> kOtherNames = {{
    {"tail-call", Feature::TailCalls},
    {"mutable-global", Feature::MutableGlobals},
    {"gc-types", Feature::Gc},
    {"exception-handling", Feature::Exceptions},
}};
constexpr std::array kAfterFirstVersion = {
    Feature::SignExtension,      Feature::SaturatingFloatToInt,
    Feature::MultiValue,         Feature::BulkMemory,
    Feature::ReferenceTypes,     Feature::Simd,
    Feature::RelaxedSimd,        Feature::TailCalls,
    Feature::ExtendedConst,      Feature::Threads,
    Feature::FunctionReferences, Feature::Gc,
    Feature::Exceptions,         Feature::MultiMemory,
    Feature::Memory64,
};
// What the "lime1" set has of them.
constexpr std::array kLime1 = {Feature::SignExtension, Feature::SaturatingFloatToInt,
                               Feature::MultiValue, Feature::ExtendedConst};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

void set(Language& language, Feature feature, bool is_on) {
  if (is_on) {
    language.features.enable(feature);
  } else {
    language.features.disable(feature);
  }
}

void apply_version(std::string_view name, Language& language) {
  for (const Feature feature : kAfterFirstVersion) language.features.disable(feature);
  if (name == "mvp") language.features.disable(Feature::MutableGlobals);
  if (name != "lime1") return;
  for (const Feature feature : kLime1) language.features.enable(feature);
}

void apply_name(std::string_view name, bool is_on, Language& language) {
  std::string spelled(name);
  std::ranges::replace(spelled, '_', '-');
  if (spelled == "mvp" || spelled == "wasm1" || spelled == "lime1") {
    return apply_version(spelled, language);
  }
  const auto* const other =
      std::ranges::find(kOtherNames, spelled, &std::pair<std::string_view, Feature>::first);
  if (other != kOtherNames.end()) return set(language, other->second, is_on);
  if (const auto feature = engine::find_feature(spelled)) set(language, *feature, is_on);
}

void apply_list(std::string_view list, Language& language) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view name = list.substr(0, comma);
    const bool is_off = name.starts_with('-');
    apply_name(is_off ? name.substr(1) : name, !is_off, language);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

// The words of a command line: `-f LIST`, `-f=LIST`, `--features LIST`, `--features=LIST`.
void apply_command(std::string_view line, Language& language) {
  bool is_list_next = false;
  while (!(line = trimmed(line)).empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(end);
    if (is_list_next) {
      apply_list(word, language);
      is_list_next = false;
    } else if (word == "-f" || word == "--features") {
      is_list_next = true;
    } else if (word.starts_with("-f=") || word.starts_with("--features=")) {
      apply_list(word.substr(word.find('=') + 1), language);
    }
  }
}

// "name = true"
void apply_setting(std::string_view line, Language& language) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view value = trimmed(line.substr(equals + 1));
  if (value != "true" && value != "false") return;
  apply_name(trimmed(line.substr(0, equals)), value == "true", language);
}

}  // namespace

void apply_pragmas(std::string_view script, Language& language) {
  bool is_command_open = false;  // the line before ended in a backslash
  while (!script.empty()) {
    const std::size_t end = std::min(script.find('\n'), script.size());
    std::string_view line = trimmed(script.substr(0, end));
    script.remove_prefix(std::min(end + 1, script.size()));
    if (line.empty()) continue;
    if (!line.starts_with(";;")) return;
    line.remove_prefix(2);
    const bool is_open = line.ends_with('\\');
    if (line.starts_with('!')) {
      apply_setting(line.substr(1), language);
    } else if (is_command_open || trimmed(line).starts_with("RUN:")) {
      apply_command(line, language);
      is_command_open = is_open;
    }
  }
}

}  // namespace heddle::harness
