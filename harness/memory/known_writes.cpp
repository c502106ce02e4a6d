#include "harness/memory/known_writes.hpp"

#include <algorithm>

#include "core/action_kinds.hpp"

namespace heddle::harness {

bool KnownWrites::add(const std::vector<MemoryEvent>& events) {
  bool is_new = false;
  for (const MemoryEvent& event : events) {
    for (const MemoryAccess& access : event.accesses) {
      if (!core::writes(access.kind)) continue;
      MemoryAccess write = access;
      write.kind = core::ActionKind::Write;
      write.read.clear();
      if (std::ranges::find(writes_, write) != writes_.end()) continue;
      writes_.push_back(std::move(write));
      is_new = true;
    }
  }
  if (is_new) values_.clear();
  return is_new;
}

bool KnownWrites::is_whole(const MemoryAccess& write, const MemoryAccess& read) const {
  return is_tear_free(read, switches_) && is_tear_free(write, switches_) && same_range(write, read);
}

void KnownWrites::add_cells(const MemoryAccess& write, const MemoryAccess& read,
                            Options& options) const {
  for (std::uint64_t cell = 0; cell < read.size; ++cell) {
    const std::uint64_t offset = read.location.offset + cell;
    if (covers(write, offset)) options[cell].insert(written_at(write, offset));
  }
}

void KnownWrites::add_seeds(const MemoryAccess& read, Options& options) const {
  if (read.location.region != core::RegionKind::Memory) return;
  for (const std::uint64_t seed : seeds_) {
    for (std::uint64_t cell = 0; cell < read.size; ++cell) {
      options[cell].insert(cell < 8 ? seed >> (8 * cell) & 0xff : 0);
    }
  }
}

void KnownWrites::add_products(const Options& options, std::set<std::vector<Cell>>& values) {
  if (std::ranges::any_of(options, [](const auto& cells) { return cells.empty(); })) return;
  std::vector<std::set<Cell>::const_iterator> digits;
  for (const auto& cells : options) digits.push_back(cells.begin());
  for (std::size_t digit = 0; digit < digits.size();) {
    if (values.size() >= kValuesMax) {
      is_complete_ = false;
      return;
    }
    std::vector<Cell> value;
    for (const auto& cell : digits) value.push_back(*cell);
    values.insert(std::move(value));
    for (digit = 0; digit < digits.size() && ++digits[digit] == options[digit].end(); ++digit) {
      digits[digit] = options[digit].begin();
    }
  }
}

const std::vector<std::vector<Cell>>& KnownWrites::values(const MemoryAccess& read) {
  const Key key{read.location, read.size, read.ordering, read.tearing};
  if (const auto found = values_.find(key); found != values_.end()) return found->second;
  Options parts(read.size);
  Options later_parts(read.size);  // not from initialisation
  for (const MemoryAccess& write : writes_) {
    if (!same_region(write, read) || is_whole(write, read)) continue;
    add_cells(write, read, parts);
    if (write.ordering != core::Ordering::Init) add_cells(write, read, later_parts);
  }
  add_seeds(read, parts);
  add_seeds(read, later_parts);
  std::set<std::vector<Cell>> values;
  add_products(parts, values);
  for (const MemoryAccess& write : writes_) {
    if (!same_region(write, read) || !is_whole(write, read)) continue;
    Options options = publishes(write, read, switches_) ? later_parts : parts;
    add_cells(write, read, options);
    add_products(options, values);
  }
  return values_[key] = {values.begin(), values.end()};
}

}  // namespace heddle::harness
