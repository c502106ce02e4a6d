// What is said of a history while it is being written, against what is said of each beginning.
#include "harness/run/follow_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "harness/linear/linear_fixture.hpp"
#include "harness/run/check_setup.hpp"
#include "harness/run/run_fixture.hpp"
#include "histories/write_history.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;
using testing::HasSubstr;

// A process that has crashed never speaks again: another one goes on.
core::History with_new_processes(core::History history) {
  std::map<std::int64_t, std::int64_t> now;
  for (core::Operation& operation : history.operations) {
    const std::int64_t old = operation.process;
    operation.process = now.try_emplace(old, old).first->second;
    if (operation.ret == core::kNeverReturned) now[old] += 10;
  }
  return history;
}

struct Followed {
  VerdictKind verdict = VerdictKind::Pass;
  std::size_t lines = 0;  // that were read
  std::string explanation;
};

Followed follow_lines(const std::vector<std::string>& lines, const FollowOptions& options) {
  HistoryFollower follower(options);
  Followed followed;
  for (const std::string& line : lines) {
    ++followed.lines;
    const auto verdict = follower.add_line(line);
    EXPECT_TRUE(verdict.has_value()) << verdict.error().message;
    followed.verdict = verdict.value_or(VerdictKind::Unknown);
    if (followed.verdict != VerdictKind::Pass) break;
  }
  followed.explanation = follower.explanation();
  return followed;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The definition says: after so many lines nothing explains them; nothing: all of them are fine.
std::optional<std::size_t> first_bad_line(const std::vector<std::string>& lines, const Model& model,
                                          const Semantics& semantics) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += lines[i] + '\n';
    const core::History history =
        histories::read_history({.file = "h", .text = text}, {.keyed = histories::Keyed::No})
            .value();
    const Calls calls = prepare(history, model, semantics).value();
    if (!fixture::Definition(calls, model).is_linearizable()) return i + 1;
  }
  return std::nullopt;
}

// A read with a name and no answer is in a file like one with an answer.
bool fits(const std::string& text, const Model& model) {
  const auto history =
      histories::read_history({.file = "h", .text = text}, {.keyed = histories::Keyed::No});
  if (!history || !prepare(*history, model)) return false;
  // Whether an element that comes back is an answer depends on all the others (calls.hpp).
  return std::ranges::none_of(history->operations, [&](const core::Operation& operation) {
    return operation.input == operation.output &&
           model.operations()[*model.find_operation(history->name_of(operation))].has_result;
  });
}

class FollowHistory : public testing::TestWithParam<std::string_view> {};

TEST_P(FollowHistory, it_ends_at_the_first_event_that_the_definition_cannot_explain) {
  const std::shared_ptr<const Model> model = make_model(GetParam()).value();
  std::size_t failures = 0;
  for (std::uint64_t i = 0; i < fixture::cases(400); ++i) {
    core::Rng rng = fixture::random(41, i);
    const bool is_json = i % 2 == 0;
    const core::History history =
        with_new_processes(fixture::small_history(*model, rng, {.lies = 25}));
    const FollowOptions options{
        .model = model, .semantics = {.fails = i % 3 == 0 ? Fails::Observed : Fails::Dropped}};
    const std::string text =
        is_json ? histories::write_json_lines(history) : histories::write_edn(history);
    const std::vector<std::string> lines = lines_of(text);
    if (!fits(text, *model)) continue;
    const Followed followed = follow_lines(lines, options);
    const auto expected = first_bad_line(lines, *model, options.semantics);
    ASSERT_EQ(followed.verdict, expected ? VerdictKind::Fail : VerdictKind::Pass)
        << i << ", line " << expected.value_or(0) << '\n'
        << followed.explanation << text;
    ASSERT_EQ(followed.lines, expected.value_or(lines.size())) << i << '\n' << text;
    failures += expected ? 1 : 0;
  }
  EXPECT_GT(failures, 0U);
}

INSTANTIATE_TEST_SUITE_P(models, FollowHistory,
                         testing::ValuesIn(fixture::followable_model_names()),
                         fixture::model_test_name);

FollowOptions register_options() {
  return {.model = std::shared_ptr<const Model>(make_model("register").value())};
}

const std::vector<std::string> kCalls{"[1] call write(3)", "[1] return", "[2] call read",
                                      "[2] return 4"};

TEST(FollowLines, the_form_is_told_by_the_first_line_that_says_something) {
  std::vector<std::string> lines{"", "# @object atomic-register", "  "};
  lines.insert(lines.end(), kCalls.begin(), kCalls.end());
  const Followed followed = follow_lines(lines, register_options());
  EXPECT_EQ(followed.verdict, VerdictKind::Fail);
  EXPECT_EQ(followed.explanation,
            "not linearizable: 2: read -> 4 (line 6) cannot be placed\n"
            "before it returned the object could be:\n  3\n");
}

TEST(FollowLines, errors_have_their_place) {
  const auto error = [](const std::vector<std::string>& lines) {
    HistoryFollower follower(register_options());
    for (const std::string& line : lines) {
      const auto verdict = follower.add_line(line);
      if (!verdict) return verdict.error();
    }
    ADD_FAILURE() << "nothing is wrong";
    return core::Error{};
  };
  const core::Error intervals = error({"", "write 3 1 2"});
  EXPECT_THAT(intervals.message, HasSubstr("--format"));
  EXPECT_EQ(intervals.span.line, 2U);
  EXPECT_EQ(error({"\x01\x02"}).span.line, 1U);
  EXPECT_EQ(error({kCalls[0], kCalls[1], "[3] call dequeue"}).span.line, 3U);
  EXPECT_EQ(error({kCalls[0], "[1] call write(4)"}).span.line, 2U);
}

TEST(FollowLines, each_key_is_an_object_of_its_own) {
  FollowOptions options = register_options();
  options.is_keyed = true;
  const auto event = [](std::string_view type, std::string_view function, std::string_view value) {
    return fmt::format("{{:type :{}, :process 0, :f :{}, :value {}}}", type, function, value);
  };
  std::vector<std::string> lines{
      event("invoke", "write", "[:x 1]"),  event("ok", "write", "[:x 1]"),
      event("invoke", "read", "[:y nil]"), event("ok", "read", "[:y 0]"),
      event("invoke", "read", "[:x nil]"), event("ok", "read", "[:x 1]")};
  EXPECT_EQ(follow_lines(lines, options).verdict, VerdictKind::Pass);
  lines[3] = event("ok", "read", "[:y 1]");
  EXPECT_EQ(follow_lines(lines, options).lines, 4U);
}

TEST(GrowingLines, a_line_is_given_when_all_of_it_is_there) {
  const Folder folder;
  const std::string path = folder.write("h", "one\ntw");
  const auto lines = GrowingLines::open(path).value();
  int asked = 0;
  const auto grow = [&] {
    if (++asked == 2) std::ofstream(path, std::ios::app) << "o\nthree\n";
    return asked > 8;
  };
  const auto never = [] { return false; };
  EXPECT_EQ(lines->next(never), "one");
  EXPECT_EQ(lines->next(grow), "two");
  EXPECT_EQ(lines->next(never), "three");
  EXPECT_EQ(lines->next(grow), std::nullopt);
  EXPECT_FALSE(GrowingLines::open(folder.path("none")).has_value());
}

}  // namespace
}  // namespace heddle::harness
