// Fiber: C++ code that can stop in the middle and be resumed: what an agent's body runs on.
//
// A Boost.Fiber under a scheduling algorithm of our own, which never decides anything: it switches
// to the fiber that resume or park names. Fibers are kept, with their stacks, and used again:
// starting one costs a switch.
//
// Invariants:
//   1. resume returns when the code parks or ends; park returns when the fiber is resumed.
//   2. Fibers belong to the OS thread that started them.
//   3. Exceptions may be in flight on any number of fibers: the C++ runtime's list of caught
//      exceptions is switched along.
#pragma once

#include <cstddef>
#include <memory>

namespace heddle::engine {

// Bodies parse and validate quoted modules, so they get more than the customary 64 KiB. It is
// address space: only the pages that were ever touched take memory, and a page below it is never
// accessible.
#if __has_feature(address_sanitizer)
inline constexpr std::size_t kFiberStackBytes = 1024 * 1024;
#else
inline constexpr std::size_t kFiberStackBytes = 256 * 1024;
#endif

class Fiber {
 public:
  using Code = void (*)(void* argument);

  // A fiber that runs code(argument) when it is first resumed. The code must not throw.
  [[nodiscard]] static Fiber* start(Code code, void* argument);

  // Hands a fiber back whose code has ended, or was never begun.
  static void recycle(Fiber* fiber);

  // Not from the fiber itself.
  void resume();
  // Only from the fiber itself.
  void park();

  [[nodiscard]] bool has_ended() const;

  Fiber();
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace heddle::engine
