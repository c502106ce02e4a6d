#include "harness/run/script_program.hpp"

#include <utility>

#include "harness/run/execute_body.hpp"
#include "harness/run/files.hpp"
#include "wast/parse.hpp"

namespace heddle::harness {

core::Result<std::unique_ptr<Program>> ScriptProgram::make(
    std::shared_ptr<const core::Source> source, const Language& language) {
  HEDDLE_LET(wast::Script script, wast::parse_script(std::move(source), language.features));
  return std::unique_ptr<Program>(new ScriptProgram(std::move(script), language));
}

ScriptProgram::ScriptProgram(wast::Script script, const Language& language)
    : prepared_(std::move(script), language),
      digest_(core::digest_of(prepared_.script.source->text + digest_text(language))),
      panel_({.traps = false}) {}

core::Execution ScriptProgram::execute(core::Chooser& chooser,
                                       const ExecuteOptions& options) const {
  ScriptRun run{.prepared = prepared_, .counts = {}, .assertions_run = 0, .findings = {}};
  core::Execution execution =
      execute_body(chooser, options, digest_, [&run, this](engine::Agent& agent) {
        ScriptThread(run, agent, ScriptNames()).run(prepared_.script.commands);
      });
  execution.findings = std::move(run.findings);
  execution.assertions = run.counts;
  execution.assertions.skipped = prepared_.assertion_count - run.assertions_run;
  return execution;
}

core::Repro ScriptProgram::repro_base() const {
  core::Repro repro;
  repro.kind = core::ProgramKind::Script;
  repro.name = prepared_.name;
  repro.program = prepared_.script.source->text;
  set_language(repro, prepared_.language);
  return repro;
}

}  // namespace heddle::harness
