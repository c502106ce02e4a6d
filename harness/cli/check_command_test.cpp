// `heddle check` as its user sees it: each option changes something, and what it writes holds.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/cli/cli_fixture.hpp"
#include "histories/read.hpp"
#include "histories/same_history.hpp"

namespace heddle::harness {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// One event: type, process, function, value.
std::string event(std::string_view type, int process, std::string_view function,
                  std::string_view value) {
  return fmt::format("{{:type :{}, :process {}, :f :{}, :value {}}}\n", type, process, function,
                     value);
}

// An operation that nothing overlaps.
std::string alone(int process, std::string_view function, std::string_view input,
                  std::string_view output) {
  return event("invoke", process, function, input) + event("ok", process, function, output);
}

const std::string kGood = alone(0, "write", "3", "3") + alone(1, "read", "nil", "3");
const std::string kStale = alone(0, "write", "3", "3") + alone(0, "write", "4", "4") +
                           alone(1, "write", "5", "5") + alone(2, "read", "nil", "3");

// Writes at once, of which a later read has seen the first.
const std::string kHard = event("invoke", 0, "write", "1") + event("invoke", 1, "write", "2") +
                          event("invoke", 2, "write", "3") + event("ok", 0, "write", "1") +
                          event("ok", 1, "write", "2") + event("ok", 2, "write", "3") +
                          alone(3, "read", "nil", "1") + alone(4, "read", "nil", "2");

class Check : public testing::Test {
 protected:
  // Of a history, with options.
  Result check(std::string_view history, std::vector<std::string> options) {
    options.insert(options.begin(), {"check", folder_.write("h", history)});
    return heddle(std::move(options));
  }
  ExitCode code(std::string_view history, std::vector<std::string> options) {
    return check(history, std::move(options)).code;
  }
  Result check_file(const std::string& path, std::vector<std::string> options) {
    options.insert(options.begin(), {"check", path});
    return heddle(std::move(options));
  }

  const Folder folder_;
};

core::History history_in(const std::string& path) {
  auto history = histories::read_history({.file = path, .text = read_file(path).value_or("")});
  EXPECT_TRUE(history.has_value()) << history.error().message;
  return history ? *std::move(history) : core::History();
}

TEST_F(Check, TheExitCodeTellsTheVerdict) {
  EXPECT_EQ(code(kGood, {"--model", "register"}), ExitCode::Pass);
  EXPECT_EQ(code(kStale, {"--model", "register"}), ExitCode::Failure);
  EXPECT_EQ(code("{:type", {"--model", "register"}), ExitCode::BadInput);
  EXPECT_EQ(code(kHard, {"--model", "register", "--search", "--nodes", "1"}), ExitCode::Unknown);
}

TEST_F(Check, OfSeveralFilesTheWorstCounts) {
  const std::string good = folder_.write("good", kGood);
  const std::string stale = folder_.write("stale", kStale);
  const Result result = heddle({"check", stale, good, "--model", "register"});
  EXPECT_EQ(result.code, ExitCode::Failure);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("good: linearizable"), HasSubstr("stale: not linearizable")));
  const Result missing =
      heddle({"check", stale, folder_.path("none"), good, "--model", "register"});
  EXPECT_EQ(missing.code, ExitCode::BadInput);
  EXPECT_THAT(missing.err, HasSubstr("no such file"));
  EXPECT_THAT(missing.out, HasSubstr("good: linearizable"));
}

TEST_F(Check, WhatIsWrongWithAFileIsSaidWithItsPlace) {
  const auto error = [&](std::string_view history, const std::string& model) {
    const Result result = check(history, {"--model", model});
    EXPECT_EQ(result.code, ExitCode::BadInput) << result.out;
    EXPECT_EQ(result.out, "");
    return result.err;
  };
  const std::string invoked = event("invoke", 0, "write", "1");
  EXPECT_THAT(error(invoked + "{:type :ok,", "register"), HasSubstr("h:2:1: error: this map does"));
  EXPECT_THAT(error(invoked + invoked, "register"), HasSubstr("h:2:1: error: process 0 invokes"));
  EXPECT_THAT(error(kGood, "queue"),
              HasSubstr("h:1:1: error: model queue has no operation 'write'"));
  EXPECT_THAT(error(kGood + alone(1, "write", "[1 2]", "[1 2]"), "cell-8"),
              HasSubstr("h:5:1: err"));
  EXPECT_THAT(error(std::string("\x01\x02\0\xff", 4), "register"), HasSubstr("h:1:1: error: this"));
  EXPECT_THAT(error("", "register"), HasSubstr("h: error: is empty"));
  EXPECT_THAT(error(kGood, "regster"), HasSubstr("unknown model 'regster': known are register,"));
  EXPECT_THAT(error(kGood, "none.yaml"), HasSubstr("none.yaml: error: no such file"));
  EXPECT_THAT(error(kGood, folder_.write("m.yaml", "model: [\n")), HasSubstr("m.yaml:"));
  EXPECT_THAT(error(kGood, folder_.write("m.wat", "(module")), HasSubstr("m.wat:1:8: error:"));
}

