// JsonReader and write_json: values of histories in JSON (RFC 8259).
//
// JSON has a part of the kinds of data. Objects are maps with strings as keys. What it does not
// have is written so that it can be read again:
//   1. a string that begins with ':' is a keyword: ":timed-out";
//   2. an object whose only key is "edn" is the value that its string says in EDN:
//      {"edn": "#{1 2}"}.
// Numbers that no 64-bit integer holds, fractions and exponents are reals, kept as written.
//
// Nesting deeper than kDepthMax is an error.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/datum.hpp"
#include "histories/edn.hpp"
#include "histories/text_cursor.hpp"

namespace heddle::histories {

class JsonReader {
 public:
  // Both outlive this.
  JsonReader(TextCursor& cursor, core::Data& data) : cursor_(cursor), data_(data) {}

  void skip_space();
  // The next value.
  bool read(core::Datum& datum);
  // The same, but it is only looked at.
  bool skip();

  // An object; the cursor stands on its brace. `slot_of(name)`: where the value of a key goes, or
  // null.
  template <typename SlotOf>
  bool read_record(const SlotOf& slot_of) {
    return read_list('}', [&] {
      std::string_view key;
      if (!read_key(key)) return false;
      core::Datum* const slot = slot_of(key);
      return read_colon() && (slot == nullptr ? skip() : read(*slot));
    });
  }

  // What stands between brackets, with commas; the cursor stands on the opening one.
  template <typename ReadItem>
  bool read_list(char close, const ReadItem& read_item) {
    const Place begin = cursor_.place();
    cursor_.advance();
    skip_space();
    if (cursor_.take(close)) return true;
    while (true) {
      skip_space();
      if (cursor_.is_end()) return does_not_end(begin, close);
      if (!read_item()) return false;
      skip_space();
      if (cursor_.take(close)) return true;
      if (!cursor_.take(',')) {
        return cursor_.is_end() ? does_not_end(begin, close) : cursor_.fail("a comma is expected");
      }
    }
  }

 private:
  bool does_not_end(Place begin, char close);
  bool read_key(std::string_view& key);
  bool read_colon();
  bool read_value(core::Datum& datum);
  bool read_array(core::Datum& datum);
  bool read_object(core::Datum& datum);
  bool read_escaped(std::string_view text, Place begin, core::Datum& datum);
  bool read_number(core::Datum& datum);
  bool read_word(core::Datum& datum);
  core::Datum string_datum(std::string_view text);

  TextCursor& cursor_;
  core::Data& data_;
  std::size_t depth_ = 0;
  bool is_skipping_ = false;
  std::vector<core::Datum> stack_;  // items of the collections that are open
  std::string buffer_;
};

// Appends the value in JSON, as JsonReader reads it.
void write_json(const core::Data& data, core::Datum datum, std::string& text);
// Appends a name, or another text, that is read as a string.
void write_json_string(std::string_view value, std::string& text);

}  // namespace heddle::histories
