// RapidCheck's values of all kinds, for the tests of this folder.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/datum.hpp"

namespace heddle::histories {

inline std::string any_name() {
  return *rc::gen::element<std::string>("a", "b", "read", "x/y", "edn", "nil?", ">=", "_1");
}

// Texts that are hard to write.
inline std::string any_text() {
  return *rc::gen::oneOf(
      rc::gen::element<std::string>("", ":a", ":a b", "edn", "a\nb", "\"\\", "\x01", "{\"edn\":1}",
                                    "\xC3\xA9", "a b", " "),
      rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab:\\\" \n\t"))));
}

inline core::Datum any_value(core::Data& data, int depth) {
  const auto items = [&] {
    std::vector<core::Datum> values;
    const int count = *rc::gen::inRange(0, 4);
    for (int i = 0; i < count; ++i) values.push_back(any_value(data, depth - 1));
    return values;
  };
  switch (*rc::gen::inRange(0, depth > 0 ? 12 : 9)) {
    case 0:
      return core::kNil;
    case 1:
      return core::Data::boolean(*rc::gen::arbitrary<bool>());
    case 2:
      return data.integer(*rc::gen::arbitrary<std::int64_t>());
    case 3:
      return data.real(*rc::gen::element<std::string>("1.5", "-2e10", "1/3", "7M", "##NaN",
                                                      "98765432109876543210"));
    case 4:
      return data.text_datum(core::DatumKind::Character,
                             *rc::gen::element<std::string>("a", "newline", "(", "\\", "u0001"));
    case 5:
      return data.string(any_text());
    case 6:
      return data.keyword(any_name());
    case 7:
      return data.text_datum(core::DatumKind::Symbol, any_name());
    case 8:
      return data.integer(*rc::gen::inRange(0, 3));
    case 9:
      return data.vector(items());
    case 10:
      return data.set(items());
    default:
      break;
  }
  std::vector<core::Datum> pairs = items();
  if (pairs.size() % 2 != 0) pairs.pop_back();
  return data.map(pairs);
}

}  // namespace heddle::histories
