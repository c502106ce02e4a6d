// The bytes of abstract heap types, which alone stand for nullable references to them. Spec:
// binary/types, "Heap Types".
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "engine/syntax/types.hpp"

namespace heddle::engine {

using HeapCode = std::pair<HeapKind, std::uint8_t>;
inline constexpr std::array<HeapCode, 12> kHeapCodes = {{
    {HeapKind::NoExn, 0x74},
    {HeapKind::NoFunc, 0x73},
    {HeapKind::NoExtern, 0x72},
    {HeapKind::None, 0x71},
    {HeapKind::Func, 0x70},
    {HeapKind::Extern, 0x6f},
    {HeapKind::Any, 0x6e},
    {HeapKind::Eq, 0x6d},
    {HeapKind::I31, 0x6c},
    {HeapKind::Struct, 0x6b},
    {HeapKind::Array, 0x6a},
    {HeapKind::Exn, 0x69},
}};

}  // namespace heddle::engine
