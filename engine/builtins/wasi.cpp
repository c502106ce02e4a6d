#include "engine/builtins/wasi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "engine/exec/host_context.hpp"

namespace heddle::engine {
namespace {

constexpr Slot kSuccess = 0;
constexpr Slot kBadFile = 8;                         // EBADF
constexpr Slot kBadAddress = 21;                     // EFAULT
constexpr Slot kInvalid = 28;                        // EINVAL
constexpr Slot kNoSeek = 70;                         // ESPIPE
constexpr std::uint32_t kSpawnFailed = 0xffff'fffa;  // -6: EAGAIN

using Arguments = std::span<const Slot>;

[[nodiscard]] bool is_output(Slot file) { return file == 1 || file == 2; }

template <typename Number>
[[nodiscard]] Slot put(HostContext& host, Slot address, Number value) {
  std::array<std::byte, sizeof(Number)> bytes{};
  std::memcpy(bytes.data(), &value, sizeof value);
  return host.write(address, bytes) ? kSuccess : kBadAddress;
}

// Each is a function of its arguments' slots that gives an error number.
Slot succeed(HostContext&, Arguments) { return kSuccess; }
Slot bad_file(HostContext&, Arguments) { return kBadFile; }
Slot no_seek(HostContext&, Arguments arguments) {
  return is_output(arguments[0]) ? kNoSeek : kBadFile;
}

Slot yield(HostContext& host, Arguments) {
  host.yield();
  return kSuccess;
}

// No arguments and no environment: none, of no bytes.
Slot sizes_of_none(HostContext& host, Arguments arguments) {
  const Slot first = put(host, arguments[0], std::uint32_t{0});
  const Slot second = put(host, arguments[1], std::uint32_t{0});
  return first == kSuccess ? second : first;
}

// fd, iovs, iovs_len, nwritten
Slot write_file(HostContext& host, Arguments arguments) {
  if (!is_output(arguments[0])) return kBadFile;
  std::uint32_t written = 0;
  for (std::uint64_t i = 0; i < arguments[2]; ++i) {
    std::array<std::uint32_t, 2> vector{};  // address, size
    std::array<std::byte, sizeof vector> bytes{};
    if (!host.read(arguments[1] + i * sizeof vector, bytes)) return kBadAddress;
    std::memcpy(vector.data(), bytes.data(), sizeof vector);
    if (host.memory() == nullptr || vector[1] > host.memory()->size_bytes()) return kBadAddress;
    std::string text(vector[1], '\0');
    if (!host.read(vector[0], std::as_writable_bytes(std::span(text)))) return kBadAddress;
    host.print(text);
    written += vector[1];
  }
  return put(host, arguments[3], written);
}

// fd, stat: a character device
Slot stat_file(HostContext& host, Arguments arguments) {
  if (arguments[0] > 2) return kBadFile;
  std::array<std::byte, 24> stat{};
  stat[0] = std::byte{2};
  return host.write(arguments[1], stat) ? kSuccess : kBadAddress;
}

// id, precision, time
Slot get_time(HostContext& host, Arguments arguments) {
  if (arguments[0] > 3) return kInvalid;
  return put(host, arguments[2], host.read_clock());
}

// id, resolution
Slot get_resolution(HostContext& host, Arguments arguments) {
  return put(host, arguments[1], std::uint64_t{1});
}

// buffer, size
Slot get_random(HostContext& host, Arguments arguments) {
  if (host.memory() == nullptr || arguments[1] > host.memory()->size_bytes()) return kBadAddress;
  std::vector<std::byte> bytes(arguments[1]);
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % 8 == 0) number = host.draw();
    bytes[i] = static_cast<std::byte>(number >> (i % 8 * 8));
  }
  return host.write(arguments[0], bytes) ? kSuccess : kBadAddress;
}

