// Futex: a 32-bit cell with Wasm's memory.atomic.wait32 and memory.atomic.notify.
//
// The state is the value, the sleepers from the oldest on, a gate, and those who have been notified
// and have not left yet. A wait acts twice: it falls asleep if the cell has the expected value, and
// it wakes up, because it was notified (0) or because its time was over (2). Waiters leave from the
// front of the queue, and there are no spurious wake-ups (core specification, exec/relaxed).
#include <algorithm>

#include "harness/models/models.hpp"
#include "harness/models/table_model.hpp"

namespace heddle::harness {

namespace {

constexpr Effect kImpossible{.is_possible = false, .result = {}};
constexpr std::int64_t kGate = -1;
constexpr std::int64_t kNotEqual = 1;
constexpr std::int64_t kTimedOut = 2;

std::int64_t cell(std::int64_t value) { return static_cast<std::int32_t>(value); }

Effect load(ModelState& state, const ModelCall&) { return {.result = state[0]}; }

Effect store(ModelState& state, const ModelCall& call) {
  state[0] = cell(call.arguments[0]);
  return {};
}

Effect add(ModelState& state, const ModelCall& call) {
  const std::int64_t old = state[0];
  state[0] = cell(old + call.arguments[0]);
  return {.result = old};
}

Effect exchange(ModelState& state, const ModelCall& call) {
  const std::int64_t old = state[0];
  state[0] = cell(call.arguments[0]);
  return {.result = old};
}

Effect compare_exchange(ModelState& state, const ModelCall& call) {
  const std::int64_t old = state[0];
  if (old == cell(call.arguments[0])) state[0] = cell(call.arguments[1]);
  return {.result = old};
}

// The first half of a wait. One that returned at once saw another value than the expected one.
Effect sleep(ModelState& state, const ModelCall& call) {
  const bool is_expected = state[0] == cell(call.arguments[0]);
  const bool returned_at_once = call.has_result && call.result == kNotEqual;
  if (returned_at_once) {
    return {.is_possible = !is_expected, .result = kNotEqual};
  }
  if (!is_expected) return kImpossible;
  state.insert(std::ranges::find(state.begin() + 1, state.end(), kGate),
               std::int64_t{call.process});
  return {};
}

// The second half of a wait that was notified.
Effect wake(ModelState& state, const ModelCall& call) {
  const auto gate = std::ranges::find(state.begin() + 1, state.end(), kGate);
  const auto place = std::find(gate, state.end(), std::int64_t{call.process});
  if (place == state.end()) return kImpossible;
  state.erase(place);
  return {};
}

// The second half of a wait whose time was over.
Effect time_out(ModelState& state, const ModelCall& call) {
  const auto gate = std::ranges::find(state.begin() + 1, state.end(), kGate);
  const auto place = std::find(state.begin() + 1, gate, std::int64_t{call.process});
  if (place == gate) return kImpossible;
  state.erase(place);
  return {};
}

Effect notify(ModelState& state, const ModelCall& call) {
  const auto count = static_cast<std::uint32_t>(call.arguments[0]);  // -1: all
  std::int64_t woken = 0;
  while (woken < std::int64_t{count} && state[1] != kGate) {
    const std::int64_t sleeper = state[1];
    state.erase(state.begin() + 1);
    const auto gate = std::ranges::find(state.begin() + 1, state.end(), kGate);
    state.insert(std::lower_bound(gate + 1, state.end(), sleeper), sleeper);
    ++woken;
  }
  return {.result = woken};
}

class Futex final : public TableModel {
 public:
  explicit Futex(std::int64_t value)
      : TableModel("futex", {cell(value), kGate},
                   {{{"load", "read"}, Verb::Read, 0, true, load},
                    {{"store", "write"}, Verb::Write, 1, false, store},
                    {{"add", "fetch_add"}, Verb::Other, 1, true, add},
                    {{"xchg", "exchange"}, Verb::Other, 1, true, exchange},
                    {{"cmpxchg", "compare_exchange"}, Verb::Other, 2, true, compare_exchange},
                    {{"notify", "wake"}, Verb::Other, 1, true, notify},
                    {{"wait"}, Verb::Other, 1, true, sleep},
                    {{"wait (wakes up)"}, Verb::Other, 1, false, wake},
                    {{"wait (time is over)"}, Verb::Other, 1, false, time_out}},
                   {.takes_integers = true, .sees_processes = true}) {}

  [[nodiscard]] bool acts_by_result() const override { return true; }

  void expand(const ModelCall& call, std::vector<ModelCall>& calls) const override {
    calls.push_back(call);
    if (operations()[call.code].name != "wait") return;
    if (call.has_result && call.result == kNotEqual) return;
    const auto last = static_cast<std::uint16_t>(operations().size() - 1);
    calls.back().has_result = false;
    ModelCall end = calls.back();
    const bool timed_out = !call.has_result || call.result == kTimedOut;
    // Nobody knows how a pending wait ends: only its time-out can be seen by others.
    end.code = static_cast<std::uint16_t>(timed_out ? last : last - 1);
    calls.push_back(end);
  }
};

}  // namespace

MadeModel make_futex(const InitialState& initial) {
  HEDDLE_LET(const std::int64_t value, integer_state(initial, 0));
  return std::make_unique<Futex>(value);
}

}  // namespace heddle::harness
