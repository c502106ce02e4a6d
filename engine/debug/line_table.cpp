#include "engine/debug/line_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/debug/byte_cursor.hpp"

namespace heddle::engine {
namespace {

// DWARF's own numbers: DW_LNS_*, DW_LNE_*, DW_LNCT_* and DW_FORM_*.
enum class Standard : std::uint8_t {
  Extended,
  Copy,
  AdvancePc,
  AdvanceLine,
  SetFile,
  SetColumn,
  NegateStatement,
  SetBasicBlock,
  ConstAddPc,
  FixedAdvancePc,
  SetPrologueEnd,
  SetEpilogueBegin,
  SetIsa,
};
constexpr std::uint8_t kEndSequence = 1;
constexpr std::uint8_t kSetAddress = 2;
constexpr std::uint8_t kDefineFile = 3;

constexpr std::uint32_t kNoFile = 0xffff'ffff;

constexpr std::uint64_t kContentPath = 1;
constexpr std::uint64_t kContentDirectory = 2;

constexpr std::uint64_t kFormBlock2 = 0x03;
constexpr std::uint64_t kFormBlock4 = 0x04;
constexpr std::uint64_t kFormData2 = 0x05;
constexpr std::uint64_t kFormData4 = 0x06;
constexpr std::uint64_t kFormData8 = 0x07;
constexpr std::uint64_t kFormString = 0x08;
constexpr std::uint64_t kFormBlock = 0x09;
constexpr std::uint64_t kFormBlock1 = 0x0a;
constexpr std::uint64_t kFormData1 = 0x0b;
constexpr std::uint64_t kFormStrp = 0x0e;
constexpr std::uint64_t kFormUdata = 0x0f;
constexpr std::uint64_t kFormData16 = 0x1e;
constexpr std::uint64_t kFormLineStrp = 0x1f;

struct FormValue {
  std::uint64_t number = 0;
  std::string_view text;
};

std::string_view text_at(std::string_view section, std::uint64_t offset) {
  constexpr std::size_t kBytesMax = 4096;  // or many entries could ask for the same long search
  if (offset >= section.size()) return {};
  return ByteCursor(section.substr(static_cast<std::size_t>(offset), kBytesMax)).text();
}

}  // namespace

// One unit: its header, and the program that makes its rows.
class LineProgram {
 public:
  LineProgram(LineTable& table, const DebugSections& sections, std::string_view unit,
              std::uint64_t offset_bytes)
      : table_(table), sections_(sections), unit_(unit), offset_bytes_(offset_bytes) {}

  void run() {
    if (!read_header()) return;
    while (unit_.ok() && !unit_.at_end()) step();
    abandon_sequence();
  }

 private:
  using Row = LineTable::Row;

  bool read_header() {
    version_ = unit_.fixed(2);
    if (version_ < 2 || version_ > 5) return false;
    if (version_ >= 5) {
      unit_.u8();  // the size of addresses, which set_address tells as well
      unit_.u8();  // the size of segment selectors
    }
    ByteCursor header(unit_.bytes(unit_.fixed(offset_bytes_)));
    instruction_bytes_ = header.u8();
    if (version_ >= 4) header.u8();  // operations per instruction: of VLIW machines
    header.u8();                     // whether rows are statements at first
    line_base_ = static_cast<std::int8_t>(header.u8());
    line_range_ = header.u8();
    opcode_base_ = header.u8();
    if (line_range_ == 0 || opcode_base_ == 0) return false;
    for (std::uint32_t i = 1; i < opcode_base_; ++i) operand_counts_[i] = header.u8();
    first_file_ = table_.files_.size();
    version_ >= 5 ? read_files(header) : read_old_files(header);
    row_ = Row{.line = 1};
    set_file(1);
    return header.ok() && unit_.ok();
  }

  void read_old_files(ByteCursor& header) {
    folders_.emplace_back();  // where the compiler was run
    while (header.ok()) {
      const std::string_view folder = header.text();
      if (folder.empty()) break;
      folders_.push_back(folder);
    }
    add_file("", 0);  // they count from 1
    while (header.ok()) {
      const std::string_view name = header.text();
      if (name.empty()) break;
      const std::uint64_t folder = header.unsigned_leb();
      header.unsigned_leb();  // time
      header.unsigned_leb();  // length
      add_file(name, folder);
    }
  }

