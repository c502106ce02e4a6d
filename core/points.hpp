// Points: which visible actions are scheduling points, where another agent may go on instead.
//
// All: every visible action. Sync: atomic accesses, waits, notifies and fences; plain accesses are
// made at once (sound for programs without data races, so with that judge only). Shared: accesses
// to the locations of a set, and waits and notifies; everything else is made at once. The set is
// learnt: an execution tells which locations two agents have used, with a write among their
// accesses, and the next execution has them in its set (Execution::newly_shared).
//
// Whatever the mode, all visible actions are steps, and events of the trace. The mode and the set
// belong to a schedule: it replays with these, and with no others.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.hpp"
#include "core/result.hpp"

namespace heddle::core {

enum class PointMode : std::uint8_t { All, Shared, Sync };
[[nodiscard]] std::string_view to_string(PointMode mode);  // "all", "shared", "sync"
[[nodiscard]] std::optional<PointMode> parse_point_mode(std::string_view word);

// Bytes of one memory, from `begin` up to `end`, which is not among them.
struct MemoryRange {
  std::uint32_t memory = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  auto operator<=>(const MemoryRange&) const = default;
};
[[nodiscard]] std::string to_string(const MemoryRange& range);  // "memory0: 0x10-0x18"

// A set of bytes of memories. Its ranges are ordered, not empty, and neither overlap nor touch each
// other: equal sets have equal ranges.
class SharedLocations {
 public:
  // Whether the set grew.
  bool add(const MemoryRange& range);
  bool add(const SharedLocations& others);

  // Whether all of the bytes are in the set, or any of them. Of no bytes: all are, none is.
  [[nodiscard]] bool contains(const Location& location, std::uint64_t size_bytes) const;
  [[nodiscard]] bool overlaps(const Location& location, std::uint64_t size_bytes) const;

  [[nodiscard]] const std::vector<MemoryRange>& ranges() const { return ranges_; }
  [[nodiscard]] bool is_empty() const { return ranges_.empty(); }
  [[nodiscard]] std::uint64_t size_bytes() const;

  bool operator==(const SharedLocations&) const = default;

 private:
  std::vector<MemoryRange> ranges_;
};

// One line for each range. parse(to_string(s)) == s.
[[nodiscard]] std::string to_string(const SharedLocations& locations);
[[nodiscard]] Result<SharedLocations> parse_shared_locations(std::string_view text,
                                                             std::string_view file = "shared");

}  // namespace heddle::core
