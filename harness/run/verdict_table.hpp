// A table of histories with known verdicts: reads it, checks all, and says where they differ.
//
// Tab-separated, with a line of headings: file (relative to the table), model, operations,
// linearizable (true or false), and whatever else. Models are those of `heddle check`, and the
// names that published corpora use: "etcd" (a cas-register that is nil at first), "casreg0",
// "kv-append", "pq", "jepsen-NAME" (a checker of harness/jepsen).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "reports/history_report.hpp"

namespace heddle::harness {

struct VerdictTable {
  struct Row {
    std::string file;
    std::string path;  // from here
    std::string model;
    std::string expected;
  };
  std::vector<Row> rows;
};

[[nodiscard]] core::Result<VerdictTable> read_verdict_table(const std::string& path);

struct RowOptions {
  std::size_t repeats = 1;
  bool explains = false;
};

// The time is the median of the repeats, without that of reading the file.
[[nodiscard]] core::Result<reports::VerdictRow> check_row(const VerdictTable::Row& row,
                                                          const RowOptions& options = {});

}  // namespace heddle::harness
