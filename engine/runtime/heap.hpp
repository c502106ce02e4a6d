// Heap: the structures, arrays and exceptions of a store. Spec: exec/runtime, "Structure
// Instances", "Array Instances", "Exception Instances".
//
// An object is a header and its fields, which lie where the Layout of its type says. Objects are
// freed by exact mark and sweep: whoever collects marks the roots (see engine/exec/collector.hpp),
// then calls `sweep`. When that happens cannot be seen by any program.
//
// Invariants:
//   1. Objects never move, and are freed by `sweep` only.
//   2. An object's number says how many were allocated before it; numbers are never used twice.
//   3. Whether an allocation is refused because the heap is full depends on what can be reached and
//      on nothing else: it is not refused before a collection made just for it.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/compile/layout.hpp"
#include "engine/runtime/instances.hpp"
#include "engine/syntax/type_table.hpp"

namespace heddle::engine {

struct Layout {
  ReferentKind kind = ReferentKind::Struct;
  std::uint32_t type_id = 0;
  std::vector<FieldPlace> fields;         // not of arrays
  std::uint32_t fields_bytes = 0;         // not of arrays
  std::uint32_t operand_slots = 0;        // of all fields, or one element
  std::vector<std::uint32_t> references;  // offsets of the fields that are
  const TagInstance* tag = nullptr;       // of exceptions, whose fields are its parameters
  Storage element = Storage::Bits64;      // of arrays
  bool is_element_reference = false;
};

struct Object {
  Referent referent;
  bool is_marked = false;
  std::uint32_t length = 0;  // of arrays
  const Layout* layout = nullptr;
  std::uint64_t number = 0;

  [[nodiscard]] std::byte* fields() { return reinterpret_cast<std::byte*>(this + 1); }
  [[nodiscard]] const std::byte* fields() const {
    return reinterpret_cast<const std::byte*>(this + 1);
  }
};
static_assert(sizeof(Object) == 24);

[[nodiscard]] inline Slot slot_of(const Object* object) { return std::bit_cast<Slot>(object); }
// The slot must hold a structure, an array or an exception.
[[nodiscard]] inline Object* object_of(Slot slot) { return std::bit_cast<Object*>(slot); }

// When a heap asks for a collection.
enum class Collections : std::uint8_t {
  WhenNeeded,
  AtEveryAllocation,  // to find references that are not where the collector looks
  AsChosen,           // each time a Choice; and when the heap is full
};

class Heap {
 public:
  // `types`: those of the objects to be; `bytes_max`: of all objects, headers included.
  Heap(const TypeTable& types, std::uint64_t bytes_max)
      : types_(&types),
        bytes_max_(bytes_max),
        collect_at_bytes_(std::min(kFirstCollectionBytes, bytes_max)) {}

  void set_collections(Collections collections) { collections_ = collections; }
  [[nodiscard]] Collections collections() const { return collections_; }

  // Must be called for the id of every structure or array type before it is used.
  void add_layout(std::uint32_t type_id);
  [[nodiscard]] const Layout& layout(std::uint32_t type_id) const { return *layouts_[type_id]; }

  // Of exceptions with a tag. Must be called once for each.
  const Layout& add_exception_layout(const TagInstance& tag);

  // Null: `refusal` says why. The fields are zero, which is the default value of every type.
  [[nodiscard]] Object* allocate(const Layout& layout, std::uint32_t length = 0);
  // The same without ever asking for a collection.
  [[nodiscard]] Object* allocate_at_once(const Layout& layout, std::uint32_t length = 0);

  enum class Refusal : std::uint8_t { WantsCollection, Full };
  [[nodiscard]] Refusal refusal() const { return refusal_; }
  // How often there was no space.
  [[nodiscard]] std::uint64_t failure_count() const { return failure_count_; }
  // Whether what was refused does not fit unless something is freed.
  [[nodiscard]] bool is_full() const { return bytes_ + refused_bytes_ > bytes_max_; }
  // "allocation of 24 bytes failed: the heap limit is 16 bytes".
  [[nodiscard]] std::string full_message() const;
  // Lets the next allocation happen without a collection.
  void permit() { is_permitted_ = true; }
  // Whether it is time to collect, if this can be done without anybody waiting for it.
  [[nodiscard]] bool is_due() const {
    return collections_ == Collections::AtEveryAllocation || bytes_ > collect_at_bytes_;
  }

  // A collection: mark everything that is reachable at once, then sweep. Any slot of a reference
  // type can be marked.
  void mark(Slot slot) {
    ++slots_seen_;
    if (slot != 0 && (slot & 3) == 0) mark_referent(slot);
  }
  void sweep();

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t object_count() const { return objects_.size(); }
  [[nodiscard]] std::uint64_t collection_count() const { return collection_count_; }

 private:
  static constexpr std::uint64_t kFirstCollectionBytes = std::uint64_t{1} << 20;

  struct Free {
    void operator()(Object* object) const {
      // NOLINTNEXTLINE(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory): from calloc
      std::free(object);
    }
  };

  Object* allocate_bytes(const Layout& layout, std::uint32_t length, std::uint64_t bytes);
  void mark_referent(Slot slot);
  void mark_fields(const Object& object);

  const TypeTable* types_;
  std::uint64_t bytes_max_;
  std::uint64_t collect_at_bytes_;
  Collections collections_ = Collections::WhenNeeded;
  std::vector<std::unique_ptr<const Layout>> layouts_;  // by type id; null: not of objects
  std::deque<Layout> exception_layouts_;
  std::vector<std::unique_ptr<Object, Free>> objects_;  // by number
  std::vector<const Object*> marked_;                   // whose fields are to be marked
  std::uint64_t slots_seen_ = 0;                        // in the current collection
  std::uint64_t bytes_ = 0;
  std::uint64_t next_number_ = 0;
  std::uint64_t collection_count_ = 0;
  std::uint64_t refused_bytes_ = 0;
  std::uint64_t failure_count_ = 0;
  Refusal refusal_ = Refusal::Full;
  bool is_permitted_ = false;
};

// Objects' fields and operand slots, which are two for vectors.
void store_field(std::byte* to, Storage storage, const Slot* from);
void load_field(Slot* to, Storage storage, const std::byte* from);
void store_fields(Object& object, const Slot* operands);
void load_fields(Slot* operands, const Object& object);
// Elements [begin, begin + count) of an array become the value.
void fill_elements(Object& array, std::uint32_t begin, std::uint32_t count, const Slot* value);
// Elements one after another, from slots.
void store_elements(Object& array, std::uint32_t begin, std::uint32_t count, const Slot* values);

}  // namespace heddle::engine
