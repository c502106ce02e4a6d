#include "engine/runtime/memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace heddle::engine {
namespace {

struct Reservation {
  std::byte* base = nullptr;
  std::uint64_t reserved_bytes = 0;
  std::uint64_t committed_bytes = 0;
};

bool set_accessible(std::byte* begin, std::uint64_t bytes) {
  return bytes == 0 || mprotect(begin, bytes, PROT_READ | PROT_WRITE) == 0;
}

Reservation reserve(std::uint64_t reserved_bytes, std::uint64_t committed_bytes) {
  void* const address =
      mmap(nullptr, reserved_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED) return {};
  auto* const base = static_cast<std::byte*>(address);
  if (!set_accessible(base, committed_bytes)) {
    munmap(base, reserved_bytes);
    return {};
  }
  return {base, reserved_bytes, committed_bytes};
}

// Exploration makes and drops the same small memories a hundred thousand times a second. Keeping
// their mappings saves four system calls and the page faults of each.
class ReservationCache {
 public:
  ReservationCache() = default;
  ReservationCache(const ReservationCache&) = delete;
  ReservationCache& operator=(const ReservationCache&) = delete;
  ~ReservationCache() {
    for (const Reservation& kept : kept_) munmap(kept.base, kept.reserved_bytes);
    is_alive_ = false;
  }

  // The cache of this OS thread; nothing while the OS thread is being torn down.
  static ReservationCache* find() {
    thread_local ReservationCache cache;
    return is_alive_ ? &cache : nullptr;
  }

  Reservation take(std::uint64_t reserved_bytes, std::uint64_t committed_bytes) {
    const auto fits = [&](const Reservation& kept) {
      return kept.reserved_bytes == reserved_bytes && kept.committed_bytes == committed_bytes;
    };
    // The one kept last is the one that is still in the processor's cache.
    const auto found = std::ranges::find_if(kept_.rbegin(), kept_.rend(), fits);
    if (found == kept_.rend()) return {};
    const Reservation taken = *found;
    kept_.erase(std::next(found).base());
    if (taken.committed_bytes != 0) std::memset(taken.base, 0, taken.committed_bytes);
    return taken;
  }

  bool keep(const Reservation& reservation) {
    if (reservation.committed_bytes > kCommittedBytesMax || kept_.size() == kKeptMax) return false;
    kept_.push_back(reservation);
    return true;
  }

 private:
  static constexpr std::uint64_t kCommittedBytesMax = 16 * kPageBytes;  // cheap to clear
  static constexpr std::size_t kKeptMax = 16;
  static inline constinit thread_local bool is_alive_ = true;
  std::vector<Reservation> kept_;
};

}  // namespace

MemoryInstance::MemoryInstance(MemoryType type, std::uint32_t number, std::uint64_t pages_limit)
    : type_(type),
      number_(number),
      pages_max_(std::min(type.limits.max.value_or(pages_limit), pages_limit)) {
  if (type.limits.min > pages_max_) return;
  const std::uint64_t committed_bytes = type.limits.min * kPageBytes;
  reserved_bytes_ = std::max<std::uint64_t>(pages_max_, 1) * kPageBytes;
  Reservation reservation;
  if (auto* const cache = ReservationCache::find()) {
    reservation = cache->take(reserved_bytes_, committed_bytes);
  }
  if (reservation.base == nullptr) reservation = reserve(reserved_bytes_, committed_bytes);
  base_ = reservation.base;
  if (base_ != nullptr) size_bytes_ = committed_bytes;
}

MemoryInstance::~MemoryInstance() {
  if (base_ == nullptr) return;
  auto* const cache = ReservationCache::find();
  if (cache != nullptr && cache->keep({base_, reserved_bytes_, size_bytes_})) return;
  munmap(base_, reserved_bytes_);
}

std::optional<std::uint64_t> MemoryInstance::grow(std::uint64_t delta_pages) {
  const std::uint64_t before = pages();
  if (!can_grow(delta_pages)) return std::nullopt;
  if (!set_accessible(base_ + size_bytes_, delta_pages * kPageBytes)) return std::nullopt;
  size_bytes_ += delta_pages * kPageBytes;
  return before;
}

}  // namespace heddle::engine
