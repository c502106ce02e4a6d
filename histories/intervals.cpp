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

class IntervalReader {
 public:
  explicit IntervalReader(const core::Source& source) : cursor_(cursor_of(source)) {
    const std::string_view text = cursor_.rest();
    history_.operations.reserve(static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1);
  }

  core::Result<core::History> read() {
    while (!cursor_.is_end()) {
      skip_blanks();
      if (cursor_.peek() == '#') skip_line();
      if (!cursor_.is_end() && cursor_.peek() != '\n' && !read_line()) {
        return std::unexpected(cursor_.error());
      }
      if (!cursor_.is_end()) cursor_.advance();
    }
    return std::move(history_);
  }

 private:
  void skip_blanks() {
    while (cursor_.peek() == ' ' || cursor_.peek() == '\t' || cursor_.peek() == '\r') {
      cursor_.advance_in_line(1);
    }
  }

  void skip_line() {
    cursor_.advance_in_line(std::min(cursor_.rest().find('\n'), cursor_.rest().size()));
  }

  // The next word of this line, and the blanks behind it.
  std::string_view take_word() {
    const std::string_view rest = cursor_.rest();
    std::size_t length = 0;
    while (length < rest.size() && static_cast<unsigned char>(rest[length]) > ' ') ++length;
    cursor_.advance_in_line(length);
    skip_blanks();
    return rest.substr(0, length);
  }

  bool read_line() {
    Operation operation{.completion = core::Completion::Ok};
    const Place place = cursor_.place();
    operation.line = place.line;
    operation.column = place.column;
    const std::string_view name = take_word();
    const std::string_view value = take_word();
    if (value.empty()) return cursor_.fail_at(place, "'method value start end' is expected");
    set_values(operation, method_of(name), value);
    if (!read_time(operation.call)) return false;
    const Place end = cursor_.place();
    if (!read_time(operation.ret)) return false;
    if (operation.ret < operation.call) {
      return cursor_.fail_at(end, "this operation ends before its start");
    }
    if (!cursor_.is_end() && cursor_.peek() != '\n') {
      return cursor_.fail("a line has no more than 'method value start end'");
    }
    history_.operations.push_back(operation);
    return true;
  }

  bool read_time(std::uint64_t& time) {
    const Place place = cursor_.place();
    const std::string_view word = take_word();
    std::int64_t value = -1;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || stop != word.data() + word.size() || value < 0) {
      return cursor_.fail_at(place, "a time is expected, not " + quoted_part(word));
    }
    time = static_cast<std::uint64_t>(value);
    return true;
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
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error == std::errc() && stop == word.data() + word.size()) {
      return history_.data.integer(value);
    }
    if (word == "empty") return history_.data.keyword(word);
    Datum datum;
    TextCursor cursor(word);
    EdnReader reader(cursor, history_.data);
    const bool is_edn = reader.read(datum) && cursor.is_end();
    return is_edn ? datum : history_.data.text_datum(core::DatumKind::String, word);
  }

  TextCursor cursor_;
  core::History history_{};
  std::unordered_map<std::string_view, Method> methods_;  // order never seen: looked up
};

constexpr unsigned kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

// By their starts, in linear time; those at the same time stay as they are.
void sort_by_call(std::vector<Operation>& operations) {
  if (std::ranges::is_sorted(operations, {}, &Operation::call)) return;
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
