#include "core/choice_text.hpp"

#include <array>
#include <charconv>
#include <system_error>

namespace heddle::core {
namespace {

struct Spelling {
  std::string_view prefix;
  ChoiceKind kind;
};

// Longer prefixes first where one begins another.
constexpr std::array kSpellings{
    Spelling{"timeout:t", ChoiceKind::TimeoutFires},
    Spelling{"t", ChoiceKind::NextAgent},
    Spelling{"reclaim:", ChoiceKind::TlsReclaim},
    Spelling{"relaxed:", ChoiceKind::RelaxedResult},
    Spelling{"rf:", ChoiceKind::ReadsFrom},
    Spelling{"grow:", ChoiceKind::GrowSucceeds},
    Spelling{"spawn:", ChoiceKind::SpawnSucceeds},
    Spelling{"nan:", ChoiceKind::NanBits},
    Spelling{"gc:", ChoiceKind::CollectGarbage},
    Spelling{"fault:", ChoiceKind::Fault},
};

}  // namespace

std::optional<Choice> parse_choice(std::string_view word) {
  for (const Spelling& spelling : kSpellings) {
    if (!word.starts_with(spelling.prefix)) continue;
    const std::string_view digits = word.substr(spelling.prefix.size());
    Choice choice{.kind = spelling.kind};
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, choice.operand);
    if (error != std::errc{} || stop != end || digits.empty()) return std::nullopt;
    return choice;
  }
  return std::nullopt;
}

}  // namespace heddle::core
