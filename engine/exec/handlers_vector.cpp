// Instructions on vectors.
#include "engine/exec/handlers.hpp"

namespace heddle::engine {

void add_vector_handlers([[maybe_unused]] HandlerTable& table) {}

}  // namespace heddle::engine
