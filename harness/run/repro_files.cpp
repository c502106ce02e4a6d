#include "harness/run/repro_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "harness/run/files.hpp"
#include "scenarios/repro.hpp"

namespace heddle::harness {

namespace {

constexpr std::size_t kStemMax = 100;  // file systems take 255 bytes or fewer

// What is safe in a file name, everywhere.
std::string stem_of(const std::string& name) {
  std::string stem = std::filesystem::path(name).stem().string().substr(0, kStemMax);
  std::ranges::replace_if(
      stem,
      [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '_' || c == '-' || c == '.');
      },
      '_');
  return stem.empty() ? "program" : stem;
}

}  // namespace

core::Repro make_repro(const Program& program, const core::Execution& execution,
                       const core::Verdict& verdict, const Provenance& provenance) {
  core::Repro repro = program.repro_base();
  repro.steps_max = provenance.options.steps_max;
  repro.instructions_max = provenance.options.instructions_max;
  repro.points = provenance.options.points;
  if (provenance.options.shared) repro.shared = *provenance.options.shared;
  repro.faults = provenance.options.faults;
  repro.seed = provenance.seed;
  repro.strategy = provenance.strategy;
  repro.schedule = execution.schedule;
  repro.signature = verdict.signature();
  repro.message = verdict.findings.front().message;
  repro.trace = core::digest_of(execution.trace);
  return repro;
}

std::string repro_path(const std::string& folder, const core::Repro& repro) {
  core::Digester digester;
  digester.add_text(repro.program);
  for (const auto& [name, bytes] : repro.files) {
    digester.add_text(name);
    digester.add_text(bytes);
  }
  for (const std::string& word : repro.invoke) digester.add_text(word);
  digester.add_text(to_string(repro.signature));
  const std::string name = fmt::format("{}-{}.repro.yaml", stem_of(repro.name),
                                       to_string(digester.finish()).substr(0, 6));
  return (std::filesystem::path(folder) / name).string();
}

core::Result<void> write_repro(const std::string& path, const core::Repro& repro) {
  return write_file(path, scenarios::print_repro(repro));
}

ExecuteOptions options_of(const core::Repro& repro) {
  ExecuteOptions options;
  if (repro.steps_max != 0) options.steps_max = repro.steps_max;
  if (repro.instructions_max != 0) options.instructions_max = repro.instructions_max;
  options.points = repro.points;
  options.checks_races = repro.signature.rule == "data-race";
  if (!repro.shared.is_empty()) {
    options.shared = std::make_shared<const core::SharedLocations>(repro.shared);
  }
  options.faults = repro.faults;
  return options;
}

}  // namespace heddle::harness
