// Schedule: the choices of one execution, in order, and what happens after the last one.
//
// It has one text form, readable and diffable, run-length coded:
//
//   heddle-schedule 1
//   program 6d1f0c...            (32 hexadecimal digits; the line may be absent)
//   t0*3 t1 timeout:t2 t1*2
//   tail first
//
// Laws: parse(print(s)) == s; print(parse(text)) is canonical.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/choice.hpp"
#include "core/digest.hpp"
#include "core/result.hpp"

namespace heddle::core {

// What to do once the recorded choices are used up.
enum class TailKind : std::uint8_t {
  Stop,    // abandon the execution: it is Unfinished
  First,   // always the first option: never switch while the agent can go on
  Random,  // uniform, from a seed
};

struct Tail {
  TailKind kind = TailKind::First;
  std::uint64_t seed = 0;  // of Random; 0 for the others

  bool operator==(const Tail&) const = default;
};

struct Schedule {
  std::optional<Digest> program{};
  std::vector<Choice> choices{};
  Tail tail{};

  bool operator==(const Schedule&) const = default;
};

[[nodiscard]] std::string print(const Schedule& schedule);
[[nodiscard]] Result<Schedule> parse_schedule(std::string_view text,
                                              std::string_view file = "schedule");

}  // namespace heddle::core
