#include "harness/run/shard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace heddle::harness {
namespace {

using Variables = std::map<std::string, std::string>;

core::Result<std::optional<Shard>> with(Variables variables) {
  return shard_of([variables = std::move(variables)](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST(Shard, is_written_as_a_fraction_whose_first_part_is_zero) {
  const auto shard = parse_shard("3/8");
  ASSERT_TRUE(shard.has_value());
  EXPECT_EQ(*shard, (Shard{.index = 3, .count = 8}));
  EXPECT_EQ(to_string(*shard), "3/8");
  for (const char* wrong : {"", "3", "8/8", "9/8", "0/0", "-1/8", "3/8x", "a/b", "/", "3/"}) {
    EXPECT_FALSE(parse_shard(wrong).has_value()) << wrong;
  }
}

TEST(Shard, every_execution_belongs_to_exactly_one) {
  for (const std::uint64_t count : {1U, 2U, 7U}) {
    for (std::uint64_t execution = 0; execution < 50; ++execution) {
      int owners = 0;
      for (std::uint64_t index = 0; index < count; ++index) {
        owners += static_cast<int>(Shard{.index = index, .count = count}.owns(execution));
      }
      EXPECT_EQ(owners, 1);
    }
  }
}

TEST(Shard, is_told_by_slurm_and_kubernetes) {
  EXPECT_EQ(with({}).value(), std::nullopt);
  EXPECT_EQ(with({{"SLURM_ARRAY_TASK_ID", "12"},
                  {"SLURM_ARRAY_TASK_MIN", "10"},
                  {"SLURM_ARRAY_TASK_COUNT", "4"}})
                .value(),
            (Shard{.index = 2, .count = 4}));
  EXPECT_EQ(with({{"SLURM_ARRAY_TASK_ID", "3"}, {"SLURM_ARRAY_TASK_COUNT", "4"}}).value(),
            (Shard{.index = 3, .count = 4}));
  EXPECT_EQ(with({{"JOB_COMPLETION_INDEX", "5"}, {"HEDDLE_SHARD_COUNT", "6"}}).value(),
            (Shard{.index = 5, .count = 6}));
}

TEST(Shard, what_the_environment_says_must_make_sense) {
  EXPECT_FALSE(with({{"SLURM_ARRAY_TASK_ID", "3"}}).has_value());
  EXPECT_FALSE(with({{"SLURM_ARRAY_TASK_ID", "x"}, {"SLURM_ARRAY_TASK_COUNT", "4"}}).has_value());
  // An array with a gap: ids 0, 2, 4.
  EXPECT_FALSE(with({{"SLURM_ARRAY_TASK_ID", "4"}, {"SLURM_ARRAY_TASK_COUNT", "3"}}).has_value());
  EXPECT_FALSE(with({{"SLURM_ARRAY_TASK_ID", "1"},
                     {"SLURM_ARRAY_TASK_MIN", "2"},
                     {"SLURM_ARRAY_TASK_COUNT", "3"}})
                   .has_value());
  const auto without_count = with({{"JOB_COMPLETION_INDEX", "5"}});
  ASSERT_FALSE(without_count.has_value());
  EXPECT_THAT(without_count.error().message, testing::HasSubstr("HEDDLE_SHARD_COUNT"));
}

}  // namespace
}  // namespace heddle::harness
