#include "harness/explore/alternatives.hpp"

#include <algorithm>
#include <array>

namespace heddle::harness {

namespace {

[[nodiscard]] std::size_t row(std::int32_t event) { return static_cast<std::size_t>(event); }

}  // namespace

void Alternatives::begin() {
  checks_ = 0;
  consistency_.begin();
  find_initial_bytes();
  find_swappable();
}

// What nobody has written, somebody may have read.
void Alternatives::find_initial_bytes() {
  constexpr std::uint64_t kBytesMax = 8;
  initial_bytes_.assign(graph_.cells().size(), 0);
  is_initial_known_.assign(graph_.cells().size(), false);
  for (const GraphEvent& event : graph_.events()) {
    if (event.kind == GraphEvent::Kind::End) continue;
    for (const Look& look : graph_.looks(event)) {
      const auto sources = graph_.sources(look);
      if (look.kind != LookKind::Memory || sources.empty()) continue;
      const std::uint64_t begin = graph_.cells()[sources.front().cell].begin;
      if (graph_.cells()[sources.back().cell].end - begin > kBytesMax) continue;
      for (const CellSource& source : sources) {
        if (source.writer != kInitial) continue;
        initial_bytes_[source.cell] =
            look.read_value >> (8 * (graph_.cells()[source.cell].begin - begin));
        is_initial_known_[source.cell] = true;
      }
    }
  }
}

void Alternatives::find(Bits base, std::uint32_t event, std::uint32_t look, AlternativesTo& to) {
  base_ = base;
  event_ = event;
  look_ = look;
  to_ = &to;
  const GraphEvent& own = graph_.event(event);
  const Look& looked = graph_.looks(own)[look];
  if (looked.kind == LookKind::Woken) return;
  inside_.assign(graph_.words(), 0);
  if (looked.kind == LookKind::Choice) return find_choices();
  const auto is_contended = [this](const CellSource& source) {
    return graph_.cells()[source.cell].is_contended;
  };
  if (std::ranges::none_of(graph_.sources(looked), is_contended)) return;
  own_past_.assign(graph_.words(), 0);
  const auto add = [this](std::size_t earlier) {
    add_bits(own_past_, graph_.before(earlier));
    set_bit(own_past_, earlier);
  };
  if (own.previous != kInitial) add(row(own.previous));
  for (const std::uint32_t cause : graph_.causes(own)) add(cause);
  find_reads(nullptr);
  find_swaps();
  if (own.is_notify) find_timeouts();
  if (own.kind == GraphEvent::Kind::Timeout) find_wakes();
}

std::uint64_t Alternatives::entry_identity() const {
  const GraphEvent& own = graph_.event(event_);
  return look_ == 0 ? own.entry_identity : graph_.looks(own)[look_ - 1].identity;
}

std::uint64_t Alternatives::identity_of(std::int32_t writer, const Special* special) const {
  if (special != nullptr && writer == static_cast<std::int32_t>(special->variation.event)) {
    return special->identity;
  }
  return graph_.identity_of(writer);
}

// Neither by what it causes, nor over a write of its own past, nor out of the middle of steps that
// are made at once.
bool Alternatives::can_read_from(std::uint32_t reader, Bits own_past, std::size_t writer,
                                 std::uint32_t cell) const {
  const GraphEvent& own = graph_.event(reader);
  if (writer == reader || graph_.event(writer).head == own.head ||
      has_bit(graph_.before(writer), reader)) {
    return false;
  }
  return all_bits(graph_.writers(cell), [&](std::size_t other) {
    if (other == writer || !has_bit(graph_.before(other), writer)) return true;
    return !has_bit(own_past, other) && graph_.event(other).head != graph_.event(writer).head;
  });
}

void Alternatives::find_groups(std::span<const CellSource> reads, std::uint32_t reader,
                               Bits own_past, const Special* special, Groups& groups) const {
  groups.clear();
  for (std::size_t i = 0; i < reads.size(); ++i) {
    const std::uint32_t cell = reads[i].cell;
    if (!graph_.cells()[cell].is_contended) continue;
    const bool is_special = special != nullptr &&
                            std::ranges::any_of(special->variation.writes, [&](const auto& range) {
                              return range.contains(cell);
                            });
    const auto known = std::ranges::find_if(groups.all(), [&](const Group& group) {
      return group.is_special == is_special &&
             std::ranges::equal(graph_.writers(group.cell), graph_.writers(cell));
    });
    if (known != groups.all().end()) {
      known->sources.push_back(i);
      continue;
    }
    Group& group = groups.add();
    group.cell = cell;
    group.is_special = is_special;
    group.sources.push_back(i);
    find_candidates(group, reader, own_past, special);
  }
}

void Alternatives::find_candidates(Group& group, std::uint32_t reader, Bits own_past,
                                   const Special* special) const {
  const Bits writers = graph_.writers(group.cell);
  const bool may_be_initial =
      all_bits(writers, [&](std::size_t writer) { return !has_bit(own_past, writer); });
  if (may_be_initial) group.candidates.push_back(kInitial);
  for_each_bit(writers, [&](std::size_t writer) {
    const bool is_varied = special != nullptr && writer == special->variation.event;
    if (!is_varied && can_read_from(reader, own_past, writer, group.cell)) {
      group.candidates.push_back(static_cast<std::int32_t>(writer));
    }
  });
  if (group.is_special) {
    group.candidates.push_back(static_cast<std::int32_t>(special->variation.event));
  }
}

// With `special`: at least one cell is read from it.
void Alternatives::find_reads(const Special* special) {
  const auto sources = graph_.sources(graph_.looks(graph_.event(event_))[look_]);
  reads_.assign(sources.begin(), sources.end());
  find_groups(reads_, event_, own_past_, special, groups_);
  if (!groups_.all().empty()) assign(0, special);
}

// Group by group: a part that has an order has a whole that has one, so that no way is in vain.
void Alternatives::assign(std::size_t number, const Special* special) {
  const std::span<const Group> groups = groups_.all();
  if (number == groups.size()) {
    bool is_possible = false;
    try_reads(special, false, is_possible);
    return;
  }
  for (const std::int32_t candidate : groups[number].candidates) {
    for (const std::size_t i : groups[number].sources) reads_[i].writer = candidate;
    if (number + 1 == groups.size() || is_part_possible(number, special)) {
      assign(number + 1, special);
    }
  }
}

// Whether there is an order if the groups behind this one read anything. It is asked for again in
// every execution, so that it is remembered, as an answer of its own.
bool Alternatives::is_part_possible(std::size_t last, const Special* special) {
  std::vector<CellSource> part;
  for (std::size_t group = 0; group <= last; ++group) {
    for (const std::size_t i : groups_.all()[group].sources) part.push_back(reads_[i]);
  }
  identities_.clear();
  for (const CellSource& source : part) identities_.push_back(identity_of(source.writer, special));
  std::uint64_t entry = mixed(entry_identity(), 0x9a47);
  if (special != nullptr) {  // it must have an order, too
    entry = mixed(mixed(entry, special->identity), special->variation.writes.size());
  }
  const LookKind kind = graph_.looks(graph_.event(event_))[look_].kind;
  const std::uint64_t identity = graph_.look_identity(entry, kind, part, identities_);
  if (to_->is_known(mixed(identity, 0))) return false;
  if (to_->is_known(mixed(identity, 1))) return true;
  bool is_possible = true;
  std::swap(part, reads_);
  try_reads(special, true, is_possible);
  std::swap(part, reads_);
  to_->take({.identity = mixed(identity, is_possible ? 1 : 0)});
  return is_possible;
}

void Alternatives::try_reads(const Special* special, bool is_partial, bool& is_possible) {
  const Look& looked = graph_.looks(graph_.event(event_))[look_];
  std::uint64_t identity = 0;
  if (!is_partial) {
    if (special != nullptr && std::ranges::none_of(reads_, [&](const CellSource& source) {
          return source.writer == static_cast<std::int32_t>(special->variation.event);
        })) {
      return;
    }
    identities_.clear();
    for (const CellSource& source : reads_) {
      identities_.push_back(identity_of(source.writer, special));
    }
    identity = graph_.look_identity(entry_identity(), looked.kind, reads_, identities_);
    if (to_->is_known(identity)) return;
  }
  vary(event_, look_, variation_);
  for (const CellSource& source : reads_) {
    if (graph_.cells()[source.cell].is_contended) variation_.reads.push_back(source);
  }
  const Writes writes = is_partial ? Writes::No : writes_now();
  add_writes(variation_, event_, look_, writes != Writes::No);
  ScConsistency::Answer answer = check(variation_, special);
  if (answer == ScConsistency::Answer::No && writes == Writes::Unknown) {
    variation_.writes.clear();
    add_writes(variation_, event_, look_, false);
    answer = check(variation_, special);
    grows_ = looked.kind != LookKind::Length;
  }
  is_possible = answer != ScConsistency::Answer::No;
  if (!is_partial) report(identity, answer, nullptr);
  grows_ = true;
}

// The event with its looks before `look` as they are, and no writes yet.
void Alternatives::vary(std::uint32_t event, std::uint32_t look, Variation& variation) const {
  const GraphEvent& own = graph_.event(event);
  variation.event = event;
  variation.head = own.head;
  variation.causes.clear();
  variation.reads.clear();
  variation.writes.clear();
  if (own.previous != kInitial)
    variation.causes.push_back(static_cast<std::uint32_t>(own.previous));
  for (const std::uint32_t cause : graph_.causes(own)) variation.causes.push_back(cause);
  for (std::uint32_t i = 0; i < look; ++i) {
    for (const CellSource& source : graph_.sources(graph_.looks(own)[i])) {
      if (graph_.cells()[source.cell].is_contended) variation.reads.push_back(source);
    }
  }
  variation.is_last = true;
}

void Alternatives::add_writes(Variation& variation, std::uint32_t event, std::uint32_t look,
                              bool hangs) const {
  for (const GraphWrite& write : graph_.writes(graph_.event(event))) {
    const bool is_decided = write.needs_looks <= look;
    const bool is_made = is_decided
                             ? write.is_performed
                             : hangs && write.hangs_on_value && write.needs_looks == look + 1;
    if (is_made) variation.writes.push_back(write.cells);
  }
}

Alternatives::Writes Alternatives::writes_now() const {
  const GraphEvent& own = graph_.event(event_);
  const Look& looked = graph_.looks(own)[look_];
  for (const GraphWrite& write : graph_.writes(own)) {
    if (write.hangs_on_value && write.needs_looks == look_ + 1) {
      return would_write(looked, reads_);
    }
  }
  return Writes::No;
}

// The byte that the source has at an address, if it is known.
std::pair<bool, std::uint8_t> Alternatives::byte_of(const CellSource& source,
                                                    std::uint64_t address) const {
  const auto byte = [](std::uint64_t value, std::uint64_t at) {
    return std::pair{true, static_cast<std::uint8_t>(value >> (8 * at))};
  };
  if (source.writer == kInitial) {
    if (!is_initial_known_[source.cell]) return {false, std::uint8_t{0}};
    return byte(initial_bytes_[source.cell], address - graph_.cells()[source.cell].begin);
  }
  if (row(source.writer) >= graph_.size()) return {false, std::uint8_t{0}};
  for (const GraphWrite& write : graph_.writes(graph_.event(row(source.writer)))) {
    if (!write.is_performed || !write.cells.contains(source.cell)) continue;
    if (write.value_size == 0) break;
    return byte(write.value, address - write.address);
  }
  return {false, std::uint8_t{0}};
}

Alternatives::Writes Alternatives::would_write(const Look& look,
                                               std::span<const CellSource> sources) const {
  if (!look.is_compared || sources.empty()) return Writes::Unknown;
  const std::uint64_t begin = graph_.cells()[sources.front().cell].begin;
  for (const CellSource& source : sources) {
    const Cell& cell = graph_.cells()[source.cell];
    for (std::uint64_t address = cell.begin; address < cell.end; ++address) {
      const auto [is_known, byte] = byte_of(source, address);
      if (!is_known) return Writes::Unknown;
      if (byte != static_cast<std::uint8_t>(look.compared >> (8 * (address - begin)))) {
        return Writes::No;
      }
    }
  }
  return Writes::Yes;
}

// Everything the variation needs, without itself. False: it would need itself.
bool Alternatives::gather(const Variation& variation, const Special* special) {
  std::ranges::copy(base_, inside_.begin());
  const auto add = [this](std::size_t earlier) {
    add_bits(inside_, graph_.before(earlier));
    set_bit(inside_, earlier);
  };
  clear_bit(inside_, variation.event);
  clear_bit(inside_, event_);  // it may have been decided in part
  const auto add_all = [&](const Variation& one) {
    for (const std::uint32_t cause : one.causes) {
      if (special == nullptr || cause != special->variation.event) add(cause);
    }
    for (const CellSource& source : one.reads) {
      const bool is_special = special != nullptr &&
                              source.writer == static_cast<std::int32_t>(special->variation.event);
      if (source.writer != kInitial && !is_special) add(row(source.writer));
    }
  };
  add_all(variation);
  const bool is_special_head = special != nullptr && variation.head == special->variation.event;
  if (variation.head != variation.event && !is_special_head) add(variation.head);
  if (special != nullptr) add_all(special->variation);
  if (has_bit(inside_, variation.event) || has_bit(inside_, event_)) return false;
  return special == nullptr || !has_bit(inside_, special->variation.event);
}

ScConsistency::Answer Alternatives::check(const Variation& variation, const Special* special) {
  ++checks_;
  if (!gather(variation, special)) return ScConsistency::Answer::No;
  const std::array<const Variation*, 2> both{special == nullptr ? nullptr : &special->variation,
                                             &variation};
  return consistency_.check(inside_, std::span(both).subspan(special == nullptr ? 1 : 0));
}

void Alternatives::report(std::uint64_t identity, ScConsistency::Answer answer,
                          const core::Choice* answered) {
  Alternative alternative{.identity = identity};
  alternative.is_unknown = answer == ScConsistency::Answer::Unknown;
  alternative.is_possible = answer == ScConsistency::Answer::Yes;
  if (alternative.is_possible) {
    alternative.plan = make_plan(graph_, {.order = consistency_.order(),
                                          .inside = inside_,
                                          .event = event_,
                                          .look = look_,
                                          .is_step = !is_woken_,
                                          .phantom_agent = phantom_agent_,
                                          .answered = answered,
                                          .grows = grows_});
  }
  to_->take(std::move(alternative));
}

void Alternatives::find_choices() {
  const GraphEvent& own = graph_.event(event_);
  const Look& looked = graph_.looks(own)[look_];
  const Answer& answer = graph_.answers()[looked.answer];
  for (const core::Choice& option : answer.options) {
    const std::uint64_t identity =
        mixed(mixed(entry_identity(), static_cast<std::uint64_t>(option.kind)), option.operand);
    if (to_->is_known(identity)) continue;
    vary(event_, look_, variation_);
    add_writes(variation_, event_, look_, option.operand != 0);
    report(identity, check(variation_, nullptr), &option);
  }
}

// A notify that has woken agents: the wait of one of them times out before.
void Alternatives::find_timeouts() {
  const GraphEvent& own = graph_.event(event_);
  const Look& looked = graph_.looks(own)[look_];
  for (const GraphEvent& woken : graph_.events()) {
    if (woken.kind != GraphEvent::Kind::Woken || woken.head != event_) continue;
    const GraphEvent& wait = graph_.event(row(woken.previous));
    if (!wait.is_finite_wait) continue;
    const auto number = static_cast<std::uint32_t>(graph_.size());
    Special special;
    special.variation = {.event = number, .head = number};
    special.variation.causes = {static_cast<std::uint32_t>(woken.previous)};
    const auto reads = graph_.sources(looked);
    special.variation.reads.assign(reads.begin(), reads.end());
    for (const GraphWrite& write : graph_.writes(own))
      special.variation.writes.push_back(write.cells);
    special.identity =
        graph_.look_identity(mixed(wait.identity, 0x657), LookKind::Queue, reads, {});
    phantom_agent_ = woken.agent;
    find_reads(&special);
  }
}

// A timeout: the notify that has read from it would have woken the agent.
void Alternatives::find_wakes() {
  const GraphEvent& own = graph_.event(event_);
  for_each_bit(graph_.after(event_), [&](std::size_t number) {
    const auto other = static_cast<std::uint32_t>(number);
    if (!graph_.event(other).is_notify) return;
    Special special;
    if (!make_swap(other, special) || !would_wake(other, own_source())) return;
    const std::uint64_t identity = woken_identity(own.entry_identity, special.identity);
    if (to_->is_known(identity)) return;
    Variation variation{.event = event_, .head = other};
    variation.causes = {static_cast<std::uint32_t>(own.previous), other};
    is_woken_ = true;
    report(identity, check(variation, &special), nullptr);
    is_woken_ = false;
  });
}

// From where it has read what is looked at.
std::int32_t Alternatives::own_source() const {
  return graph_.sources(graph_.looks(graph_.event(event_))[look_]).front().writer;
}

// Whether the agent of this timeout would be among those that the notify wakes, if that read the
// queue from `source`: waits stand in the queue in the order of the execution, and whoever changes
// it has read it.
bool Alternatives::would_wake(std::uint32_t notify, std::int32_t source) const {
  if (source == kInitial || row(source) >= graph_.size()) return false;
  const GraphEvent& own = graph_.event(event_);
  const std::uint32_t cell = graph_.sources(graph_.looks(own)[look_]).front().cell;
  std::vector<std::uint32_t> queue;
  for (std::uint32_t i = 0; i <= row(source) || is_woken_by(i, row(source)); ++i) {
    const GraphEvent& event = graph_.event(i);
    if (event.kind == GraphEvent::Kind::Woken) {
      std::erase(queue, event.agent);
      continue;
    }
    if (!has_bit(graph_.writers(cell), i) || event.is_notify) continue;
    if (event.kind == GraphEvent::Kind::Timeout) {
      std::erase(queue, event.agent);
    } else {
      queue.push_back(event.agent);
    }
  }
  const auto place = std::ranges::find(queue, own.agent) - queue.begin();
  const auto writes = graph_.writes(graph_.event(notify));
  const auto write = std::ranges::find_if(
      writes, [cell](const GraphWrite& one) { return one.cells.contains(cell); });
  return write != writes.end() && place < std::ssize(queue) &&
         static_cast<std::uint64_t>(place) < write->value;
}

bool Alternatives::is_woken_by(std::size_t event, std::size_t notify) const {
  return event < graph_.size() && graph_.event(event).head == notify;
}

}  // namespace heddle::harness
