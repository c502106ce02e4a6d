// EdnReader: values in EDN (extensible data notation), the form of Jepsen's histories.
//
// All of it: nil, booleans, integers (N), reals (M), ratios, characters, strings, keywords,
// symbols, lists, vectors, sets, maps, ##Inf; commas are spaces; `;` begins a comment, `#_`
// discards the next value. Of a tagged value the value counts. Lists are vectors.
//
// Invariants:
//   1. Nesting deeper than kDepthMax is an error, not a crash.
//   2. What Data::to_string writes is read as the same value.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/datum.hpp"
#include "core/result.hpp"
#include "histories/text_cursor.hpp"

namespace heddle::histories {

inline constexpr std::size_t kDepthMax = 200;

// Of a keyword behind its colon, or of a symbol.
[[nodiscard]] bool is_edn_name(std::string_view text);

// A text that is one value.
[[nodiscard]] core::Result<core::Datum> parse_edn(std::string_view text, core::Data& data);

class EdnReader {
 public:
  // Both outlive this. `depth`: how deep the values are already.
  EdnReader(TextCursor& cursor, core::Data& data, std::size_t depth = 0)
      : cursor_(cursor), data_(data), depth_(depth) {}

  // To the next value, or to what ends the collection, or to the end of the text.
  bool skip_space();
  // The next value.
  bool read(core::Datum& datum);
  // The same, but it is only looked at.
  bool skip();
  // Over "#tag", before a value. The cursor stands on '#', and no set or discarded value begins.
  bool skip_tag();

  // A map. `slot_of(name)`: where the value under a keyword or string goes, or null.
  template <typename SlotOf>
  bool read_record(const SlotOf& slot_of) {
    const Place begin = cursor_.place();
    cursor_.advance();
    while (true) {
      if (!skip_space()) return false;
      if (cursor_.take('}')) return true;
      if (cursor_.is_end()) return cursor_.fail_at(begin, "this map does not end");
      std::string_view key;
      if (!read_key(key)) return false;
      core::Datum* const slot = slot_of(key);
      if (!skip_space()) return false;
      if (cursor_.peek() == '}') return cursor_.fail("a map has a value for each key");
      if (!(slot == nullptr ? skip() : read(*slot))) return false;
    }
  }

 private:
  bool read_key(std::string_view& key);  // empty: no name
  bool read_value(core::Datum& datum);
  bool read_dispatch(core::Datum& datum);  // behind '#'
  bool read_items(char close, core::DatumKind kind, core::Datum& datum);
  bool read_string(core::Datum& datum);
  bool read_character(core::Datum& datum);
  bool read_number(std::string_view token, core::Datum& datum);
  [[nodiscard]] std::string_view token() const;
  core::Datum make(core::DatumKind kind, std::string_view text);

  TextCursor& cursor_;
  core::Data& data_;
  std::size_t depth_;
  bool is_skipping_ = false;
  std::vector<core::Datum> stack_;  // items of the collections that are open
  std::string buffer_;
};

}  // namespace heddle::histories
