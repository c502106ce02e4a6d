// Datum: a value in a recorded history: nil, 42, :x, "text", [1 2], #{1 2}, {:from 3, :to 0}.
//
// The kinds are those of EDN, which Jepsen's histories are written in; JSON has a part of them.
// Invariants:
//   1. A datum is one word. Within one pool (Data), equal data have equal words, so that comparing
//      and hashing take one instruction, however large the value is.
//   2. The word of an integer from -2^61 to 2^61-1 is the integer itself, in every pool; so are
//      those of nil, unknown, true and false the same in every pool.
//   3. A set's items are ordered by their words and pairwise different; a map's are keys and values
//      in turn, ordered by the keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heddle::core {

struct Datum {
  std::int64_t word = INT64_MIN;  // nil

  auto operator<=>(const Datum&) const = default;
};

inline constexpr Datum kNil{INT64_MIN};
inline constexpr Datum kUnknown{INT64_MIN + 1};  // there is no result, or nobody has seen it
inline constexpr Datum kFalse{INT64_MIN + 2};
inline constexpr Datum kTrue{INT64_MIN + 3};

enum class DatumKind : std::uint8_t {
  Nil,
  Unknown,
  Boolean,
  Integer,
  Real,
  Character,
  String,
  Keyword,
  Symbol,
  Vector,  // lists too
  Set,
  Map,
};

// "a string", "an integer", ...: for messages.
[[nodiscard]] std::string_view describe(DatumKind kind);

// The pool: all values of one history that are not in their words.
class Data {
 public:
  [[nodiscard]] Datum integer(std::int64_t value);
  [[nodiscard]] static Datum boolean(bool value) { return value ? kTrue : kFalse; }
  // As it is written; numbers that no 64-bit integer holds are reals too.
  [[nodiscard]] Datum real(std::string_view text);
  [[nodiscard]] Datum string(std::string_view text) { return text_datum(DatumKind::String, text); }
  // Without the colon.
  [[nodiscard]] Datum keyword(std::string_view text) {
    return text_datum(DatumKind::Keyword, text);
  }
  // kind: Character, String, Keyword, Symbol or Real.
  [[nodiscard]] Datum text_datum(DatumKind kind, std::string_view text);
  [[nodiscard]] Datum vector(std::span<const Datum> items);
  [[nodiscard]] Datum set(std::vector<Datum> items);
  // Keys and values in turn; of equal keys the last one counts.
  [[nodiscard]] Datum map(std::span<const Datum> items);

  [[nodiscard]] DatumKind kind_of(Datum datum) const;
  [[nodiscard]] std::optional<std::int64_t> integer_of(Datum datum) const;
  // Of String, Keyword, Symbol, Character and Real; else empty.
  [[nodiscard]] std::string_view text_of(Datum datum) const;
  // Of Vector, Set and Map; else empty.
  [[nodiscard]] std::span<const Datum> items_of(Datum datum) const;
  // In a map, under a keyword or a string of this name; kUnknown if it is not there.
  [[nodiscard]] Datum find(Datum map, std::string_view key) const;

  // In EDN. Unknown is "_".
  [[nodiscard]] std::string to_string(Datum datum) const;
  // The same value in this pool.
  [[nodiscard]] Datum copy(Datum datum, const Data& from);

 private:
  struct Entry {
    DatumKind kind = DatumKind::Nil;
    std::int64_t integer = 0;
    std::string text{};
    std::vector<Datum> items{};
  };
  struct EntryHash {
    std::size_t operator()(const Entry* entry) const;
  };
  struct EntryEqual {
    bool operator()(const Entry* left, const Entry* right) const;
  };

  Datum intern(Entry entry);
  [[nodiscard]] const Entry* entry_of(Datum datum) const;
  void append(Datum datum, std::string& text) const;

  std::deque<Entry> entries_;  // that do not move
  // order never seen: looked up, never iterated
  std::unordered_map<const Entry*, std::int64_t, EntryHash, EntryEqual> words_;

 public:
  Data() = default;
  Data(Data&&) noexcept = default;
  Data& operator=(Data&&) noexcept = default;
  Data(const Data& other) { *this = other; }
  Data& operator=(const Data& other);
  ~Data() = default;
};

}  // namespace heddle::core