struct Entry {
  std::string_view name;
  std::string_view parameters;  // i: i32, I: i64
  Slot (*code)(HostContext&, Arguments);
};
constexpr std::array kFunctions{
    Entry{"args_get", "ii", &succeed},
    Entry{"args_sizes_get", "ii", &sizes_of_none},
    Entry{"clock_res_get", "ii", &get_resolution},
    Entry{"clock_time_get", "iIi", &get_time},
    Entry{"environ_get", "ii", &succeed},
    Entry{"environ_sizes_get", "ii", &sizes_of_none},
    Entry{"fd_close", "i", &succeed},
    Entry{"fd_fdstat_get", "ii", &stat_file},
    Entry{"fd_prestat_dir_name", "iii", &bad_file},
    Entry{"fd_prestat_get", "ii", &bad_file},
    Entry{"fd_seek", "iIii", &no_seek},
    Entry{"fd_write", "iiii", &write_file},
    Entry{"random_get", "ii", &get_random},
    Entry{"sched_yield", "", &yield},
};

core::Outcome exit_process(HostContext& host, Arguments arguments, std::span<Slot>) {
  if (arguments[0] != 0) {
    return {.kind = core::OutcomeKind::Trapped,
            .message = fmt::format("exit with status {}", arguments[0])};
  }
  host.end_call();
  return {.kind = core::OutcomeKind::Returned};
}

ExternValue function(Store& store, const FunctionType& type, ContextCode code, std::string name) {
  ExternValue value{.kind = ExternKind::Function};
  value.function = store.add_context_function(type, std::move(code), std::move(name));
  return value;
}

const FunctionType kStart{.parameters = {kI32, kI32}};

// What the agent of a new thread does.
AgentBody thread_body(std::shared_ptr<const CompiledModule> module, const ImportResolver* resolve,
                      std::uint32_t id, std::uint32_t argument) {
  return [module = std::move(module), resolve, id, argument](Agent& agent) {
    auto made = agent.instantiate(module, *resolve);
    if (!made) {
      agent.set_outcome({.kind = core::OutcomeKind::Trapped, .message = made.error().message});
    } else if (made->outcome.kind != core::OutcomeKind::Returned) {
      agent.set_outcome(std::move(made->outcome));
    } else {
      const FunctionInstance& start = *made->instance->exports.find(kThreadStart)->second.function;
      agent.set_outcome(agent.invoke(start,
                                     std::array{core::Value::i32(id), core::Value::i32(argument)},
                                     {.function = std::string(kThreadStart)}));
    }
  };
}

}  // namespace

HostExports add_wasi(Store& store) {
  HostExports exports;
  for (const Entry& item : kFunctions) {
    FunctionType type{.results = {kI32}};
    for (const char letter : item.parameters) {
      type.parameters.push_back(letter == 'I' ? kI64 : kI32);
    }
    ContextCode code = [code = item.code](HostContext& host, Arguments arguments,
                                          std::span<Slot> results) {
      results[0] = code(host, arguments);
      return core::Outcome{.kind = core::OutcomeKind::Returned};
    };
    exports.emplace(item.name, function(store, type, std::move(code), std::string(item.name)));
  }
  exports.emplace("proc_exit", function(store, {.parameters = {kI32}}, &exit_process, "proc_exit"));
  return exports;
}

HostExports add_wasi_threads(Store& store, std::shared_ptr<const CompiledModule> module,
                             ImportResolver resolve) {
  const auto resolver = std::make_shared<const ImportResolver>(std::move(resolve));
  ContextCode spawn = [module = std::move(module), resolver](HostContext& host, Arguments arguments,
                                                             std::span<Slot> results) {
    const std::uint32_t id = host.next_agent().index;
    const auto child = host.spawn(
        fmt::format("thread {}", id),
        thread_body(module, resolver.get(), id, static_cast<std::uint32_t>(arguments[0])));
    results[0] = child ? id : kSpawnFailed;
    return core::Outcome{.kind = core::OutcomeKind::Returned};
  };
  HostExports exports;
  exports.emplace(kThreadSpawn, function(store, {.parameters = {kI32}, .results = {kI32}},
                                         std::move(spawn), std::string(kThreadSpawn)));
  return exports;
}

core::Result<void> check_thread_start(const Module& module) {
  const auto found = std::ranges::find_if(module.exports, [](const Export& item) {
    return item.kind == ExternKind::Function && item.name == kThreadStart;
  });
  if (found != module.exports.end() &&
      module.function_type(module.type_index_of_function(found->index)) == kStart) {
    return {};
  }
  return core::make_error(
      "a module that imports \"wasi\" \"thread-spawn\" exports \"wasi_thread_start\", a function "
      "(param i32 i32)");
}

}  // namespace heddle::engine
