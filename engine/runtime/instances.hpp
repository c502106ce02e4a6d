// Instances: what a module's definitions become in a Store. Spec: exec/runtime, "Store".
//
// Plain data, reached by pointer from instances; the Store owns everything and nothing moves or
// dies before the Store does.
//
// Invariants:
//   1. A Slot holds a number's bits zero-extended, half of a vector, or a reference: 0 is null; a
//      function reference is the address of its FunctionInstance; an i31 is its 31 bits << 2 | 1; a
//      host's reference its number << 2 | 2; all other references are addresses of heap objects.
//      So the conversions between `any` and `extern` leave the slot as it is. Addresses never leave
//      the engine: outside, functions and objects are their `number`.
//   2. Equal function types have equal `type_id`s within one Store.
//   3. A memory's bytes never move while it lives, so that agents may cache the base; only its size
//      changes, and only upwards.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/outcome.hpp"
#include "core/value.hpp"
#include "engine/compile/code.hpp"
#include "engine/compile/slots.hpp"
#include "engine/runtime/memory.hpp"
#include "engine/syntax/module.hpp"
#include "engine/syntax/type_table.hpp"

namespace heddle::engine {

using Slot = std::uint64_t;

[[nodiscard]] constexpr Slot i31_slot(std::uint32_t bits) {
  return Slot{bits & 0x7fff'ffff} << 2 | 1;
}
[[nodiscard]] constexpr bool is_i31(Slot slot) { return (slot & 3) == 1; }
[[nodiscard]] constexpr std::uint32_t i31_bits(Slot slot) {
  return static_cast<std::uint32_t>(slot >> 2);
}
[[nodiscard]] constexpr Slot host_slot(std::uint64_t number) { return number << 2 | 2; }
[[nodiscard]] constexpr bool is_host(Slot slot) { return (slot & 3) == 2; }
[[nodiscard]] constexpr std::uint64_t host_number(Slot slot) { return slot >> 2; }

struct Instance;
class Heap;
struct Layout;

// What everything begins with that a reference can be the address of.
enum class ReferentKind : std::uint8_t { Function, Struct, Array, Exception };
struct Referent {
  ReferentKind kind = ReferentKind::Function;
};

// A host function: gets the slots of its parameters, fills those of its results. It may not block
// and may not call back into Wasm, and may not keep a reference to an object. Anything but Returned
// ends the calling agent's call with that outcome; its `values` are not looked at.
using HostCode =
    std::function<core::Outcome(std::span<const Slot> arguments, std::span<Slot> results)>;

// The same with a view of the agent that calls, for functions that need one. They can be called
// from Wasm only.
class HostContext;
using ContextCode = std::function<core::Outcome(
    HostContext& context, std::span<const Slot> arguments, std::span<Slot> results)>;

struct FunctionInstance {
  Referent referent;
  const FunctionType* type = nullptr;  // in the store's TypeTable, as all types of instances
  std::uint32_t type_id = 0;
  std::uint32_t number = 0;                   // in order of allocation in the store
  Instance* instance = nullptr;               // null for host functions
  const FunctionCode* code = nullptr;         // null for host functions
  std::uint32_t index = 0;                    // function index in its module
  const HostCode* host = nullptr;             // null for Wasm functions
  const ContextCode* context_host = nullptr;  // is called instead, where a context is known
  std::string name;                           // for diagnostics
};

struct TableInstance {
  TableType type;  // `limits.min` is the current size when matching imports
  std::vector<Slot> elements;
  std::uint32_t number = 0;
  std::uint64_t elements_max = 10'000'000;  // never grow beyond this, whatever the type says
};

struct GlobalInstance {
  GlobalType type;
  Slot value = 0;
  std::uint32_t number = 0;
  Slot high = 0;  // of a vector, of which `value` is the low half
};

// Tags are equal only if they are the same one: exceptions name the instance.
struct TagInstance {
  std::uint32_t type_id = 0;
  const FunctionType* type = nullptr;
  std::uint32_t number = 0;
  std::string name;                // for diagnostics
  const Layout* layout = nullptr;  // of its exceptions that are objects
};

struct ExternValue {
  ExternKind kind = ExternKind::Function;
  union {
    FunctionInstance* function = nullptr;
    TableInstance* table;
    MemoryInstance* memory;
    GlobalInstance* global;
    TagInstance* tag;
  };
};

struct Instance {
  std::shared_ptr<const CompiledModule> module;
  std::uint32_t module_number = 0;  // as in core::CodeLocation::module
  std::vector<FunctionInstance*> functions;
  std::vector<TableInstance*> tables;
  std::vector<MemoryInstance*> memories;
  std::vector<GlobalInstance*> globals;
  std::vector<TagInstance*> tags;
  std::vector<std::vector<Slot>> elements;  // element segments; emptied when dropped
  std::vector<bool> dropped_datas;
  std::vector<std::uint32_t> type_ids;  // of Module::types
  // Of the store:
  const TypeTable* types = nullptr;  // what the ids mean
  Heap* heap = nullptr;
  std::map<std::string, ExternValue, std::less<>> exports;
};

}  // namespace heddle::engine
