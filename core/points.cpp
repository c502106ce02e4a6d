#include "core/points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace heddle::core {
namespace {

constexpr std::array kModes{std::pair{PointMode::All, std::string_view("all")},
                            std::pair{PointMode::Shared, std::string_view("shared")},
                            std::pair{PointMode::Sync, std::string_view("sync")}};

// The end of an access; one that does not fit ends where addresses do.
std::uint64_t end_of(const Location& location, std::uint64_t size_bytes) {
  const std::uint64_t end = location.offset + size_bytes;
  return end < location.offset ? std::numeric_limits<std::uint64_t>::max() : end;
}

// Takes a prefix, or a number, off the front.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}
template <typename Number>
bool take_number(std::string_view& text, Number& number, int base) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

std::optional<MemoryRange> parse_range(std::string_view line) {
  MemoryRange range;
  const bool is_range = take(line, "memory") && take_number(line, range.memory, 10) &&
                        take(line, ": 0x") && take_number(line, range.begin, 16) &&
                        take(line, "-0x") && take_number(line, range.end, 16) && line.empty();
  if (!is_range || range.begin >= range.end) return std::nullopt;
  return range;
}

}  // namespace

std::string_view to_string(PointMode mode) {
  return std::ranges::find(kModes, mode, &decltype(kModes)::value_type::first)->second;
}

std::optional<PointMode> parse_point_mode(std::string_view word) {
  const auto found = std::ranges::find(kModes, word, &decltype(kModes)::value_type::second);
  if (found == kModes.end()) return std::nullopt;
  return found->first;
}

std::string to_string(const MemoryRange& range) {
  return fmt::format("memory{}: {:#x}-{:#x}", range.memory, range.begin, range.end);
}

bool SharedLocations::add(const MemoryRange& range) {
  if (range.begin >= range.end) return false;
  // Those that the range touches are next to each other.
  const auto first = std::ranges::partition_point(ranges_, [&](const MemoryRange& other) {
    return std::pair(other.memory, other.end) < std::pair(range.memory, range.begin);
  });
  auto last = first;
  MemoryRange sum = range;
  while (last != ranges_.end() && last->memory == range.memory && last->begin <= range.end) {
    if (last->begin <= range.begin && range.end <= last->end) return false;
    sum.begin = std::min(sum.begin, last->begin);
    sum.end = std::max(sum.end, last->end);
    ++last;
  }
  ranges_.insert(ranges_.erase(first, last), sum);
  return true;
}

bool SharedLocations::add(const SharedLocations& others) {
  bool has_grown = false;
  for (const MemoryRange& range : others.ranges_) has_grown = add(range) || has_grown;
  return has_grown;
}

bool SharedLocations::contains(const Location& location, std::uint64_t size_bytes) const {
  if (size_bytes == 0) return true;
  if (location.region != RegionKind::Memory) return false;
  const auto found = std::ranges::partition_point(ranges_, [&](const MemoryRange& range) {
    return std::pair(range.memory, range.end) <= std::pair(location.number, location.offset);
  });
  return found != ranges_.end() && found->memory == location.number &&
         found->begin <= location.offset && end_of(location, size_bytes) <= found->end;
}

bool SharedLocations::overlaps(const Location& location, std::uint64_t size_bytes) const {
  if (size_bytes == 0 || location.region != RegionKind::Memory) return false;
  const auto found = std::ranges::partition_point(ranges_, [&](const MemoryRange& range) {
    return std::pair(range.memory, range.end) <= std::pair(location.number, location.offset);
  });
  return found != ranges_.end() && found->memory == location.number &&
         found->begin < end_of(location, size_bytes);
}

std::uint64_t SharedLocations::size_bytes() const {
  std::uint64_t size = 0;
  for (const MemoryRange& range : ranges_) size += range.end - range.begin;
  return size;
}

std::string to_string(const SharedLocations& locations) {
  std::string text;
  for (const MemoryRange& range : locations.ranges()) text += to_string(range) + "\n";
  return text;
}

Result<SharedLocations> parse_shared_locations(std::string_view text, std::string_view file) {
  SharedLocations locations;
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty()) continue;
    const auto range = parse_range(line);
    if (!range) {
      return make_error(
          fmt::format("shared locations are like 'memory0: 0x10-0x18', not '{}'", line),
          {.file = std::string(file), .line = number});
    }
    locations.add(*range);
  }
  return locations;
}

}  // namespace heddle::core
