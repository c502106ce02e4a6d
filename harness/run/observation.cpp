#include "harness/run/observation.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "engine/runtime/observe_memories.hpp"

namespace heddle::harness {

namespace {

std::string path_of(const core::Trace& trace, core::AgentId agent) {
  const core::AgentInfo& info = trace.agents[agent.index];
  return info.parent ? path_of(trace, *info.parent) + "/" + info.name : info.name;
}

std::string describe(const core::Call& call) {
  std::string text = call.function + "(";
  for (const core::Value& argument : call.arguments) text += ' ' + to_string(argument);
  text += call.arguments.empty() ? ")" : " )";
  if (!call.returned) return text + " did not return";
  for (const core::Value& result : call.results) text += ' ' + to_string(result);
  return text;
}

}  // namespace

std::string observe(const core::Execution& execution, const engine::Store& store) {
  const core::Trace& trace = execution.trace;
  std::map<std::string, std::string> lines;  // by path
  for (const core::Call& call : trace.calls) {
    lines[path_of(trace, call.agent)] += "; " + describe(call);
  }
  for (std::uint32_t i = 0; i < execution.ends.size(); ++i) {
    const core::Outcome& outcome = execution.ends[i].outcome;
    if (outcome.kind == core::OutcomeKind::Returned) continue;
    lines[path_of(trace, core::AgentId{i})] += "; " + to_string(outcome);
  }
  std::string text;
  const auto add = [&text](std::string_view part) {
    if (!text.empty()) text += " | ";
    text += part;
  };
  for (const auto& [path, calls] : lines) add(path + ": " + calls.substr(2));
  // One line per memory.
  const std::string memories = engine::observe_memories(store);
  for (std::size_t begin = 0; begin < memories.size();) {
    const std::size_t end = std::min(memories.find('\n', begin), memories.size());
    add(std::string_view(memories).substr(begin, end - begin));
    begin = end + 1;
  }
  return text;
}

}  // namespace heddle::harness
