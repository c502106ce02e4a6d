#include "histories/write_history.hpp"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "histories/edn.hpp"
#include "histories/json.hpp"

namespace heddle::histories {

namespace {

using core::Datum;
using core::History;
using core::Operation;

enum class EventKind : std::uint8_t { Invocation, Annotation, Return };

struct Event {
  std::uint64_t time = 0;
  // At one time: how many operations of its process begin there behind the end of another.
  std::uint32_t turn = 0;
  EventKind kind = EventKind::Invocation;
  std::uint32_t index = 0;  // of the operation or annotation

  auto operator<=>(const Event&) const = default;
};

std::vector<Event> events_of(const History& history) {
  std::vector<Event> events;
  events.reserve(2 * history.operations.size() + history.annotations.size());
  std::unordered_map<std::int64_t, Event> ends;  // order never seen: looked up
  for (std::uint32_t i = 0; i < history.operations.size(); ++i) {
    const Operation& operation = history.operations[i];
    const auto before = ends.find(operation.process);
    const bool is_next = before != ends.end() && before->second.time == operation.call;
    const std::uint32_t turn = is_next ? before->second.turn + 1 : 0;
    events.push_back({operation.call, turn, EventKind::Invocation, i});
    if (operation.ret == core::kNeverReturned) continue;
    const Event end{operation.ret, operation.ret == operation.call ? turn : 0, EventKind::Return,
                    i};
    events.push_back(end);
    ends[operation.process] = end;
  }
  for (std::uint32_t i = 0; i < history.annotations.size(); ++i) {
    events.push_back({history.annotations[i].time, 0, EventKind::Annotation, i});
  }
  std::ranges::sort(events);
  return events;
}

bool is_plain_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '?' || c == '!';
  });
}

struct EdnForm {
  static constexpr std::string_view kBegin = "{:";
  static constexpr std::string_view kNext = ", :";
  static constexpr std::string_view kColon = " ";

  static void write_name(std::string_view name, std::string& text) {
    if (is_plain_name(name)) {
      text += ':';
      text += name;
    } else {
      write_text(name, text);
    }
  }
  static void write_text(std::string_view value, std::string& text) {
    core::Data data;
    text += data.to_string(data.string(value));
  }
  static void write_value(const core::Data& data, Datum value, std::string& text) {
    text += data.to_string(value);
  }
};

struct JsonForm {
  static constexpr std::string_view kBegin = "{\"";
  static constexpr std::string_view kNext = ",\"";
  static constexpr std::string_view kColon = "\":";

  static void write_name(std::string_view name, std::string& text) {
    write_json_string(name, text);
  }
  static void write_text(std::string_view value, std::string& text) {
    write_json_string(value, text);
  }
  static void write_value(const core::Data& data, Datum value, std::string& text) {
    write_json(data, value, text);
  }
};

template <typename Form>
class Writer {
 public:
  explicit Writer(const History& history) : history_(history) {}

  std::string write() && {
    for (const Event& event : events_of(history_)) {
      if (event.kind == EventKind::Annotation) {
        write_annotation(history_.annotations[event.index]);
      } else {
        write_event(event.index, event.kind == EventKind::Return);
      }
      key("index");
      text_ += std::to_string(next_index_++);
      text_ += "}\n";
    }
    return std::move(text_);
  }

 private:
  void key(std::string_view name) {
    text_ += Form::kNext;
    text_ += name;
    text_ += Form::kColon;
  }

  void begin(std::string_view type) {
    text_ += Form::kBegin;
    text_ += "type";
    text_ += Form::kColon;
    Form::write_name(type, text_);
  }

  void write_event(std::uint32_t index, bool is_return) {
    const Operation& operation = history_.operations[index];
    begin(is_return ? to_string(operation.completion) : "invoke");
    key("f");
    Form::write_name(history_.name_of(operation), text_);
    if (operation.key != core::kUnknown) {
      key("key");
      Form::write_value(history_.data, operation.key, text_);
    }
    const Datum value = is_return ? operation.output : operation.input;
    if (value != core::kUnknown) {
      key("value");
      Form::write_value(history_.data, value, text_);
    }
    key("process");
    text_ += std::to_string(operation.process);
    if (history_.wall_times.empty()) return;
    const core::WallTimes& times = history_.wall_times[index];
    key("time");
    text_ += std::to_string(is_return ? times.ret_ns : times.call_ns);
  }

  // Its first word as the function, the others as the value: so they are read together again.
  void write_annotation(const core::Annotation& annotation) {
    begin("info");
    const std::string_view text = annotation.text;
    const std::size_t space = text.find(' ');
    key("f");
    Form::write_name(text.substr(0, space), text_);
    if (space != std::string_view::npos) {
      key("value");
      Form::write_text(text.substr(space + 1), text_);
    }
    key("process");
    Form::write_name(annotation.lane, text_);
  }

  const History& history_;
  std::string text_;
  std::size_t next_index_ = 0;
};

}  // namespace

std::string write_edn(const History& history) { return Writer<EdnForm>(history).write(); }

std::string write_json_lines(const History& history) { return Writer<JsonForm>(history).write(); }

}  // namespace heddle::histories
