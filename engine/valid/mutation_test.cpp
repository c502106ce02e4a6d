// Hostile modules: whatever is changed in a module, as bytes or as a value, decoding and validating
// it must end in a module or an error. What is accepted must survive the encoder, too.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/rng.hpp"
#include "engine/binary/decode.hpp"
#include "engine/binary/difference.hpp"
#include "engine/binary/encode.hpp"
#include "engine/binary/test_random_module.hpp"
#include "engine/binary/test_suite_modules.hpp"
#include "engine/valid/validate.hpp"

namespace heddle::engine {
namespace {

struct Counts {
  int malformed = 0;
  int invalid = 0;
  int valid = 0;
};

void try_bytes(const std::string& bytes, Counts& counts) {
  auto decoded = decode(binary_source(bytes));
  if (!decoded) {
    ++counts.malformed;
    EXPECT_FALSE(decoded.error().message.empty());
    EXPECT_LE(decoded.error().span.offset, bytes.size());
    return;
  }
  const auto module = std::make_shared<const Module>(*std::move(decoded));
  const auto again = decode(binary_source(encode(*module)));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(find_difference(*module, *again), "");
  const auto valid = validate(module);
  ++(valid ? counts.valid : counts.invalid);
  if (!valid) EXPECT_FALSE(valid.error().message.empty());
}

// One of: flip a bit, set a byte, cut, remove, insert, copy a piece over another.
void mutate(std::string& bytes, core::Rng& rng) {
  if (bytes.size() <= 8) return;
  const auto place = [&] { return 8 + rng.below(bytes.size() - 8); };
  const auto byte = [&] { return static_cast<char>(rng.below(256)); };
  const std::size_t at = place();
  switch (rng.below(8)) {
    case 0:
      bytes.resize(at);
      break;
    case 1:
      bytes.erase(at, 1 + rng.below(4));
      break;
    case 2:
      bytes.insert(at, 1, byte());
      break;
    case 3:
      bytes.replace(at, 1, bytes.substr(place(), 1 + rng.below(8)));
      break;
    case 4:
      bytes[at] = static_cast<char>(0x80);
      break;
    case 5:
      bytes[at] = byte();
      break;
    default:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << rng.below(8)));
      break;
  }
}

void try_mutants(const std::string& bytes, std::uint64_t rounds, core::Rng& rng, Counts& counts) {
  for (std::uint64_t i = 0; i < rounds; ++i) {
    std::string mutant = bytes;
    for (std::uint64_t n = 1 + rng.below(3); n > 0; --n) mutate(mutant, rng);
    try_bytes(mutant, counts);
  }
}

TEST(HostileBytes, MutantsOfRandomModulesDoNoHarm) {
  core::Rng rng(1);
  Counts counts;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const std::string bytes = encode(RandomModule(seed).make());
    try_bytes(bytes, counts);
    try_mutants(bytes, 20, rng, counts);
  }
  EXPECT_GT(counts.malformed, 1000);
  EXPECT_GT(counts.invalid, 1000);
}

TEST(HostileBytes, MutantsOfTheSuiteDoNoHarm) {
  if (suite_scripts().empty()) GTEST_SKIP() << "the public suites are not there";
  core::Rng rng(2);
  Counts counts;
  for (const auto& path : suite_scripts()) {
    const auto modules = load_modules(path);
    ASSERT_TRUE(modules) << modules.error().message;
    for (const SuiteModule& module : *modules) {
      if (const auto* text = std::get_if<std::shared_ptr<const Module>>(&module.body)) {
        try_mutants(encode(**text), 10, rng, counts);
      } else if (const auto* binary = std::get_if<wast::BinaryModule>(&module.body)) {
        try_mutants(binary->bytes, 10, rng, counts);
      }
    }
  }
  EXPECT_GT(counts.malformed, 1000);
  EXPECT_GT(counts.invalid, 500);
  EXPECT_GT(counts.valid, 500);
}

TEST(HostileBytes, NoiseAfterTheHeaderDoesNoHarm) {
  core::Rng rng(3);
  Counts counts;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes("\0asm\1\0\0\0", 8);
    for (std::uint64_t n = rng.below(40); n > 0; --n) {
      bytes += static_cast<char>(rng.below(rng.below(2) == 0 ? 16 : 256));
    }
    try_bytes(bytes, counts);
  }
  EXPECT_GT(counts.malformed, 1000);
}

// Instructions of the same kind of immediate, so that an opcode can be replaced by another.
std::vector<Opcode> opcodes_like(Opcode opcode) {
  std::vector<Opcode> found;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    if (kOpcodes[i].immediate == info(opcode).immediate) found.push_back(static_cast<Opcode>(i));
  }
  return found;
}

// Whether `a` and `b` are plain numbers, of which any may be in a module.
bool has_plain_indices(ImmediateKind kind) {
  return kind != ImmediateKind::BlockType && kind != ImmediateKind::TryTable &&
         kind != ImmediateKind::LabelTable && kind != ImmediateKind::SelectTypes &&
         kind != ImmediateKind::CastBranch && kind != ImmediateKind::HeapType &&
         kind != ImmediateKind::RefType;
}

// One of: another opcode, other indices, another instruction removed, doubled or moved.
void mutate(Expression& body, core::Rng& rng) {
  auto& code = body.code;
  if (code.empty()) return;
  const std::size_t at = rng.below(code.size());
  const auto place = code.begin() + static_cast<std::ptrdiff_t>(at);
  switch (rng.below(6)) {
    case 0:
    case 1: {
      const auto like = opcodes_like(place->opcode);
      place->opcode = like[rng.below(like.size())];
      break;
    }
    case 2:
      if (has_plain_indices(info(place->opcode).immediate)) {
        place->a = static_cast<std::uint32_t>(rng.below(6));
        place->b = static_cast<std::uint32_t>(rng.below(6));
      }
      break;
    case 3:
      code.erase(place);
      break;
    case 4:
      code.insert(place, Instruction(*place));
      break;
    default:
      std::swap(*place, code[rng.below(code.size())]);
      break;
  }
}

void try_module(const Module& original, core::Rng& rng, Counts& counts) {
  if (original.functions.empty()) return;
  auto module = std::make_shared<Module>(original);
  for (std::uint64_t n = 1 + rng.below(2); n > 0; --n) {
    mutate(module->functions[rng.below(module->functions.size())].body, rng);
  }
  const auto valid = validate(module);
  ++(valid ? counts.valid : counts.invalid);
  if (!valid) EXPECT_FALSE(valid.error().message.empty());
  const auto older = validate(module, wasm2_features());
  EXPECT_TRUE(valid || !older);  // fewer features, fewer modules
}

TEST(HostileModules, MutantsOfTheSuiteDoNoHarm) {
  if (suite_scripts().empty()) GTEST_SKIP() << "the public suites are not there";
  core::Rng rng(4);
  Counts counts;
  for (const auto& path : suite_scripts()) {
    const auto modules = load_modules(path);
    ASSERT_TRUE(modules) << modules.error().message;
    for (const SuiteModule& module : *modules) {
      const auto* text = std::get_if<std::shared_ptr<const Module>>(&module.body);
      if (text == nullptr || (*text)->functions.size() > 100) continue;
      for (int i = 0; i < 4; ++i) try_module(**text, rng, counts);
    }
  }
  EXPECT_GT(counts.invalid, 2'000);
  EXPECT_GT(counts.valid, 2'000);
}

}  // namespace
}  // namespace heddle::engine
