// Log reads: an append-log's calls, with items as small numbers.
//
// A read is a vector of items, or a string: the concatenation of theirs. Then no item's text may
// begin with another's, so that there is one way to take it to pieces.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/linear/segments.hpp"
#include "harness/linear/values.hpp"

namespace heddle::harness {

struct LogReads {
  struct Writer {
    std::uint32_t call = kNone;
    std::uint32_t item = 0;
    std::uint32_t next = kNone;  // writer of the same item
    bool is_put = false;         // it replaces all
  };
  struct Read {
    std::uint32_t call = 0;
    std::vector<std::uint32_t> items{};  // kNone: nobody ever wrote it
  };

  std::vector<Writer> writers{};              // by invocation
  std::vector<std::uint32_t> first_writer{};  // of each item
  std::vector<Read> reads{};                  // that returned, with their results
  std::vector<std::uint32_t> idle{};          // reads of unknown result
};

// Nothing: it is not for a monitor.
[[nodiscard]] std::optional<LogReads> read_log(const Calls& calls);

}  // namespace heddle::harness