TEST_F(Check, CommentsAloneAreAHistoryWithoutOperations) {
  EXPECT_THAT(check("# queue\n", {}).out, HasSubstr("0 operations, queue monitor"));
  EXPECT_EQ(code("; nothing\n", {"--model", "set"}), ExitCode::Pass);
}

TEST_F(Check, WithoutAModelItSaysWhichOnesFit) {
  const Result result = check(alone(0, "push", "1", "1") + alone(0, "pop", "nil", "1"), {});
  EXPECT_EQ(result.code, ExitCode::BadInput);
  EXPECT_THAT(result.err, AllOf(HasSubstr("--model NAME"), HasSubstr("stack")));
  EXPECT_THAT(result.err, Not(HasSubstr("register")));
  EXPECT_EQ(check("# stack\npush 1 0 1\npop 1 2 3\n", {}).code, ExitCode::Pass);
}

TEST_F(Check, EachAssumptionChangesAVerdict) {
  struct Case {
    std::string history;
    std::string model;
    std::vector<std::string> option;
    ExitCode by_default;
    ExitCode with_option;
  };
  constexpr ExitCode kPass = ExitCode::Pass;
  constexpr ExitCode kFail = ExitCode::Failure;
  const std::string failed =
      event("invoke", 0, "dequeue", "nil") + event("fail", 0, "dequeue", "nil");
  const std::string crashed = event("invoke", 7, "write", "2");
  const std::string reads_nil = alone(0, "write", "1", "1") + alone(0, "read", "nil", "nil");
  const std::string enqueued = alone(1, "enqueue", "1", "1");
  const std::vector<Case> cases{
      {alone(0, "read", "nil", "5"), "register", {"--initial", "5"}, kFail, kPass},
      {"read 1 0 1\nwrite 1 1 2\n", "register", {"--ties", "ordered"}, kPass, kFail},
      {enqueued + failed, "queue", {"--fails", "observed"}, kPass, kFail},
      {crashed + alone(0, "read", "nil", "2"), "register", {"--pending", "drop"}, kPass, kFail},
      {event("invoke", 7, "dequeue", "nil"), "queue", {"--pending", "must"}, kPass, kPass},
      {reads_nil, "register", {"--nil-reads", "value"}, kPass, kFail},
      {reads_nil, "register", {"--initial", "nil"}, kPass, kFail},
      {alone(0, "dequeue", "nil", "-7"), "queue", {"--empty", "-7"}, kFail, kPass},
  };
  for (const Case& each : cases) {
    std::vector<std::string> options{"--model", each.model};
    EXPECT_EQ(code(each.history, options), each.by_default) << each.history;
    options.insert(options.end(), each.option.begin(), each.option.end());
    EXPECT_EQ(code(each.history, options), each.with_option) << each.option[0] << '\n'
                                                             << each.history;
  }
  // The crashed release must happen, and then the second acquisition has no place.
  const std::string locks = alone(0, "write", "1", "1") + event("invoke", 7, "write", "2") +
                            alone(0, "cas", "[1 3]", "true") + alone(1, "cas", "[3 1]", "true") +
                            alone(0, "read", "nil", "1");
  EXPECT_EQ(code(locks, {"--model", "cas-register", "--pending", "must"}), kPass);
}

TEST_F(Check, TheVerdictNamesWhatItAssumed) {
  EXPECT_THAT(check(kGood, {"--model", "register"}).out,
              HasSubstr("model register; initial state 0; equal times are concurrent; `fail` did "
                        "not happen; `info` may have happened; nil reads say nothing\n"));
  EXPECT_THAT(check(kGood, {"--model", "register", "--initial", "nil", "--ties", "ordered",
                            "--fails", "observed", "--pending", "must"})
                  .out,
              HasSubstr("initial state nil; equal times are ordered; `fail` is an answer; `info` "
                        "happened; nil reads are values\n"));
}

