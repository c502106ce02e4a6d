#include "histories/intervals.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "histories/edn.hpp"
#include "histories/function_names.hpp"
#include "histories/text_cursor.hpp"

namespace heddle::histories {

namespace {

using core::Datum;
using core::Operation;

// What a method's name says.
struct Method {
  std::uint32_t function = 0;
  bool gives = false;             // the value is its result
  Datum result = core::kUnknown;  // if the name has it
};

// As fast as it is because the largest files have this form: it looks at each byte once.
class IntervalReader {
 public:
  explicit IntervalReader(const core::Source& source)
      : text_(cursor_of(source).rest()),
        at_(text_.data()),
        end_(at_ + text_.size()),
        line_begin_(at_),
        line_(source.first_line) {
    history_.operations.reserve(static_cast<std::size_t>(std::ranges::count(text_, '\n')) + 1);
  }

  core::Result<core::History> read() {
    while (at_ < end_) {
      skip_blanks();
      if (peek() == '#') at_ = std::find(at_, end_, '\n');
      if (!is_line_end() && !read_line()) return std::unexpected(std::move(error_));
      if (at_ == end_) break;
      line_begin_ = ++at_;
      ++line_;
    }
    return std::move(history_);
  }

 private:
  [[nodiscard]] char peek() const { return at_ < end_ ? *at_ : '\n'; }
  [[nodiscard]] bool is_line_end() const { return peek() == '\n'; }

  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\r') ++at_;
  }

  bool fail_at(const char* place, std::string message) {
    error_ = {
        .message = std::move(message),
        .span = {.line = line_, .column = static_cast<std::uint32_t>(place - line_begin_) + 1}};
    return false;
  }

  // The next word of this line, and the blanks behind it.
  std::string_view take_word() {
    const char* const begin = at_;
    while (at_ < end_ && static_cast<unsigned char>(*at_) > ' ') ++at_;
    const std::string_view word(begin, static_cast<std::size_t>(at_ - begin));
    skip_blanks();
    return word;
  }

  bool read_line() {
    Operation& operation = history_.operations.emplace_back();
    const char* const begin = at_;
    operation.completion = core::Completion::Ok;
    operation.line = line_;
    operation.column = static_cast<std::uint32_t>(begin - line_begin_) + 1;
    const Method& method = method_of(take_word());
    const std::string_view value = take_word();
    if (value.empty()) return fail_at(begin, "'method value start end' is expected");
    set_values(operation, method, value);
    if (!read_time(operation.call)) return false;
    const char* const end = at_;
    if (!read_time(operation.ret)) return false;
    if (operation.ret < operation.call) {
      return fail_at(end, "this operation ends before its start");
    }
    return is_line_end() || fail_at(at_, "a line has no more than 'method value start end'");
  }

  bool read_time(std::uint64_t& time) {
    const char* const begin = at_;
    const std::string_view word = take_word();
    std::int64_t value = -1;
    if (!is_integer(word, value) || value < 0) {
      return fail_at(begin, "a time is expected, not " + quoted_part(word));
    }
    time = static_cast<std::uint64_t>(value);
    return true;
  }

  static bool is_integer(std::string_view word, std::int64_t& value) {
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value);
    return error == std::errc() && stop == end;
  }

  const Method& method_of(std::string_view name) {
    const auto known = methods_.find(name);
    if (known != methods_.end()) return known->second;
    Method method;
    std::string_view function = name;
    if (name == "contains_true" || name == "contains_false") {
      method.result = core::Data::boolean(name == "contains_true");
      function = "contains";
    }
    method.gives = only_gives(function);
    if (function == "contains") {
      method.function = history_.function_of(function);
    } else {  // which is new: function_of would compare it with all others
      method.function = static_cast<std::uint32_t>(history_.functions.size());
      history_.functions.emplace_back(function);
    }
    return methods_.emplace(name, method).first->second;
  }

