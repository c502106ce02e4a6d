#include "harness/run/observation.hpp"

#include <map>
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
  for (const auto& [path, calls] : lines) text += path + ": " + calls.substr(2) + '\n';
  return text + engine::observe_memories(store);
}

}  // namespace heddle::harness
