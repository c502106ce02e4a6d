// Alternatives that need another event to have read something else: candidates (3) of
// alternatives.hpp.
#include <algorithm>
#include <utility>

#include "harness/explore/alternatives.hpp"

namespace heddle::harness {

namespace {

[[nodiscard]] std::size_t row(std::int32_t event) { return static_cast<std::size_t>(event); }

}  // namespace

void Alternatives::find_swappable() {
  swappable_.assign(graph_.cells().size(), graph_.words());
  simple_.assign(graph_.words(), 0);
  for (std::uint32_t number = 0; number < graph_.size(); ++number) {
    const GraphEvent& event = graph_.event(number);
    if (event.head != number || event.look_count == 0) continue;
    if (writes_what_it_reads(event)) set_bit(simple_, number);
    for (const GraphWrite& write : graph_.writes(event)) {
      for (std::uint32_t cell = write.cells.begin; cell < write.cells.end; ++cell) {
        set_bit(swappable_[cell], number);
      }
    }
  }
}

// Events that write what is looked at, and would read something else if they came first. Of those
// that write just what they read, only one other answer matters: what they would read if the two
// changed places.
void Alternatives::find_swaps() {
  const auto looked = graph_.sources(graph_.looks(graph_.event(event_))[look_]);
  swapped_.assign(graph_.words(), 0);
  for (const CellSource& source : looked) {
    add_bits(swapped_, std::as_const(swappable_)[source.cell]);
  }
  clear_bit(swapped_, event_);
  Special special;
  for_each_bit(swapped_, [&](std::size_t number) {
    const auto other = static_cast<std::uint32_t>(number);
    const GraphEvent& event = graph_.event(other);
    const bool is_simple = has_bit(simple_, other);
    if (is_simple && !reads_from_this(event)) return;
    if (!is_simple || !has_read_what_it_gave(event)) return find_variants(other);
    if (!make_swap(other, special)) return;
    if (would_wake_instead(event, special)) return;
    if (is_hit(special.variation.writes)) find_reads(&special);
  });
}

// A notify that comes before this timeout, and wakes its agent: see find_wakes.
bool Alternatives::would_wake_instead(const GraphEvent& other, const Special& special) const {
  const GraphEvent& own = graph_.event(event_);
  if (own.kind != GraphEvent::Kind::Timeout || !other.is_notify) return false;
  const std::uint32_t cell = graph_.sources(graph_.looks(own)[look_]).front().cell;
  return std::ranges::any_of(special.variation.reads, [&](const CellSource& source) {
    return source.cell == cell && would_wake(special.variation.event, source.writer);
  });
}

bool Alternatives::is_hit(std::span<const CellRange> ranges) const {
  const auto looked = graph_.sources(graph_.looks(graph_.event(event_))[look_]);
  return std::ranges::any_of(looked, [&](const CellSource& source) {
    return std::ranges::any_of(ranges,
                               [&](const CellRange& range) { return range.contains(source.cell); });
  });
}

// Whether it writes just what it has read, from one event.
bool Alternatives::writes_what_it_reads(const GraphEvent& event) const {
  if (event.look_count != 1 || event.write_count != 1) return false;
  const Look& look = graph_.looks(event).front();
  const auto sources = graph_.sources(look);
  const CellRange written = graph_.writes(event).front().cells;
  if (look.kind == LookKind::Choice || sources.size() != written.end - written.begin) return false;
  const Bits writers = graph_.writers(sources.front().cell);
  return std::ranges::all_of(sources, [&](const CellSource& source) {
    return written.contains(source.cell) &&
           std::ranges::equal(writers, graph_.writers(source.cell));
  });
}

bool Alternatives::reads_from_this(const GraphEvent& event) const {
  return std::ranges::any_of(graph_.looks(event), [this](const Look& look) {
    return std::ranges::any_of(graph_.sources(look), [this](const CellSource& source) {
      return source.writer == static_cast<std::int32_t>(event_);
    });
  });
}

// Whether all that it has read from this event, this event has read as well.
bool Alternatives::has_read_what_it_gave(const GraphEvent& event) const {
  const auto own = graph_.looks(graph_.event(event_));
  const auto is_read = [&](std::uint32_t cell) {
    return std::ranges::any_of(own, [&](const Look& look) {
      return std::ranges::any_of(graph_.sources(look),
                                 [cell](const CellSource& source) { return source.cell == cell; });
    });
  };
  return std::ranges::all_of(
      graph_.sources(graph_.looks(event).front()), [&](const CellSource& source) {
        return source.writer != static_cast<std::int32_t>(event_) || is_read(source.cell);
      });
}

// All that it could read, other than by this event's doing.
void Alternatives::find_variants(std::uint32_t other) {
  const GraphEvent& event = graph_.event(other);
  std::vector<std::uint64_t> past(graph_.words());
  const auto add = [&](std::size_t earlier) {
    add_bits(past, graph_.before(earlier));
    set_bit(past, earlier);
  };
  if (event.previous != kInitial) add(row(event.previous));
  for (const std::uint32_t cause : graph_.causes(event)) add(cause);
  if (has_bit(past, event_)) return;
  Special special;
  vary(other, 0, special.variation);
  special.variation.is_last = false;
  special.identity = event.entry_identity;
  vary_looks(other, 0, past, special);
}

void Alternatives::vary_looks(std::uint32_t other, std::uint32_t number, Bits past,
                              const Special& special) {
  const GraphEvent& event = graph_.event(other);
  const auto looks = graph_.looks(event);
  const auto writes = graph_.writes(event);
  std::vector<CellSource> reads;
  LookKind kind = LookKind::Queue;
  if (number < looks.size()) {
    kind = looks[number].kind;
    if (kind == LookKind::Choice) {
      Special same = special;
      const core::Choice& chosen = graph_.answers()[looks[number].answer].chosen;
      same.identity =
          mixed(mixed(same.identity, static_cast<std::uint64_t>(chosen.kind)), chosen.operand);
      return finish_variant(other, number + 1, past, same, chosen.operand != 0);
    }
    const auto sources = graph_.sources(looks[number]);
    reads.assign(sources.begin(), sources.end());
  } else {
    // Of a wait that did not. Where the queue is the agent's own, it reads its own last write.
    reads.push_back({writes.back().cells.begin, kInitial});
    for_each_bit(graph_.writers(reads.front().cell), [&](std::size_t writer) {
      if (has_bit(past, writer)) reads.front().writer = static_cast<std::int32_t>(writer);
    });
  }
  Groups found;
  find_groups(reads, other, past, nullptr, found);
  const std::span<const Group> groups = std::as_const(found).all();
  const auto assign_group = [&](const auto& self, std::size_t group) -> void {
    if (group < groups.size()) {
      for (const std::int32_t candidate : groups[group].candidates) {
        const bool is_caused =
            candidate != kInitial && (candidate == static_cast<std::int32_t>(event_) ||
                                      has_bit(graph_.before(row(candidate)), event_));
        if (is_caused) continue;
        for (const std::size_t i : groups[group].sources) reads[i].writer = candidate;
        self(self, group + 1);
      }
      return;
    }
    Special next = special;
    next.identity = graph_.look_identity(special.identity, kind, reads, {});
    for (const CellSource& source : reads) {
      if (graph_.cells()[source.cell].is_contended) next.variation.reads.push_back(source);
    }
    Writes hangs = Writes::Yes;
    for (const GraphWrite& write : writes) {
      if (!write.hangs_on_value || write.needs_looks != number + 1) continue;
      hangs = would_write(looks[number], reads);
    }
    if (hangs != Writes::No) finish_variant(other, number + 1, past, next, true);
    if (hangs != Writes::Yes) finish_variant(other, number + 1, past, next, false);
  };
  assign_group(assign_group, 0);
}

// Behind `looked` looks; `goes_on`: what hangs on the last of them is done.
void Alternatives::finish_variant(std::uint32_t other, std::uint32_t looked, Bits past,
                                  const Special& special, bool goes_on) {
  const GraphEvent& event = graph_.event(other);
  const bool waits = event.kind == GraphEvent::Kind::Step && event.is_wait;
  const std::uint32_t all = waits ? event.wait_looks + 1 : event.look_count;
  if (looked < all && (goes_on || !waits)) return vary_looks(other, looked, past, special);
  Special whole = special;
  for (const GraphWrite& write : graph_.writes(event)) {
    if (write.hangs_on_value ? goes_on : write.needs_looks <= looked) {
      whole.variation.writes.push_back(write.cells);
    }
  }
  if (whole.identity == event.identity || !is_hit(whole.variation.writes)) return;
  if (would_wake_instead(event, whole)) return;
  if (check(whole.variation, nullptr) != ScConsistency::Answer::No) find_reads(&whole);
}

// It reads what this event has read, where it has read from this event.
bool Alternatives::make_swap(std::uint32_t other, Special& special) const {
  const GraphEvent& event = graph_.event(other);
  const auto is_caused = [this](std::size_t by) {
    return by == event_ || has_bit(graph_.before(by), event_);
  };
  if (event.previous != kInitial && is_caused(row(event.previous))) return false;
  for (const std::uint32_t cause : graph_.causes(event)) {
    if (is_caused(cause)) return false;
  }
  const auto own_source = [this](std::uint32_t cell) {
    for (const Look& look : graph_.looks(graph_.event(event_))) {
      for (const CellSource& source : graph_.sources(look)) {
        if (source.cell == cell) return source.writer;
      }
    }
    return static_cast<std::int32_t>(event_);
  };
  const auto looks = graph_.looks(event);
  if (!reads_from_this(event)) return false;
  std::uint64_t identity = event.entry_identity;
  for (std::uint32_t k = 0; k < looks.size(); ++k) {
    std::vector<CellSource> reads(graph_.sources(looks[k]).begin(), graph_.sources(looks[k]).end());
    bool is_changed = false;
    for (CellSource& source : reads) {
      if (source.writer == kInitial) continue;
      if (source.writer == static_cast<std::int32_t>(event_)) {
        source.writer = own_source(source.cell);
        is_changed = true;
      }
      if (source.writer != kInitial && is_caused(row(source.writer))) return false;
    }
    if (!is_changed) {
      identity = looks[k].identity;
      continue;
    }
    vary(other, k, special.variation);
    special.variation.is_last = false;
    identity = graph_.look_identity(identity, looks[k].kind, reads, {});
    for (const CellSource& source : reads) {
      if (graph_.cells()[source.cell].is_contended) special.variation.reads.push_back(source);
    }
    bool hangs = false;
    for (const GraphWrite& write : graph_.writes(event)) {
      if (!write.hangs_on_value || write.needs_looks != k + 1) continue;
      hangs = would_write(looks[k], reads) != Writes::No;
    }
    add_writes(special.variation, other, k, hangs);
    special.identity = identity;
    return !special.variation.writes.empty();
  }
  return false;
}

}  // namespace heddle::harness
