#include "engine/syntax/types.hpp"

namespace heddle::engine {

const char* keyword_of(HeapKind heap) {
  switch (heap) {
    case HeapKind::Any:
      return "any";
    case HeapKind::Eq:
      return "eq";
    case HeapKind::I31:
      return "i31";
    case HeapKind::Struct:
      return "struct";
    case HeapKind::Array:
      return "array";
    case HeapKind::None:
      return "none";
    case HeapKind::Func:
      return "func";
    case HeapKind::NoFunc:
      return "nofunc";
    case HeapKind::Extern:
      return "extern";
    case HeapKind::NoExtern:
      return "noextern";
    case HeapKind::Exn:
      return "exn";
    case HeapKind::NoExn:
      return "noexn";
    case HeapKind::Defined:
      return "type";
    case HeapKind::Bottom:
      return "bot";
  }
  return "?";
}

namespace {

// The abbreviations: `anyref` is (ref null any), but `nullref` is (ref null none).
std::string abbreviation(HeapKind heap) {
  if (heap == HeapKind::None) return "nullref";
  if (heap == HeapKind::NoFunc) return "nullfuncref";
  if (heap == HeapKind::NoExtern) return "nullexternref";
  if (heap == HeapKind::NoExn) return "nullexnref";
  return std::string(keyword_of(heap)) + "ref";
}

std::string reference(ValueType type) {
  if (type.heap == HeapKind::Defined) {
    return (type.nullable ? "(ref null " : "(ref ") + std::to_string(type.index) + ")";
  }
  if (type.nullable && type.heap != HeapKind::Bottom) return abbreviation(type.heap);
  return (type.nullable ? "(ref null " : "(ref ") + std::string(keyword_of(type.heap)) + ")";
}

std::string list(const std::vector<ValueType>& types) {
  std::string text = "[";
  for (const ValueType type : types) {
    if (text.size() > 1) text += ' ';
    text += to_string(type);
  }
  return text + ']';
}

}  // namespace

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
    case TypeKind::I8:
      return "i8";
    case TypeKind::I16:
      return "i16";
    case TypeKind::Bottom:
      return "bot";
    case TypeKind::Ref:
      return reference(type);
  }
  return "?";
}

std::string to_string(const FunctionType& type) {
  return list(type.parameters) + " -> " + list(type.results);
}

}  // namespace heddle::engine
