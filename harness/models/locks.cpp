// Locks: mutexes that differ in who may release and acquire, a semaphore, a barrier.
#include <algorithm>

#include "harness/models/models.hpp"
#include "harness/models/table_model.hpp"

namespace heddle::harness {

namespace {

constexpr Effect kImpossible{.is_possible = false, .result = {}};

std::int64_t holder_of(const ModelCall& call) { return std::int64_t{call.process} + 1; }

// Plain: [1 while it is held]. A result of 0 means that it was not acquired.

Effect acquire(ModelState& state, const ModelCall&) {
  if (state[0] != 0) return kImpossible;
  state[0] = 1;
  return {};
}

Effect try_acquire(ModelState& state, const ModelCall&) {
  const std::int64_t is_free = 1 - state[0];
  state[0] = 1;
  return {.result = is_free};
}

Effect release(ModelState& state, const ModelCall&) {
  if (state[0] == 0) return kImpossible;
  state[0] = 0;
  return {};
}

// Owned: [the holder, or 0].

Effect owned_acquire(ModelState& state, const ModelCall& call) {
  if (state[0] != 0) return kImpossible;
  state[0] = holder_of(call);
  return {};
}

Effect owned_try(ModelState& state, const ModelCall& call) {
  if (state[0] != 0) return {.result = 0};
  state[0] = holder_of(call);
  return {.result = 1};
}

Effect owned_release(ModelState& state, const ModelCall& call) {
  if (state[0] != holder_of(call)) return kImpossible;
  state[0] = 0;
  return {};
}

// Reentrant: [the holder, or 0; how often it has acquired].

Effect reentrant_acquire(ModelState& state, const ModelCall& call) {
  if (state[0] != 0 && state[0] != holder_of(call)) return kImpossible;
  state[0] = holder_of(call);
  ++state[1];
  return {};
}

Effect reentrant_try(ModelState& state, const ModelCall& call) {
  if (state[0] != 0 && state[0] != holder_of(call)) return {.result = 0};
  state[0] = holder_of(call);
  ++state[1];
  return {.result = 1};
}

Effect reentrant_release(ModelState& state, const ModelCall& call) {
  if (state[0] != holder_of(call)) return kImpossible;
  if (--state[1] == 0) state[0] = 0;
  return {};
}

// Semaphore: [permits].

Effect semaphore_acquire(ModelState& state, const ModelCall&) {
  if (state[0] <= 0) return kImpossible;
  --state[0];
  return {};
}

Effect semaphore_try(ModelState& state, const ModelCall&) {
  if (state[0] <= 0) return {.result = 0};
  --state[0];
  return {.result = 1};
}

Effect semaphore_release(ModelState& state, const ModelCall&) {
  ++state[0];
  return {};
}

std::vector<TableRow> lock_rows(Apply take, Apply attempt, Apply give) {
  return {{{"acquire", "lock"}, Verb::Acquire, 0, false, take},
          {{"try_acquire", "try_lock"}, Verb::Acquire, 0, true, attempt},
          {{"release", "unlock"}, Verb::Release, 0, false, give}};
}

// Barrier: [parties, who has come but may not leave, ..., -1, who may leave, ...]; who is in a
// state is there once for each wait.
constexpr std::int64_t kGate = -1;

Effect arrive(ModelState& state, const ModelCall& call) {
  const auto gate = std::ranges::find(state, kGate);
  state.insert(std::lower_bound(state.begin() + 1, gate, std::int64_t{call.process}),
               std::int64_t{call.process});
  const auto closed = std::ranges::find(state, kGate);
  if (closed - state.begin() - 1 < state[0]) return {};
  state.erase(closed);  // all have come: everybody may leave
  state.insert(state.begin() + 1, kGate);
  std::sort(state.begin() + 2, state.end());
  return {};
}

Effect depart(ModelState& state, const ModelCall& call) {
  const auto gate = std::ranges::find(state, kGate);
  const auto place = std::find(gate, state.end(), std::int64_t{call.process});
  if (place == state.end()) return kImpossible;
  state.erase(place);
  return {};
}

class Barrier final : public TableModel {
 public:
  explicit Barrier(std::int64_t parties)
      : TableModel("barrier", {parties, kGate},
                   {{{"wait", "await", "arrive_and_wait"}, Verb::Other, 0, false, arrive},
                    {{"wait (leaves)"}, Verb::Other, 0, false, depart}},
                   {.sees_processes = true}) {}

  void expand(const ModelCall& call, std::vector<ModelCall>& calls) const override {
    calls.push_back(call);
    calls.push_back(call);
    calls.back().code = static_cast<std::uint16_t>(operations().size() - 1);
  }
};

}  // namespace

MadeModel make_mutex(const InitialState& initial) {
  HEDDLE_TRY(no_state(initial, "mutex"));
  return std::make_unique<TableModel>("mutex", ModelState{0},
                                      lock_rows(acquire, try_acquire, release),
                                      TableOptions{.family = Family::Mutex});
}

MadeModel make_owned_mutex(const InitialState& initial) {
  HEDDLE_TRY(no_state(initial, "mutex"));
  return std::make_unique<TableModel>("owned-mutex", ModelState{0},
                                      lock_rows(owned_acquire, owned_try, owned_release),
                                      TableOptions{.sees_processes = true});
}

MadeModel make_reentrant_mutex(const InitialState& initial) {
  HEDDLE_TRY(no_state(initial, "mutex"));
  return std::make_unique<TableModel>(
      "reentrant-mutex", ModelState{0, 0},
      lock_rows(reentrant_acquire, reentrant_try, reentrant_release),
      TableOptions{.sees_processes = true});
}

MadeModel make_semaphore(const InitialState& initial) {
  HEDDLE_LET(const std::int64_t permits, integer_state(initial, 1));
  if (permits < 0) return core::make_error("a semaphore begins with 0 permits or more");
  return std::make_unique<TableModel>(
      "semaphore", ModelState{permits},
      std::vector<TableRow>{
          {{"acquire", "down", "wait"}, Verb::Acquire, 0, false, semaphore_acquire},
          {{"try_acquire", "try_down", "try_wait"}, Verb::Acquire, 0, true, semaphore_try},
          {{"release", "up", "post", "signal"}, Verb::Release, 0, false, semaphore_release}});
}

MadeModel make_barrier(const InitialState& initial) {
  HEDDLE_LET(const std::int64_t parties, integer_state(initial, 2));
  if (parties < 1) return core::make_error("a barrier has 1 party or more");
  return std::make_unique<Barrier>(parties);
}

}  // namespace heddle::harness
