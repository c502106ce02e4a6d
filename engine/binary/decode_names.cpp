// Custom sections, and the names in one of them. Spec: binary/modules, "Custom Section"; appendix
// "Custom Sections", "Name Section".
#include <utility>

#include "engine/binary/decoder.hpp"
#include "engine/binary/name_sections.hpp"

namespace heddle::engine {
namespace {

// Indices must increase. False if they do not, or the bytes are malformed.
template <typename Map, typename ReadEntry>
bool read_entries(Reader& reader, Map& map, ReadEntry read_entry) {
  const std::uint32_t count = reader.length();
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const std::uint32_t index = reader.u32();
    if (!map.empty() && index <= map.rbegin()->first) return false;
    if (!read_entry(map.try_emplace(map.end(), index)->second)) return false;
  }
  return reader.ok();
}

bool read_map(Reader& reader, NameMap& names) {
  return read_entries(reader, names, [&](std::string& name) {
    name = reader.name();
    return true;
  });
}

bool read_map(Reader& reader, IndirectNameMap& names) {
  return read_entries(reader, names, [&](NameMap& inner) { return read_map(reader, inner); });
}

}  // namespace

void Decoder::custom_section() {
  const std::uint32_t size = reader_.length();
  const std::uint32_t begin = reader_.position();
  const std::string_view name = reader_.name();
  const std::uint32_t name_size = reader_.position() - begin;
  if (name_size > size) reader_.fail("unexpected end of section or function", begin);
  const std::string_view content = reader_.bytes(reader_.ok() ? size - name_size : 0);
  if (!reader_.ok()) return;
  if (name == "name" && !has_names_ && take_names(content)) {
    has_names_ = true;
    return;
  }
  module_.customs.push_back({std::string(name), {content.begin(), content.end()}});
}

// False, with nothing taken, if the content is malformed. Subsections must come in order; unknown
// ones are skipped.
bool Decoder::take_names(std::string_view content) {
  Reader reader(content);
  std::string module_name;
  Names names;
  int last_id = -1;
  while (reader.ok() && !reader.at_end()) {
    const std::uint8_t id = reader.u8();
    if (id <= last_id) return false;
    last_id = id;
    const std::uint32_t size = reader.length();
    const std::uint32_t begin = reader.position();
    bool is_known = id == kModuleNameId;
    bool is_good = true;
    if (is_known) module_name = reader.name();
    for_each_name_map(names, [&](std::uint8_t map_id, auto& map) {
      if (map_id != id) return;
      is_known = true;
      is_good = read_map(reader, map);
    });
    if (!is_known) static_cast<void>(reader.bytes(size));
    if (!is_good || reader.position() - begin != size) return false;
  }
  if (!reader.ok()) return false;
  module_.name = std::move(module_name);
  module_.names = std::move(names);
  return true;
}

}  // namespace heddle::engine