  void set_values(Operation& operation, const Method& method, std::string_view word) {
    const Datum value = value_of(word);
    operation.function = method.function;
    (method.gives ? operation.output : operation.input) = value;
    if (!method.gives) operation.output = method.result;
  }

  Datum value_of(std::string_view word) {
    std::int64_t value = 0;
    if (is_integer(word, value)) return history_.data.integer(value);
    if (word == "empty") return history_.data.keyword(word);
    Datum datum;
    TextCursor cursor(word);
    EdnReader reader(cursor, history_.data);
    const bool is_edn = reader.read(datum) && cursor.is_end();
    return is_edn ? datum : history_.data.text_datum(core::DatumKind::String, word);
  }

  std::string_view text_;
  const char* at_;
  const char* end_;
  const char* line_begin_;
  std::uint32_t line_;
  core::Error error_{};
  core::History history_{};
  std::unordered_map<std::string_view, Method> methods_;  // order never seen: looked up
};

constexpr unsigned kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

// Lines are mostly ordered by ends, and then only concurrent operations must change places. False:
// there are too many such changes; what was changed is in order.
bool sort_in_place(std::vector<Operation>& operations) {
  std::size_t changes_left = 16 * operations.size();
  for (std::size_t i = 1; i < operations.size(); ++i) {
    if (operations[i - 1].call <= operations[i].call) continue;
    const Operation moved = operations[i];
    std::size_t place = i;
    while (place > 0 && moved.call < operations[place - 1].call && changes_left > 0) {
      operations[place] = operations[place - 1];
      --place;
      --changes_left;
    }
    operations[place] = moved;
    if (changes_left == 0) return false;
  }
  return true;
}

// By their starts, in linear time; those at the same time stay as they are.
void sort_by_call(std::vector<Operation>& operations) {
  if (sort_in_place(operations)) return;
  std::uint64_t all = 0;  // bits that any start has
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keys;
  keys.reserve(operations.size());
  for (const Operation& operation : operations) {
    all |= operation.call;
    keys.emplace_back(operation.call, static_cast<std::uint32_t>(keys.size()));
  }
  std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted(keys.size());
  for (unsigned shift = 0; shift < 64 && all >> shift != 0; shift += kDigitBits) {
    const auto digit_of = [&](std::uint64_t call) { return (call >> shift) % kDigits; };
    std::array<std::size_t, kDigits + 1> begin{};
    for (const auto& key : keys) ++begin[digit_of(key.first) + 1];
    for (std::size_t i = 1; i <= kDigits; ++i) begin[i] += begin[i - 1];
    for (const auto& key : keys) sorted[begin[digit_of(key.first)]++] = key;
    std::swap(keys, sorted);
  }
  std::vector<Operation> result;
  result.reserve(operations.size());
  for (const auto& [call, index] : keys) result.push_back(operations[index]);
  operations = std::move(result);
}

// `operations` are ordered by their starts.
void assign_processes(std::vector<Operation>& operations) {
  using Busy = std::pair<std::uint64_t, std::int64_t>;  // until when, process
  std::priority_queue<Busy, std::vector<Busy>, std::greater<>> busy;
  std::priority_queue<std::int64_t, std::vector<std::int64_t>, std::greater<>> idle;
  std::int64_t processes = 0;
  for (Operation& operation : operations) {
    while (!busy.empty() && busy.top().first < operation.call) {
      idle.push(busy.top().second);
      busy.pop();
    }
    if (idle.empty()) idle.push(processes++);
    operation.process = idle.top();
    idle.pop();
    busy.emplace(operation.ret, operation.process);
  }
}

}  // namespace

core::Result<core::History> read_intervals(const core::Source& source) {
  HEDDLE_LET(core::History history, IntervalReader(source).read());
  sort_by_call(history.operations);
  assign_processes(history.operations);
  return history;
}

}  // namespace heddle::histories
