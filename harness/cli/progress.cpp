#include "harness/cli/progress.hpp"

#include <fmt/format.h>

namespace heddle::harness {

namespace {

constexpr double kTerminalEverySeconds = 0.2;
constexpr double kLogEverySeconds = 5;

std::string duration(double seconds) {
  if (seconds < 60) return fmt::format("{:.0f} s", seconds);
  const auto minutes = static_cast<std::uint64_t>(seconds / 60);
  if (minutes < 60) return fmt::format("{} min", minutes);
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

// How fast, and how long it takes.
std::string pace(std::uint64_t done, std::uint64_t total, double seconds, std::string_view about) {
  if (done == 0 || seconds <= 0) return {};
  const double rate = static_cast<double>(done) / seconds;
  std::string text = rate >= 10 ? fmt::format(", {:.0f}/s", rate) : fmt::format(", {:.1f}/s", rate);
  if (total <= done) return text;
  return text +
         fmt::format(", {}{} left", about, duration(static_cast<double>(total - done) / rate));
}

}  // namespace

std::string describe_progress(std::uint64_t done, std::uint64_t total, std::string_view noun,
                              double seconds) {
  const std::string text =
      total == 0 ? fmt::format("{} {}", done, noun) : fmt::format("{} of {} {}", done, total, noun);
  return text + pace(done, total, seconds, "");
}

std::string describe_search(std::uint64_t done, std::uint64_t estimate, std::string_view noun,
                            double seconds) {
  return fmt::format("{} {} of about {}", done, noun, estimate) +
         pace(done, estimate, seconds, "about ");
}

void Progress::update(std::uint64_t done, std::uint64_t total, double seconds,
                      std::string_view prefix) {
  if (!is_due(seconds)) return;
  say(std::string(prefix) + describe_progress(done, total, noun_, seconds), seconds);
}

void Progress::update_search(std::uint64_t done, std::uint64_t estimate, std::uint64_t total,
                             double seconds, std::string_view prefix) {
  if (!is_due(seconds)) return;
  const bool is_limited = total != 0 && total < estimate;
  say(std::string(prefix) + (estimate == 0 || is_limited
                                 ? describe_progress(done, total, noun_, seconds)
                                 : describe_search(done, estimate, noun_, seconds)),
      seconds);
}

bool Progress::is_due(double seconds) const {
  const double every = terminal_.err_is_terminal ? kTerminalEverySeconds : kLogEverySeconds;
  return seconds - shown_at_seconds_ >= every;
}

void Progress::say(std::string_view text, double seconds) {
  if (!is_due(seconds)) return;
  shown_at_seconds_ = seconds;
  if (terminal_.err_is_terminal) {
    terminal_.err << "\r\x1b[K" << text << std::flush;
    terminal_.shows_progress = true;
  } else {
    terminal_.err << text << '\n' << std::flush;
  }
}

}  // namespace heddle::harness
