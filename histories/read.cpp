#include "histories/read.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "histories/edn.hpp"
#include "histories/intervals.hpp"
#include "histories/json.hpp"
#include "histories/text_cursor.hpp"
#include "histories/text_lines.hpp"

namespace heddle::histories {

namespace {

constexpr std::array<std::string_view, 5> kFormats{"edn", "json", "jepsen-log", "intervals",
                                                   "calls"};
constexpr std::string_view kSpaces = " \t\r\n";

// One event, a map; the cursor stands on its brace.
template <typename Reader>
bool read_event(TextCursor& cursor, Reader& reader, JepsenEvents& events) {
  const Place place = cursor.place();
  if (cursor.peek() != '{') return cursor.fail("an operation, a map, is expected");
  EventFields event;
  if (!reader.read_record([&](std::string_view name) { return event.slot_of(name); })) {
    return false;
  }
  const core::Result<void> added = events.add(event, place);
  return added || cursor.fail_at({added.error().span.line, added.error().span.column},
                                 added.error().message);
}

// Maps, in a row or in vectors and lists.
bool read_edn_events(TextCursor& cursor, JepsenEvents& events) {
  EdnReader reader(cursor, events.data());
  char close = '\0';  // of the list that is open
  Place begin;
  while (reader.skip_space()) {
    if (cursor.is_end()) {
      return close == '\0' || cursor.fail_at(begin, "this list of operations does not end");
    }
    if (close != '\0' && cursor.take(close)) {
      close = '\0';
    } else if (cursor.peek() == '#') {
      if (!reader.skip_tag()) return false;
    } else if (close == '\0' && (cursor.peek() == '[' || cursor.peek() == '(')) {
      begin = cursor.place();
      close = cursor.peek() == '[' ? ']' : ')';
      cursor.advance();
    } else if (!read_event(cursor, reader, events)) {
      return false;
    }
  }
  return false;
}

// Objects, in a row or in arrays.
bool read_json_events(TextCursor& cursor, JepsenEvents& events) {
  JsonReader reader(cursor, events.data());
  const auto read_one = [&] { return read_event(cursor, reader, events); };
  while (true) {
    reader.skip_space();
    if (cursor.is_end()) return true;
    const bool is_array = cursor.peek() == '[';
    if (!(is_array ? reader.read_list(']', read_one) : read_one())) return false;
  }
}

template <typename ReadEvents>
core::Result<core::History> read_events(const core::Source& source, Keyed keyed,
                                        const ReadEvents& read) {
  TextCursor cursor = cursor_of(source);
  JepsenEvents events;
  if (!read(cursor, events)) return std::unexpected(cursor.error());
  return std::move(events).finish(keyed);
}

core::Result<core::History> read_as(Format format, const core::Source& source, Keyed keyed) {
  switch (format) {
    case Format::Edn:
      return read_events(source, keyed, read_edn_events);
    case Format::Json:
      return read_events(source, keyed, read_json_events);
    case Format::JepsenLog:
      return read_jepsen_log(source, keyed);
    case Format::Intervals:
      return read_intervals(source);
    case Format::Calls:
      return read_calls(source, keyed);
  }
  return core::make_error("no such format");
}

std::string_view line_of(std::string_view text) { return text.substr(0, text.find('\n')); }

void skip_spaces(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
}

void skip_line(std::string_view& text) {
  text.remove_prefix(std::min(line_of(text).size() + 1, text.size()));
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// '#' begins a comment, unless it is a set, a tag or a discarded value of EDN.
bool is_comment(std::string_view text) {
  return text.starts_with('#') && line_of(text).find_first_of("{([\"") == std::string_view::npos;
}

// Of a text that begins with '['.
Format format_of_bracket(std::string_view text) {
  text.remove_prefix(1);
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits > 0 && text.substr(digits).starts_with(']')) return Format::Calls;
  skip_spaces(text);
  if (!text.starts_with('{')) return Format::Edn;
  text.remove_prefix(1);
  skip_spaces(text);
  return text.starts_with('"') ? Format::Json : Format::Edn;
}

}  // namespace

std::string_view to_string(Format format) { return kFormats[static_cast<std::size_t>(format)]; }

std::optional<Format> format_named(std::string_view name) {
  const auto found = std::ranges::find(kFormats, name);
  if (found == kFormats.end()) return std::nullopt;
  return static_cast<Format>(found - kFormats.begin());
}

std::optional<Format> detect_format(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  skip_spaces(text);
  const bool has_comment = is_comment(text);
  while (is_comment(text)) {
    skip_line(text);
    skip_spaces(text);
  }
  if (text.empty()) return has_comment ? Format::Calls : Format::Edn;  // there is nothing else
  const char first = text[0];
  if (first == '[') return format_of_bracket(text);
  if (first == '{') {
    text.remove_prefix(1);
    skip_spaces(text);
    return text.starts_with('"') ? Format::Json : Format::Edn;
  }
  if (first == '(' || first == ';' || first == '#' || first == ',') return Format::Edn;
  if (text.contains(kJepsenLogMark)) return Format::JepsenLog;
  if (is_letter(first)) return Format::Intervals;
  return std::nullopt;
}

std::string_view declared_object(std::string_view text) {
  skip_spaces(text);
  while (is_comment(text)) {
    std::string_view line = line_of(text);
    line.remove_prefix(1);
    skip_spaces(line);
    const bool is_named = line.starts_with("@object");
    if (is_named) line.remove_prefix(std::string_view("@object").size());
    skip_spaces(line);
    if (line.starts_with("atomic-")) line.remove_prefix(std::string_view("atomic-").size());
    const std::string_view word = line.substr(0, line.find_first_of(kSpaces));
    // Of "# queue" the word is all there is; else it is a sentence for people.
    if (!word.empty() && (is_named || line.substr(word.size()).find_first_not_of(kSpaces) ==
                                          std::string_view::npos)) {
      return word;
    }
    skip_line(text);
    skip_spaces(text);
  }
  return {};
}

core::Result<void> add_event_line(Format format, std::string_view line, std::uint32_t number,
                                  JepsenEvents& events) {
  const Place begin{.line = number, .column = 1};
  if (format == Format::JepsenLog) return add_log_line(line, begin, events);
  if (format == Format::Calls) return add_call_line(line, begin, events);
  if (format == Format::Intervals) {
    return core::make_error("of such a history no line says what has happened so far",
                            {.line = number, .column = 1});
  }
  const std::size_t first = std::min(line.find_first_not_of("[( \t\r,"), line.size());
  const std::size_t behind = line.find_last_not_of("]) \t\r,") + 1;
  const std::string_view text = line.substr(first, std::max(first, behind) - first);
  TextCursor cursor(text, {.line = number, .column = static_cast<std::uint32_t>(first) + 1});
  const bool is_read =
      format == Format::Edn ? read_edn_events(cursor, events) : read_json_events(cursor, events);
  if (!is_read) return std::unexpected(cursor.error());
  return {};
}

core::Result<core::History> read_history(const core::Source& source, const ReadOptions& options) {
  const std::optional<Format> format = options.format ? options.format : detect_format(source.text);
  if (!format) {
    return core::make_error("this is no history in EDN, JSON or one of the text forms",
                            {.file = source.file, .line = source.first_line, .column = 1});
  }
  auto history = read_as(*format, source, options.keyed);
  if (!history) history.error().span.file = source.file;
  return history;
}

}  // namespace heddle::histories
