#include "harness/explore/sc_consistency.hpp"

#include <algorithm>

namespace heddle::harness {

void ScConsistency::begin() {
  const ReadsFromGraph& graph = graph_;
  const std::size_t words = graph.words();
  known_.clear();
  known_from_.clear();
  for (std::uint32_t i = 0; i < graph.size(); ++i) {
    known_from_.push_back(static_cast<std::uint32_t>(known_.size()));
    const GraphEvent& event = graph.event(i);
    for (const Look& look : graph.looks(event)) {
      for (const CellSource& source : graph.sources(look)) {
        if (!graph.cells()[source.cell].is_contended) continue;
        std::int32_t writer = source.writer;
        if (writer != kInitial) {
          writer = static_cast<std::int32_t>(graph.event(static_cast<std::size_t>(writer)).head);
          if (static_cast<std::uint32_t>(writer) == event.head) continue;
        }
        known_.push_back({.reader = event.head, .cell = source.cell, .writer = writer});
      }
    }
  }
  known_from_.push_back(static_cast<std::uint32_t>(known_.size()));
  head_writers_.assign(graph.cells().size(), words);
  for (std::uint32_t cell = 0; cell < graph.cells().size(); ++cell) {
    for_each_bit(graph.writers(cell), [&](std::size_t writer) {
      set_bit(head_writers_[cell], graph.event(writer).head);
    });
  }
  before_.assign(graph.size() + 1, words);
  after_.assign(graph.size() + 1, words);
  inside_.resize(words);
  writers_.resize(words);
  scratch_.resize(words);
  scratch_to_.resize(words);
  done_.resize(words);
}

ScConsistency::Answer ScConsistency::check(Bits inside, Variations variations) {
  begin_check(inside, variations);
  for (const Variation* const variation : variations) {
    if (!add_variation(*variation)) return Answer::No;
  }
  collect_constraints(variations);
  if (!saturate(variations)) return Answer::No;
  find_between(variations);
  return betweens_.empty() ? put_in_order() : search();
}

void ScConsistency::begin_check(Bits inside, Variations variations) {
  std::ranges::copy(inside, inside_.begin());
  heads_.clear();
  for_each_bit(inside, [&](std::size_t event) {
    std::ranges::copy(graph_.before(event), before_[event].begin());
    const Bits after = graph_.after(event);
    const MutableBits row = after_[event];
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = after[i] & inside[i];
    if (graph_.event(event).head == event) heads_.push_back(static_cast<std::uint32_t>(event));
  });
  last_heads_.clear();
  for (const Variation* const variation : variations) {
    if (variation->head != variation->event) continue;
    if (variation->is_last) {
      last_heads_.push_back(variation->event);
    } else {
      heads_.insert(std::ranges::upper_bound(heads_, variation->event), variation->event);
    }
  }
  heads_.insert(heads_.end(), last_heads_.begin(), last_heads_.end());
}

// Its row, from its direct predecessors; then the others' rows, where it is behind them. Of one
// that happens together with its head there is nothing but what its reads say.
bool ScConsistency::add_variation(const Variation& variation) {
  const std::uint32_t event = variation.event;
  set_bit(inside_, event);
  if (variation.head != event) return true;
  const MutableBits row = before_[event];
  std::ranges::fill(row, 0);
  std::ranges::fill(after_[event], 0);
  const auto add = [&](std::size_t earlier) {
    add_bits(row, before_[earlier]);
    set_bit(row, earlier);
  };
  for (const std::uint32_t cause : variation.causes) add(cause);
  for (const CellSource& source : variation.reads) {
    if (source.writer != kInitial) add(static_cast<std::size_t>(source.writer));
  }
  if (has_bit(row, event)) return false;
  for_each_bit(row, [&](std::size_t earlier) { set_bit(after_[earlier], event); });
  return true;
}

bool ScConsistency::add_edge(std::uint32_t from, std::uint32_t to) {
  if (from == to || has_path(to, from)) return false;
  if (has_path(from, to)) return true;
  std::ranges::copy(before_[from], scratch_.begin());
  set_bit(scratch_, from);
  std::ranges::copy(after_[to], scratch_to_.begin());
  set_bit(scratch_to_, to);
  for_each_bit(scratch_to_, [&](std::size_t later) { add_bits(before_[later], scratch_); });
  for_each_bit(scratch_, [&](std::size_t earlier) { add_bits(after_[earlier], scratch_to_); });
  return true;
}

void ScConsistency::collect_constraints(Variations variations) {
  constraints_.clear();
  const auto is_varied = [&](std::size_t event) {
    return std::ranges::any_of(variations,
                               [event](const Variation* one) { return one->event == event; });
  };
  for_each_bit(inside_, [&](std::size_t event) {
    if (event == graph_.size() || is_varied(event)) return;
    const auto known =
        std::span(known_).subspan(known_from_[event], known_from_[event + 1] - known_from_[event]);
    constraints_.insert(constraints_.end(), known.begin(), known.end());
  });
  for (const Variation* const one : variations) {
    const Variation& variation = *one;
    for (const CellSource& source : variation.reads) {
      std::int32_t writer = source.writer;
      if (writer != kInitial && static_cast<std::size_t>(writer) < graph_.size()) {
        writer = static_cast<std::int32_t>(graph_.event(static_cast<std::size_t>(writer)).head);
      }
      if (writer == static_cast<std::int32_t>(variation.head)) continue;
      constraints_.push_back({.reader = variation.head, .cell = source.cell, .writer = writer});
    }
  }
}

void ScConsistency::find_writers(std::uint32_t cell, Variations variations) {
  const Bits all = std::as_const(head_writers_)[cell];
  for (std::size_t i = 0; i < all.size(); ++i) writers_[i] = all[i] & inside_[i];
  for (const Variation* const variation : variations) {
    clear_bit(writers_, variation->event);  // even if it happens with another now
    for (const CellRange& written : variation->writes) {
      if (written.contains(cell)) set_bit(writers_, variation->head);
    }
  }
}

bool ScConsistency::saturate(Variations variations) {
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (const Constraint& constraint : constraints_) {
      find_writers(constraint.cell, variations);
      if (!apply(constraint, has_changed)) return false;
    }
  }
  return true;
}

