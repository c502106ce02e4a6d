#include "reports/diagram_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "reports/action_text.hpp"
#include "reports/printable.hpp"
#include "reports/private_events.hpp"

namespace heddle::reports {
namespace {

using core::ActionKind;

// More events than rows are looked at, because some rows are joined; the rest is only counted.
constexpr std::size_t kEventsPerRow = 4;

// An event's surroundings are shown with it.
constexpr std::uint32_t kContextEvents = 2;

class RowBuilder {
 public:
  // `is_left_out`: index = EventId; empty: none is.
  RowBuilder(const core::Trace& trace, const std::set<std::uint32_t>& evidence,
             std::size_t rows_max, std::vector<bool> is_left_out)
      : trace_(trace),
        evidence_(evidence),
        edge_(kEventsPerRow * rows_max),
        is_left_out_(std::move(is_left_out)) {
    is_left_out_.resize(trace.events.size(), false);
    shown_events_ = static_cast<std::size_t>(std::ranges::count(is_left_out_, false));
    std::uint32_t agents = static_cast<std::uint32_t>(trace.agents.size());
    for (const core::Event& event : trace.events) agents = std::max(agents, event.agent.index + 1);
    lifelines_.assign(std::min<std::size_t>(agents, kAgentsMax), ' ');
    functions_.resize(lifelines_.size());
  }

  std::vector<DiagramRow> build(std::span<const core::AgentEnd> ends) {
    for (std::uint32_t i = 0; i < trace_.events.size(); ++i) add_event(i);
    for (std::uint32_t agent = 0; agent < ends.size(); ++agent) add_end(agent, ends[agent]);
    return std::move(rows_);
  }

 private:
  // The last function of an agent's current call that was shown.
  struct Shown {
    core::CodeLocation where;
    std::string call;  // the export's name, until the call's first instruction has been seen
    bool is_first = true;
  };
  static constexpr std::size_t kAgentsMax = 10'000;

  [[nodiscard]] bool is_near_evidence(std::uint32_t event) const {
    const std::uint32_t begin = event - std::min(event, kContextEvents);
    const auto next = evidence_.lower_bound(begin);
    return next != evidence_.end() && *next <= event + kContextEvents;
  }

  // Of those that are not left out, the `nth`.
  [[nodiscard]] bool is_chosen(std::uint32_t event, std::size_t nth) const {
    return nth < edge_ || nth + edge_ >= shown_events_ || is_near_evidence(event);
  }

  void add_event(std::uint32_t index) {
    const core::Event& event = trace_.events[index];
    const std::uint32_t agent = event.agent.index;
    if (agent >= lifelines_.size()) return;
    const auto actions = trace_.actions_of(event);
    lifelines_[agent] = lifelines_[agent] == ':' ? '|' : lifelines_[agent];
    if (is_left_out_[index] && !evidence_.contains(index)) {
      ++private_skipped_;
    } else if (is_chosen(index, seen_++)) {
      add_rows(index, agent, texts_of(trace_, actions));
    } else {
      ++skipped_;
    }
    for (const core::Action& action : actions) follow(agent, action);
  }

  void add_rows(std::uint32_t index, std::uint32_t agent, const std::vector<std::string>& texts) {
    const bool is_evidence = evidence_.contains(index);
    const auto actions = trace_.actions_of(trace_.events[index]);
    core::Span source = core::source_of(trace_, trace_.events[index].where);
    if (source.line == 0) source.file.clear();
    std::uint64_t number = index + 1;
    for (const std::string& text : texts) {
      DiagramRow row{.number = number,
                     .agent = agent,
                     .text = text,
                     .file = source.file.substr(source.file.find_last_of("/\\") + 1),
                     .line = source.line,
                     .is_evidence = is_evidence,
                     .private_events_before = private_skipped_,
                     .events_before = skipped_,
                     .lifelines = lifelines_};
      row.text += function_note(agent, trace_.events[index].where, actions);
      number = 0;
      if (join(row)) continue;  // what is between the two is told by the next row
      rows_.push_back(std::move(row));
      private_skipped_ = 0;
      skipped_ = 0;
    }
  }

  // " in lock" where the function is not the one of the agent's previous row.
  std::string function_note(std::uint32_t agent, const core::CodeLocation& where,
                            std::span<const core::Action> actions) {
    Shown& shown = functions_[agent];
    for (const core::Action& action : actions) {
      if (action.kind == ActionKind::Invoke || action.kind == ActionKind::Return) return "";
    }
    if (where.function == core::CodeLocation::kNoFunction) return "";
    const bool is_same = !shown.is_first && where.module == shown.where.module &&
                         where.function == shown.where.function;
    const std::string name = core::function_name(trace_, where);
    // The function that was called goes without saying, and so does one without a name.
    const bool is_plain = shown.is_first && (name.empty() || name == shown.call);
    shown.where = where;
    shown.is_first = false;
    if (is_same || is_plain) return "";
    return name.empty() ? fmt::format("  in func {}", where.function) : "  in " + printable(name);
  }

