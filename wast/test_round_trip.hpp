// For tests: parse(print(m)) = m, but for what text cannot say (see print.hpp).
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/binary/difference.hpp"
#include "engine/syntax/module.hpp"
#include "wast/parse.hpp"
#include "wast/print.hpp"
#include "wast/printer.hpp"
#include "wast/test_source.hpp"
#include "wast/utf8.hpp"

namespace heddle::wast {

inline void group_locals(std::vector<engine::LocalRun>& runs) {
  std::vector<engine::LocalRun> grouped;
  for (const engine::LocalRun& run : runs) {
    if (run.count == 0) continue;
    if (grouped.empty() || grouped.back().type != run.type) {
      grouped.push_back(run);
    } else {
      grouped.back().count += run.count;
    }
  }
  runs = std::move(grouped);
}

// Leaves the names of things that are there and that no other thing of `names` has.
inline void drop_unusable(engine::NameMap& names, std::uint64_t count) {
  std::erase_if(names, [&](const auto& entry) { return entry.first >= count; });
  std::map<std::string, int> uses;
  for (const auto& [index, name] : names) ++uses[name];
  std::erase_if(names, [&](const auto& entry) {
    const std::string& name = entry.second;
    return name.empty() || !is_utf8(name) || uses[name] > 1;
  });
}

inline const engine::FunctionType* type_of(const engine::Module& module, std::uint32_t function) {
  if (function >= module.function_count()) return nullptr;
  const std::uint32_t type = module.type_index_of_function(function);
  return type < module.types.size() ? module.types[type].function() : nullptr;
}

// Parameters of wide types are not spelled out where functions are defined.
inline void drop_unusable_locals(const engine::Module& module, std::uint32_t function,
                                 engine::NameMap& names) {
  const engine::FunctionType* type = type_of(module, function);
  if (type == nullptr) return names.clear();
  const std::uint32_t imported = module.imported(engine::ExternKind::Function);
  std::uint64_t count = type->parameters.size();
  if (function >= imported) {
    for (const auto& run : module.functions[function - imported].locals) count += run.count;
  }
  drop_unusable(names, count);
  if (type->parameters.size() + type->results.size() > kTypesRepeatedMax) {
    std::erase_if(names, [&](const auto& e) { return e.first < type->parameters.size(); });
  }
}

inline std::uint64_t block_count(const engine::Module& module, std::uint32_t function) {
  const std::uint32_t imported = module.imported(engine::ExternKind::Function);
  if (function < imported || function >= module.function_count()) return 0;
  const auto& code = module.functions[function - imported].body.code;
  return static_cast<std::uint64_t>(std::ranges::count_if(code, [](const auto& instruction) {
    const engine::Shape shape = info(instruction.opcode).shape;
    return shape >= engine::Shape::Block && shape <= engine::Shape::TryTable;
  }));
}

inline void drop_unusable_names(engine::Module& module) {
  engine::Names& names = module.names;
  drop_unusable(names.functions, module.function_count());
  drop_unusable(names.types, module.types.size());
  drop_unusable(names.tables, module.table_count());
  drop_unusable(names.memories, module.memory_count());
  drop_unusable(names.globals, module.global_count());
  drop_unusable(names.tags, module.tag_count());
  drop_unusable(names.elements, module.elements.size());
  drop_unusable(names.datas, module.datas.size());
  for (auto& [type, fields] : names.fields) {
    const auto* structure = type < module.types.size() ? module.types[type].structure() : nullptr;
    drop_unusable(fields, structure == nullptr ? 0 : structure->fields.size());
  }
  for (auto& [function, locals] : names.locals) drop_unusable_locals(module, function, locals);
  for (auto& [function, labels] : names.labels) {
    const std::uint64_t count = block_count(module, function);
    std::erase_if(labels, [&](const auto& entry) {
      return entry.first >= count || entry.second.empty() || !is_utf8(entry.second);
    });
  }
  for (engine::IndirectNameMap* map : {&names.fields, &names.locals, &names.labels}) {
    std::erase_if(*map, [](const auto& entry) { return entry.second.empty(); });
  }
}

inline engine::Module without_unsayable(engine::Module module) {
  std::erase_if(module.customs, [](const auto& custom) { return !is_utf8(custom.name); });
  for (engine::Function& function : module.functions) group_locals(function.locals);
  for (engine::Table& table : module.tables) {
    if (table.init && table.init->code.size() <= 1) table.init.reset();
  }
  drop_unusable_names(module);
  return module;
}

// Why the module does not come back from its text; empty if it does.
inline std::string round_trip_failure(const engine::Module& module) {
  const std::string text = print(module);
  const auto again = parse_module(source_of(text));
  if (!again) return again.error().message + " in " + text.substr(0, 4000);
  const engine::Module said = without_unsayable(module);
  if (print(*again) != print(said)) return "is not canonical: " + text.substr(0, 4000);
  return find_difference(said, *again);
}

}  // namespace heddle::wast
