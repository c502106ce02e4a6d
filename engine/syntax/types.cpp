#include "engine/syntax/types.hpp"

namespace heddle::engine {

std::string to_string(ValueType type) {
  switch (type.kind) {
    case TypeKind::I32:
      return "i32";
    case TypeKind::I64:
      return "i64";
    case TypeKind::F32:
      return "f32";
    case TypeKind::F64:
      return "f64";
    case TypeKind::V128:
      return "v128";
    case TypeKind::Bottom:
      return "bot";
    case TypeKind::Ref:
      break;
  }
  switch (type.heap) {
    case HeapKind::Func:
      return type.nullable ? "funcref" : "(ref func)";
    case HeapKind::Extern:
      return type.nullable ? "externref" : "(ref extern)";
  }
  return "?";
}

namespace {
std::string list(const std::vector<ValueType>& types) {
  std::string text = "[";
  for (const ValueType type : types) {
    if (text.size() > 1) text += ' ';
    text += to_string(type);
  }
  return text + ']';
}
}  // namespace

std::string to_string(const FunctionType& type) {
  return list(type.parameters) + " -> " + list(type.results);
}

}  // namespace heddle::engine
