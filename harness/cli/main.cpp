// The program `heddle`: argv, the terminal, signals and exit codes; everything else is run_command.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/cli.hpp"

namespace {

using heddle::harness::ExitCode;

volatile std::sig_atomic_t was_interrupted = 0;

// The first Ctrl-C asks for an end, the second one does not ask.
extern "C" void on_interrupt(int signal) {
  was_interrupted = 1;
  std::signal(signal, SIG_DFL);
}

// HEDDLE_CHECK aborts, after it has said what is wrong.
extern "C" void on_abort(int /*signal*/) { _exit(static_cast<int>(ExitCode::Internal)); }

std::optional<std::string> variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  std::signal(SIGABRT, on_abort);
  heddle::harness::Terminal terminal{.out = std::cout,
                                     .err = std::cerr,
                                     .err_is_terminal = isatty(STDERR_FILENO) == 1,
                                     .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                                     .should_stop = [] { return was_interrupted != 0; },
                                     .environment = variable};
  ExitCode code = ExitCode::Internal;
  try {
    code = heddle::harness::run_command(std::vector<std::string>(argv + 1, argv + argc), terminal);
    std::cout.flush();
    if (!std::cout) {
      std::cerr << "error: the output could not be written\n";
      code = ExitCode::BadInput;
    }
  } catch (const std::exception& error) {
    std::cerr << "internal error: " << error.what() << "\nThis is a bug of Heddle's own.\n";
  }
  return static_cast<int>(code);
}
