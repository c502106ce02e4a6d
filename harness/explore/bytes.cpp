#include "harness/explore/bytes.hpp"

namespace heddle::harness {

std::size_t BytesStrategy::take_byte() {
  return next_ < bytes_.size() ? static_cast<unsigned char>(bytes_[next_++]) : 0;
}

core::Choice BytesStrategy::choose(const core::ChoicePoint& point) {
  constexpr std::size_t kByteValues = 256;
  std::size_t number = take_byte();
  if (point.options.size() > kByteValues) number = number * kByteValues + take_byte();
  return point.options[number % point.options.size()];
}

}  // namespace heddle::harness