bool ScConsistency::apply(const Constraint& constraint, bool& has_changed) {
  const std::uint32_t reader = constraint.reader;
  clear_bit(writers_, reader);
  const auto demand = [&](std::uint32_t from, std::uint32_t to) {
    if (has_path(from, to)) return true;
    has_changed = true;
    return add_edge(from, to);
  };
  if (constraint.writer == kInitial) {
    return all_bits(writers_, [&](std::size_t other) {
      return demand(reader, static_cast<std::uint32_t>(other));
    });
  }
  const auto writer = static_cast<std::uint32_t>(constraint.writer);
  clear_bit(writers_, writer);
  if (!demand(writer, reader)) return false;
  return all_bits(writers_, [&](std::size_t number) {
    const auto other = static_cast<std::uint32_t>(number);
    if (has_path(other, reader) && !demand(other, writer)) return false;
    return !has_path(writer, other) || demand(reader, other);
  });
}

void ScConsistency::find_between(Variations variations) {
  betweens_.clear();
  for (const Constraint& constraint : constraints_) {
    if (constraint.writer == kInitial) continue;
    const auto writer = static_cast<std::uint32_t>(constraint.writer);
    find_writers(constraint.cell, variations);
    clear_bit(writers_, constraint.reader);
    clear_bit(writers_, writer);
    for_each_bit(writers_, [&](std::size_t number) {
      const auto other = static_cast<std::uint32_t>(number);
      if (has_path(other, writer) || has_path(constraint.reader, other)) return;
      betweens_.push_back({.writer = other, .first = writer, .last = constraint.reader});
    });
  }
}

// Of those that can come next, always the first by preference.
ScConsistency::Answer ScConsistency::put_in_order() {
  order_.clear();
  std::ranges::fill(done_, 0);
  std::size_t first = 0;
  while (order_.size() < heads_.size()) {
    while (has_bit(done_, heads_[first])) ++first;
    std::size_t i = first;
    while (i < heads_.size() && (has_bit(done_, heads_[i]) || !can_come(heads_[i]))) ++i;
    if (i == heads_.size()) return Answer::Unknown;
    set_bit(done_, heads_[i]);
    order_.push_back(heads_[i]);
  }
  return Answer::Yes;
}

bool ScConsistency::can_come(std::uint32_t event) const {
  return all_bits(before_[event], [&](std::size_t earlier) {
    if (has_bit(done_, earlier)) return true;
    return earlier < graph_.size() && graph_.event(earlier).head != earlier;
  });
}

ScConsistency::Answer ScConsistency::search() {
  const auto is_permitted = [&](std::uint32_t event) {
    return std::ranges::none_of(betweens_, [&](const Between& between) {
      return between.writer == event && has_bit(done_, between.first) &&
             !has_bit(done_, between.last);
    });
  };
  std::set<std::vector<std::uint64_t>> tried;
  order_.clear();
  std::ranges::fill(done_, 0);
  std::vector<std::size_t> next{0};  // of each place in the order: which head to try
  while (order_.size() < heads_.size()) {
    std::size_t& i = next.back();
    while (i < heads_.size() &&
           (has_bit(done_, heads_[i]) || !can_come(heads_[i]) || !is_permitted(heads_[i]))) {
      ++i;
    }
    if (i < heads_.size()) {
      const std::uint32_t event = heads_[i++];
      set_bit(done_, event);
      if (tried.insert(done_).second) {
        if (tried.size() > kSearchMax) return Answer::Unknown;
        order_.push_back(event);
        next.push_back(0);
      } else {
        clear_bit(done_, event);
      }
      continue;
    }
    next.pop_back();
    if (next.empty()) return Answer::No;
    clear_bit(done_, order_.back());
    order_.pop_back();
  }
  return Answer::Yes;
}

}  // namespace heddle::harness
