#include "engine/valid/type_code.hpp"

namespace heddle::engine {

std::string spell(TypeCode code) { return to_string(decode_value_type(code)); }

std::string spell(Types types) {
  constexpr std::size_t kShownMax = 8;
  std::string text = "[";
  if (types.size() > kShownMax) {
    text += "...";
    types = types.last(kShownMax);
  }
  for (const TypeCode type : types) {
    if (text.size() > 1) text += ' ';
    text += spell(type);
  }
  return text + ']';
}

}  // namespace heddle::engine
