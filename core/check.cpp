#include "core/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace heddle::core {
namespace {
CrashContext crash_context = nullptr;
}  // namespace

void set_crash_context(CrashContext context) { crash_context = context; }

void check_failed(std::string_view condition, std::string_view file, int line) {
  std::fprintf(stderr, "heddle: internal error: %.*s does not hold (%.*s:%d)\n",
               static_cast<int>(condition.size()), condition.data(), static_cast<int>(file.size()),
               file.data(), line);
  if (crash_context != nullptr) std::fprintf(stderr, "%s\n", crash_context().c_str());
  std::fflush(stderr);
  std::abort();
}

}  // namespace heddle::core
