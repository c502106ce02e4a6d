// Exceptions.
#include "engine/exec/handlers.hpp"

namespace heddle::engine {

void add_exception_handlers([[maybe_unused]] HandlerTable& table) {}

}  // namespace heddle::engine
