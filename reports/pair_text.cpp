#include "reports/pair_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "core/module_names.hpp"
#include "reports/action_text.hpp"
#include "reports/printable.hpp"

namespace heddle::reports {
namespace {

constexpr std::size_t kFramesShown = 8;

std::string action_of(const core::Trace& trace, const core::Event& event) {
  return fmt::format("{}", fmt::join(texts_of(trace, trace.actions_of(event)), "; "));
}

// "push at queue.c:31 (i32.store offset=4)", as far as it is known.
std::string frame_text(const core::Trace& trace, const core::CodeLocation& where) {
  std::string text = where_text(trace, where);
  if (text.starts_with("in ")) text.erase(0, 3);
  if (!text.empty()) return printable(text);
  if (where.function == core::CodeLocation::kNoFunction) return "the host";
  return fmt::format("function {} at {:#x}", where.function, where.offset);
}

std::string step_text(const core::Trace& trace, core::EventId id,
                      const std::vector<core::CodeLocation>& stack) {
  const core::Event& event = trace.events[id.index];
  std::string text =
      fmt::format("    {}: {}\n", printable(name_of(trace, event.agent)), action_of(trace, event));
  if (stack.empty()) return text + fmt::format("      in {}\n", frame_text(trace, event.where));
  for (std::size_t i = 0; i < stack.size() && i < kFramesShown; ++i) {
    text += fmt::format("      {} {}\n", i == 0 ? "in" : "called by", frame_text(trace, stack[i]));
  }
  if (stack.size() > kFramesShown) {
    text += fmt::format("      and {} more\n", stack.size() - kFramesShown);
  }
  return text;
}

Json step_json(const core::Trace& trace, core::EventId id,
               const std::vector<core::CodeLocation>& stack) {
  const core::Event& event = trace.events[id.index];
  Json json;
  json["agent"] = name_of(trace, event.agent);
  json["action"] = action_of(trace, event);
  json["function"] = function_name(trace, event.where);
  json["instruction"] = instruction_text(trace, event.where);
  json["source"] = short_text(source_of(trace, event.where));
  json["stack"] = Json::array();
  for (const core::CodeLocation& frame : stack) json["stack"].push_back(frame_text(trace, frame));
  return json;
}

}  // namespace

std::string pair_text(const DecidingPair& pair) {
  std::string text = "  the two steps that decide, one right after the other:\n";
  text += step_text(pair.trace, pair.earlier, pair.earlier_stack);
  text += step_text(pair.trace, pair.later, pair.later_stack);
  return text + (pair.other_passes ? "    the other way round, it passes\n"
                                   : "    the other way round, something else comes of it\n");
}

Json pair_json(const DecidingPair& pair) {
  Json json;
  json["earlier"] = step_json(pair.trace, pair.earlier, pair.earlier_stack);
  json["later"] = step_json(pair.trace, pair.later, pair.later_stack);
  json["other_passes"] = pair.other_passes;
  return json;
}

}  // namespace heddle::reports
