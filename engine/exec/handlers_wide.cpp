// Wide arithmetic.
#include "engine/exec/handlers.hpp"

namespace heddle::engine {

void add_wide_handlers([[maybe_unused]] HandlerTable& table) {}

}  // namespace heddle::engine
