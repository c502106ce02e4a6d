// References: null tests, casts, i31, function references.
#include "engine/exec/handlers.hpp"

namespace heddle::engine {

void add_reference_handlers([[maybe_unused]] HandlerTable& table) {}

}  // namespace heddle::engine
