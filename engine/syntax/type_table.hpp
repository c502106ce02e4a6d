// TypeTable: defined types by what they are, not by where a module lists them. Spec:
// valid/conventions "Rolling and Unrolling", valid/matching.
//
// Two defined types are equal if their recursive groups are, position by position, where references
// into the group itself count by position and all others by the type they refer to (iso-recursive
// equality). The table gives equal types the same number, its *id*, so that equality is equality of
// numbers, and subtyping a walk of at most kSubtypeDepthMax steps, done once.
//
// The validator fills one for its module; a Store one for all of its modules.
//
// Invariants:
//   1. ValueTypes in the table, and those handed to `matches`, hold ids as `index`.
//   2. The ids of a group are consecutive, and larger than those of the groups it refers to.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/syntax/types.hpp"

namespace heddle::engine {

// A type may have so many supertypes above it. Spec: appendix "Implementation Limitations" leaves
// it open; this is what browsers allow.
inline constexpr std::uint32_t kSubtypeDepthMax = 63;

class TypeTable {
 public:
  // Adds a recursive group: `group` of a module of whose types the ids of all before it are in
  // `ids`; appends those of the group. Every index in the group must be below the group's end, and
  // every supertype come before its subtype.
  void add_group(std::span<const SubType> group, std::vector<std::uint32_t>& ids);

  // All groups of a module that has been validated; gives the ids of its types.
  [[nodiscard]] std::vector<std::uint32_t> add(std::span<const SubType> types,
                                               std::span<const RecursiveGroup> groups);
  // A function type in a group of its own, final, without references to defined types.
  [[nodiscard]] std::uint32_t add(const FunctionType& type);

  [[nodiscard]] const SubType& type(std::uint32_t id) const { return entries_[id].type; }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(entries_.size()); }
  // How many supertypes are above a type.
  [[nodiscard]] std::uint32_t depth(std::uint32_t id) const {
    return static_cast<std::uint32_t>(entries_[id].supertypes.size()) - 1;
  }

  // Whether `super` is `sub` itself or among the supertypes it declares, however far up.
  [[nodiscard]] bool is_subtype(std::uint32_t sub, std::uint32_t super) const {
    const std::vector<std::uint32_t>& chain = entries_[sub].supertypes;
    const std::size_t at = entries_[super].supertypes.size() - 1;
    return at < chain.size() && chain[at] == super;
  }
  // Whether a value of type `sub` may stand where one of type `super` is expected.
  [[nodiscard]] bool matches(ValueType sub, ValueType super) const;
  [[nodiscard]] bool matches(const FieldType& sub, const FieldType& super) const;
  // Whether what `sub` declares fits below `super`, by structure. Spec: "Composite Types".
  [[nodiscard]] bool matches(const SubType& sub, const SubType& super) const;
  // The abstract type directly above a heap type: Struct, Array or Func of a defined one.
  [[nodiscard]] HeapKind abstract_kind(ValueType type) const;

 private:
  struct Entry {
    SubType type;
    std::vector<std::uint32_t> supertypes;  // outermost first, the type itself last
  };
  using Key = std::vector<std::uint32_t>;
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  [[nodiscard]] bool heap_matches(ValueType sub, ValueType super) const;
  void append_entry(const SubType& type, std::span<const std::uint32_t> ids);

  std::deque<Entry> entries_;
  // Groups by their text, to the id of the first type.
  std::unordered_map<Key, std::uint32_t, KeyHash> groups_;  // order never seen: only looked up
  Key key_;                                                 // storage for the one being made
};

// `type` with the module's type index replaced by its id.
[[nodiscard]] inline ValueType with_id(ValueType type, std::span<const std::uint32_t> ids) {
  if (type.is_defined_ref()) type.index = ids[type.index];
  return type;
}

// Whether a reference to one abstract heap type may stand for one to another.
[[nodiscard]] bool abstract_matches(HeapKind sub, HeapKind super);

// The type above all others that a heap type is related to: Any, Func, Extern or Exn.
[[nodiscard]] HeapKind top_of(HeapKind abstract);

}  // namespace heddle::engine
