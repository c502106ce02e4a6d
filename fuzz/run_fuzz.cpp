// Any valid module: instantiating it with what it imports and calling what it exports, from two
// agents at once, ends in an outcome, and twice the same schedule gives twice the same trace.
//
// The schedule is random, with a seed from the module's bytes.
#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/digest.hpp"
#include "core/execution.hpp"
#include "core/rng.hpp"
#include "engine/binary/decode.hpp"
#include "engine/exec/compile_module.hpp"
#include "engine/exec/machine.hpp"
#include "engine/syntax/type_table.hpp"
#include "engine/valid/validate.hpp"
#include "fuzz/input.hpp"
#include "fuzz/mutate_module.hpp"

namespace heddle::fuzz {
namespace {

constexpr std::size_t kCallsMax = 8;

class RandomChooser final : public core::Chooser {
 public:
  explicit RandomChooser(std::uint64_t seed) : rng_(seed) {}
  core::Choice choose(const core::ChoicePoint& point) override {
    return point.options[rng_.below(point.options.size())];
  }

 private:
  core::Rng rng_;
};

// Whether null, or zero, is a value of all of them, and no type of the module is needed to say so.
bool have_zeros(std::span<const engine::ValueType> types) {
  return std::ranges::all_of(types, [](engine::ValueType type) {
    return type.kind != engine::TypeKind::Ref || (type.nullable && !type.is_defined_ref());
  });
}

// Makes whatever is imported, of the type that is asked for, with zeros for values; functions
// return zeros. Nothing is found where there are none, or if the module asks for something else
// under a name that it has used.
class Host {
 public:
  Host(engine::Store& store, const engine::Module& module) : store_(store) {
    for (const engine::Import& import : module.imports) {
      auto value = std::visit([&](const auto& type) { return make(module, type); }, import.type);
      if (value) made_.push_back({&import, *std::move(value)});
    }
  }

  [[nodiscard]] engine::ImportResolver resolver() const {
    return [this](std::string_view module,
                  std::string_view name) -> std::optional<engine::ExternValue> {
      for (const auto& [import, value] : made_) {
        if (import->module == module && import->name == name) return value;
      }
      return std::nullopt;
    };
  }

 private:
  using Made = std::optional<engine::ExternValue>;

  engine::FunctionInstance* make_function(const engine::FunctionType& type) {
    if (!have_zeros(type.parameters) || !have_zeros(type.results)) return nullptr;
    const auto code = [](std::span<const engine::Slot>, std::span<engine::Slot> results) {
      std::ranges::fill(results, engine::Slot{0});
      return core::Outcome{.kind = core::OutcomeKind::Returned};
    };
    return store_.add_host_function(type, code, "zero");
  }

