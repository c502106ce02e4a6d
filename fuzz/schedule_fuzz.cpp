// Any text: reading it as a schedule ends in a schedule or an error, and a schedule survives being
// printed and read.
#include "core/schedule.hpp"
#include "fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto schedule = core::parse_schedule(fuzz::text_of(data, size));
  if (!schedule) {
    fuzz::require(!schedule.error().message.empty(), "an error has a message");
    return 0;
  }
  const std::string text = core::print(*schedule);
  const auto again = core::parse_schedule(text);
  fuzz::require(again.has_value(), "what is printed can be parsed", text);
  fuzz::require(*again == *schedule, "parse(print(s)) is s", text);
  fuzz::require(core::print(*again) == text, "print(parse(print(s))) is print(s)", text);
  return 0;
}
