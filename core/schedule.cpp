#include "core/schedule.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

#include "core/choice_text.hpp"

namespace heddle::core {
namespace {

constexpr std::string_view kMagic = "heddle-schedule";
constexpr std::string_view kVersion = "1";
constexpr std::size_t kColumnsMax = 100;

// `t0*4000000000` is eleven bytes of text: what it stands for must be bounded apart.
constexpr std::size_t kChoicesMax = std::size_t{1} << 24;

// Decimal, nothing else, and not more than 64 bits.
bool parse_number(std::string_view digits, std::uint64_t& number) {
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number, 10);
  return error == std::errc{} && stop == end && !digits.empty();
}

// What to show of a word that is not understood: words of hostile input may be long.
std::string quoted(std::string_view word) {
  if (word.empty()) return "the end";
  constexpr std::size_t kShownMax = 40;
  if (word.size() <= kShownMax) return fmt::format("'{}'", word);
  return fmt::format("'{}...'", word.substr(0, kShownMax));
}

// Line breaks mean no more than blanks do: the text may be rewrapped by hand or by an editor.
class ScheduleParser {
 public:
  ScheduleParser(std::string_view text, std::string_view file) : text_(text), file_(file) {
    advance();
  }

  Result<Schedule> parse() {
    Schedule schedule;
    HEDDLE_TRY(expect(kMagic, "a schedule begins with 'heddle-schedule 1'"));
    HEDDLE_TRY(expect(kVersion, "only version 1 of the schedule's form is known"));
    if (word_ == "program") {
      advance();
      auto program = parse_digest(word_);
      if (!program) return unexpected(program.error().message);
      schedule.program = *program;
      advance();
    }
    while (!word_.empty() && word_ != "tail") HEDDLE_TRY(parse_run(schedule.choices));
    HEDDLE_TRY(expect("tail", "a schedule ends with a tail"));
    HEDDLE_TRY(parse_tail(schedule.tail));
    if (!word_.empty()) return unexpected("the tail is the last thing in a schedule");
    return schedule;
  }

 private:
  static constexpr std::string_view kBlanks = " \t\r\n";

  void advance() {
    begin_ = text_.find_first_not_of(kBlanks, begin_ + word_.size());
    if (begin_ == std::string_view::npos) begin_ = text_.size();
    const std::size_t end = text_.find_first_of(kBlanks, begin_);
    word_ = text_.substr(begin_, end == std::string_view::npos ? end : end - begin_);
  }

  std::unexpected<Error> unexpected(std::string_view reason) const {
    return make_error(fmt::format("unexpected {}: {}", quoted(word_), reason),
                      locate(file_, text_, begin_));
  }

  Result<void> expect(std::string_view wanted, std::string_view reason) {
    if (word_ != wanted) return unexpected(reason);
    advance();
    return {};
  }

  // choice, or choice*count
  Result<void> parse_run(std::vector<Choice>& choices) {
    const std::size_t star = word_.find('*');
    const std::optional<Choice> choice = parse_choice(word_.substr(0, star));
    if (!choice) {
      return unexpected(
          "a choice is one of tN, timeout:tN, rf:N, grow:N, spawn:N, nan:N, relaxed:N, reclaim:N, "
          "gc:N, fault:N");
    }
    std::uint64_t count = 1;
    if (star != std::string_view::npos) {
      if (!parse_number(word_.substr(star + 1), count) || count == 0) {
        return unexpected("a repetition is *N with N at least 1");
      }
    }
    if (count > kChoicesMax - choices.size()) {
      return unexpected(fmt::format("a schedule has at most {} choices", kChoicesMax));
    }
    choices.insert(choices.end(), static_cast<std::size_t>(count), *choice);
    advance();
    return {};
  }

  Result<void> parse_tail(Tail& tail) {
    constexpr std::string_view kRandom = "random:";
    if (word_ == "stop") {
      tail.kind = TailKind::Stop;
    } else if (word_ == "first") {
      tail.kind = TailKind::First;
    } else if (word_.starts_with(kRandom) &&
               parse_number(word_.substr(kRandom.size()), tail.seed)) {
      tail.kind = TailKind::Random;
    } else {
      return unexpected("a tail is one of stop, first, random:SEED");
    }
    advance();
    return {};
  }

  std::string_view text_;
  std::string_view file_;
  std::size_t begin_ = 0;
  std::string_view word_;  // at begin_; empty at the end
};

std::string to_string(const Tail& tail) {
  switch (tail.kind) {
    case TailKind::Stop:
      return "stop";
    case TailKind::First:
      return "first";
    case TailKind::Random:
      return fmt::format("random:{}", tail.seed);
  }
  return "?";
}

void append_wrapped(std::string& text, std::size_t& column, std::string_view word) {
  if (column != 0 && column + 1 + word.size() > kColumnsMax) {
    text += '\n';
    column = 0;
  }
  if (column != 0) {
    text += ' ';
    ++column;
  }
  text += word;
  column += word.size();
}

}  // namespace

std::string print(const Schedule& schedule) {
  std::string text = fmt::format("{} {}\n", kMagic, kVersion);
  if (schedule.program) text += fmt::format("program {}\n", to_string(*schedule.program));
  const std::vector<Choice>& choices = schedule.choices;
  std::size_t column = 0;
  for (std::size_t i = 0; i < choices.size();) {
    std::size_t end = i + 1;
    while (end < choices.size() && choices[end] == choices[i]) ++end;
    std::string word = to_string(choices[i]);
    if (end - i > 1) word += fmt::format("*{}", end - i);
    append_wrapped(text, column, word);
    i = end;
  }
  if (column != 0) text += '\n';
  return text + fmt::format("tail {}\n", to_string(schedule.tail));
}

Result<Schedule> parse_schedule(std::string_view text, std::string_view file) {
  return ScheduleParser(text, file).parse();
}

}  // namespace heddle::core
