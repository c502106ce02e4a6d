// heddle merge, and the jobs of docs/campaigns.md that it belongs to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/cli/cli_fixture.hpp"

namespace heddle::harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using Variables = std::map<std::string, std::string>;

Result heddle_with(const Variables& variables, std::vector<std::string> arguments) {
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal{.out = out, .err = err};
  terminal.environment = [&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  Result result;
  result.code = run_command(std::move(arguments), terminal);
  result.out = out.str();
  result.err = err.str();
  return result;
}

std::vector<std::string> explore_arguments(const Folder& folder) {
  return {"explore",     folder.path("queue.yaml"), "--schedules", "300",    "--keep-going",
          "--repro-dir", folder.path("repros"),     "--strategy",  "random", "--json"};
}

// What all of it says, whoever has run which part.
nlohmann::json essence(const std::string& text) {
  nlohmann::json json = nlohmann::json::parse(text);
  nlohmann::json essence;
  for (const char* key : {"program_digest", "strategy", "seed", "schedules", "verdict"}) {
    essence[key] = json[key];
  }
  for (const char* key : {"interleavings", "classes", "reads_from", "hand_offs"}) {
    if (json["coverage"].contains(key)) essence[key] = json["coverage"][key];
  }
  return essence;
}

TEST(Merge, OfAllShardsIsTheUndividedCampaign) {
  const Folder folder;
  folder.write("queue.yaml", kLostUpdate);
  std::vector<std::string> merge{"merge", "--json"};
  for (int i = 0; i < 3; ++i) {
    auto arguments = explore_arguments(folder);
    arguments.insert(arguments.end(), {"--shard", std::to_string(i) + "/3"});
    const Result part = heddle(arguments);
    EXPECT_EQ(part.code, ExitCode::Failure) << part.err;
    merge.push_back(folder.write("part-" + std::to_string(i) + ".json", part.out));
  }
  const Result merged = heddle(merge);
  EXPECT_EQ(merged.code, ExitCode::Failure) << merged.err;
  const nlohmann::json whole = essence(heddle(explore_arguments(folder)).out);
  EXPECT_GT(whole["interleavings"], 10);
  EXPECT_EQ(essence(merged.out), whole);

  merge.pop_back();
  const Result partial = heddle(merge);
  EXPECT_EQ(nlohmann::json::parse(partial.out)["schedules"], 200);
}

// Runs what docs/campaigns.md says, with fewer schedules: `variables` are those of part i of 3.
template <typename F>
void run_job(const std::string& part, const F& variables) {
  const Folder folder;
  folder.write("queue.yaml", kAtomicUpdate);
  std::ifstream stream(std::string(HEDDLE_SOURCE_DIR) + "/docs/campaigns.md");
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  text = text.substr(text.find(part));
  text = text.substr(text.find("heddle explore ") + std::string("heddle ").size());
  text = text.substr(0, text.find('>'));
  std::vector<std::string> arguments;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word == "\\") continue;
    if (word.ends_with("queue.yaml")) word = folder.path("queue.yaml");
    if (word.ends_with("repros")) word = folder.path("repros");
    if (word == "10000000") word = "300";
    arguments.push_back(word);
  }
  std::vector<std::string> merge{"merge"};
  for (int i = 0; i < 3; ++i) {
    const Result result = heddle_with(variables(i), arguments);
    EXPECT_EQ(result.code, ExitCode::Pass) << result.err;
    EXPECT_EQ(nlohmann::json::parse(result.out)["shard"], std::to_string(i) + "/3");
    merge.push_back(folder.write("part-" + std::to_string(i) + ".json", result.out));
  }
  const Result merged = heddle(merge);
  EXPECT_EQ(merged.code, ExitCode::Pass) << merged.out << merged.err;
  EXPECT_THAT(merged.out, HasSubstr("300 schedules"));
}

TEST(Merge, TakesWhatASlurmArrayWrites) {
  run_job("#SBATCH", [](int i) {
    return Variables{{"SLURM_ARRAY_TASK_ID", std::to_string(i)},
                     {"SLURM_ARRAY_TASK_MIN", "0"},
                     {"SLURM_ARRAY_TASK_COUNT", "3"}};
  });
}

TEST(Merge, TakesWhatAnIndexedJobOfKubernetesWrites) {
  run_job("kind: Job", [](int i) {
    return Variables{{"JOB_COMPLETION_INDEX", std::to_string(i)}, {"HEDDLE_SHARD_COUNT", "3"}};
  });
}

TEST(Merge, SaysWhereAReportIsBroken) {
  const Folder folder;
  folder.write("queue.yaml", kAtomicUpdate);
  const std::string report = heddle(explore_arguments(folder)).out;
  const auto merged = [&](const std::string& text) {
    const std::string path = folder.write("part.json", text);
    const Result result = heddle({"merge", path});
    EXPECT_EQ(result.code, ExitCode::BadInput) << text;
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, StartsWith(path + ":"));
    return result.err.substr(path.size());
  };
  EXPECT_THAT(merged("{\n  \"heddle\": oops}"), StartsWith(":2:"));
  EXPECT_THAT(merged(""), HasSubstr("empty"));
  EXPECT_THAT(merged("[]"), HasSubstr("no report"));
  EXPECT_THAT(merged("{\"heddle\": \"explore-report/1\"}"), HasSubstr("damaged"));
  const auto lines = std::count(report.begin(), report.end(), '\n');
  EXPECT_THAT(merged(report.substr(0, report.size() - 3)),
              AllOf(StartsWith(":" + std::to_string(lines - 1) + ":"), HasSubstr("cut off")));
}

TEST(Merge, RefusesReportsThatDoNotBelongTogether) {
  const Folder folder;
  folder.write("queue.yaml", kAtomicUpdate);
  const auto part = [&](const std::string& name, const std::vector<std::string>& more) {
    auto arguments = explore_arguments(folder);
    arguments.insert(arguments.end(), more.begin(), more.end());
    return folder.write(name, heddle(arguments).out);
  };
  const std::string one = part("1.json", {"--shard", "0/2"});
  const std::string other = part("2.json", {"--shard", "1/2", "--seed", "2"});
  const Result result = heddle({"merge", one, other});
  EXPECT_EQ(result.code, ExitCode::BadInput);
  EXPECT_THAT(result.err, AllOf(StartsWith(other), HasSubstr("different campaigns")));
  EXPECT_EQ(heddle({"merge", folder.path("absent.json")}).code, ExitCode::BadInput);
}

}  // namespace
}  // namespace heddle::harness
