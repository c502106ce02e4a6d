#include "harness/run/bench_histories.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/linear/generate.hpp"
#include "harness/models/models.hpp"
#include "harness/run/check_setup.hpp"
#include "harness/run/files.hpp"
#include "harness/run/stopwatch.hpp"
#include "harness/run/verdict_table.hpp"

namespace heddle::harness {

namespace {

using core::VerdictKind;
using reports::HistoriesBenchRow;

// Published histories that are timed together.
struct Group {
  std::string_view name;
  std::string_view prefix;  // of the files' names in the table
  bool explains = false;
  std::optional<double> total_goal_ms{};
  std::optional<double> worst_goal_ms{};
};

constexpr std::array kGroups{
    Group{"etcd", "porcupine/jepsen/", false, 15, 1},
    Group{"knossos cas-register", "knossos/cas-register/", false, 20, {}},
    Group{"knossos mutex", "knossos/mutex/", false, {}, {}},
    Group{"knossos multi-register", "knossos/multi-register/", false, {}, {}},
    Group{"kv c01", "porcupine/kv/c01", false, {}, {}},
    Group{"kv c10", "porcupine/kv/c10", false, {}, {}},
    Group{"kv c50-ok", "porcupine/kv/c50-ok", false, 100, {}},
    Group{"kv c50-bad", "porcupine/kv/c50-bad", true, 1000, {}},
    Group{"queues, stacks, priority queues", "generated/", false, {}, {}},
    Group{"Jepsen's checkers", "elle-cli/", false, {}, {}},
};

// Histories of one's own making.
struct Large {
  std::string_view model;
  bool is_huge = false;  // as large as the options say, by 4 processes; else 100,000 by 16
  std::optional<double> goal_ms{};
};

constexpr std::array kLarge{
    Large{"queue", true, 400},
    Large{"stack", true, 2000},
    Large{"priority-queue", true, 1000},
    Large{"register", true, 400},
    Large{"set", true, {}},
    Large{"queue", false, {}},
    Large{"stack", false, {}},
    Large{"priority-queue", false, {}},
    Large{"register", false, {}},
    Large{"set", false, {}},
};

std::string counts_text(const std::map<std::string, std::size_t>& counts) {
  std::vector<std::string> texts;
  for (const auto& [name, count] : counts) texts.push_back(fmt::format("{} {}", name, count));
  return fmt::format("{}", fmt::join(texts, ", "));
}

core::Result<HistoriesBenchRow> time_group(const Group& group, const VerdictTable& table,
                                           std::size_t repeats) {
  HistoriesBenchRow row{.name = std::string(group.name),
                        .what = group.explains ? "with its report" : "checking",
                        .total_goal_ms = group.total_goal_ms,
                        .worst_goal_ms = group.worst_goal_ms};
  std::map<std::string, std::size_t> deciders;
  for (const VerdictTable::Row& file : table.rows) {
    if (!file.file.starts_with(group.prefix)) continue;
    HEDDLE_LET(const reports::VerdictRow checked,
               check_row(file, {.repeats = repeats, .explains = group.explains}));
    ++row.histories;
    row.operations += checked.operations;
    row.wrong_verdicts += checked.actual == checked.expected ? 0 : 1;
    row.total_ms += checked.milliseconds;
    row.worst_ms = std::max(row.worst_ms, checked.milliseconds);
    ++deciders[checked.decider];
  }
  row.deciders = counts_text(deciders);
  return row;
}

// As the lines `method value start end`.
std::string text_of(const Calls& calls, const Model& model) {
  std::string text = fmt::format("# {}\n", model.name());
  for (const ModelCall& call : calls.calls) {
    const std::string_view name = model.operations()[call.code].name;
    const bool gives = model.operations()[call.code].arguments == 0;
    std::int64_t value = gives ? call.result : call.arguments[0];
    if (gives && value == kEmptyResult) value = -1;
    const std::string_view answer = call.verb != Verb::Contains ? ""
                                    : call.result == 1          ? "_true"
                                                                : "_false";
    fmt::format_to(std::back_inserter(text), "{}{} {} {} {}\n", name, answer, value, call.call,
                   call.ret);
  }
  return text;
}

class LargeBench {
 public:
  LargeBench(const Large& large, const BenchHistoriesOptions& options)
      : options_(options), model_(make_model(large.model).value()) {
    const GenerateOptions generate{.calls = large.is_huge ? options.large : 100'000,
                                   .processes = large.is_huge ? 4U : 16U};
    const Calls calls = generate_calls(*model_, generate);
    source_ = {.file = "generated", .text = text_of(calls, *model_)};
    name_ = fmt::format("{}, {} processes", large.model, generate.processes);
    size_ = generate.calls;
  }

  // Nothing but the check, and the check with reading.
  core::Result<std::vector<HistoriesBenchRow>> rows(std::optional<double> goal) {
    std::vector<double> checking;
    std::vector<double> all;
    std::string decider;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < options_.repeats; ++i) {
      const Stopwatch whole;
      HEDDLE_LET(const CheckSetup setup,
                 set_up_check(source_, {.model = std::string(model_->name()), .initial = {}}));
      const Stopwatch check;
      HEDDLE_LET(const reports::HistoryReport report,
                 check_history(setup.history, *setup.model,
                               {.semantics = setup.semantics, .explains = false}));
      checking.push_back(check.milliseconds());
      all.push_back(whole.milliseconds());
      decider = report.objects[0].decider;
      wrong = report.verdict() == VerdictKind::Pass ? 0 : 1;
    }
    const auto row = [&](std::string_view what, const std::vector<double>& times) {
      return HistoriesBenchRow{.name = name_,
                               .what = std::string(what),
                               .histories = 1,
                               .operations = size_,
                               .wrong_verdicts = wrong,
                               .total_ms = median_of(times),
                               .worst_ms = median_of(times),
                               .deciders = decider};
    };
    std::vector<HistoriesBenchRow> rows{row("checking", checking),
                                        row("reading and checking", all)};
    rows[1].total_goal_ms = goal;
    return rows;
  }

 private:
  const BenchHistoriesOptions& options_;
  std::unique_ptr<Model> model_;
  core::Source source_;
  std::string name_;
  std::size_t size_ = 0;
};

}  // namespace

core::Result<BenchedHistories> bench_histories(const BenchHistoriesOptions& options,
                                               const std::function<bool()>& should_stop) {
  BenchedHistories bench;
  bench.report.repeats = options.repeats;
  bench.folder_is_missing = !is_folder(options.folder);
  if (!bench.folder_is_missing) {
    HEDDLE_LET(const VerdictTable table, read_verdict_table(options.folder + "/verdicts.tsv"));
    for (const Group& group : kGroups) {
      if (should_stop()) return bench;
      HEDDLE_LET(HistoriesBenchRow row, time_group(group, table, options.repeats));
      if (row.histories > 0) bench.report.rows.push_back(std::move(row));
    }
  }
  for (const Large& large : kLarge) {
    if (should_stop()) return bench;
    HEDDLE_LET(const std::vector<HistoriesBenchRow> rows,
               LargeBench(large, options).rows(large.goal_ms));
    bench.report.rows.insert(bench.report.rows.end(), rows.begin(), rows.end());
  }
  return bench;
}

}  // namespace heddle::harness
