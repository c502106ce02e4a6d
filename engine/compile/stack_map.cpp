#include "engine/compile/stack_map.hpp"

#include <algorithm>
#include <functional>

#include "core/check.hpp"
#include "engine/compile/function_compiler.hpp"

namespace heddle::engine {

bool StackMap::is_reference(std::uint32_t temporary, std::uint32_t cell) const {
  const auto begin = flips_.begin() + begins_[temporary];
  const auto end = flips_.begin() + begins_[temporary + 1];
  return (std::upper_bound(begin, end, cell) - begin) % 2 == 1;
}

void StackMapBuilder::set(std::uint32_t height, bool is_reference, std::uint32_t position) {
  if (height >= flips_.size()) flips_.resize(height + 1);
  std::vector<std::uint32_t>& flips = flips_[height];
  if ((flips.size() % 2 == 1) == is_reference) return;
  // Where no cell has been emitted since, the earlier state is of no cell.
  if (!flips.empty() && flips.back() >= position) {
    flips.pop_back();
  } else {
    flips.push_back(position);
  }
}

void StackMapBuilder::begin_instruction(std::uint32_t position, OperandStack& stack) {
  const auto update = [&](std::uint32_t height) {
    const bool is_reference = height < stack.size() &&
                              stack.at(height).kind == OperandStack::Kind::Temporary &&
                              stack.at(height).slot_class == SlotClass::Reference;
    set(height, is_reference, position);
  };
  const std::uint32_t begin = std::min(stack.take_touched(), moved_);
  moved_ = 0xffff'ffff;
  for (const std::uint32_t height : settled_) {
    if (height < begin) update(height);
  }
  settled_.clear();
  const std::uint32_t end = std::max(height_, stack.size());
  for (std::uint32_t height = begin; height < end; ++height) update(height);
  height_ = stack.size();
}

void StackMapBuilder::move(std::uint32_t position, const OperandStack& stack, std::uint32_t from,
                           std::uint32_t to) {
  const std::uint32_t count = stack.size() - from;
  for (std::uint32_t i = 0; i < count; ++i) {
    set(to + i, stack.at(from + i).slot_class == SlotClass::Reference, position);
  }
  for (std::uint32_t height = to + count; height < height_; ++height) set(height, false, position);
  moved_ = std::min(moved_, to);
}

void StackMapBuilder::finish(const LocalSlots& locals, std::uint32_t temporaries_begin) {
  map_ = {};
  locals.for_each_reference_run([&](std::uint64_t slot, std::uint64_t count) {
    map_.locals_.emplace_back(static_cast<std::uint32_t>(slot),
                              static_cast<std::uint32_t>(slot + count));
  });
  map_.temporaries_begin_ = temporaries_begin;
  while (!flips_.empty() && flips_.back().empty()) flips_.pop_back();
  for (const std::vector<std::uint32_t>& flips : flips_) {
    map_.begins_.push_back(static_cast<std::uint32_t>(map_.flips_.size()));
    map_.flips_.insert(map_.flips_.end(), flips.begin(), flips.end());
  }
  map_.begins_.push_back(static_cast<std::uint32_t>(map_.flips_.size()));
}

StackMaps::StackMaps(const CompiledModule& module, const HandlerTable& handlers)
    : module_(&module), handlers_(&handlers) {}
StackMaps::~StackMaps() = default;

void StackMaps::prepare() {
  CompileContext context = context_of(module_->module());
  context.functions = module_->functions.data();
  context_ = std::make_unique<const CompileContext>(std::move(context));
  for (std::uint32_t i = 0; i < module_->functions.size(); ++i) {
    codes_.push_back({.cells = module_->functions[i].cells, .function = i});
  }
  std::ranges::sort(codes_, std::less<>{}, [](const Code& code) { return code.cells.data(); });
}

std::unique_ptr<const StackMap> StackMaps::make(std::uint32_t function) const {
  FunctionCode code;
  code.function_index = context_->imported_functions + function;
  CodeArena arena;
  FunctionCompiler compiler(*context_, *handlers_, arena);
  StackMapBuilder builder;
  const auto compiled = compiler.compile(module_->module().functions[function], code, &builder);
  HEDDLE_CHECK(compiled.has_value() &&
               code.cells.size() == module_->functions[function].cells.size());
  return std::make_unique<const StackMap>(builder.take());
}

std::optional<StackMaps::Place> StackMaps::find(const Cell* cell) {
  const std::scoped_lock lock(mutex_);
  if (context_ == nullptr) prepare();
  auto code = std::ranges::upper_bound(codes_, cell, std::less<>{},
                                       [](const Code& item) { return item.cells.data(); });
  if (code == codes_.begin()) return std::nullopt;
  --code;
  if (!std::less<>{}(cell, code->cells.data() + code->cells.size())) return std::nullopt;
  if (code->map == nullptr) code->map = make(code->function);
  return Place{.map = code->map.get(),
               .cell = static_cast<std::uint32_t>(cell - code->cells.data())};
}

}  // namespace heddle::engine
