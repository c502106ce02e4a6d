#include "bench/modules.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include "core/rng.hpp"
#include "engine/binary/encode.hpp"
#include "engine/exec/compile_module.hpp"
#include "engine/valid/validate.hpp"
#include "wast/parse.hpp"

namespace heddle::bench {
namespace {

[[noreturn]] void stop(std::string_view message) {
  fmt::print(stderr, "bench: {}\n", message);
  std::exit(EXIT_FAILURE);
}

template <typename T>
T take(core::Result<T> result, std::string_view text) {
  if (!result) stop(core::render(result.error(), text));
  return *std::move(result);
}

// What the functions of large_module are made from.
constexpr std::string_view kTypicalModule = R"((module
  (type $binary (func (param i32 i32) (result i32)))
  (memory 1)
  (table 2 funcref)
  (elem (i32.const 0) $sum $hash)
  (global $seed (mut i32) (i32.const 7))
  (func $sum (param $begin i32) (param $end i32) (result i32)
    (local $sum i32) (local $i i32)
    (local.set $i (local.get $begin))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $end)))
        (local.set $sum
          (i32.add (local.get $sum)
            (i32.load offset=1024 (i32.shl (local.get $i) (i32.const 2)))))
        (i32.store offset=2048 (i32.shl (local.get $i) (i32.const 2)) (local.get $sum))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $sum))
  (func $hash (param $key i32) (param $length i32) (result i32)
    (local $state i64) (local $byte i32)
    (local.set $state (i64.const -3750763034362895579))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $length)))
        (local.set $byte (i32.load8_u (local.get $key)))
        (local.set $state
          (i64.mul (i64.xor (local.get $state) (i64.extend_i32_u (local.get $byte)))
            (i64.const 1099511628211)))
        (local.set $state
          (i64.xor (local.get $state) (i64.shr_u (local.get $state) (i64.const 29))))
        (local.set $key (i32.add (local.get $key) (i32.const 1)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br $next)))
    (global.set $seed (i32.wrap_i64 (local.get $state)))
    (i32.wrap_i64 (i64.rotl (local.get $state) (i64.const 17))))
  (func $distance (param $a i32) (param $b i32) (result i32)
    (local $dx f64) (local $dy f64)
    (local.set $dx (f64.sub (f64.load (local.get $a)) (f64.load (local.get $b))))
    (local.set $dy (f64.sub (f64.load offset=8 (local.get $a)) (f64.load offset=8 (local.get $b))))
    (i32.trunc_sat_f64_s
      (f64.sqrt (f64.add (f64.mul (local.get $dx) (local.get $dx))
        (f64.mul (local.get $dy) (local.get $dy))))))
  (func $step (param $opcode i32) (param $value i32) (result i32)
    (block $default
      (block $three
        (block $two
          (block $one
            (br_table $one $two $three $default (local.get $opcode)))
          (return (i32.add (local.get $value) (i32.const 100))))
        (return (i32.rem_s (local.get $value) (i32.const 1000))))
      (return (call $sum (i32.const 0) (local.get $value))))
    (if (result i32) (i32.gt_s (local.get $value) (i32.const 50))
      (then (call $hash (local.get $value) (i32.const 16)))
      (else (call_indirect (type $binary) (local.get $value) (i32.const 3)
        (i32.and (global.get $seed) (i32.const 1)))))))
)";

void vary_constants(engine::Function& function, core::Rng& rng) {
  for (engine::Instruction& instruction : function.body.code) {
    if (instruction.opcode != engine::Opcode::I32Const) continue;
    // All lengths of LEB128, the short ones more often than chance would have them.
    instruction.value = static_cast<std::uint32_t>(rng.next() >> (32 + rng.below(32)));
  }
}

}  // namespace

engine::Module parse(std::string_view text) {
  return take(wast::parse_module(std::make_shared<const core::Source>(
                  core::Source{.file = "bench.wat", .text = std::string(text)})),
              text);
}

std::shared_ptr<const engine::CompiledModule> compile(std::string_view text) {
  const auto valid =
      take(engine::validate(std::make_shared<const engine::Module>(parse(text))), text);
  return take(engine::compile_module(valid), text);
}

std::string large_module(std::size_t size_bytes) {
  engine::Module module = parse(kTypicalModule);
  core::Rng rng(1);
  const std::vector<engine::Function> typical = module.functions;
  std::size_t copies = size_bytes / encode(module).size() + 1;
  while (true) {
    while (module.functions.size() < copies * typical.size()) {
      module.functions.push_back(typical[module.functions.size() % typical.size()]);
      vary_constants(module.functions.back(), rng);
    }
    std::string bytes = encode(module);
    if (bytes.size() >= size_bytes) return bytes;
    copies += copies / 8 + 1;
  }
}

core::Execution run(const std::shared_ptr<const engine::CompiledModule>& module,
                    const std::string& function, std::int32_t argument, std::uint32_t agents,
                    const engine::MachineOptions& options, core::Chooser& chooser) {
  engine::Machine machine(options, chooser);
  const std::vector arguments{core::Value::i32(static_cast<std::uint32_t>(argument))};
  core::Execution execution = machine.run("main", [&](engine::Agent& main) {
    const auto made =
        main.instantiate(module, [](std::string_view, std::string_view) { return std::nullopt; });
    if (!made) stop(made.error().message);
    const engine::FunctionInstance& callee =
        *made->instance->exports.find(function)->second.function;
    const auto call = [&callee, &arguments, &function](engine::Agent& agent) {
      const core::Outcome outcome = agent.invoke(callee, arguments, {.function = function});
      if (outcome.kind != core::OutcomeKind::Returned) stop(to_string(outcome));
    };
    if (agents == 1) return call(main);
    std::vector<core::AgentId> spawned;
    for (std::uint32_t i = 0; i < agents; ++i) spawned.push_back(main.spawn("T", call));
    for (const core::AgentId agent : spawned) main.join(agent);
  });
  if (execution.hit_limit) stop(execution.limit);
  return execution;
}

}  // namespace heddle::bench
