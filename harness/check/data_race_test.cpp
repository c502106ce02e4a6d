#include "harness/check/data_race.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>

#include "harness/check/trace_fixture.hpp"

namespace heddle::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using namespace actions;

Verdict judge(TraceBuilder& builder) { return DataRaceJudge().judge(builder.execution()); }

TEST(DataRace, is_two_accesses_that_nothing_orders) {
  TraceBuilder builder(2);
  builder.add(0, {store(0)}).add(1, {load(2)});
  const Verdict verdict = judge(builder);
  ASSERT_EQ(verdict.kind, VerdictKind::Fail);
  EXPECT_EQ(verdict.signature(),
            (core::Signature{"data-race", "module0.function0+0x0, module0.function1+0x0"}));
  EXPECT_THAT(verdict.findings[0].events, ElementsAre(EventId{0}, EventId{1}));
  EXPECT_EQ(verdict.findings[0].message,
            "a writes memory0+0x0 (4 bytes) at module0.function0+0x0 and b reads memory0+0x2 (4 "
            "bytes) at module0.function1+0x0: nothing orders them");
}

TEST(DataRace, has_the_same_place_in_whatever_order_the_accesses_come) {
  TraceBuilder builder(2);
  builder.add(1, {load(2)}).add(0, {store(0)});
  EXPECT_EQ(judge(builder).signature().place, "module0.function0+0x0, module0.function1+0x0");
}

TEST(DataRace, needs_a_write_and_a_common_byte) {
  TraceBuilder builder(2);
  builder.add(0, {load(0)}).add(1, {load(0)}).add(0, {store(4)}).add(1, {store(8)});
  EXPECT_EQ(judge(builder), Verdict::pass());
}

TEST(DataRace, is_none_between_accesses_of_different_memories) {
  TraceBuilder builder(2);
  Action other = store(0);
  other.location.number = 1;
  builder.add(0, {store(0)}).add(1, {other});
  EXPECT_EQ(judge(builder), Verdict::pass());
}

TEST(DataRace, is_prevented_by_an_atomic_that_reads_from_an_atomic_of_the_same_range) {
  TraceBuilder builder(2);
  builder.add(0, {store(0)}).add(0, {atomic_store(4)}).add(1, {atomic_load(4)}).add(1, {load(0)});
  EXPECT_EQ(judge(builder), Verdict::pass());
}

TEST(DataRace, is_not_prevented_by_an_atomic_that_came_too_early) {
  TraceBuilder builder(2);
  builder.add(0, {store(0)}).add(1, {atomic_load(4)}).add(0, {atomic_store(4)}).add(1, {load(0)});
  EXPECT_THAT(judge(builder).findings, SizeIs(1));
}

TEST(DataRace, happens_between_atomics_of_different_sizes_which_do_not_synchronise) {
  TraceBuilder builder(2);
  builder.add(0, {atomic_store(4, 4)}).add(1, {atomic_load(4, 1)});
  const Verdict verdict = judge(builder);
  ASSERT_EQ(verdict.kind, VerdictKind::Fail);
  EXPECT_THAT(verdict.findings[0].message, HasSubstr("of different bytes do not synchronise"));
}

TEST(DataRace, is_none_between_atomics_of_the_same_range) {
  TraceBuilder builder(3);
  builder.add(0, {rmw(4)}).add(1, {rmw(4)}).add(2, {atomic_store(4)});
  EXPECT_EQ(judge(builder), Verdict::pass());
}

TEST(DataRace, is_prevented_by_spawn_and_join) {
  TraceBuilder builder(2);
  builder.add(0, {store(0)}).add(0, {spawn(1)}).add(1, {store(0)}).add(0, {join(1)});
  builder.add(0, {load(0)});
  EXPECT_EQ(judge(builder), Verdict::pass());
}