  // Rows of one agent that follow each other and belong together.
  bool join(const DiagramRow& row) {
    if (rows_.empty() || rows_.back().agent != row.agent || row.events_before != 0) return false;
    DiagramRow& last = rows_.back();
    if (last.text == row.text && !last.is_evidence && !row.is_evidence) {
      ++last.repeats;
      return true;
    }
    const auto both_begin = [&](std::string_view verb) {
      return last.text.starts_with(verb) && row.text.starts_with(verb);
    };
    const bool is_list = both_begin("spawn ") || both_begin("join ");
    if (is_list && last.repeats == 1) {
      last.text += ", " + row.text.substr(row.text.find(' ') + 1);
      last.is_evidence |= row.is_evidence;
      return true;
    }
    if (row.text == "end" && last.text.starts_with("return") && last.repeats == 1) {
      last.text += ", end";
      last.is_evidence |= row.is_evidence;
      return true;
    }
    return false;
  }

  void follow(std::uint32_t agent, const core::Action& action) {
    char& line = lifelines_[agent];
    if (action.kind == ActionKind::Invoke) {
      line = '|';
      functions_[agent] = Shown{};
      if (action.written_value < trace_.calls.size()) {
        functions_[agent].call =
            trace_.calls[static_cast<std::size_t>(action.written_value)].function;
      }
    }
    if (action.kind == ActionKind::Wait) line = ':';
    if (action.kind == ActionKind::Return || action.kind == ActionKind::End) line = ' ';
  }

  void add_end(std::uint32_t agent, const core::AgentEnd& end) {
    if (end.outcome.kind == core::OutcomeKind::Returned || agent >= lifelines_.size()) return;
    std::string text = printable(core::to_string(end.outcome));
    if (end.outcome.kind == core::OutcomeKind::Blocked) text = blocked_text(end.blocked_on, text);
    rows_.push_back({.agent = agent, .text = std::move(text), .lifelines = lifelines_});
    lifelines_[agent] = ' ';
  }

  [[nodiscard]] std::string blocked_text(const core::BlockedOn& blocked_on,
                                         const std::string& otherwise) const {
    switch (blocked_on.kind) {
      case core::BlockedOn::Kind::WaitQueue:
        return fmt::format("sleeps on {} for ever", text_of(blocked_on.location));
      case core::BlockedOn::Kind::Agent:
        return fmt::format("waits for {} for ever", name_of(trace_, blocked_on.agent));
      case core::BlockedOn::Kind::Spin:
        return fmt::format("spins on {} for ever", text_of(blocked_on.location));
      case core::BlockedOn::Kind::Nothing:
        return otherwise;
    }
    return otherwise;
  }

  const core::Trace& trace_;
  const std::set<std::uint32_t>& evidence_;
  const std::size_t edge_;
  std::vector<bool> is_left_out_;
  std::size_t shown_events_ = 0;
  std::size_t seen_ = 0;
  std::string lifelines_;
  std::vector<Shown> functions_;  // index = AgentId
  std::vector<DiagramRow> rows_;
  std::uint64_t private_skipped_ = 0;
  std::uint64_t skipped_ = 0;
};

// Leaves out rows from the middle. Evidence stays, at most half of the rows; the other places go to
// the beginning and the end alike.
std::vector<DiagramRow> cut_middle(std::vector<DiagramRow> rows, std::size_t rows_max) {
  if (rows.size() <= rows_max) return rows;
  std::vector<bool> keep(rows.size(), false);
  std::size_t left = rows_max;
  for (std::size_t i = 0; i < rows.size() && left > rows_max / 2; ++i) {
    if (!rows[i].is_evidence) continue;
    keep[i] = true;
    --left;
  }
  std::size_t front = 0;
  std::size_t back = rows.size();
  while (left > 0 && front < back) {
    std::size_t& next = front < rows.size() - back + 1 ? front : back;
    const std::size_t i = &next == &front ? front++ : --back;
    if (keep[i]) continue;
    keep[i] = true;
    --left;
  }
  std::vector<DiagramRow> kept;
  std::uint64_t skipped = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    skipped += rows[i].events_before;
    // Nothing else is missing: that these are private can still be told.
    if (keep[i] && skipped != 0) skipped += std::exchange(rows[i].private_events_before, 0);
    if (!keep[i]) {
      skipped += rows[i].private_events_before;
      skipped += rows[i].number == 0 ? 0 : rows[i].repeats;
      continue;
    }
    kept.push_back(std::move(rows[i]));
    kept.back().events_before = skipped;
    skipped = 0;
  }
  return kept;
}

}  // namespace

std::vector<DiagramRow> rows_of(const core::Trace& trace, std::span<const core::Finding> findings,
                                std::span<const core::AgentEnd> ends, std::size_t rows_max) {
  std::set<std::uint32_t> evidence;
  for (const core::Finding& finding : findings) {
    for (const core::EventId event : finding.events) {
      if (evidence.size() < rows_max) evidence.insert(event.index);
    }
  }
  std::vector<DiagramRow> rows = RowBuilder(trace, evidence, rows_max, {}).build(ends);
  const bool is_whole =
      rows.size() <= rows_max &&
      std::ranges::all_of(rows, [](const DiagramRow& row) { return row.events_before == 0; });
  if (is_whole) return rows;
  rows = RowBuilder(trace, evidence, rows_max, private_events(trace)).build(ends);
  return cut_middle(std::move(rows), rows_max);
}

}  // namespace heddle::reports
