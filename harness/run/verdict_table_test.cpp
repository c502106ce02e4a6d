// Published histories, with the verdicts that are known of them.
#include "harness/run/verdict_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/run/bench_histories.hpp"
#include "harness/run/files.hpp"
#include "harness/run/run_fixture.hpp"

namespace heddle::harness {
namespace {

const std::string kFolder = HEDDLE_SOURCE_DIR "/../shared/histories";

TEST(VerdictTable, all_published_verdicts_are_found) {
  if (!is_folder(kFolder)) GTEST_SKIP() << "../shared/histories is absent";
  const auto table = read_verdict_table(kFolder + "/verdicts.tsv");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->rows.size(), 265U);
  for (const VerdictTable::Row& row : table->rows) {
    const auto checked = check_row(row);
    ASSERT_TRUE(checked) << row.file << ": " << checked.error().message;
    EXPECT_EQ(checked->actual, row.expected) << row.file;
  }
}

TEST(VerdictTable, rows_are_read_with_their_files_beside_the_table) {
  const Folder folder;
  const std::string path = folder.write("t.tsv",
                                        "file\tmodel\tops\tlinearizable\tby\n"
                                        "a/b.edn\tpq\t7\tfalse\tme\n\n");
  const auto table = read_verdict_table(path);
  ASSERT_TRUE(table) << table.error().message;
  ASSERT_EQ(table->rows.size(), 1U);
  EXPECT_EQ(table->rows[0].path, folder.path("a/b.edn"));
  EXPECT_EQ(table->rows[0].model, "pq");
  EXPECT_EQ(table->rows[0].expected, "false");
  const auto wrong = read_verdict_table(folder.write("w.tsv", "head\na\tpq\t7\tmaybe\n"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().span.line, 2U);
}

TEST(VerdictTable, names_of_published_tables_are_models_with_their_first_states) {
  const Folder folder;
  const auto verdict = [&](const std::string& model, std::string_view text) {
    const std::string path = folder.write("h", text);
    const auto row = check_row({.file = "h", .path = path, .model = model, .expected = "true"});
    EXPECT_TRUE(row) << row.error().message;
    return row ? row->actual : "";
  };
  const std::string nil = "[1] call cas(0, 1)\n[1] return true\n";
  EXPECT_EQ(verdict("etcd", nil), "false");  // nil at first
  EXPECT_EQ(verdict("casreg0", nil), "true");
  EXPECT_EQ(verdict("pq", "insert 1 0 1\ninsert 2 2 3\npoll 2 4 5\n"), "true");
  EXPECT_EQ(verdict("pq", "insert 1 0 1\ninsert 2 2 3\npoll 1 4 5\n"), "false");
  EXPECT_EQ(
      verdict("jepsen-counter", "[1] call add(1)\n[1] return 1\n[1] call read\n[1] return 3\n"),
      "false");
}

TEST(BenchHistories, without_the_folder_only_made_up_histories_are_timed) {
  int asked = 0;
  const auto bench = bench_histories({.folder = "no such folder", .repeats = 1, .large = 2'000},
                                     [&] { return ++asked > 5; });
  ASSERT_TRUE(bench) << bench.error().message;
  EXPECT_TRUE(bench->folder_is_missing);
  EXPECT_TRUE(reports::is_right(bench->report));
  ASSERT_EQ(bench->report.rows.size(), 10U);  // each with and without reading
  for (const reports::HistoriesBenchRow& row : bench->report.rows) {
    EXPECT_EQ(row.operations, 2'000U);
    EXPECT_THAT(row.deciders, testing::HasSubstr("monitor")) << row.name;
  }
}

TEST(BenchHistories, a_wrong_verdict_in_the_table_is_counted) {
  const Folder folder;
  folder.write("generated/q.log", "# queue\nenq 1 0 1\ndeq 2 2 3\n");
  folder.write("verdicts.tsv", "file\tmodel\tops\tlinearizable\ngenerated/q.log\tqueue\t2\ttrue\n");
  int asked = 0;
  const auto bench =
      bench_histories({.folder = folder.path(), .repeats = 1}, [&] { return ++asked > 10; });
  ASSERT_TRUE(bench) << bench.error().message;
  ASSERT_EQ(bench->report.rows.size(), 1U);
  EXPECT_EQ(bench->report.rows[0].wrong_verdicts, 1U);
  EXPECT_FALSE(reports::is_right(bench->report));
}

}  // namespace
}  // namespace heddle::harness
