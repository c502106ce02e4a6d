#include "core/check.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace heddle::core {
namespace {
std::atomic<CrashContext> crash_context = nullptr;  // set by every thread that executes
}  // namespace

void set_crash_context(CrashContext context) { crash_context.store(context); }

void check_failed(std::string_view condition, std::string_view file, int line) {
  std::fprintf(stderr, "heddle: internal error: %.*s does not hold (%.*s:%d)\n",
               static_cast<int>(condition.size()), condition.data(), static_cast<int>(file.size()),
               file.data(), line);
  const CrashContext context = crash_context.load();
  if (context != nullptr) std::fprintf(stderr, "%s\n", context().c_str());
  std::fflush(stderr);
  std::abort();
}

}  // namespace heddle::core
