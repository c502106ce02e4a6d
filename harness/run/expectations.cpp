#include "harness/run/expectations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

#include "harness/run/files.hpp"
#include "scenarios/fields.hpp"
#include "scenarios/yaml.hpp"

namespace heddle::harness {

using scenarios::Fields;
using scenarios::YamlNode;

namespace {

constexpr std::string_view kMagic = "expectations/1";

// The last parts of a path, as many as the pattern has.
std::string_view tail_of(std::string_view path, std::string_view pattern) {
  auto slashes = static_cast<std::size_t>(std::ranges::count(pattern, '/'));
  std::size_t begin = path.size();
  while (begin > 0) {
    if (path[begin - 1] == '/' && slashes-- == 0) break;
    --begin;
  }
  return path.substr(begin);
}

bool matches_path(std::string_view pattern, std::string_view path) {
  return matches_glob(pattern, tail_of(path, pattern));
}

const auto* find_match(const auto& entries, std::string_view path) {
  const auto found = std::ranges::find_if(
      entries, [path](const auto& entry) { return matches_path(entry.pattern, path); });
  return found == entries.end() ? nullptr : &*found;
}

// "elem.wast:12": 12.
std::optional<std::uint64_t> line_of(std::string_view place) {
  const std::size_t colon = place.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::uint64_t line = 0;
  const char* const end = place.data() + place.size();
  const auto [stopped_at, error] = std::from_chars(place.data() + colon + 1, end, line);
  if (error != std::errc() || stopped_at != end) return std::nullopt;
  return line;
}

core::Result<std::string> text_field(const Fields& fields, std::string_view key) {
  HEDDLE_LET(const YamlNode* const node, fields.require(key));
  return scenarios::text_of(*node, key == "reason" ? "a reason" : "a pattern of paths");
}

}  // namespace

// Reads one list after the other.
class ExpectationsReader {
 public:
  explicit ExpectationsReader(Expectations& result) : result_(result) {}

  core::Result<void> read(const YamlNode& root) {
    HEDDLE_LET(const Fields fields,
               Fields::of(root, "an expectations file",
                          {"heddle", "language", "out-of-scope", "known-failures"}));
    HEDDLE_LET(const YamlNode* const magic, fields.require("heddle"));
    if (magic->text != kMagic) {
      return scenarios::error_at(*magic, fmt::format("only 'heddle: {}' is known", kMagic));
    }
    HEDDLE_TRY(read_list(fields, "language", &ExpectationsReader::read_dialect));
    HEDDLE_TRY(read_list(fields, "out-of-scope", &ExpectationsReader::read_out_of_scope));
    return read_list(fields, "known-failures", &ExpectationsReader::read_known);
  }

 private:
  core::Result<void> read_list(
      const Fields& fields, std::string_view key,
      core::Result<void> (ExpectationsReader::*read_item)(const YamlNode&)) {
    const YamlNode* const node = fields.find(key);
    if (node == nullptr) return {};
    HEDDLE_TRY(scenarios::check_sequence(*node, "a list"));
    for (const YamlNode& item : node->items) HEDDLE_TRY((this->*read_item)(item));
    return {};
  }

  static core::Result<void> read_features(const Fields& fields, std::string_view key,
                                          std::vector<std::string>& result) {
    const YamlNode* const names = fields.find(key);
    if (names == nullptr) return {};
    HEDDLE_TRY(scenarios::check_sequence(*names, "a list of features"));
    for (const YamlNode& name : names->items) {
      Language scratch;
      const auto known = disable(scratch, {name.text});
      if (!known) return scenarios::error_at(name, known.error().message);
      result.push_back(name.text);
    }
    return {};
  }

