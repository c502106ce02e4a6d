#include "engine/binary/decode.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>

#include "engine/binary/encode.hpp"
#include "engine/binary/writer.hpp"

namespace heddle::engine {
namespace {

using namespace std::string_literals;

const std::string kHeader = "\0asm\1\0\0\0"s;

core::Result<Module> decode_bytes(std::string bytes) {
  return decode(std::make_shared<core::Source>(
      core::Source{.file = "test.wasm", .text = std::move(bytes), .is_text = false}));
}

std::string message(const core::Result<Module>& result) {
  return result ? "" : result.error().message;
}

std::string section(std::uint8_t id, std::string_view content) {
  Writer out;
  out.u8(id);
  out.name(content);
  return out.take();
}

// A module of one function, [] -> [], with this code (locals included).
std::string with_body(std::string_view body) {
  Writer code;
  code.u8(1);
  code.name(body);
  return kHeader + section(1, "\1\x60\0\0"s) + section(3, "\1\0"s) + section(10, code.bytes());
}

const Expression& body_of(const core::Result<Module>& result) {
  return result->functions.at(0).body;
}

TEST(Decode, AnEmptyModuleHasNothing) {
  const auto module = decode_bytes(kHeader);
  ASSERT_TRUE(module) << message(module);
  EXPECT_TRUE(module->types.empty());
  EXPECT_EQ(module->source->file, "test.wasm");
}

// Found by fuzz/text_fuzz.cpp: the encoder wrote what the decoder did not read.
TEST(Decode, EveryTypeOfTheTextFormatCanBeRead) {
  const auto module = decode_bytes(kHeader + section(1, "\1\x60\7\x7f\x7e\x7d\x7c\x7b\x70\x6f\0"s));
  ASSERT_TRUE(module) << message(module);
  EXPECT_EQ(to_string(module->function_type(0)), "[i32 i64 f32 f64 v128 funcref externref] -> []");
  EXPECT_EQ(encode(*module), module->source->text);
}

TEST(Decode, InstructionsKnowTheirByteOffset) {
  const std::string bytes = with_body("\0\x01\x41\x80\x01\x1a\x0b"s);
  const auto module = decode_bytes(bytes);
  ASSERT_TRUE(module) << message(module);
  const auto& code = body_of(module).code;
  ASSERT_EQ(code.size(), 4U);
  for (const Instruction& instruction : code) {
    EXPECT_EQ(static_cast<std::uint8_t>(bytes.at(instruction.offset)),
              info(instruction.opcode).code);
  }
  EXPECT_EQ(code[1].value, 128U);
  EXPECT_EQ(module->span_at(code[1].offset).offset, code[1].offset);
}

TEST(Decode, ErrorsCarryTheFileAndTheByteOffset) {
  const auto module = decode_bytes(with_body("\0\x01\xf3\x0b"s));
  ASSERT_FALSE(module);
  EXPECT_EQ(module.error().message, "illegal opcode f3");
  EXPECT_EQ(module.error().span.file, "test.wasm");
  EXPECT_EQ(module.error().span.line, 0U);
  EXPECT_EQ(module.error().span.offset, with_body("\0\x01\xf3\x0b"s).find('\xf3'));
}

TEST(Decode, NegativeI32ConstantsAreZeroExtended) {
  const auto module = decode_bytes(with_body("\0\x41\x7f\x1a\x0b"s));
  ASSERT_TRUE(module) << message(module);
  EXPECT_EQ(body_of(module).code[0].value, 0xffff'ffffU);
}

TEST(Decode, BlockTypesAreEmptyAValueOrAnIndex) {
  const auto module = decode_bytes(
      with_body("\0\x02\x40\x0b\x02\x7e\x0b\x02\x70\x0b\x02\x00\x0b\x02\x80\x01\x0b\x0b"s));
  ASSERT_TRUE(module) << message(module);
  const auto& code = body_of(module).code;
  EXPECT_EQ(code[0].a, kBlockEmpty);
  EXPECT_EQ(code[2].a, kBlockValue);
  EXPECT_EQ(decode_value_type(code[2].b), kI64);
  EXPECT_EQ(decode_value_type(code[4].b), kFuncRef);
  EXPECT_EQ(code[6].a, 0U);
  EXPECT_EQ(code[8].a, 128U);
}

TEST(Decode, BlockTypeIndicesThatMeanSomethingElseInAModuleAreRejected) {
  EXPECT_EQ(message(decode_bytes(with_body("\0\x02\xff\xff\xff\xff\x0f\x0b\x0b"s))),
            "unknown type 4294967295");
  EXPECT_EQ(message(decode_bytes(with_body("\0\x02\xfe\xff\xff\xff\x0f\x0b\x0b"s))),
            "unknown type 4294967294");
}

TEST(Decode, LabelTablesLieInThePoolWithTheDefaultLast) {
  const auto module = decode_bytes(with_body("\0\x0e\2\3\4\5\x0e\0\6\x0b"s));
  ASSERT_TRUE(module) << message(module);
  const Expression& body = body_of(module);
  EXPECT_EQ(body.code[0].a, 0U);
  EXPECT_EQ(body.code[0].b, 2U);
  EXPECT_EQ(body.code[1].a, 3U);
  EXPECT_EQ(body.code[1].b, 0U);
  EXPECT_EQ(body.pool, (std::vector<std::uint32_t>{3, 4, 5, 6}));
}

TEST(Decode, AtomicInstructionsFollowThePrefix) {
  const auto module = decode_bytes(with_body("\0\xfe\x03\0\xfe\x41\2\x08\xfe\xc8\0\2\0\x0b"s));
  ASSERT_TRUE(module) << message(module);
  const auto& code = body_of(module).code;
  EXPECT_EQ(code[0].opcode, Opcode::AtomicFence);
  EXPECT_EQ(code[1].opcode, Opcode::I32AtomicRmwXchg);
  EXPECT_EQ(code[1].b, 2U);
  EXPECT_EQ(code[1].value, 8U);
  EXPECT_EQ(code[2].opcode, Opcode::I32AtomicRmwCmpxchg);  // its number in two bytes
}

TEST(Decode, AFenceMustEndWithAZeroByte) {
  EXPECT_EQ(message(decode_bytes(with_body("\0\xfe\x03\1\x0b"s))), "zero byte expected");
}

TEST(Decode, UnassignedNumbersAfterAPrefixAreIllegal) {
  EXPECT_EQ(message(decode_bytes(with_body("\0\xfe\x04\0\x0b"s))), "illegal opcode fe 04");
  EXPECT_EQ(message(decode_bytes(with_body("\0\xfe\x4f\0\0\x0b"s))), "illegal opcode fe 4f");
  EXPECT_EQ(message(decode_bytes(with_body("\0\xfc\x91\x02\x0b"s))), "illegal opcode fc 111");
  EXPECT_EQ(message(decode_bytes(with_body("\0\xfd\x9a\1\x0b"s))), "illegal opcode fd 9a");
  EXPECT_EQ(message(decode_bytes(with_body("\0\xfb\x1f\x0b"s))), "illegal opcode fb 1f");
}

core::Result<Module> decode_with(std::string bytes, const Features& features) {
  return decode(std::make_shared<const core::Source>(
                    core::Source{.file = "test.wasm", .text = std::move(bytes), .is_text = false}),
                features);
}

TEST(Decode, TypesOfEveryKindCanBeRead) {
  // rec { sub final 0 (struct (mut i8) (ref null 1)), array (ref none) }, func
  const auto module = decode_bytes(
      kHeader + section(1, "\2\x4e\2\x4f\1\0\x5f\2\x78\1\x63\1\0\x5e\x64\x71\0\x60\0\0"s));
  ASSERT_TRUE(module) << message(module);
  EXPECT_EQ(module->groups, (std::vector<RecursiveGroup>{{0, 2}, {2, 1}}));
  EXPECT_EQ(module->types[0],
            (SubType{.composite = StructType{{{{.kind = TypeKind::I8}, true},
                                              {defined_ref_type(1, true), false}}},
                     .is_final = true,
                     .supertypes = {0}}));
  EXPECT_EQ(module->types[1], (SubType{.composite = ArrayType{{ref_type(HeapKind::None, false)}},
                                       .is_final = true,
                                       .supertypes = {}}));
  EXPECT_EQ(encode(*module), module->source->text);
}

TEST(Decode, LimitsHaveAnAddressTypeAndAPageSize) {
  const auto module = decode_bytes(kHeader + section(5, "\2\7\1\x80\x80\x80\x80\x80\1\x08\0\0"s));
  ASSERT_TRUE(module) << message(module);
  EXPECT_EQ(module->memories[0].type, (MemoryType{.limits = {.min = 1, .max = 1ULL << 35},
                                                  .shared = true,
                                                  .address = AddressType::I64}));
  EXPECT_EQ(module->memories[1].type.page_bytes_log2, 0);
  Features features;
  features.disable(Feature::Memory64);
  EXPECT_EQ(message(decode_with(module->source->text, features)), "malformed limits flags");
}

TEST(Decode, AMemoryArgumentNamesAMemoryIfItsFlagSaysSo) {
  const auto module = decode_bytes(with_body("\0\x28\x42\3\x80\x80\x80\x80\x20\x0b"s));
  ASSERT_TRUE(module) << message(module);
  const Instruction& load = module->functions[0].body.code[0];
  EXPECT_EQ(load.a, 3U);
  EXPECT_EQ(load.b, 2U);
  EXPECT_EQ(load.value, 1ULL << 33);
  EXPECT_EQ(message(decode_bytes(with_body("\0\x28\x80\1\0\x0b"s))), "malformed memop flags");
  Features features;
  features.disable(Feature::MultiMemory);
  EXPECT_EQ(message(decode_with(with_body("\0\x28\x42\3\0\x0b"s), features)),
            "malformed memop flags");
  EXPECT_EQ(message(decode_with(with_body("\0\x3f\1\x1a\x0b"s), features)), "zero byte expected");
}

TEST(Decode, TryTablesAndCastsKeepTheirClauses) {
  const auto module = decode_bytes(with_body("\0\x1f\x40\2\1\5\0\2\1\xfb\x18\2\0\x6e\6\x0b\x0b"s));
  ASSERT_TRUE(module) << message(module);
  const Expression& body = module->functions[0].body;
  ASSERT_EQ(catch_count(body.code[0]), 2U);
  EXPECT_EQ(catch_clause(body, body.code[0], 0).kind, CatchKind::CatchRef);
  EXPECT_EQ(catch_clause(body, body.code[0], 0).tag, 5U);
  EXPECT_EQ(catch_clause(body, body.code[0], 1).kind, CatchKind::CatchAll);
  EXPECT_EQ(catch_clause(body, body.code[0], 1).label, 1U);
  EXPECT_EQ(decode_value_type(body.code[1].b), ref_type(HeapKind::Any, false));
  EXPECT_EQ(decode_value_type(static_cast<std::uint32_t>(body.code[1].value)),
            defined_ref_type(6, true));
  EXPECT_EQ(encode(*module), module->source->text);
}

TEST(Decode, SharedMemoriesSetTheSecondFlag) {
  const auto module = decode_bytes(kHeader + section(5, "\1\3\1\2"s));
  ASSERT_TRUE(module) << message(module);
  EXPECT_EQ(module->memories.at(0).type, (MemoryType{{.min = 1, .max = 2}, true}));
}

TEST(Decode, SharedWithoutMaximumIsWellFormed) {
  const auto module = decode_bytes(kHeader + section(5, "\1\2\1"s));
  ASSERT_TRUE(module) << message(module);
  EXPECT_EQ(module->memories.at(0).type, (MemoryType{{.min = 1, .max = {}}, true}));
}

TEST(Decode, UnassignedFlagsAreMalformed) {
  for (const char flags : "\x10\x20\x40"s) {
    EXPECT_EQ(message(decode_bytes(kHeader + section(5, "\1"s + flags + "\1\2"s))),
              "malformed limits flags");
  }
  EXPECT_EQ(message(decode_bytes(kHeader + section(9, "\1\x08\0\0"s))),
            "malformed elements segment kind");
  EXPECT_EQ(message(decode_bytes(kHeader + section(11, "\1\3\0"s))), "malformed data segment kind");
  EXPECT_EQ(message(decode_bytes(kHeader + section(7, "\1\0\5\0"s))), "malformed export kind");
  // A table has no page size, and is not shared.
  EXPECT_EQ(message(decode_bytes(kHeader + section(4, "\1\x70\x08\0\0"s))),
            "malformed limits flags");
  EXPECT_EQ(message(decode_bytes(kHeader + section(4, "\1\x70\2\0"s))),
            "tables cannot be shared (yet)");
}

TEST(Decode, OnlyAnOpenIfTakesAnElse) {
  EXPECT_TRUE(decode_bytes(with_body("\0\x41\0\x04\x40\x05\x0b\x0b"s)));
  for (const std::string& body : {"\0\x05\x0b"s, "\0\x02\x40\x05\x0b\x0b"s,
                                  "\0\x03\x40\x05\x0b\x0b"s, "\0\x41\0\x04\x40\x05\x05\x0b\x0b"s}) {
    EXPECT_EQ(message(decode_bytes(with_body(body))), "END opcode expected");
  }
}

TEST(Decode, DeepNestingTakesNoNativeStack) {
  std::string body(1, '\0');
  const std::size_t depth = 1'000'000;
  for (std::size_t i = 0; i < depth; ++i) body += "\x02\x40"s;
  body.append(depth + 1, '\x0b');
  const auto module = decode_bytes(with_body(body));
  ASSERT_TRUE(module) << message(module);
  EXPECT_EQ(body_of(module).code.size(), 2 * depth + 1);
}

TEST(Decode, ClaimedCountsDoNotAllocate) {
  // Each vector claims as many elements as a length may, with nothing behind it.
  for (const char id : "\1\2\3\4\5\6\7\x09\x0a\x0b"s) {
    const auto module =
        decode_bytes(kHeader + section(static_cast<std::uint8_t>(id), "\xff\xff\xff\xff\x0f"s));
    EXPECT_EQ(message(module), "length out of bounds") << int{id};
  }
}

TEST(Decode, LocalsStayRunLengthCoded) {
  const auto module = decode_bytes(with_body("\2\xff\xff\xff\xff\x0f\x7f\0\x7e\x0b"s));
  ASSERT_TRUE(module) << message(module);
  EXPECT_EQ(module->functions[0].locals, (std::vector<LocalRun>{{0xffff'ffff, kI32}, {0, kI64}}));
}

TEST(Decode, SectionsOutOfOrderAreContentAfterTheLastSection) {
  EXPECT_EQ(message(decode_bytes(kHeader + section(3, "\0"s) + section(1, "\0"s))),
            "unexpected content after last section");
}

TEST(Decode, TheDataCountComesBeforeTheCode) {
  EXPECT_TRUE(decode_bytes(kHeader + section(9, "\0"s) + section(12, "\0"s) + section(10, "\0"s)));
  EXPECT_FALSE(
      decode_bytes(kHeader + section(10, "\0"s) + section(12, "\0"s) + section(11, "\0"s)));
}

TEST(Decode, PlainElementIndicesBecomeExpressions) {
  const auto module = decode_bytes(kHeader + section(9, "\1\1\0\2\7\x08"s));
  ASSERT_TRUE(module) << message(module);
  const ElementSegment& segment = module->elements.at(0);
  EXPECT_EQ(segment.mode, SegmentMode::Passive);
  EXPECT_EQ(segment.type, ref_type(HeapKind::Func, false));
  ASSERT_EQ(segment.items.size(), 2U);
  EXPECT_EQ(segment.items[1].code[0].opcode, Opcode::RefFunc);
  EXPECT_EQ(segment.items[1].code[0].a, 8U);
  EXPECT_EQ(segment.items[1].code[1].opcode, Opcode::End);
}

std::string name_section(std::string_view subsections) {
  return section(0, "\4name"s + std::string(subsections));
}

TEST(Decode, TheNameSectionNamesTheModuleAndItsFunctions) {
  const auto module =
      decode_bytes(kHeader + name_section(section(0, "\1m"s) + section(1, "\2\0\1f\3\1g"s)));
  ASSERT_TRUE(module) << message(module);
  EXPECT_EQ(module->name, "m");
  EXPECT_EQ(module->names.functions, (std::map<std::uint32_t, std::string>{{0, "f"}, {3, "g"}}));
  EXPECT_TRUE(module->customs.empty());
}

TEST(Decode, AMalformedNameSectionIsKeptButNamesNothing) {
  for (const std::string& bad : {
           section(1, "\1\0\1f"s) + section(0, "\1m"s),  // out of order
           section(1, "\2\3\1f\3\1g"s),                  // indices do not increase
           section(0, "\2m"s),                           // a name beyond its subsection
           section(0, "\1m?"s),                          // bytes left over
           section(0, "\1\xff"s),                        // not UTF-8
           "\0"s,                                        // cut
       }) {
    const auto module = decode_bytes(kHeader + name_section(bad));
    ASSERT_TRUE(module) << message(module);
    EXPECT_EQ(module->name, "");
    EXPECT_TRUE(module->names.functions.empty());
    ASSERT_EQ(module->customs.size(), 1U);
    EXPECT_EQ(module->customs[0].name, "name");
    EXPECT_EQ(std::string(module->customs[0].bytes.begin(), module->customs[0].bytes.end()), bad);
  }
}

TEST(Decode, CustomSectionsAreKeptInOrder) {
  const auto module = decode_bytes(kHeader + section(0, "\1a\1\2"s) + section(1, "\0"s) +
                                   section(0, "\1b"s) + section(0, "\1a"s));
  ASSERT_TRUE(module) << message(module);
  ASSERT_EQ(module->customs.size(), 3U);
  EXPECT_EQ(module->customs[0].bytes, (std::vector<std::uint8_t>{1, 2}));
  EXPECT_EQ(module->customs[1].name, "b");
  EXPECT_EQ(module->customs[2].name, "a");
}

TEST(Decode, EveryPrefixOfAModuleIsAnErrorOrAModule) {
  std::string bytes = with_body("\1\2\x7f\x41\1\x04\x7f\x41\2\x05\x41\3\x0b\x1a\x0b"s);
  bytes += section(11, "\1\1\3abc"s) + name_section(section(0, "\1m"s));
  ASSERT_TRUE(decode_bytes(bytes));
  std::size_t accepted = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    accepted += decode_bytes(bytes.substr(0, size)) ? 1 : 0;
  }
  EXPECT_GT(accepted, 0U);  // prefixes that end with a section
  EXPECT_LT(accepted, 8U);
}

}  // namespace
}  // namespace heddle::engine
