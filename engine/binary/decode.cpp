#include "engine/binary/decode.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "engine/binary/decoder.hpp"

namespace heddle::engine {

struct Decoder::Section {
  std::uint8_t id;
  void (Decoder::*read)();
};

// In the order in which they must appear, each at most once; custom sections (id 0) go anywhere.
constexpr Decoder::Section Decoder::kSections[] = {
    {1, &Decoder::type_section},        {2, &Decoder::import_section},
    {3, &Decoder::function_section},    {4, &Decoder::table_section},
    {5, &Decoder::memory_section},      {13, &Decoder::tag_section},
    {6, &Decoder::global_section},      {7, &Decoder::export_section},
    {8, &Decoder::start_section},       {9, &Decoder::element_section},
    {12, &Decoder::data_count_section}, {10, &Decoder::code_section},
    {11, &Decoder::data_section},
};

Decoder::Decoder(std::shared_ptr<const core::Source> source, Features features)
    : features_(features), source_(std::move(source)), reader_(source_->text) {
  module_.source = source_;
}

core::Result<Module> Decoder::run() {
  header();
  sections();
  check_counts();
  if (reader_.ok()) return std::move(module_);
  return core::make_error(reader_.failure()->message,
                          {.file = source_->file, .offset = reader_.failure()->offset});
}

void Decoder::header() {
  if (reader_.bytes(4) != std::string_view("\0asm", 4)) {
    reader_.fail("magic header not detected", 0);
  }
  if (reader_.bytes(4) != std::string_view("\1\0\0\0", 4)) {
    reader_.fail("unknown binary version", 4);
  }
}

void Decoder::sections() {
  const Section* next = std::begin(kSections);
  while (reader_.ok() && !reader_.at_end()) {
    const std::uint32_t begin = reader_.position();
    const std::uint8_t id = reader_.u8();
    if (id == 0) {
      custom_section();
      continue;
    }
    const auto* section = std::ranges::find(kSections, id, &Section::id);
    const bool is_known = id != 13 || features_.has(Feature::Exceptions);
    if (section == std::end(kSections) || !is_known) {
      reader_.fail("malformed section id", begin);
    } else if (section < next) {
      // To the grammar, what follows the last section that is in order is no section at all.
      reader_.fail("unexpected content after last section", begin);
    } else {
      next = section + 1;
      sized([&] { (this->*section->read)(); });
    }
  }
}

void Decoder::check_counts() {
  if (!reader_.ok()) return;
  const std::size_t end = reader_.position();
  if (module_.functions.size() != function_types_.size()) {
    reader_.fail("function and code section have inconsistent lengths", end);
  }
  if (module_.data_count && *module_.data_count != module_.datas.size()) {
    reader_.fail("data count and data section have inconsistent lengths", end);
  }
  if (!module_.data_count && needs_data_count_) {
    reader_.fail("data count section required", end);
  }
}

core::Result<Module> decode(std::shared_ptr<const core::Source> source, Features features) {
  // Offsets in a Module have 32 bits.
  if (source->text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    return core::make_error("length out of bounds: a module must be smaller than 4 GiB",
                            {.file = source->file});
  }
  return Decoder(std::move(source), features).run();
}

}  // namespace heddle::engine
