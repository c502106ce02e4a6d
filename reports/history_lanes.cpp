#include "reports/history_lanes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <span>

#include "reports/printable.hpp"

namespace heddle::reports {

namespace {

constexpr std::size_t kColumnsMin = 60;
constexpr std::size_t kTextMax = 40;
constexpr std::size_t kNameMax = 12;
constexpr std::size_t kFrame = 8;  // of "|-- text --|", what is not text
constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

enum class Tail : std::uint8_t {
  Return,
  Fail,
  Open,  // nobody knows
  Note,  // no bar: "* text"
};

struct Bar {
  std::size_t lane = 0;
  Tail tail = Tail::Open;
  std::string text;
  std::uint64_t call = 0;
  std::uint64_t ret = core::kNeverReturned;
  // Columns; of Open bars, `end` comes from what follows.
  std::size_t begin = kNowhere;
  std::size_t end = kNowhere;

  [[nodiscard]] bool has_return() const { return tail == Tail::Return || tail == Tail::Fail; }
  [[nodiscard]] std::size_t width() const {
    return text.size() + (tail == Tail::Note ? 0 : kFrame);
  }
};

struct Lane {
  std::string name;
  std::vector<std::size_t> bars;  // from left to right
};

struct Picture {
  std::vector<Lane> lanes;
  std::vector<Bar> bars;
  std::size_t left_out = 0;  // operations
  std::size_t width = 0;
};

// Of what is to be drawn: all, or what is around the operation without a place.
std::span<const std::uint32_t> window(const LanePicture& picture) {
  const std::span<const std::uint32_t> all = picture.operations;
  if (all.size() <= picture.operations_max) return all;
  const auto at = picture.unplaced ? std::ranges::lower_bound(all, *picture.unplaced) - all.begin()
                                   : std::ptrdiff_t{0};
  const std::size_t before = picture.operations_max * 3 / 4;
  const std::size_t begin =
      static_cast<std::size_t>(at) - std::min(static_cast<std::size_t>(at), before);
  return all.subspan(std::min(begin, all.size() - picture.operations_max), picture.operations_max);
}

Tail tail_of(const core::Operation& operation) {
  switch (operation.completion) {
    case core::Completion::Ok:
      return Tail::Return;
    case core::Completion::Fail:
      return Tail::Fail;
    case core::Completion::Info:
      return Tail::Open;
  }
  return Tail::Open;
}

std::string text_of(const core::History& history, const core::Operation& operation) {
  const std::string text = to_string(history, operation);
  return printable(std::string_view(text).substr(text.find(": ") + 2));  // without the process
}

void add_operations(const LanePicture& input, std::span<const std::uint32_t> operations,
                    Picture& picture) {
  std::map<std::uint32_t, std::size_t> places;
  for (std::size_t i = 0; i < input.order.size(); ++i) places.emplace(input.order[i], i + 1);
  std::map<std::int64_t, std::size_t> lanes;
  for (const std::uint32_t index : operations) lanes[input.history->operations[index].process] = 0;
  for (auto& [process, lane] : lanes) {
    lane = picture.lanes.size();
    picture.lanes.push_back({.name = std::to_string(process), .bars = {}});
  }
  for (const std::uint32_t index : operations) {
    const core::Operation& operation = input.history->operations[index];
    const auto place = places.find(index);
    std::string mark;
    if (index == input.unplaced) {
      mark = "!! ";
    } else if (place != places.end()) {
      mark = fmt::format("{}. ", place->second);
    }
    picture.bars.push_back({.lane = lanes[operation.process],
                            .tail = tail_of(operation),
                            .text = cut(mark + text_of(*input.history, operation), kTextMax),
                            .call = operation.call,
                            .ret = operation.ret});
  }
}

// Of a part of the history only those at its time; no more than operations.
void add_annotations(const LanePicture& input, Picture& picture) {
  std::uint64_t first = core::kNeverReturned;
  std::uint64_t last = 0;
  for (const Bar& bar : picture.bars) {
    first = std::min(first, bar.call);
    last = std::max(last, bar.has_return() ? bar.ret : bar.call);
  }
  if (picture.bars.size() == input.history->operations.size()) {
    first = 0;
    last = core::kNeverReturned;
  }
  std::map<std::string, std::size_t> lanes;
  std::size_t count = 0;
  for (const core::Annotation& annotation : input.history->annotations) {
    if (annotation.time < first || annotation.time > last) continue;
    if (++count > input.operations_max) break;
    const auto [lane, is_new] = lanes.try_emplace(annotation.lane, picture.lanes.size());
    if (is_new) {
      picture.lanes.push_back({.name = cut(printable(annotation.lane), kNameMax), .bars = {}});
    }
    picture.bars.push_back({.lane = lane->second,
                            .tail = Tail::Note,
                            .text = cut("* " + printable(annotation.text), kTextMax),
                            .call = annotation.time});
  }
}

// One end of a bar.
struct End {
  std::uint64_t time = 0;
  bool is_second = false;  // of two at the same time
  bool is_return = false;
  std::size_t bar = 0;

  auto operator<=>(const End&) const = default;
};

// Gives each end its column, from left to right.
class Layout {
 public:
  Layout(Picture& picture, std::size_t block) : picture_(picture), block_(block) {
    last_.assign(picture.lanes.size(), kNowhere);
  }

