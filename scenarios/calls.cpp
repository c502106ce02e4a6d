#include "scenarios/calls.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "scenarios/fields.hpp"
#include "scenarios/load.hpp"

namespace heddle::scenarios {
namespace {

core::Result<Literal> read_literal(const YamlNode& node) {
  HEDDLE_LET(const std::string text, text_of(node, "a value"));
  return parse_literal(text, node.span);
}

core::Result<std::vector<Literal>> read_literals(const YamlNode& node) {
  std::vector<Literal> literals;
  for (const YamlNode& item : node.items) {
    HEDDLE_LET(Literal literal, read_literal(item));
    literals.push_back(std::move(literal));
  }
  return literals;
}

// read, or {fetch_add: [1]}
core::Result<SpecOperation> read_spec_operation(const YamlNode& node) {
  SpecOperation operation;
  if (node.kind == YamlNode::Kind::Scalar) {
    operation.name = node.text;
    return operation;
  }
  if (node.kind != YamlNode::Kind::Mapping || node.keys.size() != 1) {
    return error_at(node, "'as' is the name of an operation, or {NAME: [ARGUMENT, ...]}");
  }
  operation.name = node.keys.front().text;
  const YamlNode& arguments = node.items.front();
  HEDDLE_TRY(check_sequence(arguments, "a list of integers"));
  for (const YamlNode& item : arguments.items) {
    HEDDLE_LET(const std::int64_t argument, integer_of(item, "an argument of an operation"));
    operation.arguments.push_back(argument);
  }
  return operation;
}

// One value, or a list of values.
core::Result<std::vector<Literal>> read_returns(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::Sequence) return read_literals(node);
  HEDDLE_LET(Literal literal, read_literal(node));
  return std::vector<Literal>{std::move(literal)};
}

core::Result<CallStep> read_call(const YamlNode& node, std::vector<SpecOperation>& operations) {
  HEDDLE_LET(const Fields fields, Fields::of(node, "a call", {"call", "args", "as", "returns"}));
  HEDDLE_LET(const YamlNode* const function, fields.require("call"));
  CallStep step{.span = node.span};
  HEDDLE_LET(step.function, text_of(*function, "the name of an export"));
  if (const YamlNode* const arguments = fields.find("args")) {
    HEDDLE_TRY(check_sequence(*arguments, "a list of values"));
    HEDDLE_LET(step.arguments, read_literals(*arguments));
  }
  if (const YamlNode* const as = fields.find("as")) {
    HEDDLE_LET(SpecOperation operation, read_spec_operation(*as));
    step.operation = static_cast<std::int32_t>(operations.size());
    operations.push_back(std::move(operation));
  }
  if (const YamlNode* const returns = fields.find("returns")) {
    HEDDLE_LET(step.returns, read_returns(*returns));
  }
  return step;
}

// One item of `processes`, before it is expanded.
struct ProcessEntry {
  std::string name;
  bool is_counted = false;
  std::uint64_t count = 1;
  std::uint64_t repeat = 1;
  std::vector<CallStep> operations;
};

core::Result<std::uint64_t> read_positive(const YamlNode& node, std::string_view what,
                                          std::uint64_t max) {
  HEDDLE_LET(const std::uint64_t number, number_of(node, what, max));
  if (number == 0) return error_at(node, fmt::format("{} must be at least 1", what));
  return number;
}

core::Result<ProcessEntry> read_entry(const YamlNode& node, std::string default_name,
                                      std::vector<SpecOperation>& operations) {
  HEDDLE_LET(const Fields fields,
             Fields::of(node, "a process", {"name", "count", "repeat", "operations"}));
  ProcessEntry entry{.name = std::move(default_name)};
  if (const YamlNode* const name = fields.find("name")) {
    HEDDLE_LET(entry.name, text_of(*name, "the name of a process"));
    if (entry.name.empty()) return error_at(*name, "the name of a process must not be empty");
  }
  if (const YamlNode* const count = fields.find("count")) {
    entry.is_counted = true;
    HEDDLE_LET(entry.count, read_positive(*count, "count", kProcessesMax));
  }
  if (const YamlNode* const repeat = fields.find("repeat")) {
    HEDDLE_LET(entry.repeat, read_positive(*repeat, "repeat", kOperationsMax));
  }
  HEDDLE_LET(const YamlNode* const calls, fields.require("operations"));
  HEDDLE_LET(entry.operations, read_calls(*calls, operations));
  return entry;
}

// a, b, ..., z, p26, p27, ...
std::string letter(std::size_t index) {
  if (index < 26) return std::string(1, static_cast<char>('a' + index));
  return fmt::format("p{}", index);
}

core::Result<void> check_name(const YamlNode& node, const std::string& name,
                              const std::vector<Process>& earlier) {
  if (name == "main") return error_at(node, "the name 'main' belongs to agent 0");
  for (const Process& process : earlier) {
    if (process.name == name) {
      return error_at(node, fmt::format("there are two processes named '{}'", name));
    }
  }
  return {};
}

}  // namespace

core::Result<std::vector<CallStep>> read_calls(const YamlNode& node,
                                               std::vector<SpecOperation>& operations) {
  HEDDLE_TRY(check_sequence(node, "a list of calls"));
  std::vector<CallStep> calls;
  for (const YamlNode& item : node.items) {
    HEDDLE_LET(CallStep call, read_call(item, operations));
    calls.push_back(std::move(call));
  }
  return calls;
}

core::Result<std::vector<Process>> read_processes(const YamlNode& node,
                                                  std::vector<SpecOperation>& operations) {
  HEDDLE_TRY(check_sequence(node, "a list of processes"));
  std::vector<Process> processes;
  std::size_t calls_left = kOperationsMax;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const YamlNode& item = node.items[i];
    HEDDLE_LET(const ProcessEntry entry, read_entry(item, letter(i), operations));
    if (processes.size() + entry.count > kProcessesMax) {
      return error_at(item, fmt::format("a scenario has at most {} processes", kProcessesMax));
    }
    // Neither factor exceeds 10^5 but the list's length, so that there is no overflow.
    const std::uint64_t calls = entry.count * entry.repeat * entry.operations.size();
    if (calls > calls_left) {
      return error_at(item, fmt::format("a scenario has at most {} operations", kOperationsMax));
    }
    calls_left -= static_cast<std::size_t>(calls);
    Process process;
    for (std::uint64_t r = 0; r < entry.repeat && !entry.operations.empty(); ++r) {
      process.operations.insert(process.operations.end(), entry.operations.begin(),
                                entry.operations.end());
    }
    for (std::uint64_t n = 1; n <= entry.count; ++n) {
      process.name = entry.is_counted ? fmt::format("{}{}", entry.name, n) : entry.name;
      HEDDLE_TRY(check_name(item, process.name, processes));
      processes.push_back(process);
    }
  }
  if (processes.empty()) return error_at(node, "a scenario needs at least one process");
  return processes;
}

}  // namespace heddle::scenarios
