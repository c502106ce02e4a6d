// The module `spectest` that the specification's scripts import.
// Spec: interpreter/README, "spectest": print functions, globals 666, a table 10..20, a
// memory 1..2; the threads proposal adds `shared_memory` 1..2 shared.
#pragma once

#include <map>
#include <string>

#include "engine/runtime/store.hpp"

namespace heddle::engine {

// Allocates the module's functions, globals, table and memories in the store. Printing goes
// nowhere: what a program prints is not part of what is tested.
[[nodiscard]] std::map<std::string, ExternValue, std::less<>> add_spectest(Store& store);

}  // namespace heddle::engine
