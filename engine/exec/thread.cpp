#include "engine/exec/thread.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "engine/exec/far_access.hpp"
#include "engine/exec/handlers.hpp"
#include "engine/exec/switchboard.hpp"

namespace heddle::engine {
namespace {

core::ActionKind kind_of(Shape shape) {
  switch (shape) {
    case Shape::Load:
    case Shape::AtomicLoad:
    case Shape::VectorLoad:
    case Shape::VectorLoadLane:
    case Shape::MemorySize:
      return core::ActionKind::Read;
    case Shape::Store:
    case Shape::AtomicStore:
    case Shape::VectorStore:
    case Shape::VectorStoreLane:
    case Shape::MemoryFill:
    case Shape::MemoryInit:
      return core::ActionKind::Write;
    case Shape::AtomicRmw:
    case Shape::AtomicCmpxchg:
    case Shape::MemoryGrow:
    case Shape::MemoryCopy:
      return core::ActionKind::ReadModifyWrite;
    case Shape::AtomicWait:
      return core::ActionKind::Wait;
    case Shape::AtomicNotify:
      return core::ActionKind::Notify;
    case Shape::AtomicFence:
      return core::ActionKind::Fence;
    default:
      core::check_failed("a visible instruction", __FILE__, __LINE__);
  }
}

core::Ordering ordering_of(Shape shape) {
  switch (shape) {
    case Shape::Load:
    case Shape::Store:
    case Shape::VectorLoad:
    case Shape::VectorStore:
    case Shape::VectorLoadLane:
    case Shape::VectorStoreLane:
    case Shape::MemoryFill:
    case Shape::MemoryInit:
    case Shape::MemoryCopy:
      return core::Ordering::Unordered;
    default:
      return core::Ordering::SeqCst;
  }
}

// Adds without ever wrapping; what does not fit keeps its alignment to 16 bytes.
std::uint64_t clamped_sum(std::uint64_t address, std::uint64_t offset) {
  const EffectiveAddress sum = effective_address(address, offset);
  return sum.is_wrapped ? sum.value | ~std::uint64_t{15} : sum.value;
}

// The memories that the instruction names, by their indices: see operation.hpp.
void describe_memories(PendingOperation& operation, const Cell* pc) {
  const std::vector<MemoryInstance*>& memories = operation.instance->memories;
  const auto first = static_cast<std::uint32_t>(pc->c);
  const bool far = is_far(pc[1].a);
  switch (info(operation.opcode).shape) {
    case Shape::AtomicFence:
      return;
    case Shape::MemoryInit:
      operation.segment = first;
      operation.memory = memories[far ? pc[2].bits : 0];
      return;
    case Shape::MemoryCopy:
      operation.target = memories[far ? first : 0];
      operation.source = memories[far ? pc[2].bits : 0];
      operation.memory = operation.target->shared() ? operation.target : operation.source;
      return;
    default:
      operation.memory = memories[far ? first : 0];
  }
}

// What the pending instruction accesses, for those whose operands say so.
void describe_range(PendingOperation& operation, const Cell* pc, const Slot* fp) {
  const auto first = [&] { return fp[pc->b]; };
  const auto second = [&] { return fp[pc[1].b]; };
  const auto length = [&] { return fp[static_cast<std::uint16_t>(pc[1].c)]; };
  switch (info(operation.opcode).shape) {
    case Shape::MemorySize:
    case Shape::MemoryGrow:
    case Shape::AtomicFence:
      return;
    case Shape::MemoryFill:
    case Shape::MemoryInit:
      operation.address = first();
      operation.size_bytes = length();
      return;
    case Shape::MemoryCopy: {
      if (operation.source != operation.target) {
        operation.address = operation.memory == operation.target ? first() : second();
        operation.size_bytes = length();
        return;
      }
      const auto [low, high] = std::minmax({first(), second()});
      operation.address = low;
      operation.size_bytes = length() == 0 ? 0 : clamped_sum(high - low, length());
      return;
    }
    default:
      operation.address =
          clamped_sum(first(), is_far(pc[1].a) ? pc[2].bits : static_cast<std::uint32_t>(pc->c));
      operation.size_bytes = info(operation.opcode).access_bytes;
  }
}

}  // namespace

Thread::Thread(ThreadLimits limits) : state_(std::make_unique<ThreadState>(limits)) {}
Thread::~Thread() = default;

void Thread::start(const FunctionInstance& function, std::span<const Slot> arguments) {
  ThreadState& state = *state_;
  HEDDLE_CHECK(!state.is_in_call && function.code != nullptr);
  const FunctionCode& code = *function.code;
  HEDDLE_CHECK(arguments.size() == code.parameter_count);
  state.is_in_call = true;
  state.has_acted = true;
  state.result_count = code.result_count;
  state.set_instance(function.instance);
  state.trap = Trap::None;
  state.acc = 0;
  state.facc = 0;
  state.growth.reset();
  state.top = state.records.get();
  state.permit_records(1);
  state.slots_needed = code.frame_slots;
  state.frame_base = 0;
  state.records_needed = 1;
  state.fp = state.make_room(state.stack.get());
  if (state.fp == nullptr) {
    state.fp = state.stack.get();
    state.pc = &kExhausted;
    return;
  }
  *state.top++ = {.pc = &kReturned};
  Slot* slot = std::ranges::copy(arguments, state.fp).out;
  slot = std::fill_n(slot, code.local_count, Slot{0});
  std::ranges::copy(code.constants, slot);
  state.pc = code.cells.data();
}

// Quiet permits count as steps made when they are given; what is left of them is taken back.
Stop Thread::run(RunContext& context) {
  HEDDLE_CHECK(state_->is_in_call);
  const std::uint64_t quiet = context.is_recording() ? 0 : std::exchange(context.permits, 0);
  context.steps += quiet;
  state_->quiet_permits = quiet;
  state_->fuel = context.fuel;
  state_->run = &context;
  state_->agent = context.agent;
  context.thread = state_.get();
  current_run = &context;
  enter(state_.get());
  ThreadState& stopped = *context.thread;
  context.agent = stopped.agent;
  context.fuel = stopped.fuel;
  context.steps -= stopped.quiet_permits;
  context.permits += std::exchange(stopped.quiet_permits, 0);
  if (stopped.stop == Stop::Returned || stopped.stop == Stop::Trapped ||
      stopped.stop == Stop::Thrown || stopped.stop == Stop::Exhausted) {
    stopped.is_in_call = false;
  }
  return stopped.stop;
}

void Thread::reset() { state_->is_in_call = false; }

bool Thread::renew() {
  constexpr std::ptrdiff_t kSlotsMax = 1024;
  ThreadState& state = *state_;
  if (state.stack_end - state.stack.get() > kSlotsMax) return false;
  std::fill(state.stack.get(), state.stack_end, Slot{0});
  state.seen = 0;
  state.has_acted = false;
  state.is_given_up = false;
  state.is_seen = false;
  reset();
  return true;
}

std::span<const Slot> Thread::results() const {
  return {state_->stack.get(), state_->result_count};
}

const std::string& Thread::message() const { return state_->message; }

const TagInstance& Thread::thrown_tag() const { return *state_->thrown.tag; }

std::span<const Slot> Thread::thrown_values() const { return state_->thrown.values; }

PendingOperation Thread::pending() const {
  const ThreadState& state = *state_;
  const Cell* pc = state.pc;
  PendingOperation operation;
  operation.opcode = opcode_of(pc[1].a);
  const Shape shape = info(operation.opcode).shape;
  operation.kind = kind_of(shape);
  operation.ordering = ordering_of(shape);
  operation.instance = state.instance;
  operation.where = {.module = state.instance->module_number,
                     .function = pc[1].where.function,
                     .offset = pc[1].where.offset};
  describe_memories(operation, pc);
  describe_range(operation, pc, state.fp);
  return operation;
}

Slot Thread::operand(std::uint32_t n) const {
  const Cell* pc = state_->pc;
  const std::uint16_t slots[] = {pc->b, pc[1].b, static_cast<std::uint16_t>(pc[1].c)};
  HEDDLE_CHECK(n < std::size(slots));
  return state_->fp[slots[n]];
}

void Thread::finish(std::optional<Slot> result) {
  ThreadState& state = *state_;
  HEDDLE_CHECK(state.is_in_call);
  if (result) put_any(state.fp, state.pc->a, *result, state.acc, state.facc);
  state.pc += is_far(state.pc[1].a) ? kFarCells : 2;
}

HostCall Thread::host_call() const {
  ThreadState& state = *state_;
  const FunctionType& type = *state.callee->type;
  Slot* const frame = state.fp + state.pc->c;
  state.host_arguments.assign(frame, frame + slot_count(type.parameters));
  return {.function = state.callee,
          .caller = state.instance,
          .arguments = state.host_arguments,
          .results = std::span(frame, slot_count(type.results))};
}

// A single result is expected in both accumulators.
void Thread::finish_host() {
  ThreadState& state = *state_;
  const Slot* const frame = state.fp + state.pc->c;
  if (slot_count(state.callee->type->results) == 1) {
    state.acc = frame[0];
    state.facc = std::bit_cast<double>(frame[0]);
  }
  state.pc += 2;
}

void Thread::permit_deeper() {
  ThreadState& state = *state_;
  state.permit_records(static_cast<std::size_t>(state.top - state.records.get()) +
                       state.records_needed);
}

void Thread::set_growth(bool succeeds) { state_->growth = succeeds; }

core::CodeLocation Thread::where() const {
  const ThreadState& state = *state_;
  core::CodeLocation where{.module = state.instance->module_number};
  const FunctionInstance* function = ThreadState::find_function(*state.instance, state.pc);
  if (function == nullptr) return where;
  where.function = function->index;
  where.offset =
      function->code->offsets[static_cast<std::size_t>(state.pc - function->code->cells.data())];
  return where;
}

std::vector<core::CodeLocation> Thread::backtrace(std::size_t frames_max) const {
  const ThreadState& state = *state_;
  std::vector<core::CodeLocation> frames;
  const Instance* instance = state.instance;
  const Cell* pc = state.pc;
  for (const Record* record = state.top; frames.size() < frames_max;) {
    const FunctionInstance* const function = ThreadState::find_function(*instance, pc);
    if (function != nullptr) {
      const FunctionCode& code = *function->code;
      frames.push_back({.module = instance->module_number,
                        .function = function->index,
                        .offset = code.offsets[static_cast<std::size_t>(pc - code.cells.data())]});
    }
    if (record == state.records.get()) break;
    --record;
    if (is_leave(record->pc)) {
      instance = (--record)->instance;
      --record;
    }
    pc = record->pc - 2;  // the call
  }
  return frames;
}

std::vector<const FunctionInstance*> Thread::call_stack(std::size_t frames_max) const {
  const ThreadState& state = *state_;
  std::vector<const FunctionInstance*> functions;
  const Instance* instance = state.instance;
  const Cell* pc = state.pc;
  for (const Record* record = state.top; functions.size() < frames_max;) {
    const FunctionInstance* function = ThreadState::find_function(*instance, pc);
    if (function != nullptr) functions.push_back(function);
    if (record == state.records.get()) break;
    --record;
    if (is_leave(record->pc)) {
      instance = (--record)->instance;
      --record;
    }
    pc = record->pc - 1;  // the call's second cell
  }
  return functions;
}

}  // namespace heddle::engine
