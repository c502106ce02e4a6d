// Repro: one failure, whole. `heddle replay FILE` needs nothing else.
//
// A pure value; scenarios/repro.hpp reads and writes its YAML form.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/faults.hpp"
#include "core/points.hpp"
#include "core/record.hpp"
#include "core/schedule.hpp"
#include "core/verdict.hpp"

namespace heddle::core {

enum class ProgramKind : std::uint8_t {
  Script,    // extended WAST
  Scenario,  // scenario YAML
  Module,    // a Wasm module, text or binary, with a call
};

struct Repro {
  ProgramKind kind = ProgramKind::Script;
  std::string name{};     // the original file's name, for messages only
  std::string program{};  // its text, or the module's bytes
  // Every other file the program needs (modules named by a scenario), by the name it uses.
  std::map<std::string, std::string> files{};
  std::vector<std::string> invoke{};             // of Module: export name and arguments
  std::vector<std::string> disabled_features{};  // of the language, by name
  std::vector<std::string> enabled_features{};   // beyond what is on by itself
  bool ignores_messages = false;  // of Script: modules may be rejected for any reason
  std::uint64_t steps_max = 0;
  std::uint64_t instructions_max = 0;
  // What the schedule's choices are made of.
  PointMode points = PointMode::All;
  SharedLocations shared{};  // of PointMode::Shared
  Faults faults{};
  std::uint64_t seed = 0;  // that found it, for the record
  std::string strategy{};  // likewise
  Schedule schedule{};
  Signature signature{};  // the verdict that replaying must reproduce
  std::string message{};  // of the finding
  Digest trace{};         // digest of the trace that replaying must give
  // Of each choice, what it was made among: for strict replays. None in repros made by hand, and in
  // those of failures that could not be seen twice.
  std::optional<Record> record{};

  bool operator==(const Repro&) const = default;
};

}  // namespace heddle::core
