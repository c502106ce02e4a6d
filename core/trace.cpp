#include "core/trace.hpp"

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

void add(Digester& digester, const Event& event) {
  digester.add_u32(event.agent.index);
  digester.add_u32(event.where.module);
  digester.add_u32(event.where.function);
  digester.add_u32(event.where.offset);
  digester.add_u32(event.first_action);
  digester.add_u32(event.action_count);
}

void add(Digester& digester, const Action& action) {
  digester.add_u8(static_cast<std::uint8_t>(action.kind));
  digester.add_u8(static_cast<std::uint8_t>(action.ordering));
  digester.add_u8(action.is_torn_allowed ? 1 : 0);
  digester.add_u8(static_cast<std::uint8_t>(action.location.region));
  digester.add_u32(action.location.number);
  digester.add_u64(action.location.offset);
  digester.add_u64(action.size_bytes);
  digester.add_u64(action.read_value);
  digester.add_u64(action.written_value);
}

template <typename Item>
void add_list(Digester& digester, const std::vector<Item>& items) {
  digester.add_u64(items.size());
  for (const Item& item : items) add(digester, item);
}

}  // namespace

Digest digest_of(const Trace& trace) {
  Digester digester;
  add_list(digester, trace.agents);
  add_list(digester, trace.calls);
  add_list(digester, trace.events);
  add_list(digester, trace.actions);
  return digester.finish();
}

}  // namespace heddle::core
