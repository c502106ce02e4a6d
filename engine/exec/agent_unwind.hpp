// Unwind: thrown inside the fiber of an agent whose execution is over before its body has ended, so
// that the body's objects are destroyed. Only the fiber's first frame catches it.
#pragma once

namespace heddle::engine {

// Not a std::exception: bodies that catch those do not catch this by accident.
struct Unwind {};

}  // namespace heddle::engine
