// For tests: modules that are well formed but seldom valid, from a seed. Every opcode, immediate
// and segment form occurs.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/rng.hpp"
#include "engine/syntax/immediates.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::engine {

class RandomModule {
 public:
  explicit RandomModule(std::uint64_t seed) : rng_(seed) {}

  Module make() {
    Module module;
    repeat(4, [&] { add_group(module); });
    repeat(4, [&] { module.imports.push_back({name(), name(), import_type()}); });
    repeat(3, [&] {
      module.tables.push_back({.type = table_type(), .init = {}, .offset = 0});
      if (below(3) == 0) module.tables.back().init = constant();
    });
    repeat(2, [&] { module.tags.push_back({.type = {number()}, .offset = 0}); });
    repeat(2, [&] { module.memories.push_back({memory_type()}); });
    repeat(3, [&] { module.globals.push_back({global_type(), constant()}); });
    repeat(3, [&] {
      module.exports.push_back({name(), static_cast<ExternKind>(below(5)), number()});
    });
    if (below(2) == 0) module.start = number();
    repeat(4, [&] { module.elements.push_back(element()); });
    repeat(3, [&] { module.datas.push_back(data()); });
    module.data_count = static_cast<std::uint32_t>(module.datas.size());
    repeat(4, [&] { module.functions.push_back(function()); });
    if (below(2) == 0) module.name = name();
    for (NameMap* map : {&module.names.functions, &module.names.types, &module.names.tables,
                         &module.names.memories, &module.names.globals, &module.names.elements,
                         &module.names.datas, &module.names.tags}) {
      repeat(2, [&] { (*map)[number()] = name(); });
    }
    for (IndirectNameMap* map :
         {&module.names.locals, &module.names.labels, &module.names.fields}) {
      repeat(2, [&] { (*map)[number()][number()] = name(); });
    }
    repeat(3, [&] { module.customs.push_back({below(4) == 0 ? "name" : name(), bytes()}); });
    return module;
  }

 private:
  std::uint32_t below(std::uint64_t bound) { return static_cast<std::uint32_t>(rng_.below(bound)); }
  template <typename Action>
  void repeat(std::uint64_t max, Action action) {
    for (std::uint32_t i = below(max + 1); i > 0; --i) action();
  }

  // All magnitudes alike, so that every length of LEB128 occurs.
  std::uint64_t bits64() { return rng_.next() >> below(64); }
  std::uint32_t number() { return static_cast<std::uint32_t>(rng_.next() >> (32 + below(32))); }

  std::string name() {
    static const std::array<std::string, 5> kNames = {"", "f", "memory", "\xc3\xa9\xe2\x82\xac",
                                                      std::string("\0x", 2)};
    return kNames.at(below(kNames.size()));
  }
  std::vector<std::uint8_t> bytes() {
    std::vector<std::uint8_t> result;
    repeat(5, [&] { result.push_back(static_cast<std::uint8_t>(below(256))); });
    return result;
  }

