// The verdict on a file is that of the definition, and a failure's evidence holds.
#include "harness/run/check_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "harness/linear/convict.hpp"
#include "harness/linear/decide.hpp"
#include "harness/linear/linear_fixture.hpp"
#include "histories/read.hpp"
#include "histories/write_history.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;
using Indices = std::vector<std::uint32_t>;
using History = std::shared_ptr<const core::History>;

// A process that has crashed never speaks again: another one goes on.
core::History with_new_processes(core::History history) {
  std::map<std::int64_t, std::int64_t> now;
  for (core::Operation& operation : history.operations) {
    const std::int64_t old = operation.process;
    operation.process = now.try_emplace(old, old).first->second;
    if (operation.ret == core::kNeverReturned) now[old] += 10;
  }
  return history;
}

// As a file, and read from it.
History through_a_file(const core::History& history) {
  auto read = histories::read_history({.file = "h.edn", .text = histories::write_edn(history)},
                                      {.keyed = histories::Keyed::No});
  EXPECT_TRUE(read.has_value()) << read.error().message;
  return std::make_shared<const core::History>(*std::move(read));
}

class CheckHistory : public testing::TestWithParam<std::string_view> {
 protected:
  static constexpr std::uint64_t kTest = 31;
  static constexpr std::array<std::size_t, 2> kMax{7, 4};  // operations

  // All calls of a barrier come in pairs, at once: the definition tries far too many orders.
  static std::size_t is_wide() { return GetParam() == "barrier" ? 1 : 0; }

  const std::shared_ptr<const Model> model_ = make_model(GetParam()).value();
};

