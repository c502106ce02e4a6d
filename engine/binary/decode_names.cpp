// Custom sections, and the names in one of them. Spec: binary/modules, "Custom Section"; appendix
// "Custom Sections", "Name Section".
#include <utility>

#include "engine/binary/decoder.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint8_t kModuleName = 0;
constexpr std::uint8_t kFunctionNames = 1;

// Function indices must increase. False if they do not, or the bytes are malformed.
bool read_function_names(Reader& reader, std::map<std::uint32_t, std::string>& names) {
  const std::uint32_t count = reader.length();
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const std::uint32_t function = reader.u32();
    if (!names.empty() && function <= names.rbegin()->first) return false;
    names.emplace_hint(names.end(), function, reader.name());
  }
  return reader.ok();
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

// False, with nothing taken, if the content is malformed. Subsections must come in order; those
// other than the module's and the functions' names are skipped.
bool Decoder::take_names(std::string_view content) {
  Reader reader(content);
  std::string module_name;
  std::map<std::uint32_t, std::string> function_names;
  int last_id = -1;
  while (reader.ok() && !reader.at_end()) {
    const std::uint8_t id = reader.u8();
    if (id <= last_id) return false;
    last_id = id;
    const std::uint32_t size = reader.length();
    const std::uint32_t begin = reader.position();
    if (id == kModuleName) {
      module_name = reader.name();
    } else if (id == kFunctionNames) {
      if (!read_function_names(reader, function_names)) return false;
    } else {
      static_cast<void>(reader.bytes(size));
    }
    if (reader.position() - begin != size) return false;
  }
  if (!reader.ok()) return false;
  module_.name = std::move(module_name);
  module_.names.functions = std::move(function_names);
  return true;
}

}  // namespace heddle::engine
