// LineTable: which line of which source file an instruction was compiled from. Spec: DWARF versions
// 2 to 5, "Line Number Information"; tool-conventions, "DWARF for WebAssembly".
//
// Decodes the line-number programs of `.debug_line`; nothing else of DWARF is looked at. Addresses
// count from the beginning of the code section's contents.
// Invariants:
//   1. Any bytes may be decoded. What a unit has that is not understood ends that unit; the others
//      are kept.
//   2. Time and memory are linear in the size of the sections: each row stands for a byte at least,
//      and names are not copied. So the sections' bytes must outlive the table.
// Why this is own code: docs/decisions/0010-line-tables.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::engine {

struct DebugSections {
  std::string_view line;      // .debug_line
  std::string_view line_str;  // .debug_line_str
  std::string_view str;       // .debug_str
};

struct SourceLine {
  std::string file;  // as the compiler was given it, without the folder that it was run in
  std::uint32_t line = 0;
  std::uint32_t column = 0;  // 0: not known

  bool operator==(const SourceLine&) const = default;
};

// Addresses from `begin` up to `end`, which is not among them.
struct CodeRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

class LineTable {
 public:
  LineTable() = default;
  explicit LineTable(const DebugSections& sections);

  // `function`: the one that the address is in. Where the linker has taken one of several functions
  // of the same name (weak ones), it lets the lines of all of them begin there; those count that
  // reach the farthest in it, and not out of it.
  [[nodiscard]] std::optional<SourceLine> find(std::uint64_t address,
                                               const CodeRange& function = {}) const;
  [[nodiscard]] bool is_empty() const { return sequences_.empty(); }

 private:
  friend class LineProgram;

  struct Row {
    std::uint64_t address = 0;
    std::uint32_t file = 0;  // into files_
    std::uint32_t line = 0;
    std::uint32_t column = 0;
  };
  struct File {
    std::string_view folder;
    std::string_view name;
  };
  // Rows of one stretch of code, from `begin` up to `end`.
  struct Sequence {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::size_t first_row = 0;
    std::size_t row_count = 0;
  };

  [[nodiscard]] const Sequence* sequence_of(std::uint64_t address, const CodeRange& function) const;

  std::vector<File> files_;
  std::vector<Row> rows_;
  std::vector<Sequence> sequences_;  // by `begin`
};

}  // namespace heddle::engine
