#include "engine/binary/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace heddle::engine {
namespace {

// The part of the pool that an instruction names; where it lies there means nothing.
std::span<const std::uint32_t> pooled(const Instruction& instruction,
                                      const std::vector<std::uint32_t>& pool) {
  const ImmediateKind immediate = info(instruction.opcode).immediate;
  const std::span<const std::uint32_t> whole(pool);
  if (immediate == ImmediateKind::LabelTable) {
    return whole.subspan(instruction.a, std::size_t{instruction.b} + 1);
  }
  if (immediate == ImmediateKind::SelectTypes) return whole.subspan(instruction.a, instruction.b);
  return {};
}

bool are_alike(const Instruction& left, const std::vector<std::uint32_t>& left_pool,
               const Instruction& right, const std::vector<std::uint32_t>& right_pool) {
  if (left.opcode != right.opcode || left.b != right.b || left.value != right.value) return false;
  const ImmediateKind immediate = info(left.opcode).immediate;
  if (immediate == ImmediateKind::LabelTable || immediate == ImmediateKind::SelectTypes) {
    return std::ranges::equal(pooled(left, left_pool), pooled(right, right_pool));
  }
  return left.a == right.a;
}

std::string find_difference(const Expression& left, const Expression& right) {
  if (left.code.size() != right.code.size()) {
    return fmt::format("{} and {} instructions", left.code.size(), right.code.size());
  }
  for (std::size_t i = 0; i < left.code.size(); ++i) {
    if (!are_alike(left.code[i], left.pool, right.code[i], right.pool)) {
      return fmt::format("instruction {} ({}, {})", i, info(left.code[i].opcode).mnemonic,
                         info(right.code[i].opcode).mnemonic);
    }
  }
  return "";
}

std::string find_difference(const Import& left, const Import& right) {
  if (left.module != right.module || left.name != right.name) return "name";
  return left.type == right.type ? "" : "type";
}

std::string find_difference(const Export& left, const Export& right) {
  if (left.name != right.name) return "name";
  return left.kind == right.kind && left.index == right.index ? "" : "what is exported";
}

std::string find_difference(const Function& left, const Function& right) {
  if (left.type != right.type) return "type";
  if (left.locals != right.locals) return "locals";
  return find_difference(left.body, right.body);
}

std::string find_difference(const Table& left, const Table& right) {
  if (left.type != right.type) return "type";
  if (left.init.has_value() != right.init.has_value()) return "initial value";
  return left.init ? find_difference(*left.init, *right.init) : "";
}

std::string find_difference(const Tag& left, const Tag& right) {
  return left.type == right.type ? "" : "type";
}

std::string find_difference(const SubType& left, const SubType& right) {
  if (left == right) return "";
  if (left.function() == nullptr || right.function() == nullptr) return "definition";
  return fmt::format("{}, {}", to_string(*left.function()), to_string(*right.function()));
}

std::string find_difference(const Memory& left, const Memory& right) {
  return left.type == right.type ? "" : "type";
}

std::string find_difference(const Global& left, const Global& right) {
  return left.type == right.type ? find_difference(left.init, right.init) : "type";
}

template <typename List>
std::string find_difference(const char* what, const List& left, const List& right);

std::string find_difference(const ElementSegment& left, const ElementSegment& right) {
  if (left.mode != right.mode) return "mode";
  if (left.type != right.type) return "type";
  if (left.table != right.table) return "table";
  if (auto found = find_difference(left.start, right.start); !found.empty()) return found;
  return find_difference("item", left.items, right.items);
}

std::string find_difference(const DataSegment& left, const DataSegment& right) {
  if (left.mode != right.mode) return "mode";
  if (left.memory != right.memory) return "memory";
  if (auto found = find_difference(left.start, right.start); !found.empty()) return found;
  return left.bytes == right.bytes ? "" : "bytes";
}

std::string find_difference(const CustomSection& left, const CustomSection& right) {
  if (left.name != right.name) return "name";
  return left.bytes == right.bytes ? "" : "bytes";
}

template <typename List>
std::string find_difference(const char* what, const List& left, const List& right) {
  if (left.size() != right.size()) {
    return fmt::format("number of {}s: {}, {}", what, left.size(), right.size());
  }
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (auto found = find_difference(left[i], right[i]); !found.empty()) {
      return fmt::format("{} {}, {}", what, i, found);
    }
  }
  return "";
}

}  // namespace

std::string find_difference(const Module& left, const Module& right) {
  for (const std::string& found : {
           find_difference("type", left.types, right.types),
           find_difference("import", left.imports, right.imports),
           find_difference("table", left.tables, right.tables),
           find_difference("memory", left.memories, right.memories),
           find_difference("tag", left.tags, right.tags),
           find_difference("global", left.globals, right.globals),
           find_difference("export", left.exports, right.exports),
           find_difference("element segment", left.elements, right.elements),
           find_difference("data segment", left.datas, right.datas),
           find_difference("function", left.functions, right.functions),
           find_difference("custom section", left.customs, right.customs),
       }) {
    if (!found.empty()) return found;
  }
  if (left.start != right.start) return "start";
  if (left.name != right.name) return "name of the module";
  if (left.groups != right.groups) return "recursive groups";
  if (left.names != right.names) return "names";
  const bool counts_differ =
      left.data_count && right.data_count && *left.data_count != *right.data_count;
  return counts_differ ? "data count" : "";
}

}  // namespace heddle::engine
