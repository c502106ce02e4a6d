#include "core/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "core/choice_text.hpp"

namespace heddle::core {
namespace {

constexpr std::array<std::string_view, 8> kRegions{"none",  "memory",       "length", "global",
                                                   "table", "table-length", "field",  "tls"};
constexpr auto kLastKind = static_cast<std::uint8_t>(ActionKind::Host);
constexpr auto kMissing = std::string_view("-");

std::optional<PendingAction> find_pending(const PendingActions& pending, std::uint64_t agent) {
  std::size_t begin = 0;
  std::size_t end = pending.size();
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    const PendingAction action = pending[middle];
    if (action.agent.index == agent) return action;
    if (action.agent.index < agent) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return std::nullopt;
}

std::string text_of(const Location& location) {
  if (location == Location{}) return std::string(kMissing);
  return fmt::format("{}{}+{:#x}", kRegions[static_cast<std::size_t>(location.region)],
                     location.number, location.offset);
}

std::string text_of(const CodeLocation& where) {
  if (where == CodeLocation{}) return std::string(kMissing);
  return fmt::format("{}:{}:{}", where.module, where.function, where.offset);
}

std::string text_of(const ChoiceRecord& record, const std::vector<Choice>& options_before) {
  std::string text = fmt::format("{} {} {} {} {} at {}", record.step, to_string(record.choice),
                                 to_string(record.action), text_of(record.location),
                                 record.size_bytes, text_of(record.where));
  if (record.options == options_before) return text;
  text += " of";
  for (const Choice& option : record.options) text += " " + to_string(option);
  return text;
}

template <typename Number>
bool take_number(std::string_view& text, Number& number, int base = 10) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return true;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool parse_location(std::string_view word, Location& location) {
  if (word == kMissing) return true;
  const auto name = word.substr(0, word.find_first_of("0123456789"));
  const auto region = std::ranges::find(kRegions, name);
  if (region == kRegions.end()) return false;
  location.region = static_cast<RegionKind>(region - kRegions.begin());
  word.remove_prefix(name.size());
  return take_number(word, location.number) && take(word, "+0x") &&
         take_number(word, location.offset, 16) && word.empty();
}

bool parse_where(std::string_view word, CodeLocation& where) {
  if (word == kMissing) return true;
  return take_number(word, where.module) && take(word, ":") && take_number(word, where.function) &&
         take(word, ":") && take_number(word, where.offset) && word.empty();
}

bool parse_action(std::string_view word, ActionKind& action) {
  for (std::uint8_t kind = 0; kind <= kLastKind; ++kind) {
    action = static_cast<ActionKind>(kind);
    if (to_string(action) == word) return true;
  }
  return false;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

bool parse_choice_record(const std::vector<std::string_view>& words, ChoiceRecord& record) {
  if (words.size() < 7 || words[5] != "at") return false;
  std::string_view step = words[0];
  std::string_view size = words[4];
  const auto choice = parse_choice(words[1]);
  if (!choice || !take_number(step, record.step) || !step.empty()) return false;
  record.choice = *choice;
  if (!parse_action(words[2], record.action) || !parse_location(words[3], record.location) ||
      !take_number(size, record.size_bytes) || !size.empty() ||
      !parse_where(words[6], record.where)) {
    return false;
  }
  if (words.size() == 7) return true;
  if (words[7] != "of") return false;
  record.options.clear();
  for (std::size_t i = 8; i < words.size(); ++i) {
    const auto option = parse_choice(words[i]);
    if (!option) return false;
    record.options.push_back(*option);
  }
  return true;
}

}  // namespace

ChoiceRecord record_of(const ChoicePoint& point, const Choice& chosen) {
  ChoiceRecord record{.step = point.step,
                      .choice = chosen,
                      .options = {point.options.begin(), point.options.end()}};
  std::ranges::sort(record.options);
  if (chosen.kind != ChoiceKind::NextAgent) return record;
  if (const auto pending = find_pending(point.pending, chosen.operand)) {
    record.action = pending->kind;
    record.location = pending->location;
    record.size_bytes = pending->size_bytes;
    record.where = pending->where;
  }
  return record;
}

void RecordBuilder::add(ChoiceRecord choice) {
  const bool is_first = record_.count == record_.choices.size();
  ++record_.count;
  options_ += choice.options.size();
  if (is_first && record_.count <= Record::kRecordedMax && options_ <= Record::kOptionsMax) {
    record_.choices.push_back(std::move(choice));
    return;
  }
  block_.add_text(text_of(choice, {}));
  // A chain: each block's digest is of everything up to its end.
  const std::uint64_t behind = record_.count - record_.choices.size();
  if (behind % Record::kBlock == 0) record_.blocks.push_back(block_.finish());
}

Record RecordBuilder::finish() {
  const std::uint64_t behind = record_.count - record_.choices.size();
  if (behind % Record::kBlock != 0) record_.blocks.push_back(block_.finish());
  return std::move(record_);
}

std::string print(const Record& record) {
  std::string text;
  const std::vector<Choice> nothing;
  const std::vector<Choice>* before = &nothing;
  for (const ChoiceRecord& choice : record.choices) {
    text += text_of(choice, *before) + "\n";
    before = &choice.options;
  }
  for (const Digest& block : record.blocks) text += fmt::format("block {}\n", to_string(block));
  return text + fmt::format("choices {}\n", record.count);
}

Result<Record> parse_record(std::string_view text, std::string_view file) {
  Record record;
  bool has_ended = false;
  std::size_t options = 0;
  std::size_t offset = 0;
  while (offset < text.size()) {
    const std::size_t end = std::min(text.find('\n', offset), text.size());
    const std::vector<std::string_view> words = words_of(text.substr(offset, end - offset));
    const auto fail = [&](std::string_view why) {
      return make_error(std::string(why), locate(file, text, offset));
    };
    const bool is_pair = words.size() == 2;
    if (words.empty() || has_ended) {
      if (!words.empty()) return fail("the number of choices is the last line of a record");
    } else if (is_pair && words[0] == "block") {
      HEDDLE_LET(const Digest block, parse_digest(words[1]));
      record.blocks.push_back(block);
    } else if (is_pair && words[0] == "choices") {
      std::string_view digits = words[1];
      has_ended = take_number(digits, record.count) && digits.empty();
      if (!has_ended) return fail("the number of choices is a number");
    } else {
      ChoiceRecord choice;
      if (!record.choices.empty()) choice.options = record.choices.back().options;
      if (!parse_choice_record(words, choice)) {
        return fail("a line of a record is 'STEP CHOICE ACTION LOCATION SIZE at PLACE of OPTIONS'");
      }
      options += choice.options.size();
      if (record.choices.size() == Record::kRecordedMax || options > Record::kOptionsMax) {
        return fail("a record has no more choices and options than this");
      }
      record.choices.push_back(std::move(choice));
    }
    offset = end + 1;
  }
  if (!has_ended) return make_error("a record ends with the number of its choices");
  return record;
}

}  // namespace heddle::core
