// Any bytes: decoding ends in a module or an error, validating likewise, and what was decoded
// survives the encoder.
#include <memory>
#include <utility>

#include "engine/binary/decode.hpp"
#include "engine/binary/difference.hpp"
#include "engine/binary/encode.hpp"
#include "engine/exec/compile_module.hpp"
#include "engine/valid/validate.hpp"
#include "fuzz/input.hpp"
#include "fuzz/mutate_module.hpp"

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t size_max, unsigned int seed) {
  return heddle::fuzz::mutate_binary(data, size, size_max, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  auto decoded = engine::decode(fuzz::source_of(data, size, false));
  if (!decoded) {
    fuzz::require(!decoded.error().message.empty(), "an error has a message");
    fuzz::require(decoded.error().span.offset <= size, "an error lies within the input");
    return 0;
  }
  const auto module = std::make_shared<const engine::Module>(*std::move(decoded));
  const std::string bytes = engine::encode(*module);
  const auto again = engine::decode(std::make_shared<const core::Source>(
      core::Source{.file = "encoded", .text = bytes, .is_text = false}));
  fuzz::require(again.has_value(), "what is encoded can be decoded",
                again ? "" : again.error().message);
  const std::string difference = engine::find_difference(*module, *again);
  fuzz::require(difference.empty(), "decode(encode(m)) is m", difference);
  fuzz::require(engine::encode(*again) == bytes, "encode(decode(encode(m))) is encode(m)");
  const auto valid = engine::validate(module);
  if (valid) (void)engine::compile_module(*valid);
  return 0;
}
