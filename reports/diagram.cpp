#include "reports/diagram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "reports/action_text.hpp"
#include "reports/diagram_rows.hpp"
#include "reports/printable.hpp"

namespace heddle::reports {
namespace {

constexpr std::size_t kGap = 3;              // blanks between columns
constexpr std::size_t kNarrowestMin = 4;     // of a column that others' texts run over
constexpr std::string_view kPrivate = "..";  // in place of the numbers of private events

struct Column {
  std::uint32_t agent = 0;
  std::string name;
  std::size_t width = 0;  // of its widest text
  std::size_t start = 0;
};

std::string text_with_repeats(const DiagramRow& row) {
  return row.repeats == 1 ? row.text : fmt::format("{}  (x{})", row.text, row.repeats);
}

std::vector<Column> columns_of(const core::Trace& trace, const std::vector<DiagramRow>& rows) {
  std::vector<Column> columns;
  for (const DiagramRow& row : rows) {
    auto at = std::ranges::lower_bound(columns, row.agent, {}, &Column::agent);
    if (at == columns.end() || at->agent != row.agent) {
      at = columns.insert(at, {.agent = row.agent, .name = name_of(trace, {row.agent})});
      at->width = at->name.size();
    }
    at->width = std::max(at->width, text_with_repeats(row).size());
  }
  return columns;
}

// Places the columns, each at most `cap` apart from the next; returns where the longest line ends.
std::size_t place(std::vector<Column>& columns, std::size_t gutter, std::size_t cap) {
  std::size_t start = gutter;
  std::size_t end = gutter;
  for (Column& column : columns) {
    column.start = start;
    start += std::min(column.width, cap) + kGap;
    end = std::max(end, column.start + column.width);
  }
  return end;
}

// As wide as the texts if they fit; otherwise as wide as possible: only one agent acts in a row, so
// that its text may run over the columns to its right. False if there are too many agents even so.
bool lay_out(std::vector<Column>& columns, std::size_t gutter, std::size_t columns_max) {
  // What is longer than this is cut at the right edge; it must not squeeze everything else.
  const std::size_t width_max = columns_max * 2 / 3;
  for (Column& column : columns) column.width = std::min(column.width, width_max);
  for (std::size_t cap = columns_max; cap >= kNarrowestMin; --cap) {
    if (place(columns, gutter, cap) <= columns_max) return true;
  }
  return false;
}

// For too many agents: one column for all, with the name in front of each text.
std::vector<DiagramRow> in_one_column(const core::Trace& trace, std::vector<DiagramRow> rows) {
  constexpr std::size_t kNameMax = 16;
  std::size_t width = 0;
  for (const DiagramRow& row : rows) {
    width = std::max(width, std::min(kNameMax, name_of(trace, {row.agent}).size()));
  }
  for (DiagramRow& row : rows) {
    row.text = fmt::format("{:<{}}  {}", cut(name_of(trace, {row.agent}), width), width, row.text);
    row.agent = 0;
    row.lifelines.clear();
  }
  return rows;
}

void put(std::string& line, std::size_t at, std::string_view text) {
  if (line.size() < at + text.size()) line.resize(at + text.size(), ' ');
  line.replace(at, text.size(), text);
}

std::string trimmed(std::string line, std::size_t columns_max) {
  line = cut(std::move(line), columns_max);
  line.resize(line.find_last_not_of(' ') + 1);  // npos + 1 is 0
  return line + "\n";
}

// How source lines are shown: by their number alone, if there is but one file.
class SourceLines {
 public:
  explicit SourceLines(const std::vector<DiagramRow>& rows) {
    for (const DiagramRow& row : rows) {
      if (row.line == 0) continue;
      if (file_.empty()) file_ = row.file;
      is_one_file_ &= row.file == file_;
    }
    for (const DiagramRow& row : rows) width_ = std::max(width_, text_of(row).size());
    if (width_ != 0) width_ = std::max(width_, kHeading.size());
  }

  [[nodiscard]] std::string text_of(const DiagramRow& row) const {
    if (row.line == 0) return "";
    return is_one_file_ ? fmt::format("{}", row.line)
                        : printable(fmt::format("{}:{}", row.file, row.line));
  }
  // Of the widest; 0 if no line is known.
  [[nodiscard]] std::size_t width() const { return width_; }
  // The only file there is; empty if there are several.
  [[nodiscard]] std::string file() const { return is_one_file_ ? printable(file_) : ""; }

  static constexpr std::string_view kHeading = "line";

 private:
  std::string file_;
  bool is_one_file_ = true;
  std::size_t width_ = 0;
};

class Drawing {
 public:
  Drawing(std::vector<Column> columns, std::size_t gutter, const SourceLines& lines,
          std::size_t columns_max)
      : columns_(std::move(columns)), gutter_(gutter), lines_(lines), columns_max_(columns_max) {}

  [[nodiscard]] std::string header() const {
    std::string line;
    std::string rule;
    if (lines_.width() != 0) {
      const std::size_t start = gutter_ - 2 - SourceLines::kHeading.size();
      put(line, start, SourceLines::kHeading);
      put(rule, start, std::string(SourceLines::kHeading.size(), '-'));
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::size_t start = columns_[i].start;
      const std::size_t end =
          i + 1 < columns_.size() ? std::max(columns_[i + 1].start, start + 2) - 1 : columns_max_;
      const std::string name = cut(columns_[i].name, end - start);
      put(line, start, name);
      put(rule, start, std::string(name.size(), '-'));
    }
    return trimmed(line, columns_max_) + trimmed(rule, columns_max_);
  }

