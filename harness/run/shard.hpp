// Shard: which of the numbered executions of a campaign are run here. Shard I of N, with I from 0,
// has those whose number is I modulo N, so the shards of any N together run the same executions.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace heddle::harness {

struct Shard {
  std::uint64_t index = 0;
  std::uint64_t count = 1;

  [[nodiscard]] bool owns(std::uint64_t execution) const { return execution % count == index; }
  bool operator==(const Shard&) const = default;
};
[[nodiscard]] std::string to_string(const Shard& shard);  // "0/8"

// "I/N" with I below N.
[[nodiscard]] core::Result<Shard> parse_shard(std::string_view text);

// What the system that started this process says of it: Slurm's arrays (SLURM_ARRAY_TASK_ID, _MIN,
// _COUNT; the ids must have no gaps) and indexed Jobs of Kubernetes (JOB_COMPLETION_INDEX; their
// number is not told by itself, and is taken from HEDDLE_SHARD_COUNT). Nothing: neither.
using Environment = std::function<std::optional<std::string>(const char* name)>;
[[nodiscard]] core::Result<std::optional<Shard>> shard_of(const Environment& environment);

}  // namespace heddle::harness
