// Spec: binary/modules.
#include <utility>

#include "engine/binary/decoder.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint8_t kTableWithInit = 0x40;

}  // namespace

void Decoder::type_section() {
  vec([&] { recursive_type(); });
}

void Decoder::import_section() {
  vec([&] {
    Import import;
    import.offset = reader_.position();
    import.module = reader_.name();
    import.name = reader_.name();
    import.type = import_type();
    module_.imports.push_back(std::move(import));
  });
}

ImportType Decoder::import_type() {
  const std::uint32_t begin = reader_.position();
  switch (reader_.u8()) {
    case 0:
      return FunctionImport{reader_.u32()};
    case 1:
      return table_type();
    case 2:
      return memory_type();
    case 3:
      return global_type();
    case 4:
      if (features_.has(Feature::Exceptions)) return tag_type();
      [[fallthrough]];
    default:
      reader_.fail("malformed import kind", begin);
      return FunctionImport{};
  }
}

void Decoder::function_section() {
  vec([&] { function_types_.push_back(reader_.u32()); });
}

void Decoder::table_section() {
  vec([&] {
    Table table;
    table.offset = reader_.position();
    const bool has_init = reader_.peek() == kTableWithInit;
    if (has_init) {
      static_cast<void>(reader_.u8());
      reader_.expect_zero_byte();
    }
    table.type = table_type();
    if (has_init) table.init = expression();
    module_.tables.push_back(std::move(table));
  });
}

void Decoder::memory_section() {
  vec([&] {
    const std::uint32_t begin = reader_.position();
    module_.memories.push_back({.type = memory_type(), .offset = begin});
  });
}

void Decoder::tag_section() {
  vec([&] {
    const std::uint32_t begin = reader_.position();
    module_.tags.push_back({.type = tag_type(), .offset = begin});
  });
}

void Decoder::global_section() {
  vec([&] {
    Global global;
    global.offset = reader_.position();
    global.type = global_type();
    global.init = expression();
    module_.globals.push_back(std::move(global));
  });
}

void Decoder::export_section() {
  vec([&] {
    Export item;
    item.offset = reader_.position();
    item.name = reader_.name();
    const std::uint32_t kind_offset = reader_.position();
    const std::uint8_t kind = reader_.u8();
    if (kind > static_cast<std::uint8_t>(ExternKind::Tag)) {
      reader_.fail("malformed export kind", kind_offset);
      return;
    }
    item.kind = static_cast<ExternKind>(kind);
    item.index = reader_.u32();
    module_.exports.push_back(std::move(item));
  });
}

void Decoder::start_section() {
  module_.start_offset = reader_.position();
  module_.start = reader_.u32();
}

void Decoder::element_section() {
  vec([&] { module_.elements.push_back(element_segment()); });
}

// The only kind so far is 0: functions.
void Decoder::element_kind() {
  const std::uint32_t begin = reader_.position();
  if (reader_.u8() != 0) reader_.fail("malformed element kind", begin);
}

// Bit 0: not active. Bit 1: declarative, or an explicit table. Bit 2: expressions, not indices.
ElementSegment Decoder::element_segment() {
  ElementSegment segment;
  segment.offset = reader_.position();
  const std::uint32_t flags = reader_.u32();
  if (flags > 7) {
    reader_.fail("malformed elements segment kind", segment.offset);
    return segment;
  }
  const bool is_active = (flags & 1) == 0;
  const bool has_table_or_is_declarative = (flags & 2) != 0;
  const bool has_expressions = (flags & 4) != 0;
  if (is_active) {
    if (has_table_or_is_declarative) segment.table = reader_.u32();
    segment.start = expression();
  } else {
    segment.mode = has_table_or_is_declarative ? SegmentMode::Declarative : SegmentMode::Passive;
  }
  // Active segments of table 0 leave out the type, too.
  if (!is_active || has_table_or_is_declarative) {
    if (has_expressions) {
      segment.type = reference_type();
    } else {
      element_kind();
    }
  }
  if (!has_expressions) segment.type = ref_type(HeapKind::Func, false);
  vec([&] {
    if (has_expressions) {
      segment.items.push_back(expression());
      return;
    }
    const std::uint32_t begin = reader_.position();
    const std::uint32_t function = reader_.u32();
    segment.items.push_back({.code = {{.opcode = Opcode::RefFunc, .offset = begin, .a = function},
                                      {.opcode = Opcode::End, .offset = begin}},
                             .pool = {}});
  });
  return segment;
}

void Decoder::data_count_section() { module_.data_count = reader_.u32(); }

// Only what functions name must have been counted before.
void Decoder::code_section() {
  uses_data_segments_ = false;
  vec([&] {
    const std::size_t index = module_.functions.size();
    // A function too many is reported at the end (check_counts).
    const std::uint32_t type = index < function_types_.size() ? function_types_[index] : 0;
    sized([&] { module_.functions.push_back(function_body(type)); });
  });
  needs_data_count_ = uses_data_segments_;
}

void Decoder::data_section() {
  vec([&] { module_.datas.push_back(data_segment()); });
}

DataSegment Decoder::data_segment() {
  DataSegment segment;
  segment.offset = reader_.position();
  switch (reader_.u32()) {
    case 2:
      segment.memory = reader_.u32();
      [[fallthrough]];
    case 0:
      segment.start = expression();
      break;
    case 1:
      segment.mode = SegmentMode::Passive;
      break;
    default:
      reader_.fail("malformed data segment kind", segment.offset);
      return segment;
  }
  const std::string_view bytes = reader_.bytes(reader_.length());
  segment.bytes.assign(bytes.begin(), bytes.end());
  return segment;
}

}  // namespace heddle::engine
