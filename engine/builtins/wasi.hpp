// WASI: as much of "wasi_snapshot_preview1" as a program from clang and wasi-libc imports without
// using files, and wasi-threads. Spec: WASI preview 1, witx; wasi-threads, README.
//
// Standard output and error are kept (Execution::output); there are no arguments, no environment
// and no files; the clock is the virtual one, and random numbers are the same in each execution.
//
// A thread is an agent with an instance of the same module, made with the same imports: its active
// segments are written again and its start function is called again, as wasmtime does it, so
// modules with threads have passive ones. Then `wasi_thread_start` is called. A thread that traps
// does not end the others (the execution has failed anyway), nor does the end of `main`, nor
// proc_exit: bugs of programs that do not join their threads are to be found.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "core/result.hpp"
#include "engine/runtime/store.hpp"

namespace heddle::engine {

inline constexpr std::string_view kWasi = "wasi_snapshot_preview1";
inline constexpr std::string_view kWasiThreads = "wasi";
inline constexpr std::string_view kThreadSpawn = "thread-spawn";
inline constexpr std::string_view kThreadStart = "wasi_thread_start";

using HostExports = std::map<std::string, ExternValue, std::less<>>;

[[nodiscard]] HostExports add_wasi(Store& store);

// "thread-spawn" for a module; `resolve` must be valid as long as the execution lasts.
[[nodiscard]] HostExports add_wasi_threads(Store& store,
                                           std::shared_ptr<const CompiledModule> module,
                                           ImportResolver resolve);

// Whether a module that spawns threads exports where they begin.
[[nodiscard]] core::Result<void> check_thread_start(const Module& module);

}  // namespace heddle::engine
