#include "engine/exec/shadow.hpp"

#include <algorithm>
#include <utility>

namespace heddle::engine {
namespace {

constexpr std::size_t kFirstSize = 256;
constexpr std::size_t kSizeMax = std::size_t{1} << 18;
constexpr std::uint32_t kAgentsMax = 0xfff0;
constexpr std::uint32_t kCoarserLog2 = 4;

[[nodiscard]] std::size_t hash(std::uint32_t memory, std::uint64_t index) {
  const std::uint64_t mixed = (index ^ std::uint64_t{memory} << 40) * 0x9e37'79b9'7f4a'7c15;
  return static_cast<std::size_t>(mixed >> 20);
}

}  // namespace

Shadow::Shadow() : table_(kFirstSize) { reset(); }

void Shadow::reset() {
  if (++generation_ == 0) {
    table_.assign(kFirstSize, {});
    generation_ = 1;
  }
  unit_log2_ = 0;
  used_ = 0;
  time_.assign(1, 1);
  known_.resize(1);
  known_[0].clear();
}

void Shadow::spawn(core::AgentId parent, core::AgentId child) {
  if (child.index >= kAgentsMax) return;
  time_.resize(child.index + 1, 1);
  known_.resize(child.index + 1);
  std::vector<std::uint16_t>& known = known_[child.index];
  known = known_[parent.index];
  known.resize(std::max<std::size_t>(known.size(), parent.index + 1), 0);
  known[parent.index] = time_[parent.index]++;
}

void Shadow::join(core::AgentId agent, core::AgentId ended) {
  if (std::max(agent, ended).index >= kAgentsMax) return;
  std::vector<std::uint16_t>& known = known_[agent.index];
  const std::vector<std::uint16_t>& others = known_[ended.index];
  known.resize(std::max({known.size(), others.size(), std::size_t{ended.index} + 1}), 0);
  for (std::size_t i = 0; i < others.size(); ++i) known[i] = std::max(known[i], others[i]);
  known[ended.index] = time_[ended.index];
}

bool Shadow::is_ordered(core::AgentId agent, std::uint16_t other, std::uint16_t time) const {
  if (other == kNobody || other == agent.index) return true;
  if (other == kMany) return has_joined_all(agent);
  const std::vector<std::uint16_t>& known = known_[agent.index];
  return other < known.size() && known[other] >= time;
}

bool Shadow::has_joined_all(core::AgentId agent) const {
  const std::vector<std::uint16_t>& known = known_[agent.index];
  for (std::size_t i = 0; i < time_.size(); ++i) {
    if (i != agent.index && (i >= known.size() || known[i] < time_[i])) return false;
  }
  return true;
}

bool Shadow::use_cell(Cell& cell, const Use& use) const {
  const auto agent = static_cast<std::uint16_t>(use.agent.index);
  bool is_shared = !is_ordered(use.agent, cell.writer, cell.write_time);
  if (use.writes) {
    is_shared = is_shared || !is_ordered(use.agent, cell.reader, cell.read_time);
    cell = {.writer = agent, .write_time = time_[agent]};
  } else if (is_ordered(use.agent, cell.reader, cell.read_time)) {
    cell.reader = agent;
    cell.read_time = time_[agent];
  } else {
    cell.reader = kMany;
  }
  return is_shared;
}

void Shadow::use(const Use& use, const core::SharedLocations* known, core::SharedLocations& found) {
  if (use.size == 0) return;
  const std::uint64_t end = use.begin + use.size;
  if (use.agent.index >= kAgentsMax) {
    found.add({.memory = use.memory, .begin = use.begin, .end = end});
    return;
  }
  for (std::uint64_t begin = use.begin; begin < end;) {
    if (2 * used_ >= table_.size()) grow();
    const std::uint64_t granule_bytes = kCells << unit_log2_;
    const std::uint64_t next = std::min(end, (begin / granule_bytes + 1) * granule_bytes);
    use_granule(use, begin, next, known, found);
    begin = next;
  }
}

void Shadow::use_granule(const Use& use, std::uint64_t begin, std::uint64_t end,
                         const core::SharedLocations* known, core::SharedLocations& found) {
  const std::uint64_t index = (begin >> unit_log2_) / kCells;
  Granule& granule = this->granule(use.memory, index);
  const std::uint64_t last = ((end - 1) >> unit_log2_) % kCells;
  for (std::uint64_t i = (begin >> unit_log2_) % kCells; i <= last; ++i) {
    if (!use_cell(granule.cells[i], use)) continue;
    const auto bit = static_cast<std::uint8_t>(1U << i);
    if ((granule.reported & bit) != 0) continue;
    granule.reported |= bit;
    const std::uint64_t first = (index * kCells + i) << unit_log2_;
    const std::uint64_t size = std::uint64_t{1} << unit_log2_;
    const core::Location location{
        .region = core::RegionKind::Memory, .number = use.memory, .offset = first};
    if (known != nullptr && known->contains(location, size)) continue;
    found.add({.memory = use.memory, .begin = first, .end = first + size});
  }
}

Shadow::Granule& Shadow::granule(std::uint32_t memory, std::uint64_t index) {
  for (std::size_t i = hash(memory, index);; ++i) {
    Granule& granule = table_[i & (table_.size() - 1)];
    if (granule.generation != generation_) {
      granule = {.index = index, .memory = memory, .generation = generation_};
      ++used_;
      return granule;
    }
    if (granule.index == index && granule.memory == memory) return granule;
  }
}

// A larger table, or, where it is as large as it may be, coarser cells.
void Shadow::grow() {
  const bool is_coarser = table_.size() == kSizeMax;
  std::vector<Granule> old(is_coarser ? table_.size() : 2 * table_.size());
  old.swap(table_);
  used_ = 0;
  if (is_coarser) unit_log2_ += kCoarserLog2;
  for (const Granule& from : old) {
    if (from.generation != generation_) continue;
    if (!is_coarser) {
      granule(from.memory, from.index) = from;
      continue;
    }
    for (std::uint64_t i = 0; i < kCells; ++i) {
      const std::uint64_t cell = (from.index * kCells + i) >> kCoarserLog2;
      merge(granule(from.memory, cell / kCells).cells[cell % kCells], from.cells[i]);
    }
  }
}

void Shadow::merge(Cell& into, const Cell& from) {
  const auto join = [](std::uint16_t& agent, std::uint16_t& time, std::uint16_t other,
                       std::uint16_t other_time) {
    if (other == kNobody) return;
    if (agent == kNobody || agent == other) {
      agent = other;
      time = std::max(time, other_time);
    } else {
      agent = kMany;
    }
  };
  join(into.writer, into.write_time, from.writer, from.write_time);
  join(into.reader, into.read_time, from.reader, from.read_time);
}

namespace {
constinit thread_local std::unique_ptr<Shadow> idle;
}  // namespace

std::unique_ptr<Shadow> take_shadow() {
  if (idle == nullptr) return std::make_unique<Shadow>();
  idle->reset();
  return std::move(idle);
}

void give_shadow(std::unique_ptr<Shadow> shadow) {
  if (shadow != nullptr) idle = std::move(shadow);
}

}  // namespace heddle::engine
