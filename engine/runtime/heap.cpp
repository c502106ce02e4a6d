#include "engine/runtime/heap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <ranges>
#include <utility>

#include "core/check.hpp"

namespace heddle::engine {
namespace {

std::uint64_t bytes_of(const Layout& layout, std::uint32_t length) {
  const std::uint64_t fields = layout.kind == ReferentKind::Array
                                   ? std::uint64_t{length} * byte_count(layout.element)
                                   : layout.fields_bytes;
  return sizeof(Object) + (fields + 7) / 8 * 8;
}

// Of fields of these types.
void place_fields(Layout& layout, const auto& types) {
  FieldPlacer placer;
  layout.fields.reserve(types.size());
  for (const ValueType type : types) {
    const FieldPlace place = placer.place(type);
    layout.fields.push_back(place);
    layout.operand_slots += slot_count(place.storage);
    if (place.is_reference) layout.references.push_back(place.offset);
  }
  layout.fields_bytes = placer.end();
}

Layout layout_of(const StructType& type) {
  Layout layout{.kind = ReferentKind::Struct};
  place_fields(layout, std::views::transform(type.fields, &FieldType::type));
  return layout;
}

Layout layout_of(const ArrayType& type) {
  Layout layout{.kind = ReferentKind::Array};
  layout.element = storage_of(type.element.type);
  layout.operand_slots = slot_count(layout.element);
  layout.is_element_reference = type.element.type.is_ref();
  return layout;
}

template <typename T>
void store_as(std::byte* to, Slot value) {
  const auto stored = static_cast<T>(value);
  std::memcpy(to, &stored, sizeof(T));
}
template <typename T>
Slot load_as(const std::byte* from) {
  T stored{};
  std::memcpy(&stored, from, sizeof(T));
  return stored;
}
template <typename T>
void fill_as(std::byte* to, std::uint32_t count, Slot value) {
  std::fill_n(reinterpret_cast<T*>(to), count, static_cast<T>(value));
}

std::byte* element_at(Object& array, std::uint32_t index) {
  return array.fields() + std::uint64_t{index} * byte_count(array.layout->element);
}

}  // namespace

void Heap::add_layout(std::uint32_t type_id) {
  if (type_id >= layouts_.size()) layouts_.resize(type_id + 1);
  if (layouts_[type_id] != nullptr) return;
  const SubType& type = types_->type(type_id);
  Layout layout =
      type.structure() != nullptr ? layout_of(*type.structure()) : layout_of(*type.array());
  layout.type_id = type_id;
  layouts_[type_id] = std::make_unique<const Layout>(std::move(layout));
}

const Layout& Heap::add_exception_layout(const TagInstance& tag) {
  Layout& layout = exception_layouts_.emplace_back();
  layout = {.kind = ReferentKind::Exception, .type_id = tag.type_id, .tag = &tag};
  place_fields(layout, tag.type->parameters);
  return layout;
}

Object* Heap::allocate(const Layout& layout, std::uint32_t length) {
  const std::uint64_t bytes = bytes_of(layout, length);
  const bool is_permitted = std::exchange(is_permitted_, false);
  const bool is_wanted =
      collections_ != Collections::WhenNeeded || bytes_ + bytes > collect_at_bytes_;
  // Where no collection can help, none is made.
  if (is_wanted && !is_permitted && bytes <= bytes_max_) {
    refusal_ = Refusal::WantsCollection;
    refused_bytes_ = bytes;
    return nullptr;
  }
  return allocate_bytes(layout, length, bytes);
}

Object* Heap::allocate_at_once(const Layout& layout, std::uint32_t length) {
  return allocate_bytes(layout, length, bytes_of(layout, length));
}

Object* Heap::allocate_bytes(const Layout& layout, std::uint32_t length, std::uint64_t bytes) {
  void* const memory =
      bytes_ + bytes > bytes_max_
          ? nullptr
          : std::calloc(1, bytes);  // NOLINT(cppcoreguidelines-no-malloc): may fail
  if (memory == nullptr) {
    ++failure_count_;
    refusal_ = Refusal::Full;
    refused_bytes_ = bytes;
    return nullptr;
  }
  Object* const object =
      std::construct_at(static_cast<Object*>(memory), Object{.referent = {layout.kind},
                                                             .length = length,
                                                             .layout = &layout,
                                                             .number = next_number_++});
  objects_.emplace_back(object);
  bytes_ += bytes;
  return object;
}

std::string Heap::full_message() const {
  return fmt::format("allocation of {} bytes failed: the heap limit is {} bytes", refused_bytes_,
                     bytes_max_);
}

void Heap::mark_referent(Slot slot) {
  if (std::bit_cast<const Referent*>(slot)->kind == ReferentKind::Function) return;
  Object* const object = object_of(slot);
  if (object->is_marked) return;
  object->is_marked = true;
  marked_.push_back(object);
}

void Heap::mark_fields(const Object& object) {
  const auto mark_at = [&](std::uint64_t offset) { mark(load_as<Slot>(object.fields() + offset)); };
  const Layout& layout = *object.layout;
  for (const std::uint32_t offset : layout.references) mark_at(offset);
  if (!layout.is_element_reference) return;
  for (std::uint64_t i = 0; i < object.length; ++i) mark_at(i * sizeof(Slot));
}

void Heap::sweep() {
  while (!marked_.empty()) {
    const Object* const object = marked_.back();
    marked_.pop_back();
    mark_fields(*object);
  }
  std::erase_if(objects_, [&](const std::unique_ptr<Object, Free>& object) {
    if (std::exchange(object->is_marked, false)) return false;
    bytes_ -= bytes_of(*object->layout, object->length);
    return true;
  });
  ++collection_count_;
  // The next one only after work in proportion to this one, large tables of roots included.
  const std::uint64_t work = std::exchange(slots_seen_, 0) * sizeof(Slot);
  collect_at_bytes_ =
      std::min(bytes_ + std::max({bytes_, work, kFirstCollectionBytes}), bytes_max_);
}

void store_field(std::byte* to, Storage storage, const Slot* from) {
  switch (storage) {
    case Storage::Bits8:
      return store_as<std::uint8_t>(to, from[0]);
    case Storage::Bits16:
      return store_as<std::uint16_t>(to, from[0]);
    case Storage::Bits32:
      return store_as<std::uint32_t>(to, from[0]);
    case Storage::Bits64:
      return store_as<std::uint64_t>(to, from[0]);
    case Storage::Bits128:
      std::memcpy(to, from, 2 * sizeof(Slot));
      return;
  }
}

void load_field(Slot* to, Storage storage, const std::byte* from) {
  switch (storage) {
    case Storage::Bits8:
      *to = load_as<std::uint8_t>(from);
      return;
    case Storage::Bits16:
      *to = load_as<std::uint16_t>(from);
      return;
    case Storage::Bits32:
      *to = load_as<std::uint32_t>(from);
      return;
    case Storage::Bits64:
      *to = load_as<std::uint64_t>(from);
      return;
    case Storage::Bits128:
      std::memcpy(to, from, 2 * sizeof(Slot));
      return;
  }
}

void store_fields(Object& object, const Slot* operands) {
  for (const FieldPlace& field : object.layout->fields) {
    store_field(object.fields() + field.offset, field.storage, operands);
    operands += slot_count(field.storage);
  }
}

void load_fields(Slot* operands, const Object& object) {
  for (const FieldPlace& field : object.layout->fields) {
    load_field(operands, field.storage, object.fields() + field.offset);
    operands += slot_count(field.storage);
  }
}

void fill_elements(Object& array, std::uint32_t begin, std::uint32_t count, const Slot* value) {
  std::byte* const to = element_at(array, begin);
  switch (array.layout->element) {
    case Storage::Bits8:
      return fill_as<std::uint8_t>(to, count, *value);
    case Storage::Bits16:
      return fill_as<std::uint16_t>(to, count, *value);
    case Storage::Bits32:
      return fill_as<std::uint32_t>(to, count, *value);
    case Storage::Bits64:
      return fill_as<std::uint64_t>(to, count, *value);
    case Storage::Bits128:
      for (std::uint64_t i = 0; i < count; ++i) {
        store_field(to + i * byte_count(Storage::Bits128), Storage::Bits128, value);
      }
      return;
  }
}

void store_elements(Object& array, std::uint32_t begin, std::uint32_t count, const Slot* values) {
  const Storage storage = array.layout->element;
  for (std::uint32_t i = 0; i < count; ++i) {
    store_field(element_at(array, begin + i), storage, values);
    values += slot_count(storage);
  }
}

}  // namespace heddle::engine