TEST_F(Check, FormatAndKeysAreAsTheOptionsSay) {
  EXPECT_EQ(code(kGood, {"--model", "register", "--format", "edn"}), ExitCode::Pass);
  EXPECT_EQ(code(kGood, {"--model", "register", "--format", "json"}), ExitCode::BadInput);
  const std::string keyed =
      alone(0, "write", "[:x 1]", "[:x 1]") + alone(0, "write", "[:y 2]", "[:y 2]") +
      alone(0, "read", "[:x nil]", "[:x 1]") + alone(0, "read", "[:y nil]", "[:y 3]");
  const Result result = check(keyed, {"--model", "register"});
  EXPECT_EQ(result.code, ExitCode::Failure);
  EXPECT_THAT(result.out, AllOf(HasSubstr("(2 keys: 1 linearizable, 1 not, 0 unknown)"),
                                HasSubstr("key :y: not linearizable"), Not(HasSubstr("key :x"))));
  EXPECT_THAT(check(keyed, {"--model", "register", "--keyed", "no"}).out, Not(HasSubstr("keys")));
  EXPECT_EQ(code(kGood, {"--model", "register", "--keyed", "yes"}), ExitCode::BadInput);
}

TEST_F(Check, SearchBudgetAndEvidenceAreOptional) {
  const auto out = [&](const std::string& history, const std::string& option) {
    return check(history, {"--model", "register", option}).out;
  };
  EXPECT_THAT(out(kGood, "--json"), HasSubstr("register monitor"));
  EXPECT_THAT(out(kGood, "--search"), HasSubstr("operations, search, "));
  EXPECT_THAT(out(kGood, "--no-picture"), HasSubstr("the witness was replayed"));
  EXPECT_THAT(out(kGood, "--no-witness"), Not(HasSubstr("witness")));
  EXPECT_THAT(out(kStale, "--search"), HasSubstr("|-- !! read -> 3 --|"));
  EXPECT_THAT(out(kStale, "--no-picture"),
              AllOf(HasSubstr("    !! 2: read -> 3  (line 7)\n"), Not(HasSubstr("|--"))));
  EXPECT_THAT(out(kStale, "--no-explain"), Not(HasSubstr("read ->")));
  EXPECT_THAT(check(kHard, {"--model", "register", "--search", "--nodes", "1"}).out,
              AllOf(HasSubstr("h: unknown\n"), HasSubstr("returns explained")));
}

TEST_F(Check, MinimalIsNotLinearizableAndNeedsEachOfItsOperations) {
  const std::string path = folder_.path("minimal.edn");
  EXPECT_EQ(code(kStale, {"--model", "register", "--minimal", path}), ExitCode::Failure);
  const core::History minimal = history_in(path);
  EXPECT_EQ(minimal.operations.size(), 3U);  // write 3, another write, read 3
  EXPECT_EQ(check_file(path, {"--model", "register", "--search"}).code, ExitCode::Failure);
  const std::string again = folder_.path("again.edn");
  EXPECT_EQ(check_file(path, {"--model", "register", "--minimal", again}).code, ExitCode::Failure);
  EXPECT_TRUE(histories::same_history(history_in(again), minimal));
  EXPECT_EQ(code(kGood, {"--model", "register", "--minimal", folder_.path("none")}),
            ExitCode::Pass);
  EXPECT_FALSE(read_file(folder_.path("none")).has_value());
}

TEST_F(Check, TheWitnessIsLinearizableAndSequential) {
  const std::string path = folder_.path("witness.jsonl");
  const std::string history = event("invoke", 0, "write", "1") + event("invoke", 1, "write", "2") +
                              event("invoke", 2, "write", "9") +  // crashed, and was read
                              alone(3, "read", "nil", "9") + event("ok", 1, "write", "2") +
                              event("ok", 0, "write", "1") + alone(3, "read", "nil", "2");
  EXPECT_EQ(code(history, {"--model", "register", "--witness", path}), ExitCode::Pass);
  EXPECT_EQ(check_file(path, {"--model", "register"}).code, ExitCode::Pass);
  const core::History witness = history_in(path);
  ASSERT_EQ(witness.operations.size(), 5U);
  for (std::size_t i = 1; i < witness.operations.size(); ++i) {
    EXPECT_LT(witness.operations[i - 1].ret, witness.operations[i].call);
  }
  EXPECT_EQ(code(kStale, {"--model", "register", "--witness", folder_.path("none")}),
            ExitCode::Failure);
  EXPECT_FALSE(read_file(folder_.path("none")).has_value());
}

