// Progress: how far a long command is, with rate and time left.
//
// On a terminal: one line that is written over, a few times a second, and removed at the end.
// Elsewhere: a plain line every few seconds, so that a log stays short; none for quick commands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "harness/cli/terminal.hpp"

namespace heddle::harness {

// "3412 of 10000 schedules, 51200/s, 1 s left". Without a total (0) no time is left.
[[nodiscard]] std::string describe_progress(std::uint64_t done, std::uint64_t total,
                                            std::string_view noun, double seconds);
// The same of a search, with an estimate of the total: "3412 schedules of about 10000, 51200/s,
// about 1 s left".
[[nodiscard]] std::string describe_search(std::uint64_t done, std::uint64_t estimate,
                                          std::string_view noun, double seconds);

class Progress {
 public:
  // `noun`: what is counted, in the plural.
  Progress(Terminal& terminal, std::string noun) : terminal_(terminal), noun_(std::move(noun)) {}
  ~Progress() { terminal_.clear_progress(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Cheap enough to be called after everything that is done. `seconds`: since the beginning.
  void update(std::uint64_t done, std::uint64_t total, double seconds,
              std::string_view prefix = {});
  // The same for a search. `total`: at most so many; 0: no limit.
  void update_search(std::uint64_t done, std::uint64_t estimate, std::uint64_t total,
                     double seconds, std::string_view prefix = {});
  // The same for work of which it is not known how much there is.
  void say(std::string_view text, double seconds);

 private:
  [[nodiscard]] bool is_due(double seconds) const;

  Terminal& terminal_;
  std::string noun_;
  double shown_at_seconds_ = 0;
};

}  // namespace heddle::harness