  void read_files(ByteCursor& header) {
    read_entries(header,
                 [this](std::string_view path, std::uint64_t) { folders_.push_back(path); });
    read_entries(header,
                 [this](std::string_view path, std::uint64_t folder) { add_file(path, folder); });
  }

  // A list of entries, each of which has the fields that the list's head says.
  template <typename Add>
  void read_entries(ByteCursor& header, Add add) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> fields;
    for (std::uint8_t count = header.u8(); count > 0; --count) {
      const std::uint64_t content = header.unsigned_leb();
      fields.emplace_back(content, header.unsigned_leb());
    }
    const std::uint64_t count = header.unsigned_leb();
    // Entries without fields would take no bytes: there could be any number of them.
    if (fields.empty() && count > 0) header.fail();
    for (std::uint64_t i = 0; i < count && header.ok(); ++i) {
      std::string_view path;
      std::uint64_t folder = 0;
      for (const auto& [content, form] : fields) {
        const FormValue value = read_form(header, form);
        if (content == kContentPath) path = value.text;
        if (content == kContentDirectory) folder = value.number;
      }
      if (header.ok()) add(path, folder);
    }
  }

  FormValue read_form(ByteCursor& header, std::uint64_t form) const {
    switch (form) {
      case kFormString:
        return {.text = header.text()};
      case kFormLineStrp:
        return {.text = text_at(sections_.line_str, header.fixed(offset_bytes_))};
      case kFormStrp:
        return {.text = text_at(sections_.str, header.fixed(offset_bytes_))};
      case kFormUdata:
        return {.number = header.unsigned_leb()};
      case kFormData1:
        return {.number = header.fixed(1)};
      case kFormData2:
        return {.number = header.fixed(2)};
      case kFormData4:
        return {.number = header.fixed(4)};
      case kFormData8:
        return {.number = header.fixed(8)};
      case kFormData16:
        header.bytes(16);
        return {};
      case kFormBlock:
        header.bytes(header.unsigned_leb());
        return {};
      case kFormBlock1:
        header.bytes(header.fixed(1));
        return {};
      case kFormBlock2:
        header.bytes(header.fixed(2));
        return {};
      case kFormBlock4:
        header.bytes(header.fixed(4));
        return {};
      default:
        header.fail();
        return {};
    }
  }

  void add_file(std::string_view name, std::uint64_t folder) {
    // The folder where the compiler was run says nothing about the program.
    const bool is_own = folder == 0 || folder >= folders_.size();
    table_.files_.push_back(
        {.folder = is_own ? "" : folders_[static_cast<std::size_t>(folder)], .name = name});
  }

  void step() {
    const std::uint8_t opcode = unit_.u8();
    if (opcode >= opcode_base_) return special(opcode);
    if (opcode > static_cast<std::uint8_t>(Standard::SetIsa)) return skip(opcode);
    switch (static_cast<Standard>(opcode)) {
      case Standard::Extended:
        return extended();
      case Standard::Copy:
        return add_row();
      case Standard::AdvancePc:
        return advance(unit_.unsigned_leb());
      case Standard::AdvanceLine:
        row_.line += static_cast<std::uint32_t>(unit_.signed_leb());
        return;
      case Standard::SetFile:
        return set_file(unit_.unsigned_leb());
      case Standard::SetColumn:
        row_.column = static_cast<std::uint32_t>(unit_.unsigned_leb());
        return;
      case Standard::ConstAddPc:
        return advance((255U - opcode_base_) / line_range_);
      case Standard::FixedAdvancePc:
        row_.address += unit_.fixed(2);
        return;
      case Standard::SetIsa:
        unit_.unsigned_leb();
        return;
      case Standard::NegateStatement:
      case Standard::SetBasicBlock:
      case Standard::SetPrologueEnd:
      case Standard::SetEpilogueBegin:
        return;
    }
  }

  void special(std::uint8_t opcode) {
    const std::uint32_t adjusted = std::uint32_t{opcode} - opcode_base_;
    advance(adjusted / line_range_);
    row_.line += static_cast<std::uint32_t>(line_base_ + static_cast<int>(adjusted % line_range_));
    add_row();
  }

  void skip(std::uint8_t opcode) {
    for (std::uint8_t i = 0; i < operand_counts_[opcode]; ++i) unit_.unsigned_leb();
  }

