#include "harness/check/atomicity.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

#include "harness/check/trace_fixture.hpp"

namespace heddle::harness {
namespace {

using testing::ElementsAre;
using namespace actions;

// Calls of "f" are to be atomic.
class Calls {
 public:
  explicit Calls(std::uint32_t agents) : builder_(agents), call_of_(agents) {}

  Calls& call(std::uint32_t agent, std::string function = "f") {
    Trace& trace = builder_.trace();
    call_of_[agent] = trace.calls.size();
    trace.calls.push_back({.agent = {agent}, .function = std::move(function)});
    builder_.add(agent, {{.kind = ActionKind::Invoke, .written_value = call_of_[agent]}});
    return *this;
  }
  Calls& ret(std::uint32_t agent) {
    builder_.add(agent, {{.kind = ActionKind::Return, .written_value = call_of_[agent]}});
    return *this;
  }
  Calls& add(std::uint32_t agent, Action action) {
    builder_.add(agent, {action});
    return *this;
  }
  // By the same instruction each time.
  Calls& again(std::uint32_t agent, Action action) {
    builder_.add_at(agent, {.module = 0, .function = 9, .offset = 9}, {action});
    return *this;
  }
  [[nodiscard]] Verdict judge() { return AtomicityJudge({"f"}).judge(builder_.execution()); }
  [[nodiscard]] Trace& trace() { return builder_.trace(); }

