// What the checkers share: visiting operations by name, and building reports.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/jepsen/jepsen.hpp"

namespace heddle::harness {

// Elements in the order of their first appearance, each with what is known of it.
template <typename State>
class ElementTable {
 public:
  State& operator[](core::Datum element) {
    const auto [found, is_new] = index_.try_emplace(element.word, states_.size());
    if (is_new) states_.emplace_back(element, State());
    return states_[found->second].second;
  }
  [[nodiscard]] State* find(core::Datum element) {
    const auto found = index_.find(element.word);
    return found == index_.end() ? nullptr : &states_[found->second].second;
  }
  [[nodiscard]] std::size_t size() const { return states_.size(); }
  [[nodiscard]] auto begin() { return states_.begin(); }
  [[nodiscard]] auto end() { return states_.end(); }

 private:
  std::map<std::int64_t, std::size_t> index_;
  std::vector<std::pair<core::Datum, State>> states_;
};

enum class EventSide : std::uint8_t { Invocation, Completion };

// An invocation or a completion, in the order of their times. Completions of Info operations too,
// where the file has them.
struct CheckerEvent {
  std::uint64_t time = 0;
  EventSide side = EventSide::Invocation;
  std::uint32_t operation = 0;

  auto operator<=>(const CheckerEvent&) const = default;
};
[[nodiscard]] std::vector<CheckerEvent> events_of(const CheckerInput& input);

// Those of the operations that have this name, of any completion.
[[nodiscard]] std::vector<std::uint32_t> operations_named(const CheckerInput& input,
                                                          std::string_view function);
// And of them those that are ok, in the order of their completions.
[[nodiscard]] std::vector<std::uint32_t> completed_named(const CheckerInput& input,
                                                         std::string_view function);

// "read of line 12", or "3: read -> 5" of a history that is in no file.
[[nodiscard]] std::string describe(const CheckerInput& input, std::uint32_t operation);

// An error at the operation's place.
[[nodiscard]] std::unexpected<core::Error> error_at(const CheckerInput& input,
                                                    std::uint32_t operation, std::string message);

// Nil, or not in the file.
[[nodiscard]] inline bool is_nothing(core::Datum datum) {
  return datum == core::kNil || datum == core::kUnknown;
}

// An error, unless the operation's result is a vector or set.
[[nodiscard]] core::Result<void> expect_collection(const CheckerInput& input,
                                                   std::uint32_t operation);

// Elements as Jepsen prints them: integers ascending, runs of them as "3..7", then the others.
[[nodiscard]] std::vector<std::string> element_texts(const core::Data& data,
                                                     const std::vector<core::Datum>& elements);

void add_count(CheckerReport& report, std::string name, std::size_t count);
// "NAME-count" and, if there are any, NAME.
void add_elements(CheckerReport& report, const core::Data& data, std::string_view name,
                  const std::vector<core::Datum>& elements);
void add_failure(CheckerReport& report, std::string message,
                 std::vector<std::uint32_t> operations = {});
void add_doubt(CheckerReport& report, std::string message,
               std::vector<std::uint32_t> operations = {});

}  // namespace heddle::harness
