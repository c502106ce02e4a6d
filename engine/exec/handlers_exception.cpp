// Exceptions: throwing, and the way to the clause that catches. Spec: exec/instructions,
// "throw_ref", and exec/runtime, "Exception Handling".
//
// The control stack is searched for a clause before anything is undone, so that a thread whose
// exception nobody catches still stands where it was thrown.
#include <algorithm>
#include <functional>
#include <span>

#include "engine/exec/handlers.hpp"
#include "engine/runtime/heap.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint64_t kClausesPerFuel = 32;

// A frame on the control stack, and how far it has come.
struct Position {
  Record* top;  // behind the records of this frame and those below it
  Instance* instance;
  Slot* fp;
  const Cell* pc;  // a call, but in the innermost frame
};

// False if there is no frame below.
bool go_to_caller(Position& at) {
  const Record* record = --at.top;
  if (is_leave(record->pc)) {
    at.instance = (--at.top)->instance;
    record = --at.top;
  }
  if (record->pc == &kReturned) return false;
  at.fp -= record->base;
  at.pc = record->pc - 1;  // the call's second cell
  return true;
}

// The code that a cell belongs to, if it has any try_table.
const FunctionCode* find_catching(const CompiledModule& module, const Cell* cell) {
  const std::less<> before;
  const auto after = std::ranges::upper_bound(
      module.catching, cell, before, [](const FunctionCode* code) { return code->cells.data(); });
  if (after == module.catching.begin()) return nullptr;
  const FunctionCode* const code = *std::prev(after);
  return before(cell, code->cells.data() + code->cells.size()) ? code : nullptr;
}

bool catches(const CatchTarget& clause, const Instance& instance, const TagInstance& tag) {
  return !has_tag(clause.kind) || instance.tags[clause.tag] == &tag;
}

// The clause of `code` that catches exceptions with the tag in a cell, if there is one.
const CatchTarget* find_clause(const FunctionCode& code, const Position& at, ThreadState* thread) {
  const auto cell = static_cast<std::uint32_t>(at.pc - code.cells.data());
  const auto after = std::ranges::upper_bound(code.tries, cell, {}, &TryRange::begin);
  auto range = static_cast<std::uint32_t>(after - code.tries.begin()) - 1;  // kNoTry if none
  const CatchTarget* found = nullptr;
  std::uint64_t looked_at = 0;
  for (; range != kNoTry && found == nullptr; range = code.tries[range].parent) {
    const TryRange& body = code.tries[range];
    ++looked_at;
    if (cell >= body.end) continue;
    const std::span clauses = std::span(code.catches).subspan(body.first_clause, body.clause_count);
    const auto clause = std::ranges::find_if(clauses, [&](const CatchTarget& candidate) {
      return catches(candidate, *at.instance, *thread->thrown.tag);
    });
    if (clause != clauses.end()) found = &*clause;
    looked_at += static_cast<std::uint64_t>(clause - clauses.begin());
  }
  charge(thread, looked_at / kClausesPerFuel);
  return found;
}

HandlerResult stop_thrown(HEDDLE_PARAMETERS) {
  thread->pc = pc;
  thread->fp = fp;
  thread->stop = Stop::Thrown;
  HEDDLE_STOP();
}

// Throws thread->thrown.
HandlerResult throw_exception(HEDDLE_PARAMETERS) {
  Position at{.top = thread->top, .instance = thread->instance, .fp = fp, .pc = pc};
  const FunctionCode* code = nullptr;
  const CatchTarget* clause = nullptr;
  while (true) {
    code = find_catching(*at.instance->module, at.pc);
    if (code != nullptr) clause = find_clause(*code, at, thread);
    if (clause != nullptr) break;
    if (!go_to_caller(at)) HEDDLE_TAIL(stop_thrown);
  }
  Thrown& thrown = thread->thrown;
  if (gives_exception(clause->kind) && thrown.reference == 0) {
    Object* const exception = at.instance->heap->allocate(*thrown.tag->layout);
    if (exception == nullptr) {
      ++thread->fuel;  // the `throw` is repeated
      HEDDLE_TAIL(stop_unallocated);
    }
    store_fields(*exception, thrown.values.data());
    thrown.reference = slot_of(exception);
  }
  Slot* slot = at.fp + clause->slot;
  if (has_tag(clause->kind)) slot = std::ranges::copy(thrown.values, slot).out;
  if (gives_exception(clause->kind)) *slot = thrown.reference;
  thread->top = at.top;
  thread->set_instance(at.instance);
  const MemoryInstance* instance_memory = thread->memory();
  memory = instance_memory == nullptr ? nullptr : instance_memory->base();
  memory_size = instance_memory == nullptr ? 0 : instance_memory->size_bytes();
  fp = at.fp;
  pc = code->cells.data() + clause->target;
  HEDDLE_DISPATCH();
}

// As clauses may lead backwards, throwing costs fuel.
HandlerResult throw_handler(HEDDLE_PARAMETERS) {
  if (--thread->fuel < 0) HEDDLE_TAIL(stop_out_of_fuel);
  const TagInstance* const tag = thread->instance->tags[static_cast<std::uint32_t>(pc->c)];
  const Slot* const values = fp + pc->b;
  thread->thrown.tag = tag;
  thread->thrown.values.assign(values, values + slot_count(tag->type->parameters));
  thread->thrown.reference = 0;
  HEDDLE_TAIL(throw_exception);
}

HandlerResult throw_ref(HEDDLE_PARAMETERS) {
  const Slot reference = fp[pc->b];
  if (reference == 0) HEDDLE_TAIL(trap_with<Trap::NullExceptionReference>);
  if (--thread->fuel < 0) HEDDLE_TAIL(stop_out_of_fuel);
  const Object& exception = *object_of(reference);
  thread->thrown.tag = exception.layout->tag;
  thread->thrown.values.resize(exception.layout->operand_slots);
  load_fields(thread->thrown.values.data(), exception);
  thread->thrown.reference = reference;
  HEDDLE_TAIL(throw_exception);
}

}  // namespace

void add_exception_handlers(HandlerTable& table) {
  table.set(Opcode::Throw, Variant::SS, handler_of(&throw_handler));
  table.set(Opcode::ThrowRef, Variant::SS, handler_of(&throw_ref));
}

}  // namespace heddle::engine