  Made make(const engine::Module& module, const engine::FunctionImport& import) {
    engine::FunctionInstance* const function = make_function(module.function_type(import.type));
    if (function == nullptr) return std::nullopt;
    engine::ExternValue value;
    value.function = function;
    return value;
  }
  Made make(const engine::Module& module, const engine::TagType& type) {
    const engine::FunctionInstance* const same = make_function(module.function_type(type.type));
    if (same == nullptr) return std::nullopt;
    engine::ExternValue value{.kind = engine::ExternKind::Tag};
    value.tag = store_.add_tag(same->type_id);
    return value;
  }
  Made make(const engine::Module&, const engine::TableType& type) {
    if (!have_zeros({&type.element, 1})) return std::nullopt;
    engine::ExternValue value{.kind = engine::ExternKind::Table};
    engine::TableType small = type;
    small.limits.min = std::min<std::uint64_t>(small.limits.min, 1'000);
    value.table = store_.add_table(small);
    return value;
  }
  Made make(const engine::Module&, const engine::MemoryType& type) {
    engine::ExternValue value{.kind = engine::ExternKind::Memory};
    engine::MemoryType small = type;
    small.limits.min = std::min<std::uint64_t>(small.limits.min, 4);
    if (small.limits.max) small.limits.max = std::max(*small.limits.max, small.limits.min);
    value.memory = store_.add_memory(small);
    return value;
  }
  Made make(const engine::Module&, const engine::GlobalType& type) {
    if (!have_zeros({&type.type, 1})) return std::nullopt;
    engine::ExternValue value{.kind = engine::ExternKind::Global};
    value.global = store_.add_global(type, engine::Slot{0});
    return value;
  }

  engine::Store& store_;
  std::vector<std::pair<const engine::Import*, engine::ExternValue>> made_;
};

core::ValueKind kind_of(engine::HeapKind heap) {
  const engine::HeapKind top = engine::top_of(heap);
  if (top == engine::HeapKind::Func) return core::ValueKind::FuncRef;
  if (top == engine::HeapKind::Extern) return core::ValueKind::ExternRef;
  return top == engine::HeapKind::Exn ? core::ValueKind::ExnRef : core::ValueKind::AnyRef;
}

core::Value value_of(engine::ValueType type, core::Rng& rng) {
  const std::uint64_t bits = rng.below(2) == 0 ? rng.below(70'000) : rng.next();
  switch (type.kind) {
    case engine::TypeKind::I8:
    case engine::TypeKind::I16:
    case engine::TypeKind::I32:
      return core::Value::i32(static_cast<std::uint32_t>(bits));
    case engine::TypeKind::I64:
      return core::Value::i64(bits);
    case engine::TypeKind::F32:
      return core::Value::f32(static_cast<std::uint32_t>(bits));
    case engine::TypeKind::F64:
      return core::Value::f64(bits);
    case engine::TypeKind::V128:
      return {.kind = core::ValueKind::V128, .low = bits, .high = rng.next()};
    case engine::TypeKind::Ref:
    case engine::TypeKind::Bottom:
      break;
  }
  core::Value value{.kind = kind_of(type.heap), .is_null = true};
  if (type.heap == engine::HeapKind::Extern && bits % 2 == 1) {
    value.is_null = false;
    value.low = bits % 10;
  }
  return value;
}

void call_exports(engine::Agent& agent, const engine::Instance& instance, std::uint64_t seed) {
  core::Rng rng(seed);
  std::size_t calls = 0;
  for (const auto& [name, value] : instance.exports) {
    if (value.kind != engine::ExternKind::Function || ++calls > kCallsMax) continue;
    const engine::FunctionInstance& function = *value.function;
    if (!have_zeros(function.type->parameters)) continue;
    std::vector<core::Value> arguments;
    for (const engine::ValueType type : function.type->parameters) {
      arguments.push_back(value_of(type, rng));
    }
    (void)agent.invoke(function, arguments, {.function = name});
  }
}

core::Execution execute(const std::shared_ptr<const engine::CompiledModule>& module,
                        std::uint64_t seed, core::Recording recording,
                        engine::Collections collections) {
  RandomChooser chooser(seed);
  engine::MachineOptions options;
  options.steps_max = 2'000;
  options.instructions_max = 20'000;
  options.recording = recording;
  options.faults.memory_grow = seed % 2 == 0;
  options.thread = {.call_depth_max = 500, .value_slots_max = 20'000};
  options.store.memory_pages_max = 64;
  options.store.table_elements_max = 10'000;
  options.store.heap_bytes_max = 1 << 20;
  options.collections = collections;
  engine::Machine machine(options, chooser);
  const Host host(machine.store(), module->module());
  return machine.run("main", [&](engine::Agent& main) {
    const auto made = main.instantiate(module, host.resolver());
    if (!made || made->instance == nullptr) return;
    const engine::Instance& instance = *made->instance;
    const core::AgentId other = main.spawn(
        "T", [&instance, seed](engine::Agent& agent) { call_exports(agent, instance, ~seed); });
    call_exports(main, instance, seed);
    main.join(other);
  });
}

}  // namespace
}  // namespace heddle::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t size_max, unsigned int seed) {
  return heddle::fuzz::mutate_binary(data, size, size_max, seed);
}
extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1,
                                                 const std::uint8_t* data2, std::size_t size2,
                                                 std::uint8_t* out, std::size_t size_max,
                                                 unsigned int seed) {
  return heddle::fuzz::cross_binaries(data1, size1, data2, size2, out, size_max, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  auto decoded = engine::decode(fuzz::source_of(data, size, false));
  if (!decoded) return -1;  // not worth keeping
  const auto valid = engine::validate(std::make_shared<const engine::Module>(*std::move(decoded)));
  if (!valid) return -1;
  const auto module = engine::compile_module(*valid);
  if (!module) return 0;
  const std::uint64_t seed = core::digest_of(fuzz::text_of(data, size)).low;
  const core::Execution full =
      fuzz::execute(*module, seed, core::Recording::Full, engine::Collections::WhenNeeded);
  const core::Execution again =
      fuzz::execute(*module, seed, core::Recording::Digest, engine::Collections::AtEveryAllocation);
  fuzz::require(core::trace_digest_of(full) == core::trace_digest_of(again) &&
                    full.ends == again.ends && full.limit == again.limit,
                "the same program and schedule give the same trace, whenever garbage is collected");
  return 0;
}
