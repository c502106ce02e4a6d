// Language: which WebAssembly a program is written in, and how strictly its script is taken.
//
// By default everything standardised, and threads; and a module is rejected for the reason that the
// script gives: what happened must begin with the expected text.
#pragma once

#include <string>
#include <vector>

#include "core/repro.hpp"
#include "core/result.hpp"
#include "engine/syntax/features.hpp"

namespace heddle::harness {

struct Language {
  engine::Features features = engine::standard_features();
  // A module that a script expects to be rejected may be so for any reason, malformed or invalid:
  // for suites whose messages are those of one engine.
  bool ignores_messages = false;
  // Nothing is instantiated or called: for suites of validators. What would have been is skipped.
  bool only_validates = false;
  // A module can be imported by the name that the script has for it, registered or not, as in
  // wasmtime's runner.
  bool imports_by_name = false;

  bool operator==(const Language&) const = default;
};

// Names as of `--disable` and `--enable`, each perhaps several, with commas between them.
[[nodiscard]] core::Result<void> disable(Language& language, const std::vector<std::string>& names);
[[nodiscard]] core::Result<void> enable(Language& language, const std::vector<std::string>& names);

// The default language, changed so.
[[nodiscard]] core::Result<Language> make_language(const std::vector<std::string>& disabled,
                                                   const std::vector<std::string>& enabled);

// What a repro says, and back.
[[nodiscard]] core::Result<Language> language_of(const core::Repro& repro);
void set_language(core::Repro& repro, const Language& language);

// What stands for the language in a program's digest; empty for the default.
[[nodiscard]] std::string digest_text(const Language& language);

}  // namespace heddle::harness
