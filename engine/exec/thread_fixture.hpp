// For tests: programs of one agent, run on a Thread without a machine.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/outcome.hpp"
#include "engine/exec/collector.hpp"
#include "engine/exec/compile_module.hpp"
#include "engine/exec/far_access.hpp"
#include "engine/exec/switchboard.hpp"
#include "engine/exec/thread.hpp"
#include "engine/exec/uncaught.hpp"
#include "engine/runtime/store.hpp"
#include "wast/parse.hpp"

namespace heddle::engine {

inline constexpr std::uint64_t kAllPermits = std::numeric_limits<std::uint64_t>::max();

class OneAgent {
 public:
  explicit OneAgent(ThreadLimits limits = {}, const StoreLimits& store_limits = {})
      : store(store_limits), thread(limits) {
    context.fuel = std::numeric_limits<std::int64_t>::max();
    context.log = &log;
    context.permits = kAllPermits;
  }

  using Exports = std::map<std::string, ExternValue, std::less<>>;

  // What modules can import, by module and name.
  std::map<std::string, Exports, std::less<>> registered;

  // A module that must be right, instantiated without running its start function.
  Instance& instantiate(std::string_view text) {
    auto source = std::make_shared<core::Source>();
    source->file = "test.wat";
    source->text = text;
    auto module = wast::parse_module(source);
    if (!module) ADD_FAILURE() << module.error().message;
    std::string error;
    Instance* instance = link(std::make_shared<const Module>(std::move(module.value())), error);
    EXPECT_NE(instance, nullptr) << error;
    initialise(*instance);
    return *instance;
  }

  Instance* link(const std::shared_ptr<const Module>& module, std::string& error) {
    const auto valid = validate(module);
    if (!valid) return error = valid.error().message, nullptr;
    auto compiled = compile_module(*valid);
    if (!compiled) return error = compiled.error().message, nullptr;
    auto linked =
        store.link(*std::move(compiled),
                   [&](std::string_view from, std::string_view name) -> std::optional<ExternValue> {
                     const auto found = registered.find(from);
                     if (found == registered.end()) return std::nullopt;
                     const auto value = found->second.find(name);
                     if (value == found->second.end()) return std::nullopt;
                     return value->second;
                   });
    if (!linked) return error = linked.error().message, nullptr;
    return *linked;
  }

  // Active segments; the message of the trap, or nothing.
  std::string initialise(Instance& instance) {
    const Module& module = instance.module->module();
    for (std::size_t i = 0; i < module.elements.size(); ++i) {
      const ElementSegment& segment = module.elements[i];
      std::vector<Slot> items = instance.elements[i];
      if (segment.mode != SegmentMode::Passive) instance.elements[i].clear();
      if (segment.mode != SegmentMode::Active) continue;
      auto& table = instance.tables[segment.table]->elements;
      const std::uint64_t begin = store.evaluate(segment.start, instance);
      if (items.size() > table.size() || begin > table.size() - items.size()) {
        return "out of bounds table access";
      }
      std::ranges::copy(items, table.begin() + static_cast<std::ptrdiff_t>(begin));
    }
    for (std::size_t i = 0; i < module.datas.size(); ++i) {
      const DataSegment& segment = module.datas[i];
      if (segment.mode == SegmentMode::Passive) continue;
      const MemoryInstance& memory = *instance.memories[segment.memory];
      const std::uint64_t begin = store.evaluate(segment.start, instance);
      if (!EffectiveAddress{.value = begin}.is_within(memory.size_bytes(), segment.bytes.size())) {
        return "out of bounds memory access";
      }
      if (!segment.bytes.empty()) {
        std::memcpy(memory.base() + begin, segment.bytes.data(), segment.bytes.size());
      }
      instance.dropped_datas[i] = true;
    }
    return {};
  }

  static const FunctionInstance& function(const Instance& instance, std::string_view name) {
    const auto found = instance.exports.find(name);
    EXPECT_NE(found, instance.exports.end()) << name;
    return *found->second.function;
  }

  void start(const Instance& instance, std::string_view name, const std::vector<Slot>& arguments) {
    thread.reset();
    thread.start(function(instance, name), arguments);
  }

  // Runs until the thread stops; then all its events are in the trace.
  Stop go_on() {
    const Stop stop = thread.run(context);
    log.flush();
    return stop;
  }

  // Runs to the end, or to an action of the machine (Unfinished); host functions are called.
  core::Outcome run_to_end(const FunctionType& type) {
    for (;;) {
      switch (go_on()) {
        case Stop::Returned:
          return returned(type);
        case Stop::Trapped:
          return {.kind = core::OutcomeKind::Trapped, .message = thread.message()};
        case Stop::Thrown:
          return uncaught(store, thread.thrown_tag(), thread.thrown_values());
        case Stop::Exhausted:
          return {.kind = core::OutcomeKind::Exhausted, .message = thread.message()};
        case Stop::HostCall: {
          const HostCall call = thread.host_call();
          const core::Outcome outcome = (*call.function->host)(call.arguments, call.results);
          if (outcome.kind != core::OutcomeKind::Returned) return thread.reset(), outcome;
          thread.finish_host();
          break;
        }
        case Stop::Collect:
          collect();
          break;
        case Stop::Visible:
        case Stop::Switched:
        case Stop::Action:
        case Stop::Deeper:
        case Stop::Growth:
        case Stop::OutOfFuel:
          return {};
      }
    }
  }

  // The way out of Stop::Collect.
  void collect() {
    const std::array<const Thread*, 1> threads{&thread};
    collect_garbage(store, threads);
    store.heap().permit();
  }

  core::Outcome call(const FunctionInstance& callee, const std::vector<Slot>& arguments) {
    if (callee.code == nullptr) {
      std::vector<Slot> results(slot_count(callee.type->results));
      return (*callee.host)(arguments, results);
    }
    thread.reset();
    thread.start(callee, arguments);
    return run_to_end(*callee.type);
  }
  core::Outcome call(const Instance& instance, std::string_view name,
                     const std::vector<Slot>& arguments = {}) {
    return call(function(instance, name), arguments);
  }
  // The outcome as text: "returned i32:3".
  std::string run(const Instance& instance, std::string_view name,
                  const std::vector<Slot>& arguments = {}) {
    return core::to_string(call(instance, name, arguments));
  }

  core::Outcome returned(const FunctionType& type) {
    core::Outcome outcome{.kind = core::OutcomeKind::Returned};
    outcome.values = store.to_values(thread.results(), type.results);
    return outcome;
  }

  Store store;
  core::Trace trace;
  core::EventLog log{core::Recording::Full, trace};
  Switchboard board;  // closed
  RunContext context{board};
  Thread thread;
};

}  // namespace heddle::engine
