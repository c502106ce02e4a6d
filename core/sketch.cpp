#include "core/sketch.hpp"

#include <algorithm>

namespace heddle::core {

namespace {

// 0 marks a free slot; so few digests are 0 that one is not missed.
std::uint64_t never_zero(std::uint64_t digest) { return digest == 0 ? 1 : digest; }

}  // namespace

std::size_t Sketch::slot_of(std::uint64_t digest) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = digest & mask;
  while (slots_[slot] != 0 && slots_[slot] != digest) slot = (slot + 1) & mask;
  return slot;
}

bool Sketch::add(std::uint64_t digest) {
  digest = never_zero(digest);
  if (digest > threshold_) return false;
  std::size_t slot = slot_of(digest);
  if (slots_[slot] == digest) return false;
  if (2 * (count_ + 1) > slots_.size()) {
    grow();
    slot = slot_of(digest);
  }
  slots_[slot] = digest;
  ++count_;
  // Twice as many as are kept in the end, so that dropping some is rare.
  if (count_ > (is_exact() ? kExactMax : 2 * kExactMax)) drop_large();
  return true;
}

void Sketch::add(const Sketch& other) {
  for (const std::uint64_t digest : other.kept()) add(digest);
  if (!other.is_exact() && other.threshold_ < threshold_) {
    threshold_ = other.threshold_;
    drop_large();
  }
}

void Sketch::grow() {
  const std::vector<std::uint64_t> old = std::move(slots_);
  slots_.assign(2 * old.size(), 0);
  for (const std::uint64_t digest : old) {
    if (digest != 0) slots_[slot_of(digest)] = digest;
  }
}

void Sketch::drop_large() {
  const std::vector<std::uint64_t> keep = kept();
  threshold_ = std::min(threshold_, keep.back());
  std::ranges::fill(slots_, 0);
  for (const std::uint64_t digest : keep) slots_[slot_of(digest)] = digest;
  count_ = keep.size();
}

std::uint64_t Sketch::size() const {
  if (is_exact()) return count_;
  const std::vector<std::uint64_t> keep = kept();
  const double density = static_cast<double>(keep.back()) / 0x1p64;
  return static_cast<std::uint64_t>(static_cast<double>(keep.size() - 1) / density);
}

std::vector<std::uint64_t> Sketch::kept() const {
  std::vector<std::uint64_t> all;
  all.reserve(count_);
  for (const std::uint64_t digest : slots_) {
    if (digest != 0 && digest <= threshold_) all.push_back(digest);
  }
  std::ranges::sort(all);
  if (all.size() > kExactMax) all.resize(kExactMax);
  return all;
}

Sketch Sketch::of(std::span<const std::uint64_t> kept, bool is_exact) {
  Sketch sketch;
  for (const std::uint64_t digest : kept) sketch.add(digest);
  if (!is_exact && sketch.count_ > 0) sketch.drop_large();
  return sketch;
}

bool Sketch::operator==(const Sketch& other) const {
  return is_exact() == other.is_exact() && kept() == other.kept();
}

}  // namespace heddle::core