TEST_F(Check, WhatIsConvertedIsTheSameHistory) {
  const std::string source = folder_.write("h.edn", kStale + event("invoke", 8, "write", "#{:a}"));
  const std::string json = folder_.path("h.jsonl");
  const std::string edn = folder_.path("back.edn");
  EXPECT_EQ(heddle({"check", source, "--convert", json}).code, ExitCode::Pass);
  EXPECT_EQ(heddle({"check", json, "--convert", edn, "--model", "register"}).code,
            ExitCode::Failure);
  EXPECT_EQ((*read_file(json)).substr(0, 2), "{\"");
  EXPECT_EQ((*read_file(edn)).substr(0, 2), "{:");
  EXPECT_TRUE(histories::same_history(history_in(source), history_in(json)));
  EXPECT_TRUE(histories::same_history(history_in(source), history_in(edn)));
}

TEST_F(Check, JsonSaysWhatTheTextSays) {
  const Result result = check(kStale, {"--model", "register", "--json"});
  EXPECT_EQ(result.code, ExitCode::Failure);
  const nlohmann::json json = nlohmann::json::parse(result.out, nullptr, false);
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(json["heddle"], "check-report/1");
  const nlohmann::json& file = json["files"][0];
  EXPECT_EQ(file["verdict"], "fail");
  EXPECT_EQ(file["model"], "register");
  const nlohmann::json& failure = file["objects"][0]["failure"];
  EXPECT_EQ(failure["unplaced"]["line"], 7);
  EXPECT_EQ(failure["unplaced"]["text"], "2: read -> 3");
  EXPECT_EQ(failure["minimal"].size(), 3U);
  EXPECT_TRUE(failure["is_minimal"]);
  const std::string text = check(kStale, {"--model", "register"}).out;
  EXPECT_THAT(text, HasSubstr("cannot be placed: 2: read -> 3  (line 7)\n"));
  EXPECT_THAT(text, HasSubstr("3 operations are already wrong, and without any of them nothing"));
  EXPECT_THAT(text,
              HasSubstr("and !! could return: " + failure["explained"][0].get<std::string>()));
  const nlohmann::json good =
      nlohmann::json::parse(check(kGood, {"--model", "register", "--json"}).out, nullptr, false);
  EXPECT_EQ(good["files"][0]["objects"][0]["witness"], (std::vector<int>{0, 1}));
}

TEST_F(Check, WorkersChangeNothing) {
  std::string keyed;
  for (int key = 0; key < 40; ++key) {
    keyed += alone(key, "write", fmt::format("[{} 1]", key), fmt::format("[{} 1]", key)) +
             alone(key, "read", fmt::format("[{} nil]", key),
                   fmt::format("[{} {}]", key, key % 3 == 0 ? 2 : 1));
  }
  for (const std::string mode : {"--json", "--search"}) {
    const Result one = check(keyed, {"--model", "register", mode});
    const Result four = check(keyed, {"--model", "register", mode, "--workers", "4"});
    EXPECT_EQ(one.code, ExitCode::Failure);
    EXPECT_EQ(one.out, four.out);
  }
}

TEST_F(Check, CheckersOfJepsenAskForTheirs) {
  const std::string bank =
      alone(0, "read", "nil", "{:a 5, :b 5}") + alone(0, "read", "nil", "{:a 12, :b -2}");
  const auto with = [&](std::vector<std::string> options) {
    options.insert(options.end(), {"--checker", "bank"});
    return code(bank, options);
  };
  EXPECT_EQ(with({}), ExitCode::Failure);
  EXPECT_EQ(with({"--allow-negative"}), ExitCode::Pass);
  EXPECT_EQ(with({"--allow-negative", "--total", "11"}), ExitCode::Failure);
  const std::string converted = folder_.path("bank.jsonl");
  EXPECT_EQ(with({"--convert", converted}), ExitCode::Failure);
  EXPECT_EQ(history_in(converted).operations.size(), 2U);
  const Result json = check(bank, {"--checker", "bank", "--json"});
  EXPECT_THAT(json.out, HasSubstr("\"checker-report/1\""));
  EXPECT_EQ(code(kGood, {"--checker", "bank"}), ExitCode::BadInput);
  EXPECT_THAT(check(bank, {"--checker", "bnk"}).err, HasSubstr("bnk not in {"));

  const std::string late =
      alone(0, "add", "1", "1") + alone(0, "read", "nil", "#{}") + alone(0, "read", "nil", "#{1}");
  EXPECT_EQ(code(late, {"--checker", "set-full"}), ExitCode::Pass);
  EXPECT_EQ(code(late, {"--checker", "set-full", "--linearizable"}), ExitCode::Failure);
  const std::string reads = alone(0, "txn", "[[:w 1 1]]", "[[:w 1 1]]") +
                            alone(0, "txn", "[[:r 1 nil] [:r 2 nil]]", "[[:r 1 1] [:r 2 nil]]");
  EXPECT_EQ(code(reads, {"--checker", "long-fork"}), ExitCode::Pass);
  EXPECT_NE(code(reads, {"--checker", "long-fork", "--group-size", "3"}), ExitCode::Pass);
}