  void place(bool returns_first) {
    std::vector<End> ends;
    for (std::size_t i = 0; i < picture_.bars.size(); ++i) {
      const Bar& bar = picture_.bars[i];
      ends.push_back({bar.call, returns_first, false, i});
      if (!bar.has_return()) continue;
      const bool is_instant = bar.ret == bar.call;
      ends.push_back({bar.ret, !returns_first || is_instant, true, i});
    }
    std::ranges::sort(ends);
    for (const End& end : ends) {
      if (end.is_return) {
        place_end(picture_.bars[end.bar], end.time);
      } else {
        place_begin(end.bar, end.time);
      }
    }
    for (Bar& bar : picture_.bars) {
      if (bar.tail == Tail::Open && bar.end == kNowhere) bar.end = picture_.width - 1;
    }
  }

 private:
  void place_begin(std::size_t index, std::uint64_t time) {
    Bar& bar = picture_.bars[index];
    std::size_t least = least_column(time, false);
    if (last_[bar.lane] != kNowhere) {
      Bar& before = picture_.bars[last_[bar.lane]];
      // It may return at the very time of this invocation.
      if (before.has_return()) place_end(before, before.ret);
      least = std::max(least_column(time, false), free_behind(before));
      if (before.tail == Tail::Open) before.end = least - 2;
    }
    const std::size_t room = block_ - least % block_;
    if (room < bar.width()) least += room;
    bar.begin = least;
    if (bar.tail == Tail::Note) bar.end = least + bar.width() - 1;
    picture_.width = std::max(picture_.width, least + bar.width());
    last_[bar.lane] = index;
    picture_.lanes[bar.lane].bars.push_back(index);
    note(least, time, false);
  }

  void place_end(Bar& bar, std::uint64_t time) {
    if (bar.end != kNowhere) return;
    bar.end = std::max(least_column(time, true), bar.begin + bar.width() - 1);
    picture_.width = std::max(picture_.width, bar.end + 1);
    note(bar.end, time, true);
  }

  // The first column where the next bar of its lane may begin.
  static std::size_t free_behind(const Bar& bar) {
    return (bar.tail == Tail::Open ? bar.begin + bar.width() : bar.end + 1) + 1;
  }

  [[nodiscard]] std::size_t least_column(std::uint64_t time, bool is_return) const {
    if (column_ == kNowhere) return 0;
    return column_ + (time == time_ && is_return == is_return_ ? 0 : 1);
  }
  void note(std::size_t column, std::uint64_t time, bool is_return) {
    column_ = column;
    time_ = time;
    is_return_ = is_return;
  }

  Picture& picture_;
  std::size_t block_;              // columns
  std::vector<std::size_t> last_;  // bar of each lane
  std::size_t column_ = kNowhere;  // of the last end
  std::uint64_t time_ = 0;         // likewise
  bool is_return_ = false;         // likewise
};

// The part of a bar that is in the block which begins at column `start`.
void draw(const Bar& bar, std::size_t start, std::string& line) {
  if (bar.begin >= start + line.size() || bar.end < start) return;
  const bool begins = bar.begin >= start;
  const bool ends = bar.end < start + line.size();
  const std::size_t first = begins ? bar.begin - start : 0;
  const std::size_t last = ends ? bar.end - start : line.size() - 1;
  if (bar.tail == Tail::Note) {
    line.replace(first, bar.text.size(), bar.text);
    return;
  }
  const bool is_open = bar.tail == Tail::Open;
  std::fill(line.begin() + static_cast<std::ptrdiff_t>(first),
            line.begin() + static_cast<std::ptrdiff_t>(last) + 1, is_open ? '.' : '-');
  if (begins) line.replace(first, 3, "|--");
  if (ends && !is_open) line[last] = bar.tail == Tail::Fail ? 'x' : '|';
  const std::size_t text = first + (begins ? 3 : 2);
  if (text + bar.text.size() + 3 <= last) {  // where it goes on, only if there is room
    line.replace(text, bar.text.size() + 2, " " + bar.text + " ");
  }
}

std::string draw_blocks(const Picture& picture, std::size_t margin, std::size_t block) {
  std::string text;
  for (std::size_t start = 0; start < picture.width; start += block) {
    if (start > 0) text += '\n';
    for (const Lane& lane : picture.lanes) {
      std::string line(std::min(block, picture.width - start), ' ');
      for (const std::size_t bar : lane.bars) draw(picture.bars[bar], start, line);
      const std::size_t last = line.find_last_not_of(' ');
      if (last == std::string::npos) continue;
      text += fmt::format("{:<{}}{}\n", lane.name, margin, line.substr(0, last + 1));
    }
  }
  return text;
}

}  // namespace

std::string draw_lanes(const LanePicture& input) {
  Picture picture;
  const std::span<const std::uint32_t> operations = window(input);
  add_operations(input, operations, picture);
  add_annotations(input, picture);
  std::size_t margin = 0;
  for (const Lane& lane : picture.lanes) margin = std::max(margin, lane.name.size() + 2);
  const std::size_t block =
      std::max({input.columns, kColumnsMin, margin + kTextMax + kFrame}) - margin;
  Layout(picture, block).place(input.returns_first);
  std::string text = draw_blocks(picture, margin, block);
  const std::size_t left_out = input.history->operations.size() - operations.size();
  if (left_out > 0) {
    text += fmt::format("{} of {} not drawn\n", left_out,
                        counted(input.history->operations.size(), "operation"));
  }
  return text;
}

}  // namespace heddle::reports
