#include "histories/text_lines.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "histories/edn.hpp"
#include "histories/text_cursor.hpp"

namespace heddle::histories {

namespace {

using core::Datum;
using core::DatumKind;

constexpr std::string_view kBlanks = " \t\r";

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// Lines of a source, one after the other.
class Lines {
 public:
  explicit Lines(const core::Source& source)
      : rest_(cursor_of(source).rest()), number_(source.first_line) {}

  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    line = rest_.substr(0, rest_.find('\n'));
    line_ = line;
    rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
    ++number_;
    return true;
  }

  // Of a part of the line.
  [[nodiscard]] Place place_of(std::string_view part) const {
    return {number_ - 1, static_cast<std::uint32_t>(part.data() - line_.data()) + 1};
  }

 private:
  std::string_view rest_;
  std::string_view line_;
  std::uint32_t number_;  // of the next line
};

// Of the line "4 :invoke :read nil". False: it is no event, or has an error.
bool read_log_event(TextCursor& cursor, core::Data& data, EventFields& event) {
  EdnReader reader(cursor, data);
  Datum process;
  if (!reader.read(process) || !reader.skip_space() || cursor.peek() != ':') return true;
  const bool is_client = data.kind_of(process) == DatumKind::Integer;
  if (!is_client && data.kind_of(process) != DatumKind::Keyword) return true;
  if (!reader.read(event.type)) return false;
  event.process = process;
  if (!reader.skip_space()) return false;
  if (!cursor.is_end() && !reader.read(event.function)) return false;
  if (!is_client) {  // whose value is for people
    event.value = data.string(without_blanks(cursor.rest()));
    return true;
  }
  if (!reader.skip_space()) return false;
  return cursor.is_end() || reader.read(event.value);
}

// The arguments or the result: nothing, a value, or several as a vector. What is no EDN is a text.
Datum values_of(core::Data& data, std::string_view text) {
  text = without_blanks(text);
  while (text.starts_with('(') && text.ends_with(')')) {
    text = without_blanks(text.substr(1, text.size() - 2));
  }
  if (text.empty()) return core::kUnknown;
  if (text == "empty" || text == "Empty") return data.keyword("empty");
  TextCursor cursor(text);
  EdnReader reader(cursor, data);
  std::vector<Datum> values;
  bool is_edn = !text.contains('<');  // LiMo: ?<1,2>
  while (is_edn && reader.skip_space() && !cursor.is_end()) {
    is_edn = reader.read(values.emplace_back());
  }
  if (!is_edn || cursor.has_failed() || values.empty()) return data.string(text);
  return values.size() == 1 ? values[0] : data.vector(values);
}

template <typename AddLine>
core::Result<core::History> read_lines(const core::Source& source, Keyed keyed,
                                       const AddLine& add_line) {
  JepsenEvents events;
  Lines lines(source);
  for (std::string_view line; lines.next(line);) {
    HEDDLE_TRY(add_line(line, lines.place_of(line), events));
  }
  return std::move(events).finish(keyed);
}

constexpr std::string_view kLineForm =
    "'[process] call name(value)' or '[process] return value' is expected";

class CallReader {
 public:
  explicit CallReader(core::Data& data) : data_(data) {}

  // Behind "[1]".
  bool read_event(TextCursor& cursor, EventFields& event) {
    const Place place = cursor.place();
    std::string_view rest = without_blanks(cursor.rest());
    const std::string_view verb = take_name(rest);
    if (verb == "call") {
      event.type = data_.keyword("invoke");
      rest = without_blanks(rest);
      const std::string_view name = take_name(rest);
      if (name.empty()) return cursor.fail_at(place, "a call has a name");
      event.function = data_.string(name);
    } else if (verb == "return" || verb == "ret") {
      event.type = data_.keyword("ok");
    } else if (verb == "crash") {
      event.type = data_.keyword("info");
    } else {
      return cursor.fail_at(place, std::string(kLineForm));
    }
    event.value = values_of(data_, rest);
    return true;
  }

 private:
  static std::string_view take_name(std::string_view& rest) {
    const std::string_view name = rest.substr(0, rest.find_first_of(" \t("));
    rest.remove_prefix(name.size());
    return name;
  }

  core::Data& data_;
};

// "[12]". False: an error.
bool read_process(TextCursor& cursor, core::Data& data, EventFields& event) {
  if (!cursor.take('[')) return cursor.fail(std::string(kLineForm));
  EdnReader reader(cursor, data);
  if (!reader.read(event.process)) return false;
  if (data.kind_of(event.process) != DatumKind::Integer) {
    return cursor.fail("a process is an integer");
  }
  return cursor.take(']') || cursor.fail("']' is expected");
}

}  // namespace

core::Result<void> add_log_line(std::string_view line, Place place, JepsenEvents& events) {
  const std::size_t mark = line.find(kJepsenLogMark);
  if (mark == std::string_view::npos) return {};
  const std::size_t begin = mark + kJepsenLogMark.size();
  place.column += static_cast<std::uint32_t>(begin);
  TextCursor cursor(line.substr(begin), place);
  EventFields event;
  if (!read_log_event(cursor, events.data(), event)) return std::unexpected(cursor.error());
  if (event.type == core::kUnknown) return {};
  return events.add(event, place);
}

core::Result<void> add_call_line(std::string_view line, Place place, JepsenEvents& events) {
  const std::string_view text = without_blanks(line);
  if (text.empty() || text.starts_with('#')) return {};
  place.column += static_cast<std::uint32_t>(text.data() - line.data());
  TextCursor cursor(text, place);
  CallReader reader(events.data());
  EventFields event;
  if (!read_process(cursor, events.data(), event) || !reader.read_event(cursor, event)) {
    return std::unexpected(cursor.error());
  }
  return events.add(event, place);
}

core::Result<core::History> read_jepsen_log(const core::Source& source, Keyed keyed) {
  return read_lines(source, keyed, add_log_line);
}

core::Result<core::History> read_calls(const core::Source& source, Keyed keyed) {
  return read_lines(source, keyed, add_call_line);
}

}  // namespace heddle::histories