  core::Result<void> read_dialect(const YamlNode& node) {
    HEDDLE_LET(const Fields fields, Fields::of(node, "an entry of language",
                                               {"files", "disable", "enable", "execution",
                                                "imports", "messages", "reason"}));
    Expectations::Dialect dialect;
    HEDDLE_LET(dialect.pattern, text_field(fields, "files"));
    HEDDLE_TRY(text_field(fields, "reason"));
    HEDDLE_TRY(read_features(fields, "disable", dialect.disabled));
    HEDDLE_TRY(read_features(fields, "enable", dialect.enabled));
    if (const YamlNode* const messages = fields.find("messages")) {
      if (messages->text != "ignored") {
        return scenarios::error_at(*messages, "only 'messages: ignored' is known");
      }
      dialect.ignores_messages = true;
    }
    if (const YamlNode* const execution = fields.find("execution")) {
      if (execution->text != "none") {
        return scenarios::error_at(*execution, "only 'execution: none' is known");
      }
      dialect.only_validates = true;
    }
    if (const YamlNode* const imports = fields.find("imports")) {
      if (imports->text != "by-name") {
        return scenarios::error_at(*imports, "only 'imports: by-name' is known");
      }
      dialect.imports_by_name = true;
    }
    result_.dialects_.push_back(std::move(dialect));
    return {};
  }

  core::Result<void> read_out_of_scope(const YamlNode& node) {
    HEDDLE_LET(const Fields fields,
               Fields::of(node, "an entry of out-of-scope", {"files", "reason"}));
    Expectations::OutOfScope entry;
    HEDDLE_LET(entry.pattern, text_field(fields, "files"));
    HEDDLE_LET(entry.reason, text_field(fields, "reason"));
    result_.out_of_scope_.push_back(std::move(entry));
    return {};
  }

  core::Result<void> read_known(const YamlNode& node) {
    HEDDLE_LET(const Fields fields,
               Fields::of(node, "an entry of known-failures", {"files", "lines", "reason"}));
    Expectations::KnownFailures entry;
    HEDDLE_LET(entry.pattern, text_field(fields, "files"));
    HEDDLE_LET(entry.reason, text_field(fields, "reason"));
    HEDDLE_LET(const YamlNode* const lines, fields.require("lines"));
    HEDDLE_TRY(scenarios::check_sequence(*lines, "a list of lines"));
    for (const YamlNode& line : lines->items) {
      HEDDLE_LET(const std::uint64_t number, scenarios::number_of(line, "the number of a line"));
      entry.lines.insert(number);
    }
    result_.known_.push_back(std::move(entry));
    return {};
  }

  Expectations& result_;
};

core::Result<Expectations> Expectations::parse(std::string_view text, std::string_view file) {
  HEDDLE_LET(const YamlNode root, scenarios::parse_yaml(text, file));
  Expectations result;
  HEDDLE_TRY(ExpectationsReader(result).read(root));
  return result;
}

const Expectations::OutOfScope* Expectations::find_out_of_scope(std::string_view path) const {
  return find_match(out_of_scope_, path);
}

const Expectations::KnownFailures* Expectations::find_known(std::string_view path) const {
  return find_match(known_, path);
}

Language Expectations::language_of(std::string_view path, Language language) const {
  const Dialect* const dialect = find_match(dialects_, path);
  if (dialect == nullptr) return language;
  std::ignore = disable(language, dialect->disabled);  // the names have been checked
  std::ignore = enable(language, dialect->enabled);
  language.ignores_messages = dialect->ignores_messages;
  language.only_validates = dialect->only_validates;
  language.imports_by_name = dialect->imports_by_name;
  return language;
}

bool Expectations::is_out_of_scope(std::string_view path) const {
  return find_out_of_scope(path) != nullptr;
}

void Expectations::apply(reports::FileResult& result) const {
  core::AssertionCounts& counts = result.counts;
  if (const OutOfScope* const entry = find_out_of_scope(result.file)) {
    if (counts.failed == 0) {
      ++counts.failed;
      result.failures = {
          {.place = "", .message = "passes, but is listed as out of scope: " + entry->reason}};
      return;
    }
    counts = {.passed = 0, .failed = 0, .skipped = counts.passed + counts.failed + counts.skipped};
    result.failures.clear();
    return;
  }
  const KnownFailures* const known = find_known(result.file);
  if (known == nullptr) return;
  std::set<std::uint64_t> missing = known->lines;
  std::erase_if(result.failures, [&](const reports::RunFailure& failure) {
    const auto line = line_of(failure.place);
    if (!line || !known->lines.contains(*line)) return false;
    missing.erase(*line);
    --counts.failed;
    ++counts.skipped;
    return true;
  });
  for (const std::uint64_t line : missing) {
    ++counts.failed;
    result.failures.push_back(
        {.place = fmt::format("{}:{}", base_name(result.file), line),
         .message = "passes, but is listed as a known failure: " + known->reason});
  }
}

}  // namespace heddle::harness
