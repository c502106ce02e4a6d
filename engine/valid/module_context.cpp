#include "engine/valid/module_context.hpp"

#include <fmt/format.h>

namespace heddle::engine {
namespace {

void declare(std::vector<bool>& declared, std::uint32_t function) {
  if (function < declared.size()) declared[function] = true;
}

void declare_all(std::vector<bool>& declared, const Expression& expression) {
  for (const Instruction& instruction : expression.code) {
    if (instruction.opcode == Opcode::RefFunc) declare(declared, instruction.a);
  }
}

void add_imports(ModuleContext& context) {
  for (const Import& import : context.module.imports) {
    if (const auto* function = std::get_if<FunctionImport>(&import.type)) {
      context.functions.push_back(function->type);
    } else if (const auto* table = std::get_if<TableType>(&import.type)) {
      context.tables.push_back(table);
    } else if (const auto* memory = std::get_if<MemoryType>(&import.type)) {
      context.memories.push_back(memory);
    } else if (const auto* global = std::get_if<GlobalType>(&import.type)) {
      context.globals.push_back(global);
    } else if (const auto* tag = std::get_if<TagType>(&import.type)) {
      context.tags.push_back(tag->type);
    }
  }
  context.imported_functions = static_cast<std::uint32_t>(context.functions.size());
  context.imported_globals = static_cast<std::uint32_t>(context.globals.size());
}

}  // namespace

ModuleContext::ModuleContext(const Module& the_module, Features the_features)
    : module(the_module), features(the_features), types(the_module) {
  add_imports(*this);
  for (const Function& function : module.functions) functions.push_back(function.type);
  for (const Table& table : module.tables) tables.push_back(&table.type);
  for (const Memory& memory : module.memories) memories.push_back(&memory.type);
  for (const Global& global : module.globals) globals.push_back(&global.type);
  for (const Tag& tag : module.tags) tags.push_back(tag.type.type);

  declared.resize(functions.size());
  for (const Global& global : module.globals) declare_all(declared, global.init);
  for (const Table& table : module.tables) {
    if (table.init) declare_all(declared, *table.init);
  }
  for (const Export& item : module.exports) {
    if (item.kind == ExternKind::Function) declare(declared, item.index);
  }
  for (const ElementSegment& segment : module.elements) {
    declare_all(declared, segment.start);
    for (const Expression& item : segment.items) declare_all(declared, item);
  }
  for (const DataSegment& segment : module.datas) declare_all(declared, segment.start);
}

std::string ModuleContext::describe_function(std::uint32_t function) const {
  const auto name = module.names.functions.find(function);
  return name == module.names.functions.end()
             ? fmt::format("function {}", function)
             : fmt::format("function {} (${})", function, printable(name->second));
}

std::string unknown(std::string_view what, std::uint64_t index) {
  return fmt::format("unknown {} {}", what, index);
}

std::string printable(std::string_view name) {
  constexpr std::size_t kShownMax = 60;
  std::string text(name.substr(0, kShownMax));
  for (char& byte : text) {
    if (byte < 0x20 || byte > 0x7e) byte = '?';
  }
  if (name.size() > kShownMax) text += "...";
  return text;
}

}  // namespace heddle::engine
