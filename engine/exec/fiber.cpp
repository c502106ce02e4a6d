#include "engine/exec/fiber.hpp"

#include <cxxabi.h>

#include <boost/fiber/algo/algorithm.hpp>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>
#include <boost/fiber/protected_fixedsize_stack.hpp>
#include <boost/fiber/scheduler.hpp>
#include <cstring>
#include <utility>
#include <vector>

#include "core/check.hpp"

#if __has_feature(address_sanitizer)
#include <sanitizer/common_interface_defs.h>
#define HEDDLE_ADDRESS_SANITIZER 1
#else
#define HEDDLE_ADDRESS_SANITIZER 0
#endif
#if __has_feature(thread_sanitizer)
#include <sanitizer/tsan_interface.h>
#define HEDDLE_THREAD_SANITIZER 1
#else
#define HEDDLE_THREAD_SANITIZER 0
#endif

namespace heddle::engine {
namespace {

using Context = boost::fibers::context;

// Where the algorithm switches to next, and the fiber that was made last. Plain data without a
// destructor: the algorithm outlives everything else of its OS thread.
struct Direction {
  Context* next = nullptr;
  Context* made = nullptr;
  bool is_making = false;
};
constinit thread_local Direction direction;

// The type of point in time that Boost asks for. It is never looked at: time is virtual.
template <typename Method>
struct ParameterOf;
template <typename Class, typename Parameter>
struct ParameterOf<void (Class::*)(Parameter) noexcept> {
  using Type = Parameter;
};
using Deadline = ParameterOf<decltype(&boost::fibers::algo::algorithm::suspend_until)>::Type;

// Obeys `direction`. Boost's own contexts (its dispatcher, which frees ended fibers) are queued,
// and run only when nobody has been named.
class DirectedAlgorithm final : public boost::fibers::algo::algorithm {
 public:
  void awakened(Context* context) noexcept override {
    if (direction.is_making) {
      direction.made = context;
    } else {
      context->ready_link(ready_);
    }
  }
  Context* pick_next() noexcept override {
    if (direction.next != nullptr) return std::exchange(direction.next, nullptr);
    if (ready_.empty()) return nullptr;
    Context* const context = &ready_.front();
    ready_.pop_front();
    return context;
  }
  [[nodiscard]] bool has_ready_fibers() const noexcept override {
    return direction.next != nullptr || !ready_.empty();
  }
  // Nobody wakes this OS thread from outside.
  void suspend_until(Deadline /*deadline*/) noexcept override {}
  void notify() noexcept override {}

 private:
  boost::fibers::scheduler::ready_queue_type ready_;
};

// Where a stack lies, for the address sanitizer.
struct StackBounds {
  const void* bottom = nullptr;
  std::size_t size = 0;
};

// Allocates like Boost's, and says where.
struct StackAllocator {
  boost::fibers::protected_fixedsize_stack stacks{kFiberStackBytes};
  StackBounds* bounds = nullptr;

  boost::context::stack_context allocate() {
    const boost::context::stack_context stack = stacks.allocate();
    *bounds = {static_cast<const char*>(stack.sp) - stack.size, stack.size};
    return stack;
  }
  void deallocate(boost::context::stack_context& stack) { stacks.deallocate(stack); }
};

#if HEDDLE_ADDRESS_SANITIZER
void begin_switch(const StackBounds& to) {
  __sanitizer_start_switch_fiber(nullptr, to.bottom, to.size);
}
StackBounds end_switch() {
  StackBounds from;
  __sanitizer_finish_switch_fiber(nullptr, &from.bottom, &from.size);
  return from;
}
#else
void begin_switch(const StackBounds& /*to*/) {}
StackBounds end_switch() { return {}; }
#endif

#if HEDDLE_THREAD_SANITIZER
// What the thread sanitizer has to be told of a fiber.
class Announcer {
 public:
  Announcer() : own_(__tsan_create_fiber(0)) {}
  Announcer(const Announcer&) = delete;
  Announcer& operator=(const Announcer&) = delete;
  Announcer(Announcer&&) = delete;
  Announcer& operator=(Announcer&&) = delete;
  ~Announcer() { __tsan_destroy_fiber(own_); }
  void enter() {
    resumer_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(own_, 0);
  }
  void leave() { __tsan_switch_to_fiber(resumer_, 0); }