  void extended() {
    ByteCursor operands(unit_.bytes(unit_.unsigned_leb()));
    switch (operands.u8()) {
      case kEndSequence:
        end_sequence();
        break;
      case kSetAddress:
        row_.address = operands.fixed(operands.left());
        break;
      case kDefineFile: {
        const std::string_view name = operands.text();
        add_file(name, operands.unsigned_leb());
        break;
      }
      default:
        break;
    }
  }

  void advance(std::uint64_t operations) { row_.address += operations * instruction_bytes_; }

  void set_file(std::uint64_t file) {
    const std::uint64_t count = table_.files_.size() - first_file_;
    row_.file = file < count ? static_cast<std::uint32_t>(first_file_ + file) : kNoFile;
  }

  void add_row() { table_.rows_.push_back(row_); }

  void end_sequence() {
    std::vector<Row>& rows = table_.rows_;
    if (rows.size() > sequence_begin_) {
      const std::uint64_t begin = rows[sequence_begin_].address;
      // Code that the linker has dropped is left at address 0, where the number of functions is.
      if (begin != 0 && row_.address > begin) {
        table_.sequences_.push_back({.begin = begin,
                                     .end = row_.address,
                                     .first_row = sequence_begin_,
                                     .row_count = rows.size() - sequence_begin_});
        sequence_begin_ = rows.size();
      }
    }
    abandon_sequence();
    row_ = Row{.line = 1};
    set_file(1);
  }

  void abandon_sequence() { table_.rows_.resize(sequence_begin_); }

  LineTable& table_;
  const DebugSections& sections_;
  ByteCursor unit_;
  std::uint64_t offset_bytes_;
  std::uint64_t version_ = 0;
  std::uint8_t instruction_bytes_ = 1;
  std::int8_t line_base_ = 0;
  std::uint8_t line_range_ = 1;
  std::uint8_t opcode_base_ = 1;
  std::array<std::uint8_t, 256> operand_counts_{};
  std::vector<std::string_view> folders_;
  std::size_t first_file_ = 0;
  std::size_t sequence_begin_ = table_.rows_.size();
  Row row_;
};

LineTable::LineTable(const DebugSections& sections) {
  ByteCursor units(sections.line);
  while (units.ok() && !units.at_end()) {
    std::uint64_t length = units.fixed(4);
    const bool is_wide = length == 0xffff'ffff;
    if (is_wide) length = units.fixed(8);
    LineProgram(*this, sections, units.bytes(length), is_wide ? 8 : 4).run();
  }
  std::ranges::stable_sort(sequences_, {}, &Sequence::begin);
}

const LineTable::Sequence* LineTable::sequence_of(std::uint64_t address,
                                                  const CodeRange& function) const {
  const auto behind = std::ranges::upper_bound(sequences_, address, {}, &Sequence::begin);
  const Sequence* longest = nullptr;
  for (auto at = std::ranges::lower_bound(sequences_, function.begin, {}, &Sequence::begin);
       at < behind; ++at) {
    const bool fits = address < at->end && at->end <= function.end;
    if (fits && (longest == nullptr || at->end - at->begin > longest->end - longest->begin)) {
      longest = &*at;
    }
  }
  if (longest != nullptr || behind == sequences_.begin()) return longest;
  // It may be the one sequence of all functions.
  const Sequence& last = *std::prev(behind);
  return address < last.end ? &last : nullptr;
}

std::optional<SourceLine> LineTable::find(std::uint64_t address, const CodeRange& function) const {
  const Sequence* const sequence = sequence_of(address, function);
  if (sequence == nullptr) return std::nullopt;
  const auto first = rows_.begin() + static_cast<std::ptrdiff_t>(sequence->first_row);
  const auto last = first + static_cast<std::ptrdiff_t>(sequence->row_count);
  auto row = std::upper_bound(first, last, address,
                              [](std::uint64_t a, const Row& b) { return a < b.address; });
  if (row == first) return std::nullopt;
  --row;
  // Line 0: what the compiler has made up.
  if (row->line == 0 || row->file >= files_.size() || files_[row->file].name.empty()) {
    return std::nullopt;
  }
  const File& file = files_[row->file];
  const bool has_folder = !file.folder.empty() && !file.name.starts_with('/');
  return SourceLine{
      .file = (has_folder ? std::string(file.folder) + "/" : "") + std::string(file.name),
      .line = row->line,
      .column = row->column};
}

}  // namespace heddle::engine
