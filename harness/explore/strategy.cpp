#include "harness/explore/strategy.hpp"

namespace heddle::harness {

std::string_view to_string(Coverage coverage) {
  switch (coverage) {
    case Coverage::Sampled:
      return "sampled";
    case Coverage::Bounded:
      return "bounded";
    case Coverage::Complete:
      return "complete";
  }
  return "?";
}

}  // namespace heddle::harness
