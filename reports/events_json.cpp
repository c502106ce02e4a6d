#include "reports/events_json.hpp"

#include <fmt/format.h>

#include <string>

#include "core/module_names.hpp"
#include "reports/action_text.hpp"

namespace heddle::reports {

Json event_json(const core::Trace& trace, core::EventId id) {
  Json json;
  json["event"] = std::uint64_t{id.index} + 1;
  if (id.index >= trace.events.size()) return json;
  const core::Event& event = trace.events[id.index];
  json["agent"] = name_of(trace, event.agent);
  json["actions"] = Json::array();
  for (const std::string& text : texts_of(trace, trace.actions_of(event))) {
    json["actions"].push_back(text);
  }
  if (event.where.function == core::CodeLocation::kNoFunction) return json;
  const std::string function = core::function_name(trace, event.where);
  json["function"] = function.empty() ? fmt::format("function{}", event.where.function) : function;
  json["offset"] = event.where.offset;
  const std::string instruction = core::instruction_text(trace, event.where);
  if (!instruction.empty()) json["instruction"] = instruction;
  const core::Span source = core::source_of(trace, event.where);
  if (source.line == 0) return json;
  json["file"] = source.file;
  json["line"] = source.line;
  if (source.column != 0) json["column"] = source.column;
  return json;
}

Json findings_json(const core::Trace& trace, std::span<const core::Finding> findings) {
  Json json = Json::array();
  for (const core::Finding& finding : findings) {
    Json item;
    item["rule"] = finding.rule;
    item["place"] = finding.place;
    item["message"] = finding.message;
    item["events"] = Json::array();
    for (const core::EventId event : finding.events) {
      item["events"].push_back(event_json(trace, event));
    }
    json.push_back(std::move(item));
  }
  return json;
}

Json interleaving_json(const core::Trace& trace, std::size_t events_max) {
  Json json = Json::array();
  const std::size_t size = trace.events.size();
  for (std::size_t i = 0; i < size; ++i) {
    if (i == events_max / 2 && size > events_max) i = size - (events_max - events_max / 2);
    json.push_back(event_json(trace, {static_cast<std::uint32_t>(i)}));
  }
  return json;
}

}  // namespace heddle::reports
