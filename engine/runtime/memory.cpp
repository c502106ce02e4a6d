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

// In bytes that the operating system can make accessible. Not for sizes near 2^64.
std::uint64_t whole_pages(std::uint64_t bytes) {
  return (bytes + kPageBytes - 1) & ~(kPageBytes - 1);
}

// The most pages a memory may come to have.
std::uint64_t pages_max(const MemoryType& type, std::uint64_t pages_limit) {
  constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 60;  // more than there can be
  constexpr std::uint64_t kPagesMax32 = 0xffff'ffff;
  const std::uint64_t bytes_limit = std::min(pages_limit, kBytesMax / kPageBytes) * kPageBytes;
  std::uint64_t pages = bytes_limit >> type.page_bytes_log2;
  if (type.address == AddressType::I32) pages = std::min(pages, kPagesMax32);
  return std::min(pages, type.limits.max.value_or(pages));
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
    : type_(type), number_(number), pages_max_(pages_max(type, pages_limit)) {
  if (type.limits.min > pages_max_) return;
  const std::uint64_t size_bytes = type.limits.min << type.page_bytes_log2;
  committed_bytes_ = whole_pages(size_bytes);
  reserved_bytes_ = std::max(whole_pages(pages_max_ << type.page_bytes_log2), kPageBytes);
  Reservation reservation;
  if (auto* const cache = ReservationCache::find()) {
    reservation = cache->take(reserved_bytes_, committed_bytes_);
  }
  if (reservation.base == nullptr) reservation = reserve(reserved_bytes_, committed_bytes_);
  base_ = reservation.base;
  if (base_ != nullptr) size_bytes_ = size_bytes;
}

MemoryInstance::~MemoryInstance() {
  if (base_ == nullptr) return;
  auto* const cache = ReservationCache::find();
  if (cache != nullptr && cache->keep({base_, reserved_bytes_, committed_bytes_})) return;
  munmap(base_, reserved_bytes_);
}

std::optional<std::uint64_t> MemoryInstance::grow(std::uint64_t delta_pages) {
  const std::uint64_t before = pages();
  if (!can_grow(delta_pages)) return std::nullopt;
  const std::uint64_t size_bytes = size_bytes_ + (delta_pages << type_.page_bytes_log2);
  const std::uint64_t committed_bytes = whole_pages(size_bytes);
  if (!set_accessible(base_ + committed_bytes_, committed_bytes - committed_bytes_)) {
    return std::nullopt;
  }
  committed_bytes_ = committed_bytes;
  size_bytes_ = size_bytes;
  return before;
}

}  // namespace heddle::engine