TEST_F(Check, OptionsWithoutEffectAreErrors) {
  const std::vector<std::vector<std::string>> conflicts{{"--follow", "--json"},
                                                        {"--follow", "--witness", "w"},
                                                        {"--follow", "--checker", "set"},
                                                        {"--checker", "set", "--model", "set"},
                                                        {"--group-size", "2"},
                                                        {"--linearizable"},
                                                        {"--verdicts", "t.tsv"},
                                                        {"--nodes", "0"},
                                                        {"--ties", "loose"}};
  for (const std::vector<std::string>& options : conflicts) {
    const Result result = check(kGood, options);
    EXPECT_EQ(result.code, ExitCode::BadInput) << options[0];
    EXPECT_THAT(result.err, HasSubstr("see: heddle check --help")) << options[0];
  }
  const std::string path = folder_.write("h", kGood);
  EXPECT_THAT(heddle({"check", path, path, "--convert", folder_.path("c")}).err,
              HasSubstr("for one history at a time"));
  EXPECT_THAT(heddle({"check"}).err, HasSubstr("no history is given"));
}

TEST_F(Check, FollowEndsAtTheFirstViolation) {
  const std::string path = folder_.write("h", kStale + "what comes then is not looked at");
  const Result result = heddle({"check", path, "--model", "register", "--follow"});
  EXPECT_EQ(result.code, ExitCode::Failure);
  EXPECT_THAT(result.out, HasSubstr("not linearizable: 2: read -> 3 (line 7) cannot be placed\n"
                                    "before it returned the object could be:\n  5\n"));
}

TEST_F(Check, FollowSaysWhatItHasSeenWhenItIsInterrupted) {
  int asked = 0;
  const Result result =
      heddle({"check", folder_.write("h", kGood), "--model", "register", "--follow"},
             [&] { return ++asked > 20; });
  EXPECT_EQ(result.code, ExitCode::Unknown);
  EXPECT_THAT(result.out, HasSubstr("h: linearizable so far (2 operations)\n"));
}

TEST_F(Check, FollowRefusesWhatItCannotKnow) {
  const auto error = [&](std::string_view history, std::vector<std::string> options) {
    options.emplace_back("--follow");
    const Result result = check(history, options);
    EXPECT_EQ(result.code, ExitCode::BadInput);
    return result.err;
  };
  EXPECT_THAT(error(kGood, {}), HasSubstr("the model is not given"));
  EXPECT_THAT(error(kGood, {"--model", "register", "--pending", "must"}), HasSubstr("--pending"));
  EXPECT_THAT(error(kGood, {"--model", "futex"}), HasSubstr("a futex cannot be followed"));
  EXPECT_THAT(error("write 1 2 3\n", {"--model", "register"}),
              HasSubstr("h:1:1: error: a form in"));
  EXPECT_THAT(error(kGood + "{:type :ok\n", {"--model", "register"}), HasSubstr("h:5:1: error:"));
}

TEST_F(Check, AnInterruptionIsUnknown) {
  const std::string path = folder_.write("h", kGood);
  const Result result =
      heddle({"check", path, path, "--model", "register", "--search"}, [] { return true; });
  EXPECT_EQ(result.code, ExitCode::Unknown);
}

TEST_F(Check, ATableOfVerdictsMustAgree) {
  folder_.write("good.edn", kGood);
  folder_.write("stale.edn", kStale);
  const std::string head = "file\tmodel\tops\tlinearizable\n";
  const auto table = [&](const std::string& rows) {
    return heddle({"check", "--verdicts", folder_.write("verdicts.tsv", head + rows)});
  };
  const Result equal = table("good.edn\tregister\t2\ttrue\nstale.edn\tregister\t4\tfalse\n");
  EXPECT_EQ(equal.code, ExitCode::Pass);
  EXPECT_THAT(equal.out, HasSubstr("total: 2 passed, 0 failed, 0 skipped\n"));
  const Result different = table("good.edn\tregister\t2\tfalse\n");
  EXPECT_EQ(different.code, ExitCode::Failure);
  EXPECT_THAT(different.out, HasSubstr("DIFFERENT"));
  EXPECT_THAT(table("good.edn\tregister\n").err, HasSubstr("verdicts.tsv:2:1: error: a row is"));
  EXPECT_EQ(table("none.edn\tregister\t2\ttrue\n").code, ExitCode::BadInput);
}

}  // namespace
}  // namespace heddle::harness
