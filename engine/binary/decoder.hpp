// Decoder: one pass over the bytes of a module. Spec: binary/modules. Internal to engine/binary.
//
// Its methods carry the names of the specification's grammar; each reads its non-terminal from
// `reader_`, whose failure is sticky. decode.cpp walks the sections, decode_sections.cpp,
// decode_types.cpp, decode_code.cpp and decode_names.cpp hold what is in them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/source.hpp"
#include "engine/binary/reader.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::engine {

class Decoder {
 public:
  Decoder(std::shared_ptr<const core::Source> source, Features features);
  [[nodiscard]] core::Result<Module> run();

 private:
  struct Section;
  static const Section kSections[];

  // decode.cpp
  void header();
  void sections();
  void check_counts();
  template <typename Read>
  void sized(Read read);
  template <typename Read>
  void vec(Read read);

  // decode_types.cpp
  struct LimitsAndFlags {
    bool is_shared = false;
    bool has_page_size = false;
    AddressType address = AddressType::I32;
    Limits limits;
  };
  [[nodiscard]] std::uint8_t s7();
  [[nodiscard]] std::uint32_t type_index();
  [[nodiscard]] ValueType heap_type(bool is_nullable);
  [[nodiscard]] std::optional<ValueType> find_reference_type(std::uint8_t code);
  [[nodiscard]] ValueType value_type();
  [[nodiscard]] ValueType reference_type();
  [[nodiscard]] FieldType field_type();
  [[nodiscard]] bool mutability();
  [[nodiscard]] std::vector<ValueType> result_type();
  [[nodiscard]] SubType sub_type();
  void recursive_type();
  [[nodiscard]] LimitsAndFlags limits(bool is_memory);
  [[nodiscard]] TableType table_type();
  [[nodiscard]] MemoryType memory_type();
  [[nodiscard]] GlobalType global_type();
  [[nodiscard]] TagType tag_type();
  [[nodiscard]] std::uint64_t wide_number();

  // decode_sections.cpp
  void type_section();
  void import_section();
  void function_section();
  void table_section();
  void memory_section();
  void tag_section();
  void global_section();
  void export_section();
  void start_section();
  void element_section();
  void data_count_section();
  void code_section();
  void data_section();
  [[nodiscard]] ImportType import_type();
  [[nodiscard]] ElementSegment element_segment();
  [[nodiscard]] DataSegment data_segment();
  void element_kind();

  // decode_code.cpp
  [[nodiscard]] Function function_body(std::uint32_t type);
  [[nodiscard]] Expression expression();
  [[nodiscard]] Opcode opcode();
  [[nodiscard]] Opcode rare_opcode();
  void immediates(ImmediateKind kind, Instruction& instruction);
  void block_type(Instruction& instruction);
  void try_table(Instruction& instruction);
  void cast_branch(Instruction& instruction);
  [[nodiscard]] std::uint32_t memory_index();
  void memory_argument(Instruction& instruction);
  void label_table(Instruction& instruction);
  void select_types(Instruction& instruction);
  void nest(const Instruction& instruction);

  // decode_names.cpp
  void custom_section();
  [[nodiscard]] bool take_names(std::string_view content);

  Features features_;
  std::shared_ptr<const core::Source> source_;
  Reader reader_;
  Module module_;
  std::vector<std::uint32_t> function_types_;  // the function section
  bool has_names_ = false;                     // a well-formed name section was found
  bool uses_data_segments_ = false;            // in an expression so far: memory.init, ...
  bool needs_data_count_ = false;              // the same of functions

  // The expression being read; kept here so that its storage is reused.
  std::vector<Instruction> code_;
  std::vector<std::uint32_t> pool_;
  std::vector<Shape> open_;  // the constructs that enclose the next instruction
};

template <typename Read>
void Decoder::sized(Read read) {
  const std::uint32_t size = reader_.length();
  const std::uint32_t begin = reader_.position();
  read();
  if (reader_.position() - begin != size) reader_.fail("section size mismatch", begin);
}

template <typename Read>
void Decoder::vec(Read read) {
  const std::uint32_t count = reader_.length();
  for (std::uint32_t i = 0; i < count && reader_.ok(); ++i) read();
}

}  // namespace heddle::engine
