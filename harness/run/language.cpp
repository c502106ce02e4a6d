#include "harness/run/language.hpp"

#include <fmt/format.h>

#include <string_view>

namespace heddle::harness {

namespace {

std::vector<std::string> disabled_names(const engine::Features& features) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < engine::kFeatureCount; ++i) {
    const auto feature = static_cast<engine::Feature>(i);
    if (!features.has(feature)) names.emplace_back(name_of(feature));
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

core::Result<void> disable_one(Language& language, std::string_view name) {
  const auto feature = engine::find_feature(name);
  if (!feature || *feature == engine::Feature::Mvp) {
    return core::make_error(fmt::format("'{}' is no feature that can be switched off; those are {}",
                                        name, known_names()));
  }
  language.features.disable(*feature);
  return {};
}

}  // namespace

core::Result<void> disable(Language& language, const std::vector<std::string>& names) {
  for (std::string_view list : names) {
    while (true) {
      const std::size_t comma = list.find(',');
      HEDDLE_TRY(disable_one(language, list.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      list.remove_prefix(comma + 1);
    }
  }
  return {};
}

core::Result<Language> language_of(const core::Repro& repro) {
  Language language{.features = {}, .ignores_messages = repro.ignores_messages};
  HEDDLE_TRY(disable(language, repro.disabled_features));
  return language;
}

void set_language(core::Repro& repro, const Language& language) {
  repro.disabled_features = disabled_names(language.features);
  repro.ignores_messages = language.ignores_messages;
}

std::string digest_text(const Language& language) {
  std::string text;
  for (const std::string& name : disabled_names(language.features)) text += "-" + name;
  if (language.ignores_messages) text += "!";
  return text;
}

}  // namespace heddle::harness
