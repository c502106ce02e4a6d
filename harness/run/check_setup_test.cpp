// From words of a user to a history, a model and what is assumed.
#include "harness/run/check_setup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heddle::harness {
namespace {

using testing::HasSubstr;

core::Source source(std::string text) { return {.file = "h", .text = std::move(text)}; }

const std::string kReads = "[1] call read\n[1] return 0\n";

TEST(CheckSetup, the_file_may_name_its_object) {
  const auto model_of = [](const std::string& text) -> std::string {
    const auto setup = set_up_check(source(text), {});
    return setup ? std::string(setup->model->name()) : setup.error().message;
  };
  EXPECT_EQ(model_of("# @object atomic-register\n" + kReads), "register");
  EXPECT_EQ(model_of("# pq\ninsert 1 0 1\n"), "priority-queue");
  EXPECT_EQ(model_of("# stack\npush 1 0 1\n"), "stack");
  EXPECT_THAT(model_of("# of monday\n" + kReads), HasSubstr("the model is not given: --model"));
  EXPECT_THAT(model_of("[1] call dance\n"), HasSubstr("none has all of the operations dance"));
}

TEST(CheckSetup, the_first_state_is_the_models_or_the_users) {
  const auto setup = [](CheckRequest request) { return set_up_check(source(kReads), request); };
  const auto plain = setup({.model = "register", .initial = {}});
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->model->initial(), ModelState{0});
  EXPECT_EQ(plain->semantics.nil_reads, NilReads::Unknown);
  EXPECT_THAT(plain->assumptions, HasSubstr("initial state 0;"));
  const auto nil = setup({.model = "register", .initial = "nil"});
  ASSERT_TRUE(nil);
  EXPECT_EQ(nil->model->initial(), ModelState{core::kNil.word});
  EXPECT_EQ(nil->semantics.nil_reads, NilReads::Value);
  const auto chosen =
      setup({.model = "register", .initial = "nil", .nil_reads = NilReads::Unknown});
  EXPECT_EQ(chosen->semantics.nil_reads, NilReads::Unknown);
  const auto list = setup({.model = "append-log", .initial = "[1 2]"});
  ASSERT_TRUE(list);
  EXPECT_EQ(list->model->initial(), (ModelState{1, 2}));
  EXPECT_THAT(setup({.model = "register", .initial = "["}).error().message, HasSubstr("--initial"));
  EXPECT_THAT(setup({.model = "m.yaml", .initial = "1"}).error().message, HasSubstr("--initial"));
}

TEST(CheckSetup, models_fit_that_have_all_operations) {
  core::History history;
  history.function_of("push");
  history.operations.push_back({.function = history.function_of("pop"),
                                .completion = core::Completion::Ok,
                                .input = core::kNil,
                                .output = {4},
                                .ret = 1});
  const std::string fitting = fitting_models(history);
  EXPECT_THAT(fitting, HasSubstr("stack"));
  EXPECT_THAT(fitting, testing::Not(HasSubstr("register")));
}

}  // namespace
}  // namespace heddle::harness