TEST(DataRace, is_prevented_by_a_notify_that_wakes_or_comes_before_the_wait) {
  TraceBuilder builder(2);
  builder.add(1, {atomic_load(4), queue(ActionKind::Wait, 4)}).add(0, {store(0)});
  builder.add(0, {queue(ActionKind::Notify, 4)}).add(1, {queue(ActionKind::Woken, 4)});
  builder.add(1, {load(0)});
  EXPECT_EQ(judge(builder), Verdict::pass());
}

TEST(DataRace, is_none_with_an_initialisation_or_of_the_length_of_a_memory) {
  TraceBuilder builder(2);
  Action length = store(0);
  length.location.region = core::RegionKind::MemoryLength;
  builder.add(0, {access(ActionKind::Write, core::Ordering::Init, 0, 8)});
  builder.add(1, {store(0)}).add(0, {length}).add(1, {length});
  EXPECT_EQ(judge(builder), Verdict::pass());
}

TEST(DataRace, of_the_same_two_instructions_is_found_once) {
  TraceBuilder builder(2);
  for (const std::uint64_t offset : {0U, 8U, 16U}) {
    builder.add_at(0, {0, 0, 1}, {store(offset)}).add_at(1, {0, 1, 2}, {store(offset)});
  }
  EXPECT_THAT(judge(builder).findings, SizeIs(1));
}

TEST(DataRace, of_other_instructions_is_a_finding_of_its_own_but_there_are_not_too_many) {
  TraceBuilder builder(2);
  for (std::uint32_t i = 0; i < 100; ++i) builder.add(0, {store(i, 1)}).add(1, {store(i, 1)});
  EXPECT_THAT(judge(builder).findings, SizeIs(16));
}

TEST(DataRace, is_unknown_where_no_events_were_kept) {
  core::Execution execution;
  EXPECT_EQ(DataRaceJudge().judge(execution).kind, VerdictKind::Pass);
  execution.steps = 1;
  EXPECT_EQ(DataRaceJudge().judge(execution).kind, VerdictKind::Unknown);
}

TEST(DataRace, of_accesses_at_the_end_of_all_addresses_is_found) {
  TraceBuilder builder(2);
  builder.add(0, {store(UINT64_MAX - 3, 8)}).add(1, {store(UINT64_MAX - 2, UINT64_MAX)});
  EXPECT_THAT(judge(builder).findings, SizeIs(1));
}

// The definition, word by word: a relation between all pairs of events, closed; then all pairs.
class Definition {
 public:
  explicit Definition(const Trace& trace) : trace_(trace), size_(trace.events.size()) {
    before_.assign(size_, std::vector<bool>(size_));
    for (std::size_t a = 0; a < size_; ++a) {
      for (std::size_t b = a + 1; b < size_; ++b) before_[a][b] = is_edge(a, b);
    }
    for (std::size_t k = 0; k < size_; ++k) {
      for (std::size_t a = 0; a < size_; ++a) {
        for (std::size_t b = 0; b < size_; ++b) {
          if (before_[a][k] && before_[k][b]) before_[a][b] = true;
        }
      }
    }
  }

  [[nodiscard]] bool race(std::size_t a, std::size_t b) const {
    if (a > b) std::swap(a, b);
    if (agent(a) == agent(b) || before_[a][b]) return false;
    for (const Action& x : actions_of(a)) {
      for (const Action& y : actions_of(b)) {
        if (conflict(x, y)) return true;
      }
    }
    return false;
  }