  ValueType value_type() {
    static constexpr std::array kTypes = {kI32, kI64, kF32, kF64, kV128};
    return below(2) == 0 ? kTypes.at(below(kTypes.size())) : reference_type();
  }
  ValueType reference_type() {
    const bool is_nullable = below(2) == 0;
    const auto heap = static_cast<HeapKind>(below(static_cast<std::uint64_t>(HeapKind::Bottom)));
    if (heap == HeapKind::Defined) return defined_ref_type(number() >> 10, is_nullable);
    return ref_type(heap, is_nullable);
  }
  FieldType field() {
    const FieldType result{value_type(), below(2) == 0};
    switch (below(4)) {
      case 0:
        return {{.kind = TypeKind::I8}, result.is_mutable};
      case 1:
        return {{.kind = TypeKind::I16}, result.is_mutable};
      default:
        return result;
    }
  }
  SubType sub_type() {
    SubType type;
    type.is_final = below(2) == 0;
    repeat(2, [&] { type.supertypes.push_back(number()); });
    switch (below(3)) {
      case 0:
        type.composite = ArrayType{field()};
        break;
      case 1:
        type.composite = StructType{};
        repeat(3, [&] { std::get<StructType>(type.composite).fields.push_back(field()); });
        break;
      default:
        type.composite = FunctionType{types(), types()};
        break;
    }
    return type;
  }
  void add_group(Module& module) {
    const auto begin = static_cast<std::uint32_t>(module.types.size());
    repeat(3, [&] { module.types.push_back(sub_type()); });
    module.groups.push_back(
        {.begin = begin, .count = static_cast<std::uint32_t>(module.types.size()) - begin});
  }
  std::vector<ValueType> types() {
    std::vector<ValueType> result;
    repeat(3, [&] { result.push_back(value_type()); });
    return result;
  }
  Limits limits() {
    Limits result{.min = bits64(), .max = {}};
    if (below(2) == 0) result.max = bits64();
    return result;
  }
  AddressType address() { return below(2) == 0 ? AddressType::I32 : AddressType::I64; }
  TableType table_type() { return {reference_type(), limits(), address()}; }
  MemoryType memory_type() {
    return {limits(), below(2) == 0, address(),
            below(2) == 0 ? kPageBytesLog2 : static_cast<std::uint8_t>(below(64))};
  }
  GlobalType global_type() { return {value_type(), below(2) == 0}; }
  ImportType import_type() {
    switch (below(5)) {
      case 0:
        return FunctionImport{number()};
      case 3:
        return TagType{number()};
      case 1:
        return table_type();
      case 2:
        return memory_type();
      default:
        return global_type();
    }
  }

  Expression constant() {
    Expression result;
    repeat(2, [&] { result.code.push_back(plain_instruction(result)); });
    result.code.push_back({.opcode = Opcode::End});
    return result;
  }

  // Blocks nested at random: whatever is open is closed at the end.
  Expression body() {
    Expression result;
    std::vector<Shape> open;
    repeat(40, [&] {
      const std::uint32_t kind = below(10);
      if (kind == 0 || (kind == 1 && open.empty())) {
        const std::array kinds = {Opcode::Block, Opcode::Loop, Opcode::If, Opcode::TryTable};
        const Opcode opcode = kinds.at(below(kinds.size()));
        result.code.push_back(with_immediates(opcode, result));
        open.push_back(info(opcode).shape);
      } else if (kind == 1) {
        result.code.push_back({.opcode = Opcode::End});
        open.pop_back();
      } else if (kind == 2 && !open.empty() && open.back() == Shape::If) {
        result.code.push_back({.opcode = Opcode::Else});
        open.back() = Shape::Else;
      } else {
        result.code.push_back(plain_instruction(result));
      }
    });
    for (std::size_t i = 0; i <= open.size(); ++i) result.code.push_back({.opcode = Opcode::End});
    return result;
  }

  // Any instruction that neither opens nor closes a block.
  Instruction plain_instruction(Expression& expression) {
    while (true) {
      const auto opcode = static_cast<Opcode>(below(kOpcodeCount));
      const Shape shape = info(opcode).shape;
      if (shape < Shape::Block || shape > Shape::End) return with_immediates(opcode, expression);
    }
  }

