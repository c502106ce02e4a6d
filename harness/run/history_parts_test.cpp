#include "harness/run/history_parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "histories/read.hpp"

namespace heddle::harness {
namespace {

using core::Completion;
using testing::ElementsAre;

// Two writes at once, one that crashed, and a word of the nemesis.
core::History example() {
  return histories::read_history({.file = "h",
                                  .text = "{:type :invoke :process 0 :f :write :value 1 :time 10}"
                                          "{:type :invoke :process 1 :f :write :value 2 :time 20}"
                                          "{:type :info :process :nemesis :f :start}"
                                          "{:type :invoke :process 2 :f :write :value 3 :time 30}"
                                          "{:type :ok :process 1 :f :write :value 2 :time 40}"
                                          "{:type :ok :process 0 :f :write :value 1 :time 50}"})
      .value();
}

TEST(HistoryParts, a_part_keeps_times_values_and_annotations) {
  const core::History whole = example();
  ASSERT_EQ(whole.operations.size(), 3U);
  const core::History part = part_of(whole, std::vector<std::uint32_t>{0, 2});
  EXPECT_THAT(part.operations, ElementsAre(whole.operations[0], whole.operations[2]));
  EXPECT_THAT(part.wall_times, ElementsAre(whole.wall_times[0], whole.wall_times[2]));
  EXPECT_EQ(part.annotations, whole.annotations);
  EXPECT_EQ(part.annotations.size(), 1U);
  EXPECT_EQ(part.name_of(part.operations[0]), "write");
}

TEST(HistoryParts, in_sequence_each_operation_ends_before_the_next_begins) {
  const core::History whole = example();
  const core::History sequence = in_sequence(whole, std::vector<std::uint32_t>{2, 1, 0});
  ASSERT_EQ(sequence.operations.size(), 3U);
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < sequence.operations.size(); ++i) {
    const core::Operation& operation = sequence.operations[i];
    values.push_back(operation.input.word);
    EXPECT_EQ(operation.completion, Completion::Ok);  // the crashed one has happened
    EXPECT_LT(operation.call, operation.ret);
    if (i > 0) EXPECT_LT(sequence.operations[i - 1].ret, operation.call);
  }
  EXPECT_THAT(values, ElementsAre(3, 2, 1));
}

}  // namespace
}  // namespace heddle::harness
