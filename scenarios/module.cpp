#include "scenarios/module.hpp"

#include "wast/parse.hpp"

namespace heddle::scenarios {

core::Result<engine::Module> parse_scenario_module(const Scenario& scenario) {
  if (!scenario.module->is_text) {
    return core::make_error("the module is binary, not text", {.file = scenario.module->file});
  }
  return wast::parse_module(scenario.module);
}

}  // namespace heddle::scenarios
