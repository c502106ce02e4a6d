// Structures and arrays.
#include "engine/exec/handlers.hpp"

namespace heddle::engine {

void add_aggregate_handlers([[maybe_unused]] HandlerTable& table) {}

}  // namespace heddle::engine
