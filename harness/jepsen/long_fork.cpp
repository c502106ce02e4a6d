// long-fork: two writes to different keys are not seen in opposite orders.
//
// Each key is written at most once, and reads are of whole groups of keys. So a read is the set of
// those keys of its group that it saw written, and of all reads of a group one must have come
// first: sorted by size, each set is part of the next. Jepsen compares all pairs of reads; the
// sorted sets need only be compared with their neighbours, since being a part is transitive.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "harness/jepsen/checkers.hpp"
#include "harness/jepsen/report.hpp"

namespace heddle::harness {

namespace {

using core::Datum;
using core::DatumKind;

enum class MicroKind : std::uint8_t { Read, Write, Other };

// [:r key value]
struct MicroOperation {
  MicroKind kind = MicroKind::Other;
  Datum key;
  Datum value;
};

// The values that one operation has read, by key.
struct GroupRead {
  std::uint32_t operation = 0;
  std::vector<Datum> values;  // in the order of the group's keys
  std::size_t seen = 0;       // values that are not nil
};

using Group = std::vector<Datum>;  // keys, ascending

class LongFork {
 public:
  explicit LongFork(const CheckerInput& input)
      : input_(input), data_(input.history.data), operations_(input.history.operations) {}

  core::Result<CheckerReport> check() {
    for (const std::uint32_t index : input_.operations) HEDDLE_TRY(visit(index));
    for (auto& [keys, reads] : groups_) {
      if (!check_values(keys, reads)) continue;
      check_order(reads);
    }
    add_count(report_, "reads-count", reads_);
    add_count(report_, "early-read-count", early_);
    add_count(report_, "late-read-count", late_);
    add_count(report_, "group-count", groups_.size());
    report_.entries.push_back(
        {"group-size", fmt::format("{}{}", group_size_.value_or(0),
                                   input_.options.group_size == 0 ? " (of the first read)" : "")});
    return std::move(report_);
  }

 private:
  core::Result<std::vector<MicroOperation>> parts_of(std::uint32_t index, Datum value) const {
    std::vector<MicroOperation> parts;
    if (is_nothing(value)) return parts;
    HEDDLE_TRY(expect_transaction(index, data_.kind_of(value) == DatumKind::Vector));
    for (const Datum item : data_.items_of(value)) {
      const std::span<const Datum> words = data_.items_of(item);
      const bool is_triple = words.size() == 3 && data_.kind_of(item) == DatumKind::Vector;
      HEDDLE_TRY(expect_transaction(index, is_triple));
      const std::string_view name = data_.text_of(words[0]);
      const MicroKind kind = name == "r" || name == "read"    ? MicroKind::Read
                             : name == "w" || name == "write" ? MicroKind::Write
                                                              : MicroKind::Other;
      parts.push_back({kind, words[1], words[2]});
    }
    return parts;
  }

  [[nodiscard]] core::Result<void> expect_transaction(std::uint32_t index, bool is_one) const {
    if (is_one) return {};
    return error_at(input_, index, "the value is no transaction like [[:r 0 nil] [:r 1 1]]");
  }

  core::Result<void> visit(std::uint32_t index) {
    const core::Operation& operation = operations_[index];
    HEDDLE_LET(const auto attempted, parts_of(index, operation.input));
    if (attempted.size() == 1 && attempted[0].kind == MicroKind::Write) {
      const auto [first, is_new] = writes_.try_emplace(attempted[0].key, index);
      if (!is_new) {
        add_doubt(report_,
                  fmt::format("key {} is written twice: by the {} and by the {}",
                              data_.to_string(attempted[0].key), describe(input_, first->second),
                              describe(input_, index)),
                  {first->second, index});
      }
    }
    if (operation.completion != core::Completion::Ok) return {};
    HEDDLE_LET(const auto done, parts_of(index, operation.output));
    const auto is_read = [](const MicroOperation& part) { return part.kind == MicroKind::Read; };
    if (!done.empty() && std::ranges::all_of(done, is_read)) add_read(index, done);
    return {};
  }

  void add_read(std::uint32_t index, const std::vector<MicroOperation>& parts) {
    std::map<Datum, Datum> values;
    for (const MicroOperation& part : parts) values[part.key] = part.value;
    if (!group_size_) {
      group_size_ = input_.options.group_size == 0 ? values.size() : input_.options.group_size;
    }
    ++reads_;
    if (values.size() != *group_size_) {
      add_doubt(report_,
                fmt::format("the {} is of {} keys, but groups have {}", describe(input_, index),
                            values.size(), *group_size_),
                {index});
      return;
    }
    Group keys;
    GroupRead read{.operation = index, .values = {}};
    for (const auto& [key, value] : values) {
      keys.push_back(key);
      read.values.push_back(value);
      read.seen += value == core::kNil ? 0 : 1;
    }
    early_ += read.seen == 0 ? 1 : 0;
    late_ += read.seen == keys.size() ? 1 : 0;
    groups_[keys].push_back(std::move(read));
  }

  // That each key has only one value besides nil.
  bool check_values(const Group& keys, const std::vector<GroupRead>& reads) {
    std::vector<const GroupRead*> first(keys.size(), nullptr);
    for (const GroupRead& read : reads) {
      for (std::size_t i = 0; i < keys.size(); ++i) {
        if (read.values[i] == core::kNil) continue;
        if (first[i] == nullptr) first[i] = &read;
        if (first[i]->values[i] == read.values[i]) continue;
        add_doubt(
            report_,
            fmt::format("key {} has two values: in the {} and in the {}", data_.to_string(keys[i]),
                        describe(input_, first[i]->operation), describe(input_, read.operation)),
            {first[i]->operation, read.operation});
        return false;
      }
    }
    return true;
  }

  void check_order(std::vector<GroupRead>& reads) {
    std::ranges::stable_sort(reads, {}, &GroupRead::seen);
    for (std::size_t i = 1; i < reads.size(); ++i) {
      const GroupRead& less = reads[i - 1];
      const GroupRead& more = reads[i];
      bool is_part = true;
      for (std::size_t key = 0; key < less.values.size(); ++key) {
        is_part = is_part && (less.values[key] == core::kNil || more.values[key] != core::kNil);
      }
      if (is_part) continue;
      add_failure(report_,
                  fmt::format("a fork: the {} and the {} each saw a write that the other did not",
                              describe(input_, less.operation), describe(input_, more.operation)),
                  {less.operation, more.operation});
    }
  }

  const CheckerInput& input_;
  const core::Data& data_;
  const std::vector<core::Operation>& operations_;
  std::map<Datum, std::uint32_t> writes_;
  std::map<Group, std::vector<GroupRead>> groups_;
  std::optional<std::size_t> group_size_;
  std::size_t reads_ = 0;
  std::size_t early_ = 0;
  std::size_t late_ = 0;
  CheckerReport report_;
};

}  // namespace

core::Result<CheckerReport> check_long_fork(const CheckerInput& input) {
  return LongFork(input).check();
}

}  // namespace heddle::harness
