#include "reports/action_text.hpp"

#include <fmt/format.h>

#include "reports/printable.hpp"

namespace heddle::reports {
namespace {

using core::Action;
using core::ActionKind;
using core::RegionKind;

bool is_memory(const Action& action) { return action.location.region == RegionKind::Memory; }

// Small numbers in decimal, of either sign; the rest, which are addresses or bits, in hexadecimal.
std::string number_text(std::uint64_t bits, std::uint64_t size_bytes) {
  constexpr std::uint64_t kDecimalMax = 99'999;
  constexpr std::uint64_t kNegativeMax = 999;
  if (bits <= kDecimalMax) return fmt::format("{}", bits);
  const std::uint64_t range = size_bytes >= 8 ? 0 : std::uint64_t{1} << (8 * size_bytes);
  const std::uint64_t magnitude = range - bits;
  if (magnitude <= kNegativeMax) return fmt::format("-{}", magnitude);
  return fmt::format("{:#x}", bits);
}

std::string_view ordering_word(const Action& action) {
  if (!is_memory(action)) return "";
  switch (action.ordering) {
    case core::Ordering::Unordered:
      return "plain ";
    case core::Ordering::AcqRel:
      return "acqrel ";
    case core::Ordering::SeqCst:
      return "";
    case core::Ordering::Init:
      return "init ";
  }
  return "";
}

// The verb of an access: load, load8, ... of memory; read or write of anything else.
std::string verb(const Action& action, std::string_view memory_verb, std::string_view other_verb) {
  std::string text(is_memory(action) ? memory_verb : other_verb);
  if (is_memory(action) && action.size_bytes != 4) text += fmt::format("{}", 8 * action.size_bytes);
  return fmt::format("{}{:<5}", ordering_word(action), text);
}

std::string access_text(const Action& action) {
  const std::string place = text_of(action.location);
  const std::string read = number_text(action.read_value, action.size_bytes);
  const std::string written = number_text(action.written_value, action.size_bytes);
  const bool is_bulk = is_memory(action) && action.size_bytes > 8;
  if (action.kind == ActionKind::Read) {
    if (is_bulk) return fmt::format("read  {} ({} bytes)", place, action.size_bytes);
    return fmt::format("{} {} -> {}", verb(action, "load", "read"), place, read);
  }
  if (action.kind == ActionKind::Write) {
    if (is_bulk) return fmt::format("write {} ({} bytes)", place, action.size_bytes);
    return fmt::format("{} {} <- {}", verb(action, "store", "write"), place, written);
  }
  return fmt::format("{} {} {} => {}", verb(action, "rmw", "rmw"), place, read, written);
}

// Without the type where it is that of an integer: "1", but "f32:0x1p+0".
std::string value_text(const core::Value& value) {
  const std::string text = core::to_string(value);
  const bool is_integer = value.kind == core::ValueKind::I32 || value.kind == core::ValueKind::I64;
  return is_integer ? text.substr(text.find(':') + 1) : text;
}

std::string list_text(const std::vector<core::Value>& values) {
  std::string text;
  for (const core::Value& value : values) {
    if (!text.empty()) text += ", ";
    text += value_text(value);
  }
  return text;
}

std::string call_text(const core::Trace& trace, const Action& action) {
  const bool is_invoke = action.kind == ActionKind::Invoke;
  if (action.written_value >= trace.calls.size()) return is_invoke ? "call" : "return";
  const core::Call& call = trace.calls[static_cast<std::size_t>(action.written_value)];
  if (is_invoke) {
    return fmt::format("call {}({})", printable(call.function), list_text(call.arguments));
  }
  if (call.results.empty()) return "return";
  return "return " + list_text(call.results);
}

std::string agent_text(const core::Trace& trace, const Action& action) {
  return name_of(trace, core::AgentId{static_cast<std::uint32_t>(action.written_value)});
}

std::string action_text(const core::Trace& trace, const Action& action) {
  switch (action.kind) {
    case ActionKind::Read:
    case ActionKind::Write:
    case ActionKind::ReadModifyWrite:
      return access_text(action);
    case ActionKind::Wait:
      return fmt::format("wait  {}, sleeps", text_of(action.location));
    case ActionKind::Woken:
      return "woken";
    case ActionKind::TimedOut:
      return "times out";
    case ActionKind::Notify:
      return fmt::format("notify {} -> woke {}", text_of(action.location), action.read_value);
    case ActionKind::Fence:
      return "fence";
    case ActionKind::Spawn:
      return "spawn " + agent_text(trace, action);
    case ActionKind::Join:
      return "join " + agent_text(trace, action);
    case ActionKind::Invoke:
    case ActionKind::Return:
      return call_text(trace, action);
    case ActionKind::End:
      return "end";
    case ActionKind::Host:
      return "host action";
  }
  return "?";
}

}  // namespace

std::string text_of(const core::Location& location) {
  if (location.region == RegionKind::Memory && location.number == 0) {
    return fmt::format("[{:#x}]", location.offset);
  }
  const std::string text = core::to_string(location);
  return location.region == RegionKind::Memory ? "[" + text + "]" : text;
}

std::string name_of(const core::Trace& trace, core::AgentId agent) {
  const bool is_named =
      agent.index < trace.agents.size() && !trace.agents[agent.index].name.empty();
  return is_named ? printable(trace.agents[agent.index].name) : fmt::format("t{}", agent.index);
}

std::vector<std::string> texts_of(const core::Trace& trace, std::span<const Action> actions) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const Action& action = actions[i];
    const bool is_read_of_wait = action.kind == ActionKind::Read && i + 1 < actions.size() &&
                                 actions[i + 1].kind == ActionKind::Wait &&
                                 actions[i + 1].location == action.location;
    if (!is_read_of_wait) {
      texts.push_back(action_text(trace, action));
      continue;
    }
    ++i;
    texts.push_back(fmt::format("wait  {} is {}, sleeps", text_of(action.location),
                                number_text(action.read_value, action.size_bytes)));
  }
  return texts;
}

}  // namespace heddle::reports
