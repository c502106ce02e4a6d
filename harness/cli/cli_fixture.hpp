// What tests of the command line share: a command with what it writes, and a repro to begin with.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "harness/cli/cli.hpp"
#include "harness/run/run_fixture.hpp"

namespace heddle::harness {

struct Result {
  ExitCode code = ExitCode::Internal;
  std::string out;
  std::string err;
};

inline Result heddle(
    std::vector<std::string> arguments, std::function<bool()> should_stop = [] { return false; }) {
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal{.out = out, .err = err, .should_stop = std::move(should_stop)};
  Result result;
  result.code = run_command(std::move(arguments), terminal);
  result.out = out.str();
  result.err = err.str();
  return result;
}

inline std::vector<std::string> repros_in(const Folder& folder) {
  return *list_files(folder.path(), {".repro.yaml"});
}

// explore, and where the repro is.
inline std::string make_repro_file(const Folder& folder) {
  const std::string path = folder.write("lost_update.yaml", kLostUpdate);
  EXPECT_EQ(heddle({"explore", path, "--repro-dir", folder.path()}).code, ExitCode::Failure);
  const auto repros = repros_in(folder);
  EXPECT_EQ(repros.size(), 1U);
  return repros.empty() ? "" : repros.front();
}

}  // namespace heddle::harness
