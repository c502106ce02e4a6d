#include "harness/linear/weaker.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "harness/linear/decide.hpp"

namespace heddle::harness {

namespace {

using core::VerdictKind;

// Each call with the whole time between the quiescent moments around it.
Calls widened(const Calls& calls) {
  Calls wide = calls;
  wide.ranks = 0;
  const auto size = static_cast<std::uint32_t>(calls.calls.size());
  for (std::uint32_t first = 0; first < size;) {
    std::uint32_t behind = first;
    std::uint32_t last_return = 0;  // of the calls of this window
    while (behind < size && (behind == first || calls.calls[behind].call < last_return)) {
      last_return = std::max(last_return, calls.calls[behind].ret);
      ++behind;
    }
    for (std::uint32_t i = first; i < behind; ++i) wide.calls[i].call = wide.ranks++;
    for (std::uint32_t i = first; i < behind; ++i) {
      if (wide.calls[i].ret != kPending) wide.calls[i].ret = wide.ranks++;
    }
    first = behind;
  }
  return wide;
}

// An order of writes, as far as it is known: cycles cannot be ordered.
class WriteOrder {
 public:
  void before(std::int64_t first, std::int64_t second) {
    if (first != second) behind_[first].push_back(second);
    behind_.try_emplace(second);
  }

  // Leaves are taken away until there are none (Kahn 1962).
  [[nodiscard]] bool has_cycle() const {
    std::map<std::int64_t, std::size_t> predecessors;
    for (const auto& [write, others] : behind_) {
      predecessors.try_emplace(write, 0);
      for (const std::int64_t other : others) ++predecessors[other];
    }
    std::vector<std::int64_t> ready;
    for (const auto& [write, count] : predecessors) {
      if (count == 0) ready.push_back(write);
    }
    std::size_t ordered = 0;
    while (!ready.empty()) {
      const std::int64_t write = ready.back();
      ready.pop_back();
      ++ordered;
      const auto found = behind_.find(write);
      if (found == behind_.end()) continue;
      for (const std::int64_t other : found->second) {
        if (--predecessors[other] == 0) ready.push_back(other);
      }
    }
    return ordered < predecessors.size();
  }

 private:
  std::map<std::int64_t, std::vector<std::int64_t>> behind_;
};

// What one process has done last.
struct Session {
  std::optional<std::int64_t> written;
  std::optional<std::int64_t> read;
};

// The four guarantees; each has edges of its own, from the last write or read of a process.
struct Guarantees {
  WriteOrder read_your_writes;
  WriteOrder monotonic_reads;
  WriteOrder monotonic_writes;
  WriteOrder writes_follow_reads;

  void add(Session& session, const ModelCall& call) {
    const bool is_read = call.verb == Verb::Read;
    const std::int64_t value = is_read ? call.result : call.arguments[0];
    WriteOrder& after_write = is_read ? read_your_writes : monotonic_writes;
    WriteOrder& after_read = is_read ? monotonic_reads : writes_follow_reads;
    if (session.written) after_write.before(*session.written, value);
    if (session.read) after_read.before(*session.read, value);
    (is_read ? session.read : session.written) = value;
  }

  // The first value was there before all others.
  void add_initial(std::int64_t initial, std::int64_t written) {
    for (WriteOrder* order :
         {&read_your_writes, &monotonic_reads, &monotonic_writes, &writes_follow_reads}) {
      order->before(initial, written);
    }
  }
};

bool is_read_or_write(const ModelCall& call) {
  return call.verb == Verb::Write || call.verb == Verb::Read;
}

}  // namespace

VerdictKind is_quiescently_consistent(const Calls& calls, const Model& model,
                                      const DecideOptions& options) {
  DecideOptions deciding = options;
  deciding.wants_witness = false;
  return decide(widened(calls), model, deciding).kind;
}

std::vector<WeakerLevel> session_guarantees(const Calls& calls, const Model& model) {
  if (model.family() != Family::Register) return {};
  if (!std::ranges::all_of(calls.calls, is_read_or_write)) return {};
  const std::int64_t initial = model.initial()[0];
  Guarantees guarantees;
  std::map<std::uint32_t, Session> sessions;
  std::map<std::int64_t, bool> is_written{{initial, true}};
  for (const ModelCall& call : calls.calls) {
    if (call.verb != Verb::Write) continue;
    if (!is_written.try_emplace(call.arguments[0], true).second) return {};
    guarantees.add_initial(initial, call.arguments[0]);
  }
  for (const ModelCall& call : calls.calls) {
    if (call.verb == Verb::Read && !call.has_result) continue;
    guarantees.add(sessions[call.process], call);
  }
  const auto level = [](std::string_view name, const WriteOrder& order) {
    return WeakerLevel{name, order.has_cycle() ? VerdictKind::Fail : VerdictKind::Pass};
  };
  return {level("read your writes", guarantees.read_your_writes),
          level("monotonic reads", guarantees.monotonic_reads),
          level("monotonic writes", guarantees.monotonic_writes),
          level("writes follow reads", guarantees.writes_follow_reads)};
}

std::vector<WeakerLevel> weaker_levels(const Calls& calls, const Model& model,
                                       const DecideOptions& options, bool has_processes) {
  std::vector<WeakerLevel> levels;
  if (has_processes) {
    levels.push_back({"sequential consistency", is_sequentially_consistent(calls, model, options)});
  }
  levels.push_back({"quiescent consistency", is_quiescently_consistent(calls, model, options)});
  if (!has_processes) return levels;
  for (const WeakerLevel& level : session_guarantees(calls, model)) levels.push_back(level);
  return levels;
}

}  // namespace heddle::harness