  // The earliest event that races with an earlier one, and the latest of those.
  [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> first_race() const {
    for (std::size_t b = 0; b < size_; ++b) {
      for (std::size_t a = b; a-- > 0;) {
        if (race(a, b)) return std::pair(a, b);
      }
    }
    return std::nullopt;
  }

 private:
  std::span<const Action> actions_of(std::size_t event) const {
    return trace_.actions_of(trace_.events[event]);
  }
  std::uint32_t agent(std::size_t event) const { return trace_.events[event].agent.index; }

  static bool is_access(const Action& action) {
    return action.kind == ActionKind::Read || action.kind == ActionKind::Write ||
           action.kind == ActionKind::ReadModifyWrite;
  }
  static bool touches(const Action& action, std::uint64_t byte) {
    return byte >= action.location.offset && byte < action.location.offset + action.size_bytes;
  }
  static bool overlap(const Action& x, const Action& y) {
    for (std::uint64_t byte = 0; byte < 16; ++byte) {
      if (touches(x, byte) && touches(y, byte)) return true;
    }
    return false;
  }
  static bool is_sync(const Action& x, const Action& y) {
    return x.ordering == core::Ordering::SeqCst && y.ordering == core::Ordering::SeqCst &&
           x.location == y.location && x.size_bytes == y.size_bytes;
  }
  static bool conflict(const Action& x, const Action& y) {
    if (!is_access(x) || !is_access(y) || !overlap(x, y) || is_sync(x, y)) return false;
    if (x.ordering == core::Ordering::Init || y.ordering == core::Ordering::Init) return false;
    return x.kind != ActionKind::Read || y.kind != ActionKind::Read;
  }
  static bool is_in_queue(const Action& action) {
    return action.kind == ActionKind::Wait || action.kind == ActionKind::Woken ||
           action.kind == ActionKind::TimedOut || action.kind == ActionKind::Notify;
  }

  // Whether the read gets a byte from the write.
  bool reads_from(const Action& read, std::size_t event, const Action& write,
                  std::size_t writer) const {
    for (std::uint64_t byte = 0; byte < 16; ++byte) {
      if (!touches(read, byte) || !touches(write, byte)) continue;
      bool is_overwritten = false;
      for (std::size_t other = writer; other < event; ++other) {
        for (const Action& action : actions_of(other)) {
          if (&action <= &write || !is_access(action) || action.kind == ActionKind::Read) continue;
          is_overwritten |= touches(action, byte);
        }
      }
      if (!is_overwritten) return true;
    }
    return false;
  }

  bool is_edge(std::size_t a, std::size_t b) const {
    if (agent(a) == agent(b)) return true;
    for (const Action& x : actions_of(a)) {
      if (x.kind == ActionKind::Spawn && x.written_value == agent(b)) return true;
      for (const Action& y : actions_of(b)) {
        if (y.kind == ActionKind::Join && y.written_value == agent(a)) return true;
        // Through an agent that has made no event of its own.
        if (x.kind == ActionKind::Spawn && y.kind == ActionKind::Join &&
            x.written_value == y.written_value) {
          return true;
        }
        if (is_in_queue(x) && is_in_queue(y) && x.location == y.location) return true;
        if (!is_access(x) || !is_access(y)) continue;
        if (x.ordering == core::Ordering::Init && overlap(x, y)) return true;
        if (x.kind != ActionKind::Read && y.kind != ActionKind::Write && is_sync(x, y) &&
            reads_from(y, b, x, a)) {
          return true;
        }
      }
    }
    return false;
  }

  const Trace& trace_;
  std::size_t size_;
  std::vector<std::vector<bool>> before_;
};

void compare_with_definition(TraceBuilder& builder) {
  const Definition definition(builder.trace());
  const Verdict verdict = judge(builder);
  const auto expected = definition.first_race();
  RC_ASSERT((verdict.kind == VerdictKind::Fail) == expected.has_value());
  for (const core::Finding& finding : verdict.findings) {
    RC_ASSERT(definition.race(finding.events[0].index, finding.events[1].index));
  }
  if (!expected) return;
  RC_ASSERT(verdict.findings[0].events[0].index == expected->first);
  RC_ASSERT(verdict.findings[0].events[1].index == expected->second);
}

RC_GTEST_PROP(DataRace, is_found_where_the_definition_has_one_and_the_first_one_comes_first, ()) {
  for (int i = 0; i < 40; ++i) {
    TraceBuilder builder = *random_traces(4, 20);
    compare_with_definition(builder);
  }
}

}  // namespace
}  // namespace heddle::harness
