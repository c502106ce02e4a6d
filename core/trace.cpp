#include "core/trace.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

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

// Executions have millions of events: their forms are put together for many at a time.
template <std::size_t words, typename Item, typename Form>
void add_forms(Digester& digester, std::span<const Item> items, const Form& form_of) {
  constexpr std::size_t kBlock = 64;
  std::array<std::array<std::uint64_t, words>, kBlock> forms{};
  while (!items.empty()) {
    const std::span<const Item> block = items.first(std::min(items.size(), kBlock));
    for (std::size_t i = 0; i < block.size(); ++i) {
      forms[i] = form_of(block[i]);
      if constexpr (std::endian::native == std::endian::big) {
        for (std::uint64_t& word : forms[i]) word = std::byteswap(word);
      }
    }
    digester.add_bytes(
        {reinterpret_cast<const std::uint8_t*>(forms.data()), block.size() * sizeof forms[0]});
    items = items.subspan(block.size());
  }
}

constexpr std::uint64_t pair(std::uint32_t low, std::uint32_t high) {
  return low | std::uint64_t{high} << 32;
}

}  // namespace

void TraceDigester::add(std::span<const Event> events) {
  add_forms<3>(events_, events, [](const Event& event) {
    return std::array{pair(event.agent.index, event.where.module),
                      pair(event.where.function, event.where.offset),
                      pair(event.first_action, event.action_count)};
  });
  event_count_ += events.size();
}

void TraceDigester::add(std::span<const Action> actions) {
  add_forms<5>(actions_, actions, [](const Action& action) {
    const auto kinds = static_cast<std::uint32_t>(action.kind) |
                       static_cast<std::uint32_t>(action.ordering) << 8 |
                       static_cast<std::uint32_t>(action.is_torn_allowed) << 16 |
                       static_cast<std::uint32_t>(action.location.region) << 24;
    return std::array{pair(kinds, action.location.number), action.location.offset,
                      action.size_bytes, action.read_value, action.written_value};
  });
  action_count_ += actions.size();
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
  digester.add(trace.events);
  digester.add(trace.actions);
  return digester.finish(trace.agents, trace.calls);
}

}  // namespace heddle::core