TEST_P(CheckHistory, the_verdict_on_a_file_is_that_of_the_definition) {
  std::array<std::size_t, 3> seen{};
  for (std::uint64_t i = 0; i < fixture::cases(1'000); ++i) {
    core::Rng rng = fixture::random(kTest, i);
    const History history = through_a_file(with_new_processes(
        fixture::small_history(*model_, rng, {.operations_max = kMax[is_wide()]})));
    Semantics semantics = fixture::any_semantics(rng);
    semantics.ties = Ties::Closed;  // events of a file have an order
    const auto calls = prepare(*history, *model_, semantics);
    if (!calls) continue;  // a read with a name and no answer: in a file they are the same
    const bool expected = fixture::Definition(*calls, *model_).is_linearizable();
    const auto report = check_history(
        history, *model_,
        {.semantics = semantics, .decide = {.wants_witness = i % 2 == 0}, .explains = false});
    ASSERT_TRUE(report) << report.error().message;
    ASSERT_EQ(report->verdict(), expected ? VerdictKind::Pass : VerdictKind::Fail)
        << i << '\n'
        << fixture::to_string(*history, *calls);
    ASSERT_EQ(report->objects[0].is_witness_replayed, expected && i % 2 == 0);
    ++seen[static_cast<std::size_t>(report->verdict())];
  }
  EXPECT_GT(seen[0] + seen[2], 200U);
}

bool contains(const Indices& operations, std::uint32_t operation) {
  return std::ranges::binary_search(operations, operation);
}

// What had happened when it went wrong: behind the return of the operation without a place.
Calls beginning_with(const Calls& calls, std::uint32_t unplaced, const Model& model) {
  std::vector<std::uint32_t> ends;
  for (const ModelCall& call : calls.calls) {
    if (call.operation == unplaced && call.ret != kPending) ends.push_back(call.ret + 1);
  }
  std::ranges::sort(ends);
  for (const std::uint32_t end : ends) {
    Calls beginning = beginning_of(calls, end);
    if (!fixture::Definition(beginning, model).is_linearizable()) return beginning;
  }
  ADD_FAILURE() << "what happened until operation " << unplaced << " had returned is no failure";
  return calls;
}

TEST_P(CheckHistory, a_failure_comes_with_a_part_that_convicts) {
  std::size_t failures = 0;
  for (std::uint64_t i = 0; i < fixture::cases(1'000); ++i) {
    core::Rng rng = fixture::random(kTest + 1, i);
    Semantics semantics = fixture::any_semantics(rng);
    semantics.ties = Ties::Closed;
    const History history = through_a_file(with_new_processes(fixture::small_history(
        *model_, rng, {.operations_max = kMax[is_wide()], .lies = 20, .has_ties = false})));
    const auto report = check_history(history, *model_, {.semantics = semantics});
    if (!report || report->verdict() != VerdictKind::Fail) continue;
    ++failures;
    const reports::HistoryFailure& failure = *report->objects[0].failure;
    const Calls calls = prepare(*history, *model_, semantics).value();
    const std::string about =
        fmt::format("case {}, minimal {}\n{}", i, testing::PrintToString(failure.minimal),
                    fixture::to_string(*history, calls));
    ASSERT_TRUE(failure.is_minimal) << about;
    ASSERT_FALSE(failure.confirmed_by.empty()) << about;
    ASSERT_TRUE(failure.minimal_unplaced) << about;
    ASSERT_TRUE(contains(failure.minimal, *failure.minimal_unplaced)) << about;
    const Calls beginning =
        failure.unplaced ? beginning_with(calls, *failure.unplaced, *model_) : calls;
    const Convict convict(beginning, *model_);
    Indices part;
    for (std::uint32_t c = 0; c < beginning.calls.size(); ++c) {
      if (contains(failure.minimal, beginning.calls[c].operation)) part.push_back(c);
    }
    ASSERT_TRUE(convict.is_telling(part)) << about;
    ASSERT_FALSE(fixture::Definition(select(beginning, part), *model_).is_linearizable()) << about;
    for (const std::uint32_t operation : failure.minimal) {
      Indices rest;
      std::ranges::copy_if(part, std::back_inserter(rest), [&](std::uint32_t call) {
        return beginning.calls[call].operation != operation;
      });
      ASSERT_FALSE(convict.is_telling(rest) &&
                   !fixture::Definition(select(beginning, rest), *model_).is_linearizable())
          << operation << " is not needed\n"
          << about;
    }
  }
  EXPECT_GT(failures, 0U);
}

INSTANTIATE_TEST_SUITE_P(models, CheckHistory, testing::ValuesIn(fixture::model_names()),
                         fixture::model_test_name);

core::History keyed_history() {
  std::string text;
  for (int i = 0; i < 30; ++i) {
    const int key = i % 7;
    text +=
        fmt::format("{{:type :invoke, :process {0}, :f :write, :value {0}, :key {1}}}\n", i, key);
    text += fmt::format("{{:type :ok, :process {0}, :f :write, :value {0}, :key {1}}}\n", i, key);
    text +=
        fmt::format("{{:type :invoke, :process {0}, :f :read, :value nil, :key {1}}}\n", i, key);
    text += fmt::format("{{:type :ok, :process {0}, :f :read, :value {2}, :key {1}}}\n", i, key,
                        key % 3 == 1 ? 0 : i);
  }
  return histories::read_history({.file = "h.edn", .text = text}).value();
}

TEST(CheckKeys, each_key_is_an_object_in_the_order_of_their_first_operations) {
  const core::History history = keyed_history();
  const std::vector<HistoryObject> objects = objects_of(history);
  ASSERT_EQ(objects.size(), 7U);
  std::size_t operations = 0;
  for (std::size_t key = 0; key < objects.size(); ++key) {
    EXPECT_EQ(objects[key].key.word, static_cast<std::int64_t>(key));
    EXPECT_TRUE(std::ranges::is_sorted(objects[key].operations));
    operations += objects[key].operations.size();
  }
  EXPECT_EQ(operations, history.operations.size());
  EXPECT_EQ(objects_of({}).size(), 1U);
}

TEST(CheckKeys, the_report_of_four_workers_is_that_of_one) {
  const auto history = std::make_shared<const core::History>(keyed_history());
  const auto model = make_model("register").value();
  const auto text_with = [&](std::size_t workers) {
    const auto report =
        check_history(history, *model, {.decide = {.wants_witness = true}, .workers = workers});
    return reports::to_json({report.value()}) + reports::render_text(report.value());
  };
  EXPECT_EQ(text_with(1), text_with(4));
  EXPECT_THAT(text_with(1), testing::HasSubstr("(7 keys: 5 linearizable, 2 not, 0 unknown)"));
}

TEST(CheckAssumptions, each_has_its_words) {
  EXPECT_EQ(assumptions_text({}, "0"),
            "initial state 0; equal times are concurrent; `fail` did not happen; `info` may have "
            "happened; nil reads say nothing");
  EXPECT_EQ(assumptions_text({.ties = Ties::Ordered,
                              .fails = Fails::Observed,
                              .pending = PendingPolicy::Drop,
                              .nil_reads = NilReads::Value},
                             "nil"),
            "initial state nil; equal times are ordered; `fail` is an answer; `info` did not "
            "happen; nil reads are values");
}

}  // namespace
}  // namespace heddle::harness
