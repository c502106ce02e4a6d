// Any text: reading it as a repro ends in a repro or an error, and a repro survives being printed
// and read.
#include "fuzz/input.hpp"
#include "scenarios/repro.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto repro = scenarios::parse_repro(fuzz::text_of(data, size), "input.yaml");
  if (!repro) {
    fuzz::require(!repro.error().message.empty(), "an error has a message");
    return 0;
  }
  const std::string text = scenarios::print_repro(*repro);
  const auto again = scenarios::parse_repro(text, "printed.yaml");
  fuzz::require(again.has_value(), "what is printed can be parsed", text);
  fuzz::require(*again == *repro, "parse(print(r)) is r", text);
  return 0;
}
