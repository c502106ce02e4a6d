#include "harness/run/language.hpp"

#include <fmt/format.h>

#include <string_view>

namespace heddle::harness {

namespace {

// Those that are on in one set and off in the other.
std::vector<std::string> names_of_difference(const engine::Features& on,
                                             const engine::Features& off) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < engine::kFeatureCount; ++i) {
    const auto feature = static_cast<engine::Feature>(i);
    if (on.has(feature) && !off.has(feature)) names.emplace_back(name_of(feature));
  }
  return names;
}

std::string known_names() {
  std::string names;
  for (std::size_t i = 1; i < engine::kFeatureCount; ++i) {
    names += fmt::format("{}{}", i == 1 ? "" : ", ", name_of(static_cast<engine::Feature>(i)));
  }
  return names;
}

core::Result<engine::Feature> find(std::string_view name) {
  const auto feature = engine::find_feature(name);
  if (feature && *feature != engine::Feature::Mvp) return *feature;
  return core::make_error(
      fmt::format("'{}' is no feature that can be switched; those are {}", name, known_names()));
}

// Calls apply(feature) for each name in lists with commas.
core::Result<void> for_each_feature(const std::vector<std::string>& names, auto&& apply) {
  for (std::string_view list : names) {
    while (true) {
      const std::size_t comma = list.find(',');
      HEDDLE_LET(const engine::Feature feature, find(list.substr(0, comma)));
      apply(feature);
      if (comma == std::string_view::npos) break;
      list.remove_prefix(comma + 1);
    }
  }
  return {};
}

}  // namespace

core::Result<void> disable(Language& language, const std::vector<std::string>& names) {
  return for_each_feature(names,
                          [&](engine::Feature feature) { language.features.disable(feature); });
}

core::Result<void> enable(Language& language, const std::vector<std::string>& names) {
  return for_each_feature(names,
                          [&](engine::Feature feature) { language.features.enable(feature); });
}

core::Result<Language> make_language(const std::vector<std::string>& disabled,
                                     const std::vector<std::string>& enabled) {
  Language language;
  HEDDLE_TRY(enable(language, enabled));
  HEDDLE_TRY(disable(language, disabled));
  return language;
}

core::Result<Language> language_of(const core::Repro& repro) {
  HEDDLE_LET(Language language, make_language(repro.disabled_features, repro.enabled_features));
  language.ignores_messages = repro.ignores_messages;
  return language;
}

void set_language(core::Repro& repro, const Language& language) {
  const engine::Features standard = engine::standard_features();
  repro.disabled_features = names_of_difference(standard, language.features);
  repro.enabled_features = names_of_difference(language.features, standard);
  repro.ignores_messages = language.ignores_messages;
}

std::string digest_text(const Language& language) {
  const engine::Features standard = engine::standard_features();
  std::string text;
  for (const std::string& name : names_of_difference(standard, language.features)) {
    text += "-" + name;
  }
  for (const std::string& name : names_of_difference(language.features, standard)) {
    text += "+" + name;
  }
  if (language.ignores_messages) text += "!";
  if (language.only_validates) text += "?";
  if (language.imports_by_name) text += "$";
  return text;
}

}  // namespace heddle::harness
