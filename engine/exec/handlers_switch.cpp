// Where a thread has no permit for its next visible action: it stops, or another one goes on.
#include <bit>

#include "engine/exec/handlers.hpp"
#include "engine/exec/switchboard.hpp"

namespace heddle::engine {
namespace {

// Loads the registers of the thread that the lane is of, which may be the same. It is parked on a
// visible action, for which it gets a permit. False: it is not the interpreter's to run.
[[nodiscard]] inline bool go_to(RunContext& run, Switchboard& board, std::size_t lane,
                                ThreadState*& thread, const Cell*& pc, Slot*& fp,
                                std::byte*& memory, Slot& acc, std::uint64_t& memory_size,
                                double& facc) {
  const Lane& to = board.lanes[lane];
  board.running = lane;
  ThreadState* const next = to.thread;
  if (next == nullptr) [[unlikely]] {
    return false;
  }
  // Of one instance, the memory is the same, and what is in registers is up to date.
  if (next->instance != thread->instance) [[unlikely]] {
    const MemoryInstance* const other = next->memory();
    memory = other == nullptr ? nullptr : other->base();
    memory_size = other == nullptr ? 0 : other->size_bytes();
  }
  next->quiet_permits = board.quiet_permits;
  run.permits = board.permits;
  run.agent = to.agent;
  thread = next;
  pc = next->pc;
  fp = next->fp;
  acc = next->acc;
  facc = next->facc;
  return true;
}

#define HEDDLE_GO_TO(lane)                                                                     \
  if (!go_to(run, board, lane, thread, pc, fp, memory, acc, memory_size, facc)) [[unlikely]] { \
    run.thread = thread;                                                                       \
    thread->stop = Stop::Switched;                                                             \
    HEDDLE_STOP();                                                                             \
  }                                                                                            \
  HEDDLE_DISPATCH()

// The ways that need calls are functions of their own, so that switch_or_stop has none.

[[gnu::noinline]] HandlerResult switch_by_asking(HEDDLE_PARAMETERS) {
  RunContext& run = *current_run;
  Switchboard& board = *run.board;
  if (run.steps >= board.steps_end) {
    thread->is_seen = true;
    HEDDLE_TAIL(stop_visible);
  }
  const std::size_t lane = board.ask(board.machine);
  if (lane == Switchboard::kNone) HEDDLE_TAIL(stop_visible);
  run.steps += board.quiet_permits;
  HEDDLE_GO_TO(lane);
}

[[gnu::noinline]] HandlerResult switch_by_drawing_again(HEDDLE_PARAMETERS) {
  RunContext& run = *current_run;
  Switchboard& board = *run.board;
  const std::uint64_t option = board.rule.rng->finish(board.draw, board.lanes.size());
  const std::size_t lane = board.lane_of_option(option);
  *board.chosen_behind++ = core::Choice::next(board.lanes[lane].agent);
  HEDDLE_GO_TO(lane);
}

// `run.board` has a next decision to draw; it is parked.
[[gnu::noinline]] HandlerResult switch_by_drawing(HEDDLE_PARAMETERS) {
  RunContext& run = *current_run;
  Switchboard& board = *run.board;
  const core::Rng::Draw draw = board.rule.rng->draw(board.lanes.size());
  if (!draw.is_final(board.lanes.size())) [[unlikely]] {
    board.draw = draw;
    HEDDLE_TAIL(switch_by_drawing_again);
  }
  const std::size_t lane = board.lane_of_option(draw.number);
  board.chosen_behind->operand = board.lanes[lane].agent.index;
  ++board.chosen_behind;
  HEDDLE_GO_TO(lane);
}

// No decision is left to be made here, or the machine watches.
[[gnu::noinline]] HandlerResult stop_or_arrive(HEDDLE_PARAMETERS) {
  RunContext& run = *current_run;
  Switchboard& board = *run.board;
  if (!board.is_watched) HEDDLE_TAIL(stop_visible);
  thread->pc = pc;
  thread->fp = fp;
  thread->acc = acc;
  thread->facc = facc;
  const std::size_t lane = board.arrive(board.machine);
  if (lane == Switchboard::kNone) HEDDLE_TAIL(stop_visible);
  if (lane == Switchboard::kPass) {
    HEDDLE_DISPATCH();
  }
  run.steps += board.quiet_permits;
  HEDDLE_GO_TO(lane);
}

}  // namespace

constinit thread_local RunContext* current_run = nullptr;

#define HEDDLE_SWITCH()                                                                       \
  do {                                                                                        \
    thread->pc = pc;                                                                          \
    thread->fp = fp;                                                                          \
    thread->acc = acc;                                                                        \
    thread->facc = facc;                                                                      \
    switch (board.rule.kind) {                                                                \
      case core::Rule::Kind::Ask:                                                             \
        HEDDLE_TAIL(switch_by_asking);                                                        \
      case core::Rule::Kind::Uniform:                                                         \
        HEDDLE_TAIL(switch_by_drawing);                                                       \
      case core::Rule::Kind::InTurn:                                                          \
        break;                                                                                \
    }                                                                                         \
    const std::size_t lane = board.running + 1 == board.lanes.size() ? 0 : board.running + 1; \
    board.chosen_behind->operand =                                                            \
        board.lanes[lane].agent.index; /* its kind is always the same */                      \
    ++board.chosen_behind;                                                                    \
    HEDDLE_GO_TO(lane);                                                                       \
  } while (false)

// The thread has not gone on in its code since it was looked at: it may be in a loop. If it has
// changed nothing there, the machine looks.
[[gnu::noinline]] HandlerResult look_back(HEDDLE_PARAMETERS) {
  RunContext& run = *current_run;
  Switchboard& board = *run.board;
  if (thread->has_acted) {
    thread->has_acted = false;
    thread->is_given_up = false;
  } else if (board.looks && !thread->is_given_up) {
    HEDDLE_TAIL(stop_visible);
  }
  thread->seen = std::bit_cast<std::uint64_t>(pc[1].where);
  HEDDLE_SWITCH();
}

HandlerResult switch_or_stop(HEDDLE_PARAMETERS) {
  RunContext& run = *current_run;
  Switchboard& board = *run.board;
  if (board.chosen_behind == board.chosen_end) [[unlikely]]
    HEDDLE_TAIL(stop_or_arrive);
  const auto where = std::bit_cast<std::uint64_t>(pc[1].where);
  if (where <= thread->seen) [[unlikely]]
    HEDDLE_TAIL(look_back);
  thread->seen = where;
  HEDDLE_SWITCH();
}

#undef HEDDLE_SWITCH
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