 private:
  TraceBuilder builder_;
  std::vector<std::size_t> call_of_;
};

TEST(Atomicity, is_violated_by_a_write_between_a_read_and_a_write) {
  Calls calls(2);
  calls.call(0).add(0, load(0)).add(1, store(0)).add(0, store(0)).ret(0);
  const Verdict verdict = calls.judge();
  ASSERT_EQ(verdict.kind, VerdictKind::Fail);
  EXPECT_EQ(verdict.signature(), (core::Signature{"atomicity", "f"}));
  EXPECT_THAT(verdict.findings[0].events, ElementsAre(EventId{1}, EventId{2}, EventId{3}));
  EXPECT_EQ(verdict.findings[0].message,
            "a's call of f is not atomic: a reads memory0+0x0 (4 bytes) at module0.function0+0x1 "
            "before b writes memory0+0x0 (4 bytes) at module0.function1+0x0, and b writes "
            "memory0+0x0 (4 bytes) at module0.function1+0x0 before a writes memory0+0x0 (4 bytes) "
            "at module0.function0+0x2");
}

TEST(Atomicity, is_kept_where_calls_only_overlap) {
  Calls calls(2);
  calls.call(0).call(1).add(0, load(0)).add(1, store(8)).add(0, store(0)).add(1, load(0));
  calls.ret(0).ret(1);
  EXPECT_EQ(calls.judge(), Verdict::pass());
}

TEST(Atomicity, is_asked_only_of_the_functions_that_were_named) {
  Calls calls(2);
  calls.call(0, "g").add(0, load(0)).add(1, store(0)).add(0, store(0)).ret(0);
  EXPECT_EQ(calls.judge(), Verdict::pass());
}

TEST(Atomicity, ends_with_the_call) {
  Calls calls(2);
  calls.call(0).add(0, load(0)).ret(0).add(1, store(0)).call(0).add(0, store(0)).ret(0);
  EXPECT_EQ(calls.judge(), Verdict::pass());
}

TEST(Atomicity, can_be_broken_in_a_ring_of_three) {
  Calls calls(3);
  calls.call(0).call(1).call(2);
  calls.add(0, store(0)).add(1, load(0)).add(1, store(8)).add(2, load(8)).add(2, store(16));
  calls.add(0, load(16)).ret(0).ret(1).ret(2);
  EXPECT_EQ(calls.judge().kind, VerdictKind::Fail);
}

// b tries the lock while a has it.
TEST(Atomicity, does_not_mind_vain_attempts_to_take_a_lock) {
  Action taken = rmw(4);
  taken.read_value = taken.written_value = 1;
  Action won = rmw(4);
  won.written_value = 1;
  Calls calls(2);
  calls.call(0).again(0, won).call(1).again(1, taken).add(0, store(0)).again(1, taken);
  calls.add(0, atomic_store(4)).ret(0).again(1, won).add(1, load(0)).ret(1);
  EXPECT_EQ(calls.judge(), Verdict::pass());
}

TEST(Atomicity, does_not_mind_the_words_that_agents_wait_on) {
  Calls calls(2);
  calls.call(0).add(0, rmw(4)).add(1, rmw(4)).add(0, rmw(4)).add(0, queue(ActionKind::Notify, 4));
  calls.ret(0);
  EXPECT_EQ(calls.judge().kind, VerdictKind::Pass);
}

TEST(Atomicity, of_a_call_that_sleeps_ends_there_and_begins_again) {
  Calls calls(2);
  calls.call(0).add(0, load(0)).add(0, queue(ActionKind::Wait, 4)).add(1, store(0));
  calls.add(1, queue(ActionKind::Notify, 4)).add(0, queue(ActionKind::Woken, 4)).add(0, store(0));
  calls.ret(0);
  EXPECT_EQ(calls.judge(), Verdict::pass());
}

// Whether some order of the transactions, one after the other, has all conflicts and each agent's
// events the way the trace has them.
bool has_serial_order(const Trace& trace) {
  std::vector<std::size_t> transaction(trace.events.size());
  std::map<std::uint32_t, std::size_t> open;
  std::size_t count = 0;
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    const std::uint32_t agent = trace.events[i].agent.index;
    const ActionKind kind = trace.actions_of(trace.events[i])[0].kind;
    if (kind == ActionKind::Invoke) open[agent] = count++;
    transaction[i] = open.contains(agent) ? open[agent] : count++;
    if (kind == ActionKind::Return) open.erase(agent);
  }
  const auto must_precede = [&](std::size_t a, std::size_t b) {
    if (trace.events[a].agent == trace.events[b].agent) return true;
    const Action& x = trace.actions_of(trace.events[a])[0];
    const Action& y = trace.actions_of(trace.events[b])[0];
    const auto is_access = [](const Action& action) {
      return action.kind == ActionKind::Read || action.kind == ActionKind::Write;
    };
    if (!is_access(x) || !is_access(y)) return false;
    if (x.kind == ActionKind::Read && y.kind == ActionKind::Read) return false;
    return x.location.offset < y.location.offset + y.size_bytes &&
           y.location.offset < x.location.offset + x.size_bytes;
  };
  std::vector<std::size_t> position(count);
  std::iota(position.begin(), position.end(), 0);
  do {
    bool fits = true;
    for (std::size_t a = 0; a < transaction.size() && fits; ++a) {
      for (std::size_t b = a + 1; b < transaction.size() && fits; ++b) {
        fits = transaction[a] == transaction[b] || !must_precede(a, b) ||
               position[transaction[a]] < position[transaction[b]];
      }
    }
    if (fits) return true;
  } while (std::ranges::next_permutation(position).found);
  return false;
}

void compare_with_definition() {
  constexpr std::uint32_t kAgents = 3;
  constexpr int kTransactionsMax = 6;
  Calls calls(kAgents);
  std::vector<bool> is_inside(kAgents);
  int transactions = 0;
  for (int events = *rc::gen::inRange(1, 16); events > 0; --events) {
    const auto agent = *rc::gen::inRange<std::uint32_t>(0, kAgents);
    if (!is_inside[agent] && transactions++ == kTransactionsMax) break;
    const int what = *rc::gen::inRange(0, 6);
    const std::uint64_t size = *rc::gen::element<std::uint64_t>(1, 2, 4);
    const std::uint64_t offset = *rc::gen::inRange<std::uint64_t>(0, 6);
    if (!is_inside[agent] && what < 4) {
      calls.call(agent);
      is_inside[agent] = true;
    } else if (is_inside[agent] && what == 0) {
      calls.ret(agent);
      is_inside[agent] = false;
    } else {
      calls.add(agent, what % 2 == 0 ? load(offset, size) : store(offset, size));
    }
  }
  RC_ASSERT((calls.judge().kind == VerdictKind::Pass) == has_serial_order(calls.trace()));
}

RC_GTEST_PROP(Atomicity, is_kept_where_some_serial_order_explains_the_execution, ()) {
  for (int i = 0; i < 20; ++i) compare_with_definition();
}

}  // namespace
}  // namespace heddle::harness
