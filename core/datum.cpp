#include "core/datum.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/check.hpp"

namespace heddle::core {

namespace {

constexpr std::int64_t kFirstEntry = std::int64_t{1} << 61;

bool is_small(std::int64_t word) { return word >= -kFirstEntry && word < kFirstEntry; }

void mix(std::size_t& hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e37'79b9'7f4a'7c15;
  hash ^= hash >> 32;
}

// As Clojure's pr writes it.
void append_quoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
  out += '"';
}

}  // namespace

std::string_view describe(DatumKind kind) {
  static constexpr std::array<std::string_view, 12> kNames{
      "nil",      "nothing",   "a boolean", "an integer", "a real number", "a character",
      "a string", "a keyword", "a symbol",  "a vector",   "a set",         "a map"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::size_t Data::EntryHash::operator()(const Entry* entry) const {
  std::size_t hash = static_cast<std::size_t>(entry->kind);
  mix(hash, static_cast<std::uint64_t>(entry->integer));
  mix(hash, std::hash<std::string>()(entry->text));
  for (const Datum item : entry->items) mix(hash, static_cast<std::uint64_t>(item.word));
  return hash;
}

bool Data::EntryEqual::operator()(const Entry* left, const Entry* right) const {
  return left->kind == right->kind && left->integer == right->integer &&
         left->text == right->text && left->items == right->items;
}

Data& Data::operator=(const Data& other) {
  if (this == &other) return *this;
  entries_.clear();
  words_.clear();
  for (const Entry& entry : other.entries_) (void)intern(entry);  // in order: equal words
  return *this;
}

Datum Data::intern(Entry entry) {
  const auto found = words_.find(&entry);
  if (found != words_.end()) return {found->second};
  const std::int64_t word = kFirstEntry + static_cast<std::int64_t>(entries_.size());
  entries_.push_back(std::move(entry));
  words_.emplace(&entries_.back(), word);
  return {word};
}

const Data::Entry* Data::entry_of(Datum datum) const {
  if (datum.word < kFirstEntry) return nullptr;
  const auto index = static_cast<std::size_t>(datum.word - kFirstEntry);
  HEDDLE_CHECK(index < entries_.size());
  return &entries_[index];
}

Datum Data::integer(std::int64_t value) {
  if (is_small(value)) return {value};
  return intern({.kind = DatumKind::Integer, .integer = value});
}

Datum Data::real(std::string_view text) { return text_datum(DatumKind::Real, text); }

Datum Data::text_datum(DatumKind kind, std::string_view text) {
  return intern({.kind = kind, .text = std::string(text)});
}

Datum Data::vector(std::span<const Datum> items) {
  return intern({.kind = DatumKind::Vector, .items = {items.begin(), items.end()}});
}

Datum Data::set(std::vector<Datum> items) {
  std::ranges::sort(items);
  const auto repeated = std::ranges::unique(items);
  items.erase(repeated.begin(), repeated.end());
  return intern({.kind = DatumKind::Set, .items = std::move(items)});
}

Datum Data::map(std::span<const Datum> items) {
  HEDDLE_CHECK(items.size() % 2 == 0);
  std::vector<std::pair<Datum, Datum>> pairs;
  for (std::size_t i = 0; i < items.size(); i += 2) pairs.emplace_back(items[i], items[i + 1]);
  std::ranges::stable_sort(pairs, {}, &std::pair<Datum, Datum>::first);
  Entry entry{.kind = DatumKind::Map};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i + 1 < pairs.size() && pairs[i].first == pairs[i + 1].first) continue;
    entry.items.push_back(pairs[i].first);
    entry.items.push_back(pairs[i].second);
  }
  return intern(std::move(entry));
}

DatumKind Data::kind_of(Datum datum) const {
  if (const Entry* const entry = entry_of(datum)) return entry->kind;
  if (is_small(datum.word)) return DatumKind::Integer;
  if (datum == kNil) return DatumKind::Nil;
  if (datum == kUnknown) return DatumKind::Unknown;
  return DatumKind::Boolean;
}

std::optional<std::int64_t> Data::integer_of(Datum datum) const {
  if (is_small(datum.word)) return datum.word;
  const Entry* const entry = entry_of(datum);
  if (entry == nullptr || entry->kind != DatumKind::Integer) return std::nullopt;
  return entry->integer;
}

std::string_view Data::text_of(Datum datum) const {
  const Entry* const entry = entry_of(datum);
  return entry == nullptr ? std::string_view() : entry->text;
}

std::span<const Datum> Data::items_of(Datum datum) const {
  const Entry* const entry = entry_of(datum);
  return entry == nullptr ? std::span<const Datum>() : std::span<const Datum>(entry->items);
}

Datum Data::find(Datum map, std::string_view key) const {
  if (kind_of(map) != DatumKind::Map) return kUnknown;
  const std::span<const Datum> items = items_of(map);
  for (std::size_t i = 0; i < items.size(); i += 2) {
    const DatumKind kind = kind_of(items[i]);
    const bool is_name = kind == DatumKind::Keyword || kind == DatumKind::String;
    if (is_name && text_of(items[i]) == key) return items[i + 1];
  }
  return kUnknown;
}

std::string Data::to_string(Datum datum) const {
  std::string text;
  append(datum, text);
  return text;
}

void Data::append(Datum datum, std::string& text) const {
  const std::span<const Datum> items = items_of(datum);
  const auto append_items = [&](std::string_view open, std::string_view close) {
    text += open;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool is_pair_begin = kind_of(datum) == DatumKind::Map && i % 2 == 0;
      if (i > 0) text += is_pair_begin ? ", " : " ";
      append(items[i], text);
    }
    text += close;
  };
  switch (kind_of(datum)) {
    case DatumKind::Nil:
      text += "nil";
      break;
    case DatumKind::Unknown:
      text += "_";
      break;
    case DatumKind::Boolean:
      text += datum == kTrue ? "true" : "false";
      break;
    case DatumKind::Integer:
      text += std::to_string(*integer_of(datum));
      break;
    case DatumKind::Real:
    case DatumKind::Symbol:
      text += text_of(datum);
      break;
    case DatumKind::Character:
      text += '\\';
      text += text_of(datum);
      break;
    case DatumKind::String:
      append_quoted(text_of(datum), text);
      break;
    case DatumKind::Keyword:
      text += ':';
      text += text_of(datum);
      break;
    case DatumKind::Vector:
      append_items("[", "]");
      break;
    case DatumKind::Set:
      append_items("#{", "}");
      break;
    case DatumKind::Map:
      append_items("{", "}");
      break;
  }
}

Datum Data::copy(Datum datum, const Data& from) {
  const Entry* const entry = from.entry_of(datum);
  if (entry == nullptr) return datum;
  std::vector<Datum> items;
  for (const Datum item : entry->items) items.push_back(copy(item, from));
  if (entry->kind == DatumKind::Set) return set(std::move(items));
  if (entry->kind == DatumKind::Map) return map(items);
  return intern({.kind = entry->kind,
                 .integer = entry->integer,
                 .text = entry->text,
                 .items = std::move(items)});
}

}  // namespace heddle::core