  [[nodiscard]] std::string row(const DiagramRow& row) const {
    std::string line;
    for (const Column& column : columns_) {
      const char state = column.agent < row.lifelines.size() ? row.lifelines[column.agent] : ' ';
      if (column.agent != row.agent) put(line, column.start, std::string(1, state));
    }
    for (const Column& column : columns_) {
      // With a blank behind it, so that it does not touch a lifeline that it runs up to.
      if (column.agent == row.agent) put(line, column.start, text_with_repeats(row) + " ");
    }
    if (row.is_evidence) put(line, 0, "*");
    if (row.number != 0) put(line, 1, fmt::format("{:>{}}", row.number, number_end() - 1));
    const std::string source = lines_.text_of(row);
    if (row.number != 0 && !source.empty()) put(line, gutter_ - 2 - source.size(), source);
    return trimmed(line, columns_max_);
  }

  // What was left out before the row.
  [[nodiscard]] std::string gap(const DiagramRow& row) const {
    std::string line;
    if (row.events_before == 0) {
      if (row.private_events_before == 0) return "";
      put(line, 1, fmt::format("{:>{}}", kPrivate, number_end() - 1));
      return trimmed(line, columns_max_);
    }
    put(line, gutter_,
        fmt::format("... {} left out ...",
                    counted(row.events_before + row.private_events_before, "event")));
    return "\n" + trimmed(line, columns_max_) + "\n";
  }

 private:
  [[nodiscard]] std::size_t number_end() const {
    return gutter_ - 2 - (lines_.width() == 0 ? 0 : lines_.width() + 2);
  }

  std::vector<Column> columns_;
  std::size_t gutter_;  // the mark, the number, the source line, and two blanks behind each
  const SourceLines& lines_;
  std::size_t columns_max_;
};

// Explains the signs that occur.
std::string legend(const std::vector<DiagramRow>& rows, const SourceLines& lines,
                   std::size_t columns_max) {
  const auto has_line = [&rows](char line) {
    return std::ranges::any_of(
        rows, [line](const DiagramRow& row) { return row.lifelines.contains(line); });
  };
  const bool has_plain = std::ranges::any_of(
      rows, [](const DiagramRow& row) { return row.text.starts_with("plain "); });
  const bool has_evidence =
      std::ranges::any_of(rows, [](const DiagramRow& row) { return row.is_evidence; });
  const bool has_private_gap = std::ranges::any_of(rows, [](const DiagramRow& row) {
    return row.events_before == 0 && row.private_events_before != 0;
  });
  constexpr std::size_t kEntryGap = 4;
  std::string text;
  std::size_t column = 0;
  const auto add = [&](std::string_view entry) {
    const bool fits = column + kEntryGap + entry.size() <= columns_max;
    if (column != 0) text += fits ? std::string(kEntryGap, ' ') : "\n";
    column = entry.size() + (column != 0 && fits ? column + kEntryGap : 0);
    text += entry;
  };
  if (lines.width() != 0 && !lines.file().empty()) add("line  of " + lines.file());
  if (has_line('|')) add("|  inside a call");
  if (has_line(':')) add(":  asleep");
  if (has_plain) add("plain  not atomic");
  if (has_evidence) add("*  evidence");
  if (has_private_gap) add(fmt::format("{}  accesses that concern no other agent", kPrivate));
  return text;
}

std::string finding_text(const core::Finding& finding, std::size_t columns_max) {
  std::string text = finding.rule;
  if (!finding.place.empty()) text += " at " + finding.place;
  text += ": " + finding.message;
  // Many messages say it already.
  const bool says_both =
      finding.message.contains(finding.expected) && finding.message.contains(finding.actual);
  if (!says_both) {
    text += fmt::format(" (expected {}, got {})", finding.expected, finding.actual);
  }
  return "* " + wrapped(printable(text), columns_max - 2, 2) + "\n";
}

}  // namespace

std::string draw_diagram(const core::Trace& trace, std::span<const core::Finding> findings,
                         std::span<const core::AgentEnd> ends, const DiagramOptions& options) {
  const std::size_t columns_max = std::max<std::size_t>(options.columns_max, 40);
  const std::size_t rows_max = std::max<std::size_t>(options.rows_max, 4);
  std::vector<DiagramRow> rows = rows_of(trace, findings, ends, rows_max);
  if (rows.empty()) return "(no events)\n";
  const SourceLines lines(rows);
  const std::size_t gutter =
      3 + std::max<std::size_t>(fmt::formatted_size("{}", trace.events.size()), 3) +
      (lines.width() == 0 ? 0 : lines.width() + 2);
  std::vector<Column> columns = columns_of(trace, rows);
  if (!lay_out(columns, gutter, columns_max)) {
    rows = in_one_column(trace, std::move(rows));
    columns = {{.agent = 0, .name = "all agents", .width = 0, .start = gutter}};
  }
  const Drawing drawing(std::move(columns), gutter, lines, columns_max);
  std::string text = drawing.header();
  for (const DiagramRow& row : rows) {
    text += drawing.gap(row);
    text += drawing.row(row);
  }
  const std::string explanation = legend(rows, lines, columns_max);
  if (!explanation.empty()) text += "\n" + explanation + "\n";
  if (!findings.empty()) text += "\n";
  for (const core::Finding& finding : findings) text += finding_text(finding, columns_max);
  return text;
}

}  // namespace heddle::reports
