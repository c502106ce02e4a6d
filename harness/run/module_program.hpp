// ModuleProgram: a Wasm module, text or binary, and one call of it.
//
// Agent 0 instantiates the module (which may import what host_modules.hpp lists) and makes the
// call. Without a call,
// `_start`, `main` or `run` is called if it is exported and takes no arguments; otherwise the
// module is only instantiated. Agent 0's outcome is the call's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/source.hpp"
#include "engine/exec/machine.hpp"
#include "harness/run/host_modules.hpp"
#include "harness/run/language.hpp"
#include "harness/run/panel.hpp"
#include "harness/run/prepared_module.hpp"
#include "harness/run/program.hpp"

namespace heddle::harness {

class ModuleProgram final : public Program {
 public:
  // `invoke`: the export's name, then its arguments as parse_arguments reads them; or empty.
  // Errors: whatever keeps the call from being made.
  [[nodiscard]] static core::Result<std::unique_ptr<Program>> make(
      std::shared_ptr<const core::Source> source, std::vector<std::string> invoke,
      const Language& language = {});

  [[nodiscard]] core::Execution execute(core::Chooser& chooser,
                                        const ExecuteOptions& options) const override;
  [[nodiscard]] core::Verdict judge(const core::Execution& execution) const override {
    return panel_.judge(execution);
  }
  [[nodiscard]] core::Digest digest() const override { return digest_; }
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] core::Repro repro_base() const override;

 private:
  // The call, as it will be made.
  struct Target {
    std::string name;
    std::uint32_t function = 0;
    std::vector<core::Value> arguments;
  };

  ModuleProgram(std::shared_ptr<const core::Source> source, PreparedModule module,
                std::vector<std::string> invoke, std::optional<Target> target,
                const Language& language);
  [[nodiscard]] static core::Result<std::optional<Target>> find_target(
      const engine::Module& module, const std::vector<std::string>& invoke);
  void run(engine::Agent& agent, std::optional<HostModules>& kept) const;

  std::shared_ptr<const core::Source> source_;
  PreparedModule module_;
  std::vector<std::string> invoke_;
  std::optional<Target> target_;
  Language language_;
  std::string name_;
  core::Digest digest_;
  Panel panel_;
};

// One line for each export: "run: function [i32] -> [i32]".
[[nodiscard]] std::vector<std::string> describe_exports(const engine::Module& module);

}  // namespace heddle::harness
