#include "harness/linear/register_monitor.hpp"

#include <algorithm>
#include <vector>

#include "harness/linear/chains.hpp"
#include "harness/linear/values.hpp"

namespace heddle::harness {

namespace {

constexpr std::string_view kDecider = "register monitor";

// What a call does to the cell.
struct Access {
  bool is_known = true;  // false: not for this monitor
  bool reads = false;
  bool writes = false;
  std::int64_t old_value = 0;
  std::int64_t new_value = 0;
};

Access access_of(const ModelCall& call) {
  switch (call.verb) {
    case Verb::Read:
      return {.reads = call.has_result, .old_value = call.result};
    case Verb::Write:
      return {.writes = true, .new_value = call.arguments[0]};
    case Verb::Exchange:
      return {.reads = call.has_result,
              .writes = true,
              .old_value = call.result,
              .new_value = call.arguments[0]};
    case Verb::Cas:
    case Verb::CompareExchange: {
      const std::int64_t expected = call.arguments[0];
      // Pending: what matters is whether somebody saw the new value.
      if (!call.has_result && call.ret != kPending) return {.is_known = false};
      if (call.has_result && call.verb == Verb::Cas && call.result == 0) {
        return {.is_known = call.ret == kPending};
      }
      if (call.has_result && call.verb == Verb::CompareExchange && call.result != expected) {
        return {.reads = true, .old_value = call.result};
      }
      return {.reads = true, .writes = true, .old_value = expected, .new_value = call.arguments[1]};
    }
    case Verb::Other:
    case Verb::Insert:
    case Verb::Remove:
    case Verb::Contains:
    case Verb::Put:
    case Verb::Take:
    case Verb::Peek:
    case Verb::Acquire:
    case Verb::Release:
    case Verb::Append:
    case Verb::ReadAll:
      return {.is_known = false};
  }
  return {.is_known = false};
}

struct Value {
  std::uint32_t writer = kNone;     // the call
  std::uint32_t successor = kNone;  // the value that a read-modify-write put right behind it
  std::uint32_t readers = kNone;    // a list of calls
  bool is_behind_another = false;
  bool is_added = false;
};

class RegisterMonitor {
 public:
  RegisterMonitor(const Calls& calls, std::int64_t initial)
      : calls_(calls),
        index_(make_index(initial)),
        chains_(calls),
        initial_(value_of(initial)),
        next_reader_(calls.calls.size(), kNone) {}

  std::optional<Decision> decide(bool wants_witness) {
    if (!read_calls()) return std::nullopt;
    drop_unseen();
    if (!link()) return fail(kDecider, std::move(culprits_));
    for (std::uint32_t value = 0; value < values_.size(); ++value) {
      if (value == initial_) {
        chains_.begin_chain(true);
        add_chain(value);
      } else if (values_[value].writer != kNone && !values_[value].is_behind_another) {
        chains_.begin_chain();
        add_chain(value);
      }
    }
    // A value that comes behind itself belongs to no chain.
    if (added_ != written_) return fail(kDecider, explain_cycle());
    return chains_.decide(kDecider, wants_witness);
  }

 private:
  [[nodiscard]] WordIndex make_index(std::int64_t initial) const {
    std::int64_t lowest = initial;
    std::int64_t highest = initial;
    const auto add = [&](std::int64_t word) {
      lowest = std::min(lowest, word);
      highest = std::max(highest, word);
    };
    for (const ModelCall& call : calls_.calls) {
      const Access access = access_of(call);
      if (access.reads) add(access.old_value);
      if (access.writes) add(access.new_value);
    }
    return {lowest, highest, calls_.calls.size() / 2};
  }

  std::uint32_t value_of(std::int64_t word) {
    const std::uint32_t value = index_.add(word);
    if (value == values_.size()) values_.emplace_back();
    return value;
  }

  bool read_calls() {
    for (std::uint32_t i = 0; i < calls_.calls.size(); ++i) {
      const ModelCall& call = calls_.calls[i];
      const Access access = access_of(call);
      if (!access.is_known) return false;
      if (access.writes) {
        const std::uint32_t value = value_of(access.new_value);
        if (value == initial_ || values_[value].writer != kNone) return false;
        values_[value].writer = i;
      } else if (access.reads && call.ret != kPending) {
        add_reader(value_of(access.old_value), i);
      } else if (call.ret != kPending) {
        chains_.add_idle(i);
      }
    }
    return true;
  }

