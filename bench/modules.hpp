// For benchmarks: modules from text, and running their exports on a machine.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/choice.hpp"
#include "core/execution.hpp"
#include "core/value.hpp"
#include "engine/compile/code.hpp"
#include "engine/exec/machine.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::bench {

// Stops the process, with a message, if the text is not a valid module: it is the benchmark's own.
[[nodiscard]] engine::Module parse(std::string_view text);
[[nodiscard]] std::shared_ptr<const engine::CompiledModule> compile(std::string_view text);

// A binary module of at least `size_bytes`: functions as compilers emit them (loops over arrays,
// hashing, floats, a switch, calls), again and again with other constants. The same each time.
[[nodiscard]] std::string large_module(std::size_t size_bytes);

// Always switches to the next agent, in turns.
class RoundRobin final : public core::Chooser {
 public:
  core::Choice choose(const core::ChoicePoint& point) override { return next_in_turn(point); }
  [[nodiscard]] core::Rule rule() override { return {.kind = core::Rule::Kind::InTurn}; }
};

// One call of an export without results by each of `agents` agents, all in one instance, agent 0 by
// itself if there is only one. Stops the process if a call does not return.
[[nodiscard]] core::Execution run(const std::shared_ptr<const engine::CompiledModule>& module,
                                  const std::string& function, std::int32_t argument,
                                  std::uint32_t agents, const engine::MachineOptions& options,
                                  core::Chooser& chooser);

}  // namespace heddle::bench
