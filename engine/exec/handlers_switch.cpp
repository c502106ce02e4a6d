// Where a thread has no permit for its next visible action: it stops, or another one goes on.
#include <bit>

#include "engine/exec/handlers.hpp"
#include "engine/exec/switchboard.hpp"

namespace heddle::engine {
namespace {

inline void park(HEDDLE_PARAMETERS) {
  thread->pc = pc;
  thread->fp = fp;
  thread->acc = acc;
  thread->facc = facc;
}

// Goes on with a thread, which may be the same: loads its registers. It is parked on a visible
// action, for which it gets a permit.
#define HEDDLE_GO_TO(next_thread)                                                          \
  do {                                                                                     \
    ThreadState* const heddle_next = (next_thread);                                        \
    /* Of one instance, the memory is the same, and what is in registers is up to date. */ \
    if (heddle_next->instance != thread->instance) [[unlikely]] {                          \
      const MemoryInstance* const heddle_memory = heddle_next->memory();                   \
      memory = heddle_memory == nullptr ? nullptr : heddle_memory->base();                 \
      memory_size = heddle_memory == nullptr ? 0 : heddle_memory->size_bytes();            \
    }                                                                                      \
    if (run.is_recording()) {                                                              \
      run.permits = 1;                                                                     \
    } else {                                                                               \
      heddle_next->quiet_permits = 1;                                                      \
    }                                                                                      \
    thread = heddle_next;                                                                  \
    pc = heddle_next->pc;                                                                  \
    fp = heddle_next->fp;                                                                  \
    acc = heddle_next->acc;                                                                \
    facc = heddle_next->facc;                                                              \
    HEDDLE_DISPATCH();                                                                     \
  } while (false)

// The thread is parked; whose step was chosen, the interpreter cannot make.
[[gnu::cold, gnu::noinline]] HandlerResult stop_switched(HEDDLE_PARAMETERS) {
  thread->run->thread = thread;
  thread->stop = Stop::Switched;
  HEDDLE_STOP();
}

#define HEDDLE_GO_TO_LANE(lane)                         \
  if (board.lanes[lane].thread == nullptr) [[unlikely]] \
    HEDDLE_TAIL(stop_switched);                         \
  HEDDLE_GO_TO(board.lanes[lane].thread)

// The ways that need calls are functions of their own, so that switch_or_stop has none.

[[gnu::noinline]] HandlerResult switch_by_asking(HEDDLE_PARAMETERS) {
  RunContext& run = *thread->run;
  Switchboard& board = *run.board;
  if (run.steps >= board.steps_end) {
    thread->is_seen = true;
    HEDDLE_TAIL(stop_visible);
  }
  const std::size_t lane = board.ask(board.machine);
  if (lane == Switchboard::kNone) HEDDLE_TAIL(stop_visible);
  run.steps += board.quiet_permits;
  HEDDLE_GO_TO_LANE(lane);
}

// The switchboard is closed, or the machine watches.
[[gnu::noinline]] HandlerResult stop_or_arrive(HEDDLE_PARAMETERS) {
  RunContext& run = *thread->run;
  Switchboard& board = *run.board;
  if (!board.is_watched) HEDDLE_TAIL(stop_visible);
  const std::size_t lane = board.arrive(board.machine);
  if (lane == Switchboard::kNone) HEDDLE_TAIL(stop_visible);
  if (lane == Switchboard::kPass) {
    HEDDLE_DISPATCH();
  }
  run.steps += board.quiet_permits;
  HEDDLE_GO_TO_LANE(lane);
}

// Whether the thread has not gone on in its code since it was looked at: it may be in a loop.
[[nodiscard]] inline bool goes_back(const ThreadState* thread, const Cell* pc) {
  return std::bit_cast<std::uint64_t>(pc[1].where) <= thread->seen;
}
inline void see(ThreadState* thread, const Cell* pc) {
  thread->seen = std::bit_cast<std::uint64_t>(pc[1].where);
}
inline void forget_acting(ThreadState* thread) {
  thread->has_acted = false;
  thread->is_given_up = false;
}

// There is no plan, or it has come to its end, or to a step that is the machine's.
[[gnu::noinline]] HandlerResult switch_without_plan(HEDDLE_PARAMETERS) {
  RunContext& run = *thread->run;
  Switchboard& board = *run.board;
  park(HEDDLE_REGISTERS);
  run.agent = thread->agent;
  if (board.planned_left(run) == 0 && !board.can_decide()) HEDDLE_TAIL(stop_or_arrive);
  if (goes_back(thread, pc)) {
    // A thread that has changed nothing: the machine looks.
    if (!thread->has_acted && board.looks && !thread->is_given_up) HEDDLE_TAIL(stop_visible);
    if (thread->has_acted) forget_acting(thread);
  }
  see(thread, pc);
  if (board.rule.kind == core::Rule::Kind::Ask) HEDDLE_TAIL(switch_by_asking);
  if (board.planned_left(run) == 0) board.plan(run);
  ThreadState* const next = *run.next++;
  if (next == nullptr) HEDDLE_TAIL(stop_switched);
  HEDDLE_GO_TO(next);
}

}  // namespace

constinit thread_local RunContext* current_run = nullptr;

HandlerResult switch_or_stop(HEDDLE_PARAMETERS) {
  RunContext& run = *current_run;
  ThreadState* const next = *run.next;
  if (next == nullptr) [[unlikely]]
    HEDDLE_TAIL(switch_without_plan);
  if (goes_back(thread, pc)) {
    if (!thread->has_acted) [[unlikely]]
      HEDDLE_TAIL(switch_without_plan);
    forget_acting(thread);
  }
  see(thread, pc);
  ++run.next;
  park(HEDDLE_REGISTERS);
  HEDDLE_GO_TO(next);
}

#undef HEDDLE_GO_TO_LANE
#undef HEDDLE_GO_TO

HandlerResult stop_action(HEDDLE_PARAMETERS) {
  if (thread->permits_left() == 0) HEDDLE_TAIL(switch_or_stop);
  HEDDLE_TAIL(stop_permitted_action);
}

HandlerResult flush_log(HEDDLE_PARAMETERS) {
  thread->run->log->flush();
  HEDDLE_DISPATCH();
}

}  // namespace heddle::engine
