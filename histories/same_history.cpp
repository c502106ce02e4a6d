#include "histories/same_history.hpp"

#include <algorithm>

namespace heddle::histories {

bool same_history(const core::History& left, const core::History& right) {
  core::Data pool;
  const auto same_value = [&](core::Datum of_left, core::Datum of_right) {
    return pool.copy(of_left, left.data) == pool.copy(of_right, right.data);
  };
  const auto same_operation = [&](const core::Operation& a, const core::Operation& b) {
    return a.process == b.process && left.name_of(a) == right.name_of(b) &&
           a.completion == b.completion && a.call == b.call && a.ret == b.ret &&
           same_value(a.key, b.key) && same_value(a.input, b.input) &&
           same_value(a.output, b.output);
  };
  return std::ranges::equal(left.operations, right.operations, same_operation) &&
         left.annotations == right.annotations && left.wall_times == right.wall_times;
}

}  // namespace heddle::histories
