#include "engine/compile/compile.hpp"

#include <algorithm>
#include <functional>

#include "engine/compile/function_compiler.hpp"
#include "engine/debug/code_names.hpp"

namespace heddle::engine {

CompileContext context_of(const Module& module) {
  CompileContext context;
  context.module = &module;
  context.is_memory_shared = module.memory_count() > 0 && module.memory_type(0).shared;
  for (const Import& import : module.imports) {
    if (const auto* function = std::get_if<FunctionImport>(&import.type)) {
      context.function_types.push_back(function->type);
    } else if (const auto* table = std::get_if<TableType>(&import.type)) {
      context.tables.push_back(table);
    } else if (const auto* memory = std::get_if<MemoryType>(&import.type)) {
      context.memories.push_back(memory);
    } else if (const auto* global = std::get_if<GlobalType>(&import.type)) {
      context.globals.push_back(global);
    } else if (const auto* tag = std::get_if<TagType>(&import.type)) {
      context.tag_types.push_back(tag->type);
    }
  }
  context.imported_functions = static_cast<std::uint32_t>(context.function_types.size());
  for (const Function& function : module.functions) {
    context.function_types.push_back(function.type);
  }
  for (const Table& table : module.tables) context.tables.push_back(&table.type);
  for (const Memory& memory : module.memories) context.memories.push_back(&memory.type);
  for (const Tag& tag : module.tags) context.tag_types.push_back(tag.type.type);
  for (const Global& global : module.globals) context.globals.push_back(&global.type);
  context.places.resize(module.types.size());
  for (std::size_t i = 0; i < module.types.size(); ++i) {
    const StructType* type = module.types[i].structure();
    if (type != nullptr) context.places[i] = places_of(*type);
  }
  return context;
}

core::Result<std::shared_ptr<const CompiledModule>> compile(const ValidModule& valid,
                                                            const HandlerTable& handlers) {
  const Module& module = valid.module();
  auto compiled = std::make_shared<CompiledModule>(valid);
  compiled->functions.resize(module.functions.size());
  CompileContext context = context_of(module);
  context.functions = compiled->functions.data();
  FunctionCompiler compiler(context, handlers, compiled->arena);
  for (std::size_t i = 0; i < module.functions.size(); ++i) {
    FunctionCode& code = compiled->functions[i];
    code.function_index = context.imported_functions + static_cast<std::uint32_t>(i);
    HEDDLE_TRY(compiler.compile(module.functions[i], code));
    if (!code.tries.empty()) compiled->catching.push_back(&code);
  }
  std::ranges::sort(compiled->catching, std::less<>(),
                    [](const FunctionCode* code) { return code->cells.data(); });
  compiled->stack_maps = std::make_shared<StackMaps>(*compiled, handlers);
  compiled->names = std::make_shared<CodeNames>(valid.shared());
  return compiled;
}

}  // namespace heddle::engine