 private:
  void* own_;
  void* resumer_ = nullptr;
};
#else
struct Announcer {
  void enter() {}
  void leave() {}
};
#endif

// The Itanium C++ ABI's per-thread record of exceptions: two words, which it keeps opaque.
struct ExceptionState {
  void* caught = nullptr;
  std::uintptr_t uncaught = 0;

  static ExceptionState exchange(const ExceptionState& in) {
    void* const record = abi::__cxa_get_globals();
    ExceptionState out;
    std::memcpy(&out, record, sizeof out);
    std::memcpy(record, &in, sizeof in);
    return out;
  }
};

}  // namespace

struct Fiber::State {
  Code code = nullptr;  // null: the fiber is to end
  void* argument = nullptr;
  bool has_ended = true;
  Context* context = nullptr;
  Context* resumer = nullptr;
  StackBounds stack;
  StackBounds resumer_stack;
  Announcer announcer;
  ExceptionState exceptions;  // of the side that does not run
  boost::fibers::fiber fiber;

  void work();
  void leave();
};

// Runs on the fiber: one code after the other, until there is none.
void Fiber::State::work() {
  resumer_stack = end_switch();
  while (code != nullptr) {
    code(argument);
    has_ended = true;
    leave();
  }
  direction.next = resumer;
  begin_switch(resumer_stack);
  announcer.leave();
}

void Fiber::State::leave() {
  direction.next = resumer;
  begin_switch(resumer_stack);
  announcer.leave();
  context->suspend();
  resumer_stack = end_switch();
}

Fiber::Fiber() : state_(std::make_unique<State>()) {
  State& state = *state_;
  direction.is_making = true;
  state.fiber =
      boost::fibers::fiber(boost::fibers::launch::post, std::allocator_arg,
                           StackAllocator{.bounds = &state.stack}, [&state] { state.work(); });
  direction.is_making = false;
  state.context = direction.made;
}

Fiber::~Fiber() {
  HEDDLE_CHECK(state_->has_ended);
  state_->code = nullptr;
  resume();
  state_->fiber.detach();
}

void Fiber::resume() {
  State& state = *state_;
  state.resumer = Context::active();
  direction.next = state.context;
  state.exceptions = ExceptionState::exchange(state.exceptions);
  begin_switch(state.stack);
  state.announcer.enter();
  state.resumer->suspend();
  end_switch();
  state.exceptions = ExceptionState::exchange(state.exceptions);
}

void Fiber::park() { state_->leave(); }

bool Fiber::has_ended() const { return state_->has_ended; }

namespace {

// The idle fibers of one OS thread.
class FiberPool {
 public:
  FiberPool() {
    // Boost's own data of this OS thread come to life here, so that they die after the pool.
    boost::fibers::use_scheduling_algorithm<DirectedAlgorithm>();
  }

  std::unique_ptr<Fiber> take() {
    if (idle_.empty()) return std::make_unique<Fiber>();
    std::unique_ptr<Fiber> fiber = std::move(idle_.back());
    idle_.pop_back();
    return fiber;
  }

  void give(std::unique_ptr<Fiber> fiber) {
    idle_.push_back(std::move(fiber));
    if (idle_.size() <= kIdleMax) return;
    idle_.resize(kIdleMax / 2);
    boost::this_fiber::yield();  // lets Boost free the stacks
  }

  static FiberPool& of_this_thread() {
    thread_local FiberPool pool;
    return pool;
  }

 private:
  static constexpr std::size_t kIdleMax = 128;
  std::vector<std::unique_ptr<Fiber>> idle_;
};

}  // namespace

Fiber* Fiber::start(Code code, void* argument) {
  std::unique_ptr<Fiber> fiber = FiberPool::of_this_thread().take();
  fiber->state_->code = code;
  fiber->state_->argument = argument;
  fiber->state_->has_ended = false;
  return fiber.release();
}

void Fiber::recycle(Fiber* fiber) {
  fiber->state_->has_ended = true;
  FiberPool::of_this_thread().give(std::unique_ptr<Fiber>(fiber));
}

}  // namespace heddle::engine
