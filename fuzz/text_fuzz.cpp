// Any text: parsing it as a script and as a module ends in a value or an error. What is a module
// and valid survives the binary format.
#include <memory>
#include <utility>

#include "engine/binary/decode.hpp"
#include "engine/binary/difference.hpp"
#include "engine/binary/encode.hpp"
#include "engine/valid/validate.hpp"
#include "fuzz/input.hpp"
#include "wast/parse.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto source = fuzz::source_of(data, size, true);
  const auto script = wast::parse_script(source);
  if (!script) {
    fuzz::require(!script.error().message.empty(), "an error has a message");
    (void)core::render(script.error(), source->text);
  }
  auto parsed = wast::parse_module(source);
  if (!parsed) return 0;
  const auto module = std::make_shared<const engine::Module>(*std::move(parsed));
  if (!engine::validate(module)) return 0;
  const auto again = engine::decode(std::make_shared<const core::Source>(
      core::Source{.file = "encoded", .text = engine::encode(*module), .is_text = false}));
  fuzz::require(again.has_value(), "a valid module can be encoded and decoded",
                again ? "" : again.error().message);
  const std::string difference = engine::find_difference(*module, *again);
  fuzz::require(difference.empty(), "decode(encode(m)) is m", difference);
  return 0;
}
