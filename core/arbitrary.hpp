// RapidCheck generators of core values, for tests of any folder.
//
// Numbers are mostly small, so that equal values meet often, and sometimes of full width.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/schedule.hpp"
#include "core/trace.hpp"
#include "core/verdict.hpp"

namespace heddle::core::arbitrary {

template <typename Number>
rc::Gen<Number> number() {
  return rc::gen::weightedOneOf<Number>(
      {{4, rc::gen::inRange<Number>(0, 4)}, {1, rc::gen::arbitrary<Number>()}});
}

// An enumerator, given the last one.
template <typename Enum>
rc::Gen<Enum> one_up_to(Enum last) {
  return rc::gen::map(rc::gen::inRange(0, static_cast<int>(last) + 1),
                      [](int index) { return static_cast<Enum>(index); });
}

inline rc::Gen<Choice> choice() {
  return rc::gen::build<Choice>(rc::gen::set(&Choice::kind, one_up_to(ChoiceKind::Fault)),
                                rc::gen::set(&Choice::operand, number<std::uint64_t>()));
}

inline rc::Gen<Digest> digest() {
  return rc::gen::build<Digest>(rc::gen::set(&Digest::high), rc::gen::set(&Digest::low));
}

inline rc::Gen<Tail> tail() {
  return rc::gen::map(rc::gen::pair(one_up_to(TailKind::Random), number<std::uint64_t>()),
                      [](auto drawn) {
                        const auto [kind, seed] = drawn;
                        return Tail{.kind = kind, .seed = kind == TailKind::Random ? seed : 0};
                      });
}

inline rc::Gen<Schedule> schedule() {
  const auto program = rc::gen::map(rc::gen::maybe(digest()), [](const rc::Maybe<Digest>& drawn) {
    return drawn ? std::optional(*drawn) : std::nullopt;
  });
  return rc::gen::build<Schedule>(
      rc::gen::set(&Schedule::program, program),
      rc::gen::set(&Schedule::choices, rc::gen::container<std::vector<Choice>>(choice())),
      rc::gen::set(&Schedule::tail, tail()));
}

inline rc::Gen<Finding> finding() {
  const auto word = rc::gen::element<std::string>("", "a", "b", "c");
  return rc::gen::build<Finding>(rc::gen::set(&Finding::rule, word),
                                 rc::gen::set(&Finding::message, word),
                                 rc::gen::set(&Finding::place, word));
}

// As judges make them: a Pass has no findings, the others have at least one.
inline rc::Gen<Verdict> verdict() {
  return rc::gen::mapcat(one_up_to(VerdictKind::Fail), [](VerdictKind kind) {
    const auto findings = rc::gen::container<std::vector<Finding>>(finding());
    return rc::gen::build<Verdict>(
        rc::gen::set(&Verdict::kind, rc::gen::just(kind)),
        rc::gen::set(&Verdict::findings, kind == VerdictKind::Pass
                                             ? rc::gen::just(std::vector<Finding>{})
                                             : rc::gen::nonEmpty(findings)));
  });
}

}  // namespace heddle::core::arbitrary
