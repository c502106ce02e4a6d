#include "harness/run/divergence_text.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "core/module_names.hpp"

namespace heddle::harness {
namespace {

using core::Choice;
using core::ChoiceRecord;

core::Trace trace() {
  core::Trace trace;
  trace.agents = {{.name = "main"}, {.name = "pusher"}, {.name = "popper"}};
  trace.modules = {std::make_shared<core::KnownNames>(
      "queue", std::vector<std::string>{"push", "pop"}, "queue.c")};
  return trace;
}

ChoiceRecord record() {
  return {.step = 4,
          .choice = Choice::next({1}),
          .options = {Choice::next({1}), Choice::next({2})},
          .action = core::ActionKind::Write,
          .location = {.region = core::RegionKind::Memory, .number = 0, .offset = 16},
          .size_bytes = 4,
          .where = {.module = 0, .function = 0, .offset = 31}};
}

Divergence divergence() {
  Divergence divergence{.choice = 3, .step = 4, .wanted = "t1", .options = "t1 t2", .earliest = 3};
  divergence.recorded = record();
  divergence.actual = record();
  return divergence;
}

TEST(DivergenceText, TellsBothSidesWithNames) {
  Divergence diverged = divergence();
  diverged.actual->action = core::ActionKind::Read;
  diverged.actual->where = {.module = 0, .function = 1, .offset = 7};
  EXPECT_EQ(divergence_text(diverged, trace(), true),
            "choice 3 (after 4 steps) is t1, but not as it was recorded\n"
            "  different: the operation, the place in the code\n"
            "  recorded:  after 4 steps t1 (pusher): write of 4 bytes at memory0+0x10 in push at "
            "queue.c:31:0 (nop); options: t1 t2\n"
            "  actual:    after 4 steps t1 (pusher): read of 4 bytes at memory0+0x10 in pop at "
            "queue.c:107:0 (nop); options: t1 t2");
}

TEST(DivergenceText, NamesNoFunctionsOfAProgramThatIsGone) {
  Divergence diverged = divergence();
  diverged.actual->step = 5;
  const std::string text = divergence_text(diverged, trace(), false);
  EXPECT_NE(text.find("recorded:  after 4 steps t1 (pusher): write of 4 bytes at memory0+0x10 in "
                      "function 0 at 0x1f"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("different: the step\n"), std::string::npos) << text;
  EXPECT_NE(text.find("actual:    after 5 steps t1 (pusher): write of 4 bytes at memory0+0x10 in "
                      "push at queue.c:31"),
            std::string::npos)
      << text;
}

TEST(DivergenceText, OfAnotherSetOfAgentsShowsSomeOfThem) {
  Divergence diverged = divergence();
  for (std::uint32_t i = 3; i < 40; ++i) diverged.actual->options.push_back(Choice::next({i}));
  const std::string text = divergence_text(diverged, trace(), true);
  EXPECT_NE(text.find("different: the options\n"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("t19 t20 and 19 more")) << text;
}

TEST(DivergenceText, OfAnExecutionThatHasEndedSaysSo) {
  Divergence diverged{.choice = 3, .step = 9, .wanted = "t1", .options = "", .earliest = 3};
  EXPECT_EQ(divergence_text(diverged, trace(), true),
            "choice 3 (after 9 steps) is t1, but there is nothing left to choose");
  diverged.recorded = record();
  EXPECT_TRUE(divergence_text(diverged, trace(), true).ends_with("the execution has ended"));
}

}  // namespace
}  // namespace heddle::harness
