// Any text: reading it as a scenario, its module included, ends in a program or an error.
#include <string_view>
#include <utility>

#include "fuzz/input.hpp"
#include "harness/run/scenario_program.hpp"
#include "scenarios/load.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto no_files = [](std::string_view) -> core::Result<std::string> {
    return core::make_error("no such file");
  };
  const std::string text = fuzz::text_of(data, size);
  auto scenario = scenarios::load_scenario(text, "input.yaml", no_files);
  if (!scenario) {
    fuzz::require(!scenario.error().message.empty(), "an error has a message");
    (void)core::render(scenario.error(), text);
    return 0;
  }
  (void)harness::ScenarioProgram::make(*std::move(scenario));
  return 0;
}
