// Shadow: who has used which bytes of the memories, to learn which of them agents share.
//
// Two accesses to one byte, a write among them, share it if neither happens before the other by the
// order of each agent's own accesses, by spawning and by joining alone. So what an agent prepares
// for those that it spawns, and what it reads of those that it has joined, is not shared; what is
// protected by locks is, and so are atomic accesses. One vector clock for each agent, which only
// spawning and joining change, and for each byte the last write and the last read (FastTrack).
//
// Invariants:
//   1. Memory is proportional to the bytes used, and at most some 20 megabytes: beyond, bytes are
//      told apart no longer, and rather too many than too few are shared.
//   2. Forgetting everything costs nothing: entries of the past are known by their generation.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/points.hpp"

namespace heddle::engine {

class Shadow {
 public:
  Shadow();

  // Begins an execution, whose agent 0 exists.
  void reset();
  void spawn(core::AgentId parent, core::AgentId child);
  void join(core::AgentId agent, core::AgentId ended);

  // Whether everything that other agents have done is ordered before what this one does next.
  [[nodiscard]] bool has_joined_all(core::AgentId agent) const;

  struct Use {
    core::AgentId agent;
    std::uint32_t memory = 0;
    std::uint64_t begin = 0;
    std::uint64_t size = 0;
    bool writes = false;  // and perhaps reads
  };
  // Adds what the use makes shared, unless it is known to be.
  void use(const Use& use, const core::SharedLocations* known, core::SharedLocations& found);

 private:
  // The last write and the last read of some bytes. Nobody: neither. Many: unordered ones.
  struct Cell {
    std::uint16_t writer = kNobody;
    std::uint16_t write_time = 0;
    std::uint16_t reader = kNobody;
    std::uint16_t read_time = 0;
  };
  static constexpr std::uint16_t kNobody = 0xffff;
  static constexpr std::uint16_t kMany = 0xfffe;
  static constexpr std::uint64_t kCells = 8;
  struct Granule {
    std::uint64_t index = 0;  // address / (kCells * unit)
    std::uint32_t memory = 0;
    std::uint32_t generation = 0;  // 0: never used
    std::uint8_t reported = 0;     // a bit for each cell
    std::array<Cell, kCells> cells{};
  };

  [[nodiscard]] bool is_ordered(core::AgentId agent, std::uint16_t other, std::uint16_t time) const;
  // Whether the use shares the cell.
  [[nodiscard]] bool use_cell(Cell& cell, const Use& use) const;
  void use_granule(const Use& use, std::uint64_t begin, std::uint64_t end,
                   const core::SharedLocations* known, core::SharedLocations& found);
  [[nodiscard]] Granule& granule(std::uint32_t memory, std::uint64_t index);
  void grow();
  static void merge(Cell& into, const Cell& from);

  std::uint32_t generation_ = 1;
  std::uint32_t unit_log2_ = 0;                    // bytes of a cell
  std::vector<Granule> table_;                     // open addressing; a power of two
  std::size_t used_ = 0;                           // of this generation
  std::vector<std::uint16_t> time_;                // index: agent
  std::vector<std::vector<std::uint16_t>> known_;  // of others' times
};

// Shadows are used again: they grow with what they have seen.
[[nodiscard]] std::unique_ptr<Shadow> take_shadow();
void give_shadow(std::unique_ptr<Shadow> shadow);  // null: nothing happens

}  // namespace heddle::engine
