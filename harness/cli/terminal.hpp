// Terminal: where the command line's words go, and what its exit codes mean.
//
// Results go to `out`, and with --json nothing else does; what is said about them (errors,
// progress, hints) goes to `err`.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/verdict.hpp"

namespace heddle::harness {

enum class ExitCode : int {
  Pass = 0,
  Failure = 1,   // a property or conformance failure
  BadInput = 2,  // bad usage or input
  Unknown = 3,   // a limit was reached, or the user has interrupted
  Internal = 4,  // a bug of Heddle's own
};

[[nodiscard]] ExitCode exit_code_of(core::VerdictKind verdict);

struct Terminal {
  std::ostream& out;
  std::ostream& err;
  bool err_is_terminal = false;
  bool out_is_terminal = false;
  // True once the user wants an end: what has been found so far is then reported.
  std::function<bool()> should_stop = [] { return false; };
  // The value of a variable of the environment, if it is set.
  std::function<std::optional<std::string>(const char* name)> environment = [](const char*) {
    return std::nullopt;
  };
  bool shows_progress = false;  // on the last line, without a line break

  // Before anything else is written, which would continue that line.
  void clear_progress();
};

// should_stop, and that so many seconds are over, from now on; nothing: there is time.
[[nodiscard]] std::function<bool()> stops_after(const Terminal& terminal,
                                                std::optional<double> seconds);

// Says what is wrong with an input, with the line of the file that is meant where there is one.
// `hint`, if not empty, follows. Returns BadInput.
ExitCode complain(Terminal& terminal, const core::Error& error, std::string_view hint = {});

// The same for an error in what `file` holds, which has places of its own: a repro's program.
ExitCode complain_of_part(Terminal& terminal, const std::string& file, const core::Error& error,
                          std::string_view hint = {});

}  // namespace heddle::harness