  Instruction with_immediates(Opcode opcode, Expression& expression) {
    Instruction result{.opcode = opcode};
    switch (info(opcode).immediate) {
      case ImmediateKind::None:
      case ImmediateKind::ZeroByte:
        break;
      case ImmediateKind::BlockType:
        block_type(result);
        break;
      case ImmediateKind::LabelTable:
        label_table(result, expression);
        break;
      case ImmediateKind::SelectTypes:
        select_types(result, expression);
        break;
      case ImmediateKind::MemArg:
        result.a = memory();
        result.b = below(33);
        result.value = bits64();
        break;
      case ImmediateKind::MemArgLane:
        result.a = memory();
        result.b = below(33) | below(256) << kLaneShift;
        result.value = bits64();
        break;
      case ImmediateKind::Lane:
        result.b = below(256);
        break;
      case ImmediateKind::Memory:
        result.a = memory();
        break;
      case ImmediateKind::I32:
      case ImmediateKind::F32:
        result.value = number();
        break;
      case ImmediateKind::I64:
      case ImmediateKind::F64:
        result.value = below(2) == 0 ? bits64() : ~bits64();
        break;
      case ImmediateKind::TryTable:
        try_table(result, expression);
        break;
      case ImmediateKind::CastBranch:
        result.a = number();
        result.b = encode(reference_type());
        result.value = encode(reference_type());
        break;
      case ImmediateKind::V128:
      case ImmediateKind::Shuffle:
        set_vector_immediate(result, {bits64(), bits64()});
        break;
      case ImmediateKind::RefType: {
        const bool is_nullable = opcode == Opcode::RefTestNull || opcode == Opcode::RefCastNull;
        result.b = encode(reference_type().with_nullable(is_nullable));
        break;
      }
      case ImmediateKind::HeapType:
        result.b = encode(reference_type().with_nullable(true));
        break;
      default:  // indices
        result.a = number();
        if (index_count(info(opcode).immediate) == 2) result.b = number();
    }
    return result;
  }

  std::uint32_t memory() { return below(2) == 0 ? 0 : number(); }

  void try_table(Instruction& instruction, Expression& expression) {
    block_type(instruction);
    const std::uint64_t start = expression.pool.size();
    std::uint64_t count = 0;
    repeat(3, [&] {
      const auto kind = static_cast<CatchKind>(below(4));
      expression.pool.push_back(static_cast<std::uint32_t>(kind));
      expression.pool.push_back(has_tag(kind) ? number() : 0);
      expression.pool.push_back(number());
      ++count;
    });
    instruction.value = start | count << 32;
  }

  void block_type(Instruction& instruction) {
    switch (below(3)) {
      case 0:
        instruction.a = kBlockEmpty;
        break;
      case 1:
        instruction.a = kBlockValue;
        instruction.b = encode(value_type());
        break;
      default:
        instruction.a = number() % kBlockValue;
        break;
    }
  }

  void label_table(Instruction& instruction, Expression& expression) {
    instruction.a = static_cast<std::uint32_t>(expression.pool.size());
    instruction.b = below(5);
    for (std::uint32_t i = 0; i <= instruction.b; ++i) expression.pool.push_back(number());
  }

  void select_types(Instruction& instruction, Expression& expression) {
    instruction.a = static_cast<std::uint32_t>(expression.pool.size());
    instruction.b = below(3);
    for (std::uint32_t i = 0; i < instruction.b; ++i) {
      expression.pool.push_back(encode(value_type()));
    }
  }

  Function function() {
    Function result;
    result.type = number();
    repeat(3, [&] { result.locals.push_back({below(1 << 30), value_type()}); });
    result.body = body();
    return result;
  }

  ElementSegment element() {
    ElementSegment result;
    result.mode = static_cast<SegmentMode>(below(3));
    result.type = reference_type();
    if (result.mode == SegmentMode::Active) {
      result.table = below(2) == 0 ? 0 : number();
      result.start = constant();
    }
    const bool is_plain = below(2) == 0;
    repeat(3, [&] {
      result.items.push_back(is_plain
                                 ? Expression{.code = {{.opcode = Opcode::RefFunc, .a = number()},
                                                       {.opcode = Opcode::End}},
                                              .pool = {}}
                                 : constant());
    });
    return result;
  }

  DataSegment data() {
    DataSegment result;
    result.bytes = bytes();
    result.mode = below(2) == 0 ? SegmentMode::Active : SegmentMode::Passive;
    if (result.mode == SegmentMode::Active) {
      result.memory = below(2) == 0 ? 0 : number();
      result.start = constant();
    }
    return result;
  }

  core::Rng rng_;
};

}  // namespace heddle::engine
