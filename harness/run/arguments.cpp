#include "harness/run/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "wast/parse.hpp"

namespace heddle::harness {

namespace {

bool matches_type(const core::Value& value, engine::ValueType type) {
  switch (value.kind) {
    case core::ValueKind::I32:
      return type == engine::kI32;
    case core::ValueKind::I64:
      return type == engine::kI64;
    case core::ValueKind::F32:
      return type == engine::kF32;
    case core::ValueKind::F64:
      return type == engine::kF64;
    case core::ValueKind::V128:
      return type.kind == engine::TypeKind::V128;
    case core::ValueKind::FuncRef:
      return type.is_ref() && type.heap == engine::HeapKind::Func && value.is_null;
    case core::ValueKind::ExternRef:
      return type.is_ref() && type.heap == engine::HeapKind::Extern;
    case core::ValueKind::AnyRef:
    case core::ValueKind::HostRef:
      return type.is_ref() && type.heap == engine::HeapKind::Any;
    case core::ValueKind::ExnRef:
      return type.is_ref() && type.heap == engine::HeapKind::Exn && value.is_null;
    case core::ValueKind::I31Ref:
    case core::ValueKind::StructRef:
    case core::ValueKind::ArrayRef:
      return false;
  }
  std::unreachable();
}

// How a script would write the word as a constant; nothing if it cannot.
std::optional<std::string> constant(engine::ValueType type, std::string_view word) {
  if (!type.is_ref()) return fmt::format("({}.const {})", to_string(type), word);
  const bool is_extern = type.heap == engine::HeapKind::Extern;
  if (word == "null") return fmt::format("(ref.null {})", is_extern ? "extern" : "func");
  if (is_extern) return fmt::format("(ref.extern {})", word);
  return std::nullopt;
}

core::Error wrong(std::size_t index, std::string_view word, engine::ValueType type,
                  std::string_view reason) {
  return {.message = fmt::format("argument {} (\"{}\") is no {}: {}", index + 1, word,
                                 to_string(type), reason),
          .span = {}};
}

// The words are the text format's, so its parser reads them: as the arguments of an `invoke`.
core::Result<core::Value> parse_argument(std::size_t index, std::string_view word,
                                         engine::ValueType type) {
  const bool is_one_token =
      !word.empty() && word.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "0123456789+-._:") == std::string_view::npos;
  const auto text = is_one_token ? constant(type, word) : std::nullopt;
  if (!text) return std::unexpected(wrong(index, word, type, "unexpected token"));
  const auto script = wast::parse_script(std::make_shared<const core::Source>(
      core::Source{.file = "argument", .text = fmt::format("(invoke \"\" {})", *text)}));
  if (!script) return std::unexpected(wrong(index, word, type, script.error().message));
  return std::get<wast::Invoke>(std::get<wast::Action>(script->commands.front().value))
      .arguments.front();
}

}  // namespace

bool arguments_match(const engine::FunctionType& type, std::span<const core::Value> arguments) {
  return std::ranges::equal(arguments, type.parameters, matches_type);
}

core::Result<std::vector<core::Value>> parse_arguments(const engine::FunctionType& type,
                                                       std::span<const std::string> words) {
  if (words.size() != type.parameters.size()) {
    return core::make_error(fmt::format("expected {} argument(s) for {}, got {}",
                                        type.parameters.size(), to_string(type), words.size()));
  }
  std::vector<core::Value> values;
  for (std::size_t i = 0; i < words.size(); ++i) {
    HEDDLE_LET(const core::Value value, parse_argument(i, words[i], type.parameters[i]));
    values.push_back(value);
  }
  return values;
}

}  // namespace heddle::harness
