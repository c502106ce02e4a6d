#include "engine/runtime/heap.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <limits>

namespace heddle::engine {
namespace {

constexpr ValueType kI8{.kind = TypeKind::I8};
constexpr ValueType kI16{.kind = TypeKind::I16};
constexpr ValueType kAnyRef = ref_type(HeapKind::Any, true);

class HeapTest : public testing::Test {
 protected:
  std::uint32_t add(SubType type) {
    std::vector<std::uint32_t> ids;
    types.add_group({&type, 1}, ids);
    heap.add_layout(ids.front());
    return ids.front();
  }
  const Layout& structure(const std::vector<ValueType>& fields) {
    StructType type;
    for (const ValueType field : fields) type.fields.push_back({.type = field, .is_mutable = true});
    return heap.layout(add({.composite = type, .is_final = true, .supertypes = {}}));
  }
  const Layout& array(ValueType element) {
    const ArrayType type{.element = {.type = element, .is_mutable = true}};
    return heap.layout(add({.composite = type, .is_final = true, .supertypes = {}}));
  }

  TypeTable types;
  Heap heap{types, 10'000};
};

TEST_F(HeapTest, FieldsLieCloseTogetherAndAligned) {
  const Layout& layout = structure({kI8, kI16, kI8, kI64, kI32, kV128, kI8});
  std::vector<std::uint32_t> offsets;
  for (const FieldPlace& place : layout.fields) offsets.push_back(place.offset);
  EXPECT_EQ(offsets, (std::vector<std::uint32_t>{0, 2, 4, 8, 16, 24, 40}));
  EXPECT_EQ(layout.fields_bytes, 41U);
  EXPECT_EQ(layout.operand_slots, 8U);
}

TEST_F(HeapTest, AFieldsPlaceDoesNotDependOnLaterFields) {
  const Layout& shorter = structure({kI8, kAnyRef});
  const Layout& longer = structure({kI8, kAnyRef, kI8, kV128});
  EXPECT_EQ(shorter.fields[1].offset, longer.fields[1].offset);
}

TEST_F(HeapTest, FieldsHoldWhatWasStored) {
  const Layout& layout = structure({kI8, kI16, kI32, kF64, kV128});
  Object* const object = heap.allocate(layout);
  ASSERT_NE(object, nullptr);
  const std::array<Slot, 6> values{0x1ff, 0x2'1234, 0xffff'ffff, ~Slot{0} - 1, 5, 6};
  store_fields(*object, values.data());
  std::array<Slot, 6> read{};
  load_fields(read.data(), *object);
  EXPECT_EQ(read, (std::array<Slot, 6>{0xff, 0x1234, 0xffff'ffff, ~Slot{0} - 1, 5, 6}));
}

TEST_F(HeapTest, AnArrayOfBytesTakesAByteForEach) {
  const Layout& bytes = array(kI8);
  const std::uint64_t before = heap.bytes();
  ASSERT_NE(heap.allocate(bytes, 1000), nullptr);
  EXPECT_EQ(heap.bytes() - before, 1000 + sizeof(Object));
}

TEST_F(HeapTest, AnObjectThatDoesNotFitIsRefusedWithoutACollection) {
  const Layout& layout = array(kV128);
  EXPECT_EQ(heap.allocate(layout, std::numeric_limits<std::uint32_t>::max()), nullptr);
  EXPECT_EQ(heap.refusal(), Heap::Refusal::Full);
  EXPECT_EQ(heap.full_message(),
            "allocation of 68719476744 bytes failed: the heap limit is 10000 bytes");
}

TEST_F(HeapTest, AFullHeapAsksForACollectionBeforeItRefuses) {
  const Layout& layout = array(kI8);
  while (heap.allocate(layout, 1000) != nullptr) {
  }
  EXPECT_EQ(heap.refusal(), Heap::Refusal::WantsCollection);
  EXPECT_TRUE(heap.is_full());
  heap.permit();
  EXPECT_EQ(heap.allocate(layout, 1000), nullptr);
  EXPECT_EQ(heap.refusal(), Heap::Refusal::Full);
  heap.sweep();
  heap.permit();
  EXPECT_NE(heap.allocate(layout, 1000), nullptr);
}

TEST_F(HeapTest, APermitIsForOneAllocation) {
  const Layout& layout = array(kI8);
  heap.set_collections(Collections::AtEveryAllocation);
  EXPECT_EQ(heap.allocate(layout, 1), nullptr);
  heap.permit();
  EXPECT_NE(heap.allocate(layout, 1), nullptr);
  EXPECT_EQ(heap.allocate(layout, 1), nullptr);
}

TEST_F(HeapTest, NumbersAreNeverUsedTwice) {
  const Layout& layout = structure({});
  EXPECT_EQ(heap.allocate(layout)->number, 0U);
  EXPECT_EQ(heap.allocate(layout)->number, 1U);
  heap.sweep();
  EXPECT_EQ(heap.object_count(), 0U);
  EXPECT_EQ(heap.allocate(layout)->number, 2U);
}

TEST_F(HeapTest, TheNextCollectionWaitsForWorkInProportionToTheLast) {
  Heap large{types, 1 << 28};
  constexpr std::uint32_t kMegabyte = 1 << 20;
  const std::uint32_t id = add({.composite = ArrayType{.element = {.type = kI8}}});
  large.add_layout(id);
  const auto allocated_before_collection = [&] {
    std::uint32_t megabytes = 0;
    while (large.allocate(large.layout(id), kMegabyte) != nullptr) ++megabytes;
    return megabytes;
  };
  EXPECT_EQ(allocated_before_collection(), 0U);
  for (std::uint32_t i = 0; i < 8 * kMegabyte / sizeof(Slot); ++i) large.mark(0);
  large.sweep();
  EXPECT_EQ(allocated_before_collection(), 7U);  // with their headers, eight are more
  Object* const kept = large.allocate_at_once(large.layout(id), 20 * kMegabyte);
  large.mark(slot_of(kept));
  large.sweep();
  EXPECT_EQ(allocated_before_collection(), 19U);
}

TEST_F(HeapTest, SlotsThatAreNoAddressesCanBeMarked) {
  const FunctionInstance function;
  for (const Slot slot : {Slot{0}, i31_slot(7), host_slot(3), reinterpret_cast<Slot>(&function)}) {
    heap.mark(slot);
  }
  heap.sweep();
}

TEST_F(HeapTest, ALongChainIsMarkedWithoutRecursion) {
  Heap large{types, 1 << 28};
  StructType type;
  type.fields.push_back({.type = kAnyRef, .is_mutable = true});
  const std::uint32_t id = add({.composite = type, .is_final = true, .supertypes = {}});
  large.add_layout(id);
  Slot last = 0;
  constexpr std::size_t kObjects = 1'000'000;
  for (std::size_t i = 0; i < kObjects; ++i) {
    Object* const object = large.allocate_at_once(large.layout(id));
    store_fields(*object, &last);
    last = slot_of(object);
  }
  large.mark(last);
  large.sweep();
  EXPECT_EQ(large.object_count(), kObjects);
  large.sweep();
  EXPECT_EQ(large.object_count(), 0U);
  EXPECT_EQ(large.bytes(), 0U);
}

// Exactly what can be reached from the marked objects remains.
RC_GTEST_FIXTURE_PROP(HeapTest, SweepLeavesWhatCanBeReached, ()) {
  Heap random{types, 1 << 20};
  const ArrayType type{.element = {.type = kAnyRef, .is_mutable = true}};
  const std::uint32_t id = add({.composite = type, .is_final = true, .supertypes = {}});
  random.add_layout(id);
  constexpr std::uint32_t kEdges = 3;
  const auto count = *rc::gen::inRange<std::uint32_t>(1, 40);
  const auto edges = *rc::gen::container<std::vector<std::uint32_t>>(
      std::size_t{count} * kEdges, rc::gen::inRange<std::uint32_t>(0, 2 * count));
  const auto roots =
      *rc::gen::container<std::vector<std::uint32_t>>(2, rc::gen::inRange<std::uint32_t>(0, count));
  std::vector<Object*> objects;
  for (std::uint32_t i = 0; i < count; ++i) {
    objects.push_back(random.allocate_at_once(random.layout(id), kEdges));
  }
  for (std::uint32_t i = 0; i < count * kEdges; ++i) {
    const Slot slot = edges[i] < count ? slot_of(objects[edges[i]]) : i31_slot(edges[i]);
    fill_elements(*objects[i / kEdges], i % kEdges, 1, &slot);
  }
  std::vector<bool> is_reached(count);
  std::vector<std::uint32_t> work = roots;
  std::size_t reached = 0;
  while (!work.empty()) {
    const std::uint32_t at = work.back();
    work.pop_back();
    if (at >= count || is_reached[at]) continue;
    is_reached[at] = true;
    ++reached;
    for (std::uint32_t i = 0; i < kEdges; ++i) work.push_back(edges[at * kEdges + i]);
  }
  for (const std::uint32_t root : roots) random.mark(slot_of(objects[root]));
  random.sweep();
  RC_ASSERT(random.object_count() == reached);
  for (const std::uint32_t root : roots) RC_ASSERT(objects[root]->number == root);
}

}  // namespace
}  // namespace heddle::engine