  void add_reader(std::uint32_t value, std::uint32_t call) {
    next_reader_[call] = values_[value].readers;
    values_[value].readers = call;
  }

  [[nodiscard]] bool is_pending(std::uint32_t value) const {
    const std::uint32_t writer = values_[value].writer;
    return writer != kNone && calls_.calls[writer].ret == kPending;
  }

  // Pending writes of values that nobody saw did not happen; one that did is evidence of the value
  // that it saw itself.
  void drop_unseen() {
    std::vector<bool> is_seen(values_.size(), false);
    std::vector<std::uint32_t> seen;
    const auto see = [&](std::uint32_t value) {
      if (!is_seen[value]) seen.push_back(value);
      is_seen[value] = true;
    };
    for (std::uint32_t value = 0; value < values_.size(); ++value) {
      const bool is_written = values_[value].writer != kNone && !is_pending(value);
      if (is_written || values_[value].readers != kNone) see(value);
    }
    while (!seen.empty()) {
      const std::uint32_t value = seen.back();
      seen.pop_back();
      if (values_[value].writer == kNone) continue;
      const Access access = access_of(calls_.calls[values_[value].writer]);
      const std::uint32_t old = access.reads ? index_.find(access.old_value) : kNone;
      if (old != kNone) see(old);
    }
    for (std::uint32_t value = 0; value < values_.size(); ++value) {
      if (!is_seen[value]) values_[value].writer = kNone;
    }
  }

  // False: somebody read what nobody wrote, or two changed the same value.
  bool link() {
    for (std::uint32_t value = 0; value < values_.size(); ++value) {
      const Value& here = values_[value];
      if (here.writer == kNone) {
        if (here.readers == kNone || value == initial_) continue;
        culprits_ = {here.readers};
        return false;
      }
      ++written_;
      const Access access = access_of(calls_.calls[here.writer]);
      if (!access.reads) continue;
      const std::uint32_t old = index_.find(access.old_value);
      if (old == kNone || (old != initial_ && values_[old].writer == kNone)) {
        explain_value(value);
        return false;
      }
      if (values_[old].successor != kNone) {
        explain_value(value);
        explain_value(values_[old].successor);
        return false;
      }
      values_[old].successor = value;
      values_[value].is_behind_another = true;
    }
    return true;
  }

  // Why the value was written: its writer returned, or its value was seen, perhaps by somebody else
  // who is pending.
  void explain_value(std::uint32_t value) {
    culprits_.push_back(values_[value].writer);
    culprits_.push_back(values_[value].readers);
    if (values_[value].readers != kNone || !is_pending(value)) return;
    // Linear, but only once.
    for (const Value& other : values_) {
      culprits_.push_back(other.writer);
      culprits_.push_back(other.readers);
    }
  }

  void add_chain(std::uint32_t value) {
    for (; value != kNone; value = values_[value].successor) {
      if (values_[value].writer != kNone) {
        chains_.write(values_[value].writer);
        ++added_;
      }
      for (std::uint32_t reader = values_[value].readers; reader != kNone;
           reader = next_reader_[reader]) {
        chains_.read(reader);
      }
      values_[value].is_added = true;
    }
  }

  [[nodiscard]] std::vector<std::uint32_t> explain_cycle() const {
    std::vector<std::uint32_t> culprits;
    for (const Value& value : values_) {
      if (value.writer == kNone || value.is_added) continue;
      culprits.push_back(value.writer);
      culprits.push_back(value.readers);
    }
    return culprits;
  }

  const Calls& calls_;
  WordIndex index_;
  Chains chains_;
  std::vector<Value> values_;
  std::uint32_t initial_;
  std::vector<std::uint32_t> next_reader_;  // of each call
  std::uint32_t written_ = 0;
  std::uint32_t added_ = 0;
  std::vector<std::uint32_t> culprits_;
};

}  // namespace

std::optional<Decision> decide_register(const Calls& calls, const ModelState& initial,
                                        bool wants_witness) {
  if (initial.size() != 1) return std::nullopt;
  return RegisterMonitor(calls, initial[0]).decide(wants_witness);
}

}  // namespace heddle::harness
