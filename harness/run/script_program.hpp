// ScriptProgram: an extended WAST script as a Program. Agent 0 runs the commands; each `thread` is
// an agent of its own.
//
// Invariants:
//   1. Modules are parsed, validated and compiled once, when the program is made.
//   2. In every execution passed + failed + skipped >= the number of assertions in the script; what
//      was never reached is skipped. Plain commands count when they fail.
#pragma once

#include <memory>
#include <string>

#include "core/result.hpp"
#include "core/source.hpp"
#include "harness/run/panel.hpp"
#include "harness/run/program.hpp"
#include "harness/run/script_thread.hpp"

namespace heddle::harness {

class ScriptProgram final : public Program {
 public:
  // The error is a syntax error of the script. Faults of its modules are findings of an execution.
  [[nodiscard]] static core::Result<std::unique_ptr<Program>> make(
      std::shared_ptr<const core::Source> source, const Language& language = {});

  [[nodiscard]] core::Execution execute(core::Chooser& chooser,
                                        const ExecuteOptions& options) const override;
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override {
    return panel_.judge(execution);
  }
  [[nodiscard]] core::Digest digest() const override { return digest_; }
  [[nodiscard]] const std::string& name() const override { return prepared_.name; }
  [[nodiscard]] core::Repro repro_base() const override;

 private:
  ScriptProgram(wast::Script script, const Language& language);

  PreparedScript prepared_;
  core::Digest digest_;
  Panel panel_;
};

}  // namespace heddle::harness
