// Module: what a program is, before anybody has checked it. Spec: structure/modules.
//
// Made by wast::parse_module (text) or engine::decode (binary); the only way on is validate.
//
// Invariants:
//   1. Index spaces: imports come first, in order, then definitions.
//   2. Every name has been resolved to an index. Indices may be out of range: the validator says
//   so.
//   3. `offset` members are positions in `source`.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/source.hpp"
#include "engine/syntax/instruction.hpp"
#include "engine/syntax/types.hpp"

namespace heddle::engine {

enum class ExternKind : std::uint8_t { Function, Table, Memory, Global, Tag };

// What an import asks for. The function case is an index into Module::types.
struct FunctionImport {
  std::uint32_t type = 0;
  bool operator==(const FunctionImport&) const = default;
};
using ImportType = std::variant<FunctionImport, TableType, MemoryType, GlobalType, TagType>;

struct Import {
  std::string module;
  std::string name;
  ImportType type;
  std::uint32_t offset = 0;
};

struct Export {
  std::string name;
  ExternKind kind = ExternKind::Function;
  std::uint32_t index = 0;
  std::uint32_t offset = 0;
};

// `count` locals of one type: kept run-length coded, as in the binary format, so that a tiny module
// cannot ask for gigabytes.
struct LocalRun {
  std::uint32_t count = 0;
  ValueType type;

  bool operator==(const LocalRun&) const = default;
};

struct Function {
  std::uint32_t type = 0;        // index into Module::types
  std::vector<LocalRun> locals;  // without the parameters
  Expression body;
  std::uint32_t offset = 0;
};

struct Table {
  TableType type;
  std::optional<Expression> init;  // of every element; without one they are null
  std::uint32_t offset = 0;
};
struct Memory {
  MemoryType type;
  std::uint32_t offset = 0;
};
struct Global {
  GlobalType type;
  Expression init;
  std::uint32_t offset = 0;
};
struct Tag {
  TagType type;
  std::uint32_t offset = 0;
};

enum class SegmentMode : std::uint8_t { Active, Passive, Declarative };

struct ElementSegment {
  SegmentMode mode = SegmentMode::Active;
  ValueType type = kFuncRef;
  std::uint32_t table = 0;        // of Active
  Expression start;               // of Active: the offset
  std::vector<Expression> items;  // constant expressions (`ref.func x` for plain indices)
  std::uint32_t offset = 0;
};

struct DataSegment {
  SegmentMode mode = SegmentMode::Active;
  std::uint32_t memory = 0;
  Expression start;
  std::vector<std::uint8_t> bytes;
  std::uint32_t offset = 0;
};

// Names by index. Spec: appendix "Custom Sections", "Name Section", and its extensions.
using NameMap = std::map<std::uint32_t, std::string>;
using IndirectNameMap = std::map<std::uint32_t, NameMap>;
struct Names {
  NameMap functions;  // by function index, imports included; likewise below
  IndirectNameMap locals;
  IndirectNameMap labels;
  NameMap types;
  NameMap tables;
  NameMap memories;
  NameMap globals;
  NameMap elements;
  NameMap datas;
  IndirectNameMap fields;
  NameMap tags;

  bool operator==(const Names&) const = default;
};

struct CustomSection {
  std::string name;
  std::vector<std::uint8_t> bytes;
};

struct Module {
  std::shared_ptr<const core::Source> source;
  std::string name;  // from the text or the name section; may be empty

  std::vector<SubType> types;
  std::vector<RecursiveGroup> groups;  // of `types`, in order; each type is in one of them
  std::vector<Import> imports;
  std::vector<Function> functions;  // defined ones only; likewise below
  std::vector<Table> tables;
  std::vector<Memory> memories;
  std::vector<Tag> tags;
  std::vector<Global> globals;
  std::vector<Export> exports;
  std::optional<std::uint32_t> start;  // function index
  std::uint32_t start_offset = 0;
  std::vector<ElementSegment> elements;
  std::vector<DataSegment> datas;
  std::optional<std::uint32_t> data_count;  // the section's value, binary only
  std::vector<CustomSection> customs;
  Names names;

  [[nodiscard]] std::uint32_t imported(ExternKind kind) const;

  // Adds a type in a group of its own; gives its index.
  std::uint32_t add_type(SubType type);
  std::uint32_t add_type(FunctionType type) {
    return add_type(SubType{.composite = std::move(type), .is_final = true, .supertypes = {}});
  }
  // The type must be one of functions.
  [[nodiscard]] const FunctionType& function_type(std::uint32_t type) const {
    return std::get<FunctionType>(types[type].composite);
  }

  // The whole index space: imports, then definitions. The index must be in range.
  [[nodiscard]] std::uint32_t function_count() const;
  [[nodiscard]] std::uint32_t type_index_of_function(std::uint32_t function) const;
  [[nodiscard]] std::uint32_t table_count() const;
  [[nodiscard]] const TableType& table_type(std::uint32_t table) const;
  [[nodiscard]] std::uint32_t memory_count() const;
  [[nodiscard]] const MemoryType& memory_type(std::uint32_t memory) const;
  [[nodiscard]] std::uint32_t tag_count() const;
  [[nodiscard]] const TagType& tag_type(std::uint32_t tag) const;
  [[nodiscard]] std::uint32_t global_count() const;
  [[nodiscard]] const GlobalType& global_type(std::uint32_t global) const;

  // For error messages and reports.
  [[nodiscard]] core::Span span_at(std::uint32_t offset) const;
};

}  // namespace heddle::engine
