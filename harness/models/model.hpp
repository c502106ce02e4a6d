// Model: the sequential specification of an object, which says what a history is held against.
//
// A model is deterministic: in one state an operation gives one new state and at most one result,
// or it cannot happen yet (acquiring a mutex that is held). All are pure functions over small
// vectors of words. docs/models.md describes each for users.
//
// A call of a model is an operation of a history made ready for the deciders: its name is a code,
// its values are words, its times are ranks. Words are those of data (core/datum.hpp), or, where
// the model counts with them (takes_integers), the 64-bit integers themselves.
//
// Invariants:
//   1. `step` and `result_of` depend on nothing but their arguments, and may be called from several
//      threads.
//   2. A call without a result (has_result is false) is explained by any result.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/history.hpp"
#include "core/result.hpp"

namespace heddle::harness {

using ModelState = std::vector<std::int64_t>;

// What an operation does, in the words of the special deciders (harness/linear/decide.hpp).
enum class Verb : std::uint8_t {
  Other,
  Read,             // one cell
  Write,            //
  Cas,              // = 1 or 0
  CompareExchange,  // = the old value
  Exchange,         // = the old value
  Insert,           // a set: = 1 if the element was not there, else 0
  Remove,           // = 1 if it was there, else 0
  Contains,         // = 1 or 0
  Put,              // a queue, stack or priority queue
  Take,             // = the element, or kEmptyResult
  Peek,             // likewise, but it stays
  Acquire,          // a lock; = 1 or 0 if it only tries
  Release,
  Append,   // a log
  ReadAll,  // = all of it, a vector or a string
};

// What Take and Peek give where there is nothing.
inline constexpr std::int64_t kEmptyResult = core::kNil.word;

// Which special decider knows the object; General: none.
enum class Family : std::uint8_t {
  General,
  Register,  // and compare-and-swap chains
  Set,
  Queue,
  Stack,
  PriorityQueue,  // the largest first
  MinPriorityQueue,
  Mutex,
  AppendLog,
};

inline constexpr std::uint32_t kPending = UINT32_MAX;

struct ModelCall {
  std::uint16_t code = 0;  // index into Model::operations()
  Verb verb = Verb::Other;
  bool has_result = false;
  std::uint32_t process = 0;
  std::array<std::int64_t, 3> arguments{};
  std::int64_t result = 0;
  std::uint32_t call = 0;        // a rank: see Calls
  std::uint32_t ret = kPending;  // a rank; kPending: it may take effect at any time, or never
  std::uint32_t operation = 0;   // index into History::operations

  bool operator==(const ModelCall&) const = default;
};

struct Calls;

struct ModelOperation {
  std::string_view name;
  Verb verb = Verb::Other;
  std::size_t arguments = 0;
  bool has_result = false;
};

class Model {
 public:
  Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  Model(Model&&) = delete;
  Model& operator=(Model&&) = delete;
  virtual ~Model() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::span<const ModelOperation> operations() const = 0;
  [[nodiscard]] virtual ModelState initial() const = 0;

  // Sets `next` to the state behind the call. False: it cannot happen in this state, or not with
  // its result. `next` is then anything.
  [[nodiscard]] virtual bool step(const ModelState& state, const ModelCall& call,
                                  const core::Data& data, ModelState& next) const = 0;

  // The result that the call would have in this state; nothing: it cannot happen, or has none.
  [[nodiscard]] virtual std::optional<std::int64_t> result_of(const ModelState& state,
                                                              const ModelCall& call) const = 0;

  [[nodiscard]] virtual Family family() const { return Family::General; }
  // Arguments and results are integers, not words of data.
  [[nodiscard]] virtual bool takes_integers() const { return false; }
  // `step` looks at ModelCall::process: calls of different processes are not alike.
  [[nodiscard]] virtual bool sees_processes() const { return false; }
  // The argument that says which of many independent parts is meant (the element of a set, the key
  // of a map): histories are then split by it. All operations have it.
  [[nodiscard]] virtual std::optional<std::size_t> part_argument() const { return std::nullopt; }

  // The calls that an operation stands for: one, or two with the same interval where it acts twice
  // (a wait: it falls asleep, it wakes up). Of two, the state must say that the second comes behind
  // the first.
  virtual void expand(const ModelCall& call, std::vector<ModelCall>& calls) const {
    calls.push_back(call);
  }

  // What the object is in the state, for a person. Empty: the words of the state say it.
  [[nodiscard]] virtual std::string text_of(const ModelState& /*state*/) const { return {}; }

  // Why the model itself has failed (a program of the user's may trap), so that whatever was made
  // of its answers is worth nothing: Unknown. Empty: it has not. Asked after deciding.
  [[nodiscard]] virtual std::string failure() const { return {}; }

  // What a call does depends on what it will return, so that nothing can be said of it before: its
  // history cannot be checked while it is being written.
  [[nodiscard]] virtual bool acts_by_result() const { return false; }

  // A model that explains the same orders of these calls, and has fewer states; null: there is
  // none. The calls and this model outlive it.
  [[nodiscard]] virtual std::unique_ptr<Model> narrowed(const Calls& /*calls*/) const {
    return nullptr;
  }

  // The index in operations() of the one with this name.
  [[nodiscard]] std::optional<std::uint16_t> find_operation(std::string_view operation) const;
};

// That the model has the operation, with this number of arguments.
[[nodiscard]] core::Result<void> check_operation(const Model& model, std::string_view operation,
                                                 std::size_t arguments);

// "get, set, add": names of all, each once.
[[nodiscard]] std::string operation_names(const Model& model);

}  // namespace heddle::harness
