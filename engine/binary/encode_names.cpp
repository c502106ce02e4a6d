#include "engine/binary/encode_names.hpp"

#include <algorithm>

#include "engine/binary/name_sections.hpp"

namespace heddle::engine {
namespace {

void encode_map(Writer& out, const NameMap& names) {
  out.vec(names, [&](const auto& entry) {
    out.u(entry.first);
    out.name(entry.second);
  });
}

void encode_map(Writer& out, const IndirectNameMap& names) {
  out.vec(names, [&](const auto& entry) {
    out.u(entry.first);
    encode_map(out, entry.second);
  });
}

}  // namespace

bool needs_names(const Module& module) {
  return !module.name.empty() || module.names != Names{} ||
         std::ranges::any_of(module.customs,
                             [](const CustomSection& custom) { return custom.name == "name"; });
}

void encode_names(Writer& out, const Module& module) {
  out.name("name");
  if (!module.name.empty()) {
    out.u8(kModuleNameId);
    out.sized([&](Writer& names) { names.name(module.name); });
  }
  for_each_name_map(module.names, [&](std::uint8_t id, const auto& map) {
    if (map.empty()) return;
    out.u8(id);
    out.sized([&](Writer& names) { encode_map(names, map); });
  });
}

}  // namespace heddle::engine
