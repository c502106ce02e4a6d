#include "harness/linear/append_log_monitor.hpp"

#include <gmock/gmock.h>

#include "harness/linear/linear_fixture.hpp"
#include "harness/linear/replay.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;
using testing::ElementsAre;

// Items are letters; reads see strings of them.
class LogOf {
 public:
  LogOf& append(std::string_view item, std::uint32_t call, std::uint32_t ret) {
    return add("append", data_.string(item).word, call, ret);
  }
  LogOf& put(std::string_view item, std::uint32_t call, std::uint32_t ret) {
    return add("put", data_.string(item).word, call, ret);
  }
  LogOf& read(std::string_view seen, std::uint32_t call, std::uint32_t ret) {
    add("read", 0, call, ret);
    calls_.calls.back().has_result = true;
    calls_.calls.back().result = data_.string(seen).word;
    return *this;
  }

  // That the monitor is right, if it says anything.
  [[nodiscard]] std::optional<Decision> decide() {
    calls_.data = &data_;
    std::ranges::sort(calls_.calls, {}, &ModelCall::call);
    std::vector<std::uint32_t> all(calls_.calls.size());
    std::iota(all.begin(), all.end(), 0U);
    const Calls calls = select(calls_, all);
    auto decision = decide_append_log(calls, {}, true);
    if (!decision) return decision;
    EXPECT_EQ(decision->kind == VerdictKind::Pass,
              fixture::Definition(calls, *model_).is_linearizable());
    const bool is_pass = decision->kind == VerdictKind::Pass;
    EXPECT_TRUE(!is_pass || replay_witness(calls, decision->witness, *model_, {}));
    return decision;
  }

 private:
  LogOf& add(std::string_view name, std::int64_t word, std::uint32_t call, std::uint32_t ret) {
    ModelCall& made = calls_.calls.emplace_back();
    made.code = model_->find_operation(name).value();
    made.verb = model_->operations()[made.code].verb;
    made.arguments[0] = word;
    made.call = call;
    made.ret = ret;
    return *this;
  }

  std::shared_ptr<const Model> model_ = fixture::model_of("append-log");
  core::Data data_;
  Calls calls_;
};

TEST(AppendLogMonitor, of_a_repeated_item_only_a_writer_before_its_readers_is_possible) {
  const auto decision = LogOf().append("a", 0, 1).read("a", 2, 3).append("a", 4, 5).decide();
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->kind, VerdictKind::Pass);
}

TEST(AppendLogMonitor, of_a_repeated_item_only_a_writer_behind_the_earlier_items_is_possible) {
  const auto decision = LogOf()
                            .append("a", 0, 1)
                            .append("b", 2, 3)
                            .append("a", 4, 9)
                            .put("c", 5, 6)
                            .read("ca", 7, 8)
                            .decide();
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->kind, VerdictKind::Pass);
}

TEST(AppendLogMonitor, of_a_repeated_item_no_writer_with_another_behind_it_is_possible) {
  const auto decision =
      LogOf().put("c", 0, 10).append("a", 1, 2).append("a", 3, 4).read("ca", 5, 9).decide();
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->kind, VerdictKind::Pass);
}

TEST(AppendLogMonitor, of_a_repeated_item_no_writer_with_a_put_behind_it_is_possible) {
  const auto decision =
      LogOf().put("a", 0, 1).put("c", 2, 3).put("a", 4, 10).read("a", 5, 9).decide();
  ASSERT_TRUE(decision);
  EXPECT_THAT(decision->witness, ElementsAre(0, 1, 2, 3));
}

TEST(AppendLogMonitor, says_nothing_where_two_writers_of_an_item_are_possible) {
  EXPECT_FALSE(LogOf().append("a", 0, 9).append("a", 1, 8).read("a", 2, 7).decide());
  EXPECT_FALSE(
      LogOf().append("a", 0, 2).put("c", 1, 20).append("a", 3, 19).read("ca", 4, 18).decide());
}

TEST(AppendLogMonitor, says_nothing_where_a_string_may_be_taken_to_pieces_in_two_ways) {
  EXPECT_FALSE(
      LogOf().append("a", 0, 9).append("ab", 1, 8).append("b", 2, 7).read("ab", 3, 6).decide());
}

TEST(AppendLogMonitor, an_item_that_nobody_appended_is_a_violation_by_itself) {
  const auto decision = LogOf().append("a", 0, 1).read("ax", 2, 3).decide();
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->kind, VerdictKind::Fail);
  EXPECT_THAT(decision->culprits, ElementsAre(1));
}

TEST(AppendLogMonitor, reads_that_are_no_prefixes_of_each_other_are_culprits) {
  const auto decision = LogOf()
                            .append("a", 0, 10)
                            .append("b", 1, 11)
                            .append("c", 2, 12)
                            .read("ab", 3, 8)
                            .read("b", 4, 9)
                            .decide();
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->kind, VerdictKind::Fail);
  EXPECT_THAT(decision->culprits, ElementsAre(0, 1, 3, 4));
}

}  // namespace
}  // namespace heddle::harness
