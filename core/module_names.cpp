#include "core/module_names.hpp"

#include <utility>

#include "core/trace.hpp"

namespace heddle::core {
namespace {

const ModuleNames* names_of(const Trace& trace, const CodeLocation& where) {
  if (where.function == CodeLocation::kNoFunction) return nullptr;
  return where.module < trace.modules.size() ? trace.modules[where.module].get() : nullptr;
}

}  // namespace

KnownNames::KnownNames(std::string module_name, std::vector<std::string> function_names,
                       std::string file_name)
    : module(std::move(module_name)),
      functions(std::move(function_names)),
      file(std::move(file_name)) {}

std::string KnownNames::function(std::uint32_t index) const {
  return index < functions.size() ? functions[index] : "";
}

std::string KnownNames::instruction(const CodeLocation& /*where*/) const {
  return file.empty() ? "" : "nop";
}

Span KnownNames::source(const CodeLocation& where) const {
  if (file.empty()) return {};
  return {.file = file, .line = 100 * where.function + where.offset};
}

std::string function_name(const Trace& trace, const CodeLocation& where) {
  const ModuleNames* const names = names_of(trace, where);
  return names == nullptr ? "" : names->function(where.function);
}

std::string instruction_text(const Trace& trace, const CodeLocation& where) {
  const ModuleNames* const names = names_of(trace, where);
  return names == nullptr ? "" : names->instruction(where);
}

Span source_of(const Trace& trace, const CodeLocation& where) {
  const ModuleNames* const names = names_of(trace, where);
  return names == nullptr ? Span{} : names->source(where);
}

std::string short_text(const Span& span) {
  if (span.file.empty()) return "";
  Span shown = span;
  shown.file = span.file.substr(span.file.find_last_of("/\\") + 1);  // npos + 1 is 0
  return describe(shown);
}

std::string where_text(const Trace& trace, const CodeLocation& where) {
  const std::string function = function_name(trace, where);
  const std::string place = short_text(source_of(trace, where));
  const std::string instruction = instruction_text(trace, where);
  std::string text;
  const auto add = [&text](const std::string& part) {
    if (!text.empty()) text += ' ';
    text += part;
  };
  if (!function.empty()) add("in " + function);
  if (!place.empty()) add("at " + place);
  if (!instruction.empty()) add("(" + instruction + ")");
  return text;
}

}  // namespace heddle::core
