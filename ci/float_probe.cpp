// Floating-point arithmetic, done and digested: the digest must be the same in every build.
//
// A trace may not depend on the compiler's level of optimisation. Fused multiply-add, excess
// precision, reassociation and flushed subnormals would each change the digest. Bits of NaNs are
// left out: the engine chooses those itself.
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstdio>
#include <type_traits>

namespace {

constexpr std::uint64_t kExpected = 0x1847'6eb8'dcb5'02a9;

std::uint64_t digest = 0xcbf2'9ce4'8422'2325;  // FNV-1a, 64 bits at a time

template <std::floating_point T>
void add(T value) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  const std::uint64_t bits = std::isnan(value) ? 1 : std::bit_cast<Bits>(value);
  digest = (digest ^ bits) * 0x100'0000'01b3;
}

// Every third input is tiny, every third huge, so that rounding, overflow and subnormals all occur.
template <std::floating_point T>
T input(std::uint64_t& state) {
  state = state * 6364136223846793005U + 1442695040888963407U;
  const auto mantissa = static_cast<T>(static_cast<std::int32_t>(state >> 32));
  constexpr int kFar = sizeof(T) == 4 ? 60 : 500;
  const int exponent = static_cast<int>((state >> 20) % 3 - 1) * kFar;
  return std::ldexp(mantissa, exponent);
}

template <std::floating_point T>
[[gnu::noinline]] void combine(T a, T b, T c) {
  add(a * b + c);
  add(a * b - b * c);
  add((a + b) - a);
  add((a + b) + c);
  add(a / b);
  add(a * a * a);
  add(std::sqrt(std::fabs(a)) * b + c);
  add(std::nearbyint(a / b) - c);
  add(std::floor(a / c) + std::ceil(b / c) + std::trunc(c / a));
  add(static_cast<float>(static_cast<double>(a) * static_cast<double>(b)));
  add(static_cast<T>(std::bit_cast<std::uint64_t>(static_cast<double>(a))));
}

template <std::floating_point T>
void probe() {
  std::uint64_t state = 42;
  for (int i = 0; i < 20'000; ++i) {
    const T a = input<T>(state);
    const T b = input<T>(state);
    const T c = input<T>(state);
    combine(a, b, c);
  }
}

}  // namespace

int main() {
  probe<float>();
  probe<double>();
  if (digest == kExpected) return 0;
  std::printf("floats behave differently in this build: digest 0x%016llx, expected 0x%016llx\n",
              static_cast<unsigned long long>(digest), static_cast<unsigned long long>(kExpected));
  return 1;
}
