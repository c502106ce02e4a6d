// Verdict: what a judge says. Three-valued: Pass < Unknown < Fail, joined by maximum.
//
// Reaching a limit is Unknown, never Pass. A judge that cannot decide is Unknown.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.hpp"
#include "core/ids.hpp"

namespace heddle::core {

enum class VerdictKind : std::uint8_t { Pass, Unknown, Fail };
[[nodiscard]] std::string_view to_string(VerdictKind kind);

// One violated property, or one reason why a verdict is not known.
struct Finding {
  std::string rule{};      // "assertion", "trap", "deadlock", "linearizability", "limit", ...
  std::string message{};   // for a person, one line
  std::string expected{};  // may be empty
  std::string actual{};    // may be empty
  std::vector<EventId> events{};  // the evidence, in trace order
  // Where it happened, in a form that is stable under other schedules: function and instruction, or
  // the script's line. Part of the signature.
  std::string place{};

  bool operator==(const Finding&) const = default;
};

// What makes two failures "the same bug": rule and place, not the values. Shrinking keeps it.
struct Signature {
  std::string rule{};
  std::string place{};

  auto operator<=>(const Signature&) const = default;
};
[[nodiscard]] std::string to_string(const Signature& signature);

struct Verdict {
  VerdictKind kind = VerdictKind::Pass;
  std::vector<Finding> findings{};

  bool operator==(const Verdict&) const = default;

  static Verdict pass() { return {}; }
  static Verdict fail(Finding finding);
  static Verdict unknown(Finding finding);

  // Joins another judge's verdict into this one.
  void join(Verdict other);

  // Of the first finding; empty strings for a Pass.
  [[nodiscard]] Signature signature() const;
};

}  // namespace heddle::core
