// Checks a history while it is being written: breadth first, line by line, up to the first event
// that cannot be explained.
//
// Memory depends on what is open and on what the object can be, not on the length of the history;
// only values that are no small integers, and calls that crashed, stay for ever.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "harness/linear/frontier.hpp"
#include "harness/models/calls.hpp"
#include "histories/read.hpp"

namespace heddle::harness {

struct FollowOptions {
  std::shared_ptr<const Model> model;
  Semantics semantics{};
  DecideOptions decide{};
  std::optional<histories::Format> format{};  // nothing: told by the first lines
  bool is_keyed = false;                      // values are [key value]
};

class HistoryFollower {
 public:
  explicit HistoryFollower(FollowOptions options);

  // Not Pass: nothing more needs to be said; explanation() says why.
  [[nodiscard]] core::Result<core::VerdictKind> add_line(std::string_view line);

  // One or more lines of text.
  [[nodiscard]] const std::string& explanation() const { return explanation_; }
  [[nodiscard]] std::uint64_t operations() const { return operations_; }  // that have ended

 private:
  // One key's object.
  struct Object {
    explicit Object(Frontier made) : frontier(std::move(made)) {}
    Frontier frontier;
    std::map<std::int64_t, std::vector<std::uint64_t>> open;  // calls, by process
    std::map<std::int64_t, std::uint32_t> lanes;
  };

  core::Result<core::VerdictKind> take(const histories::EventChange& change);
  core::Result<void> begin(Object& object, const core::Operation& operation);
  core::Result<core::VerdictKind> end(Object& object, const core::Operation& operation);
  [[nodiscard]] core::Result<std::vector<ModelCall>> calls_of(Object& object,
                                                              core::Operation operation,
                                                              bool has_ended) const;
  [[nodiscard]] core::Operation unkeyed(core::Operation operation) const;
  Object& object_of(core::Datum key);
  void explain(const Object& object, const core::Operation& operation);

  FollowOptions options_;
  histories::JepsenEvents events_;
  std::map<std::int64_t, Object> objects_;  // by the key's word
  std::uint32_t line_ = 0;
  std::uint64_t operations_ = 0;
  std::string explanation_;
};

// Lines of a file that grows, or of the standard input ("-").
class GrowingLines {
 public:
  // Errors: the file cannot be read.
  [[nodiscard]] static core::Result<std::unique_ptr<GrowingLines>> open(const std::string& path);
  virtual ~GrowingLines() = default;

  // Waits for a whole line. Nothing: the input has ended, or `should_stop`.
  [[nodiscard]] virtual std::optional<std::string> next(
      const std::function<bool()>& should_stop) = 0;
};

}  // namespace heddle::harness
