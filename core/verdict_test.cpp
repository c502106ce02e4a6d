#include "core/verdict.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "core/arbitrary.hpp"

namespace heddle::core {
namespace {

Verdict joined(Verdict left, const Verdict& right) {
  left.join(right);
  return left;
}

TEST(Verdict, kinds_are_ordered_pass_unknown_fail) {
  EXPECT_LT(VerdictKind::Pass, VerdictKind::Unknown);
  EXPECT_LT(VerdictKind::Unknown, VerdictKind::Fail);
  EXPECT_EQ(to_string(VerdictKind::Pass), "pass");
  EXPECT_EQ(to_string(VerdictKind::Unknown), "unknown");
  EXPECT_EQ(to_string(VerdictKind::Fail), "fail");
}

TEST(Verdict, signature_of_a_failure_comes_before_an_earlier_unknown) {
  Verdict verdict = Verdict::unknown({.rule = "limit", .place = "here"});
  verdict.join(Verdict::fail({.rule = "trap", .place = "there"}));
  EXPECT_EQ(verdict.signature(), (Signature{"trap", "there"}));
  EXPECT_EQ(to_string(verdict.signature()), "trap at there");
  EXPECT_EQ(verdict.findings.size(), 2U);
}

TEST(Verdict, signature_of_a_pass_is_empty) {
  EXPECT_EQ(Verdict::pass().signature(), Signature{});
  EXPECT_EQ(to_string(Signature{"deadlock", ""}), "deadlock");
}

RC_GTEST_PROP(Verdict, pass_is_neutral, ()) {
  const Verdict verdict = *arbitrary::verdict();
  RC_ASSERT(joined(verdict, Verdict::pass()) == verdict);
  RC_ASSERT(joined(Verdict::pass(), verdict) == verdict);
}

RC_GTEST_PROP(Verdict, join_takes_the_maximum_of_the_kinds_and_loses_no_finding, ()) {
  const Verdict left = *arbitrary::verdict();
  const Verdict right = *arbitrary::verdict();
  const Verdict both = joined(left, right);
  RC_ASSERT(both.kind == std::max(left.kind, right.kind));
  RC_ASSERT(both.kind == joined(right, left).kind);
  RC_ASSERT(joined(left, left).kind == left.kind);
  RC_ASSERT(both.findings.size() == left.findings.size() + right.findings.size());
}

RC_GTEST_PROP(Verdict, join_is_associative_in_kind_and_signature, ()) {
  const Verdict a = *arbitrary::verdict();
  const Verdict b = *arbitrary::verdict();
  const Verdict c = *arbitrary::verdict();
  const Verdict left = joined(joined(a, b), c);
  const Verdict right = joined(a, joined(b, c));
  RC_ASSERT(left.kind == right.kind);
  RC_ASSERT(left.signature() == right.signature());
}

}  // namespace
}  // namespace heddle::core
