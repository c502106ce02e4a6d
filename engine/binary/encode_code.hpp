// The parts of the encoder that several sections share. Internal to engine/binary.
#pragma once

#include "engine/binary/writer.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::engine {

void encode_value_type(Writer& out, ValueType type);
// Of a reference.
void encode_heap_type(Writer& out, ValueType type);
void encode_expression(Writer& out, const Expression& expression);

}  // namespace heddle::engine
