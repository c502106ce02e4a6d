// PlainModel: the sequential specification of an object, for linearizability.
//
// A model is deterministic: in one state an operation gives one new state and one result, or it
// cannot happen yet (acquiring a mutex that is held). All are pure functions over small vectors.
//
//   register      read() = v, write(v)                      also get/load, set/store
//   counter       get() = v, add(n) = old, increment() = old, decrement() = old,
//                 add_and_get(n) = new                      also read/load, fetch_add, fetch_sub(n)
//   cas-register  those of register, cas(expected, new) = 1 or 0,
//                 compare_exchange(expected, new) = old, exchange(v) = old
//   stack         push(v), pop() = v, or -1 when it is empty
//   queue         enqueue(v), dequeue() = v, or -1 when it is empty   also push, pop
//   mutex         acquire(), release(), try_acquire() = 1 or 0        also lock, unlock, try_lock
//
// A result that the history does not have is not compared: `add(1)` without a result is any add.
// Objects begin at 0, empty, or free. Arithmetic wraps at 64 bits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "harness/check/plain_history.hpp"

namespace heddle::harness {

using ModelState = std::vector<std::int64_t>;

// What popping an empty stack or queue gives.
inline constexpr std::int64_t kEmpty = -1;

struct Applied {
  ModelState state;
  std::optional<std::int64_t> result;  // none: the operation has no result
};

struct PlainModelOperation {
  std::string_view name;
  std::size_t arguments = 0;
  // Nothing: it cannot happen in this state.
  std::optional<Applied> (*apply)(const ModelState& state,
                                  std::span<const std::int64_t> arguments) = nullptr;
};

struct PlainModel {
  std::string_view name;
  ModelState initial;
  std::span<const PlainModelOperation> operations;

  // Null if it has no such operation.
  [[nodiscard]] const PlainModelOperation* find_operation(std::string_view operation) const;
};

[[nodiscard]] std::span<const PlainModel> models();

// The error lists the known names; its span is empty.
[[nodiscard]] core::Result<PlainModel> make_model(std::string_view name);

// That the model has the operation, with this number of arguments.
[[nodiscard]] core::Result<void> check_operation(const PlainModel& model,
                                                 std::string_view operation, std::size_t arguments);

}  // namespace heddle::harness
