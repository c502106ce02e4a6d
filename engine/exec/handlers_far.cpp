// Accesses to memories other than the first, or by 64-bit addresses.
#include "engine/exec/handlers.hpp"

namespace heddle::engine {

void add_far_handlers([[maybe_unused]] HandlerTable& table) {}

}  // namespace heddle::engine
