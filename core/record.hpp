// Record: what an execution looked like at each of its choices, to be held against another one.
//
// A schedule says what was chosen; a record says where: after how many steps, among which options,
// before which operation at which place in the code. A strict replay compares all of it, so that it
// tells the first choice at which two executions differ, and not what comes of it later.
//
// Invariants:
//   1. The choices are all those that were asked for, behind the schedule's end as well.
//   2. The first ones are kept as they are, up to kRecordedMax with kOptionsMax options in all. Of
//      those that follow, every kBlock have one digest, so that a record is small however long the
//      execution was.
//   3. parse_record(print(r)) == r.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/choice.hpp"
#include "core/digest.hpp"
#include "core/result.hpp"

namespace heddle::core {

struct ChoiceRecord {
  std::uint64_t step = 0;  // visible steps made before
  Choice choice{};
  std::vector<Choice> options{};  // ordered, so that equal sets are equal
  // What the agent chosen was about to do; of a choice of another kind, and of a timeout, nothing:
  // as it is here.
  ActionKind action = ActionKind::Host;
  Location location{};
  std::uint64_t size_bytes = 0;
  CodeLocation where{};

  bool operator==(const ChoiceRecord&) const = default;
};

[[nodiscard]] ChoiceRecord record_of(const ChoicePoint& point, const Choice& chosen);

struct Record {
  static constexpr std::size_t kRecordedMax = 1000;
  static constexpr std::size_t kOptionsMax = 1'000'000;
  static constexpr std::size_t kBlock = 1000;

  std::vector<ChoiceRecord> choices{};
  std::vector<Digest> blocks{};  // of those behind; the last one may be of fewer
  std::uint64_t count = 0;       // of all

  bool operator==(const Record&) const = default;
};

// Collects a record, one choice after the other.
class RecordBuilder {
 public:
  void add(ChoiceRecord choice);
  [[nodiscard]] Record finish();

  // Of the record so far: blocks that are full.
  [[nodiscard]] const Record& record() const { return record_; }

 private:
  Record record_;
  std::size_t options_ = 0;
  Digester block_;
};

// One line for each choice: "12 t3 write memory0+0x8 4 at 0:5:23 of t1 t2 t3". Where the options
// are those of the line before, "of" and they are left out.
[[nodiscard]] std::string print(const Record& record);
[[nodiscard]] Result<Record> parse_record(std::string_view text, std::string_view file = "record");

}  // namespace heddle::core
