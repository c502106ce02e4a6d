#include "core/trace.hpp"

#include <array>
#include <concepts>
#include <utility>

#include "core/check.hpp"

namespace heddle::core {
namespace {

// Every list is preceded by its length, so that no two traces share a form.

void add(Digester& digester, const Value& value) {
  digester.add_u8(static_cast<std::uint8_t>(value.kind));
  digester.add_u8(value.is_null ? 1 : 0);
  digester.add_u64(value.low);
  digester.add_u64(value.high);
}

void add(Digester& digester, const std::vector<Value>& values) {
  digester.add_u64(values.size());
  for (const Value& value : values) add(digester, value);
}

void add(Digester& digester, const AgentInfo& agent) {
  digester.add_text(agent.name);
  digester.add_u8(agent.parent.has_value() ? 1 : 0);
  if (agent.parent) digester.add_u32(agent.parent->index);
}

void add(Digester& digester, const Call& call) {
  digester.add_u32(call.agent.index);
  digester.add_text(call.function);
  add(digester, call.arguments);
  add(digester, call.results);
  digester.add_u8(call.returned ? 1 : 0);
  digester.add_u32(static_cast<std::uint32_t>(call.operation));
}

template <typename Item>
void add_list(Digester& digester, std::span<const Item> items) {
  digester.add_u64(items.size());
  for (const Item& item : items) add(digester, item);
}

// The little-endian form of some numbers, built to be digested in one piece: executions have
// millions of events.
template <std::size_t size_bytes>
class Form {
 public:
  template <std::unsigned_integral Number>
  Form& operator<<(Number number) {
    for (std::size_t i = 0; i < sizeof number; ++i) {
      bytes_[size_++] = static_cast<std::uint8_t>(std::uint64_t{number} >> (8 * i));
    }
    return *this;
  }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const {
    HEDDLE_CHECK(size_ == size_bytes);
    return bytes_;
  }

 private:
  std::array<std::uint8_t, size_bytes> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace

void TraceDigester::add(const Event& event) {
  Form<24> form;
  form << event.agent.index << event.where.module << event.where.function << event.where.offset
       << event.first_action << event.action_count;
  events_.add_bytes(form.bytes());
  ++event_count_;
}

void TraceDigester::add(const Action& action) {
  Form<40> form;
  form << static_cast<std::uint8_t>(action.kind) << static_cast<std::uint8_t>(action.ordering)
       << static_cast<std::uint8_t>(action.is_torn_allowed)
       << static_cast<std::uint8_t>(action.location.region) << action.location.number
       << action.location.offset << action.size_bytes << action.read_value << action.written_value;
  actions_.add_bytes(form.bytes());
  ++action_count_;
}

void TraceDigester::add(Event event, std::span<const Action> actions) {
  event.first_action = static_cast<std::uint32_t>(action_count_);
  event.action_count = static_cast<std::uint32_t>(actions.size());
  add(event);
  for (const Action& action : actions) add(action);
}

Digest TraceDigester::finish(std::span<const AgentInfo> agents, std::span<const Call> calls) const {
  Digester digester;
  add_list(digester, agents);
  add_list(digester, calls);
  // Events come one by one and are not kept, so each of their two lists has a digest of its own.
  for (const auto& [count, digest] :
       {std::pair(event_count_, events_.finish()), std::pair(action_count_, actions_.finish())}) {
    digester.add_u64(count);
    digester.add_u64(digest.high);
    digester.add_u64(digest.low);
  }
  return digester.finish();
}

Digest digest_of(const Trace& trace) {
  TraceDigester digester;
  for (const Event& event : trace.events) digester.add(event);
  for (const Action& action : trace.actions) digester.add(action);
  return digester.finish(trace.agents, trace.calls);
}

}  // namespace heddle::core
