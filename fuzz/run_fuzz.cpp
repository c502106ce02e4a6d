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

// Makes whatever is imported, of the type that is asked for; functions return zeros. Nothing is
// found if the module asks for something else under a name that it has used.
class Host {
 public:
  Host(engine::Store& store, const engine::Module& module) : store_(store) {
    for (const engine::Import& import : module.imports) {
      made_.push_back(
          {&import, std::visit([&](const auto& type) { return make(module, type); }, import.type)});
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
  engine::ExternValue make(const engine::Module& module, const engine::FunctionImport& import) {
    const auto code = [](std::span<const engine::Slot>, std::span<engine::Slot> results) {
      std::ranges::fill(results, engine::Slot{0});
      return core::Outcome{.kind = core::OutcomeKind::Returned};
    };
    engine::ExternValue value;
    value.function = store_.add_host_function(module.function_type(import.type), code, "zero");
    return value;
  }
  engine::ExternValue make(const engine::Module&, const engine::TableType& type) {
    engine::ExternValue value{.kind = engine::ExternKind::Table};
    engine::TableType small = type;
    small.limits.min = std::min<std::uint64_t>(small.limits.min, 1'000);
    value.table = store_.add_table(small);
    return value;
  }
  engine::ExternValue make(const engine::Module&, const engine::MemoryType& type) {
    engine::ExternValue value{.kind = engine::ExternKind::Memory};
    engine::MemoryType small = type;
    small.limits.min = std::min<std::uint64_t>(small.limits.min, 4);
    if (small.limits.max) small.limits.max = std::max(*small.limits.max, small.limits.min);
    value.memory = store_.add_memory(small);
    return value;
  }
  engine::ExternValue make(const engine::Module&, const engine::GlobalType& type) {
    engine::ExternValue value{.kind = engine::ExternKind::Global};
    value.global = store_.add_global(type, 0);
    return value;
  }

  engine::Store& store_;
  std::vector<std::pair<const engine::Import*, engine::ExternValue>> made_;
};

std::vector<core::Value> arguments_of(const engine::FunctionType& type, core::Rng& rng) {
  std::vector<core::Value> arguments;
  for (const engine::ValueType parameter : type.parameters) {
    const std::uint64_t bits = rng.below(2) == 0 ? rng.below(70'000) : rng.next();
    core::Value value;
    switch (parameter.kind) {
      case engine::TypeKind::I32:
        value = core::Value::i32(static_cast<std::uint32_t>(bits));
        break;
      case engine::TypeKind::I64:
        value = core::Value::i64(bits);
        break;
      case engine::TypeKind::F32:
        value = core::Value::f32(static_cast<std::uint32_t>(bits));
        break;
      case engine::TypeKind::F64:
        value = core::Value::f64(bits);
        break;
      case engine::TypeKind::V128:
        value = {.kind = core::ValueKind::V128, .low = bits, .high = rng.next()};
        break;
      case engine::TypeKind::Ref:
      case engine::TypeKind::Bottom:
        value = {.kind = parameter.heap == engine::HeapKind::Func ? core::ValueKind::FuncRef
                                                                  : core::ValueKind::ExternRef,
                 .is_null = true};
        if (parameter.heap == engine::HeapKind::Extern && bits % 2 == 1) {
          value.is_null = false;
          value.low = bits % 10;
        }
        break;
    }
    arguments.push_back(value);
  }
  return arguments;
}

void call_exports(engine::Agent& agent, const engine::Instance& instance, std::uint64_t seed) {
  core::Rng rng(seed);
  std::size_t calls = 0;
  for (const auto& [name, value] : instance.exports) {
    if (value.kind != engine::ExternKind::Function || ++calls > kCallsMax) continue;
    const engine::FunctionInstance& function = *value.function;
    (void)agent.invoke(function, arguments_of(*function.type, rng), {.function = name});
  }
}

core::Execution execute(const std::shared_ptr<const engine::CompiledModule>& module,
                        std::uint64_t seed, core::Recording recording) {
  RandomChooser chooser(seed);
  engine::MachineOptions options;
  options.steps_max = 2'000;
  options.instructions_max = 20'000;
  options.recording = recording;
  options.grow_may_fail = seed % 2 == 0;
  options.thread = {.call_depth_max = 500, .value_slots_max = 20'000};
  options.store.memory_pages_max = 64;
  options.store.table_elements_max = 10'000;
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
  const core::Execution full = fuzz::execute(*module, seed, core::Recording::Full);
  const core::Execution again = fuzz::execute(*module, seed, core::Recording::Digest);
  fuzz::require(core::trace_digest_of(full) == core::trace_digest_of(again) &&
                    full.ends == again.ends && full.limit == again.limit,
                "the same program and schedule give the same trace");
  return 0;
}
