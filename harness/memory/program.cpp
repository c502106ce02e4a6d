#include "harness/memory/program.hpp"

#include <algorithm>
#include <map>

namespace heddle::harness {
namespace {

constexpr std::uint64_t kPageSize = 65536;
constexpr std::size_t kEventsMax = 4096;  // of one agent
constexpr core::Location kMemory{.region = core::RegionKind::Memory};
constexpr core::Location kLength{.region = core::RegionKind::MemoryLength};

using Kind = LitmusInstruction::Kind;

std::uint64_t cut(std::uint64_t value, unsigned bytes) {
  return bytes >= 8 ? value : value & ((std::uint64_t{1} << (8 * bytes)) - 1);
}

std::vector<Cell> bytes_of(std::uint64_t value, unsigned bytes) {
  std::vector<Cell> cells;
  for (unsigned byte = 0; byte < bytes; ++byte) cells.push_back(value >> (8 * byte) & 0xff);
  return cells;
}

std::uint64_t value_of(const std::vector<Cell>& cells) {
  std::uint64_t value = 0;
  for (std::size_t byte = cells.size(); byte-- > 0;) value = value << 8 | cells[byte];
  return value;
}

// One run of one agent.
class Run {
 public:
  Run(const LitmusProgram& program, const std::vector<bool>& may_block, Answers& answers)
      : program_(program), may_block_(may_block), answers_(answers) {}

  AgentTrace run(std::uint32_t agent) {
    static_cast<void>(execute(program_.agents[agent]));
    for (const auto& [owner, reg] : program_.observed) {
      if (owner != agent) continue;
      const auto found = registers_.find(reg);
      trace_.observed.push_back(found == registers_.end() ? "-" : std::to_string(found->second));
    }
    return std::move(trace_);
  }

 private:
  // False: the agent goes no further.
  [[nodiscard]] bool execute(const std::vector<LitmusInstruction>& instructions) {
    return std::ranges::all_of(instructions, [&](const LitmusInstruction& instruction) {
      return trace_.events.size() < kEventsMax ? execute(instruction) : stop(AgentEnd::CutOff);
    });
  }

  [[nodiscard]] bool execute(const LitmusInstruction& instruction) {
    switch (instruction.kind) {
      case Kind::Load:
      case Kind::Store:
      case Kind::Rmw:
      case Kind::CompareExchange:
      case Kind::Wait:
      case Kind::Notify:
        return access(instruction);
      case Kind::Fence:
        trace_.events.push_back({.is_fence = true});
        return true;
      case Kind::Grow:
        grow(instruction);
        return true;
      case Kind::Size:
        size(instruction);
        return true;
      case Kind::Spawn:
        trace_.events.push_back({.spawned = agent_of(instruction)});
        return true;
      case Kind::Join:
        return join(agent_of(instruction));
      case Kind::Set:
        registers_[instruction.reg] = evaluate(instruction.value);
        return true;
      case Kind::If:
        return evaluate(instruction.value) == 0 || execute(instruction.body);
      case Kind::Until:
        return until(instruction);
    }
    return false;
  }

  [[nodiscard]] bool stop(AgentEnd end) {
    trace_.end = end;
    return false;
  }

  static core::AgentId agent_of(const LitmusInstruction& instruction) {
    return {static_cast<std::uint32_t>(instruction.count)};
  }

  [[nodiscard]] bool until(const LitmusInstruction& instruction) {
    for (std::uint64_t round = 0; round < instruction.count; ++round) {
      if (!execute(instruction.body)) return false;
      if (evaluate(instruction.value) != 0) return true;
    }
    return stop(AgentEnd::CutOff);
  }

  [[nodiscard]] bool join(core::AgentId agent) {
    if (may_block_[agent.index] && answers_.choose(2) == 1) {
      trace_.blocked_by = agent;
      return stop(AgentEnd::Blocked);
    }
    trace_.events.push_back({.joined = agent});
    return true;
  }

  [[nodiscard]] std::uint64_t evaluate(const LitmusExpression& expression) const {
    using E = LitmusExpression::Kind;
    if (expression.kind == E::Constant) return expression.constant;
    if (expression.kind == E::Register) {
      const auto found = registers_.find(expression.reg);
      return found == registers_.end() ? 0 : found->second;
    }
    const std::uint64_t a = evaluate(expression.operands[0]);
    const std::uint64_t b = evaluate(expression.operands[1]);
    switch (expression.kind) {
      case E::Constant:
      case E::Register:
        break;
      case E::Add:
        return a + b;
      case E::Sub:
        return a - b;
      case E::Mul:
        return a * b;
      case E::And:
        return a & b;
      case E::Or:
        return a | b;
      case E::Xor:
        return a ^ b;
      case E::Eq:
        return a == b ? 1 : 0;
      case E::Ne:
        return a != b ? 1 : 0;
    }
    return 0;
  }

  // Reads the length, in pages. It is part of the event.
  std::uint64_t length(MemoryEvent& event, core::Ordering ordering) {
    if (program_.pages == program_.pages_max) return program_.pages;
    MemoryAccess read{.ordering = ordering, .location = kLength};
    read.read = answers_.read(read);
    const std::uint64_t pages = read.read.front();
    event.accesses.push_back(std::move(read));
    return pages;
  }

  [[nodiscard]] bool access(const LitmusInstruction& instruction) {
    const std::uint64_t address = cut(evaluate(instruction.address), 4);
    const unsigned bytes = instruction.access_bytes;
    const bool is_aligned = address % bytes == 0;
    if (instruction.ordering != core::Ordering::Unordered && !is_aligned) {
      return stop(AgentEnd::Trapped);
    }
    MemoryEvent event;
    const std::uint64_t end = length(event, core::Ordering::Unordered) * kPageSize;
    if (end < bytes || address > end - bytes) {
      if (!event.accesses.empty()) trace_.events.push_back(std::move(event));
      return stop(AgentEnd::Trapped);
    }
    MemoryAccess access{.ordering = instruction.ordering, .location = kMemory, .size = bytes};
    access.location.offset = address;
    access.tearing = bytes > 4 || !is_aligned ? Tearing::Torn
                     : instruction.is_float   ? Tearing::Float
                                              : Tearing::TearFree;
    if (instruction.kind == Kind::Notify) {
      notify(instruction, access.location, std::move(event));
      return true;
    }
    if (instruction.kind != Kind::Store) access.read = answers_.read(access);
    const std::uint64_t read = value_of(access.read);
    if (instruction.kind == Kind::Wait) {
      return wait(instruction, std::move(access), read, std::move(event));
    }
    write(instruction, read, access);
    if (instruction.kind != Kind::Store) registers_[instruction.reg] = read;
    event.accesses.push_back(std::move(access));
    trace_.events.push_back(std::move(event));
    return true;
  }

  // What the instruction writes, having read that.
  void write(const LitmusInstruction& instruction, std::uint64_t read, MemoryAccess& access) const {
    std::uint64_t value = evaluate(instruction.value);
    if (instruction.kind == Kind::Load) return;
    if (instruction.kind == Kind::CompareExchange &&
        read != cut(evaluate(instruction.expected), instruction.type_bytes)) {
      return;
    }
    access.kind = instruction.kind == Kind::Store ? core::ActionKind::Write
                                                  : core::ActionKind::ReadModifyWrite;
    if (instruction.kind == Kind::Rmw) value = modified(instruction.op, read, value);
    access.written = bytes_of(value, instruction.access_bytes);
  }

  static std::uint64_t modified(LitmusInstruction::Operator op, std::uint64_t a, std::uint64_t b) {
    using enum LitmusInstruction::Operator;
    switch (op) {
      case Exchange:
        return b;
      case Add:
        return a + b;
      case Sub:
        return a - b;
      case And:
        return a & b;
      case Or:
        return a | b;
      case Xor:
        return a ^ b;
    }
    return b;
  }

  void notify(const LitmusInstruction& instruction, const core::Location& location,
              MemoryEvent event) {
    const std::uint64_t others = program_.agents.size() - 1;
    const std::uint64_t woken = answers_.choose(std::min(instruction.count, others) + 1);
    event.queue = {.kind = core::ActionKind::Notify,
                   .location = location,
                   .woken = woken,
                   .limit = instruction.count};
    registers_[instruction.reg] = woken;
    trace_.events.push_back(std::move(event));
  }

  [[nodiscard]] bool wait(const LitmusInstruction& instruction, MemoryAccess access,
                          std::uint64_t read, MemoryEvent event) {
    const core::Location location = access.location;
    event.accesses.push_back(std::move(access));
    if (read != cut(evaluate(instruction.expected), instruction.access_bytes)) {
      trace_.events.push_back(std::move(event));
      registers_[instruction.reg] = 1;
      return true;
    }
    event.queue = {.kind = core::ActionKind::Wait, .location = location};
    trace_.events.push_back(std::move(event));
    const bool is_woken = answers_.choose(2) == 0;
    if (!is_woken && instruction.timeout < 0) return stop(AgentEnd::Blocked);
    const auto end = is_woken ? core::ActionKind::Woken : core::ActionKind::TimedOut;
    trace_.events.push_back({.queue = QueueAction{.kind = end, .location = location}});
    registers_[instruction.reg] = is_woken ? 0 : 2;
    return true;
  }

  void size(const LitmusInstruction& instruction) {
    MemoryEvent event;
    registers_[instruction.reg] = length(event, core::Ordering::SeqCst);
    if (!event.accesses.empty()) trace_.events.push_back(std::move(event));
  }

  // Growing may always fail.
  void grow(const LitmusInstruction& instruction) {
    MemoryEvent event;
    const std::uint64_t old = length(event, core::Ordering::SeqCst);
    const bool can_grow = !event.accesses.empty() && old + instruction.count <= program_.pages_max;
    if (!can_grow || answers_.choose(2) == 1) {
      registers_[instruction.reg] = 0xffff'ffff;
    } else {
      MemoryAccess& length = event.accesses.front();
      length.kind = core::ActionKind::ReadModifyWrite;
      length.written = {old + instruction.count};
      MemoryAccess zeros{.kind = core::ActionKind::Write,
                         .tearing = Tearing::Bulk,
                         .location = kMemory,
                         .size = instruction.count * kPageSize};
      zeros.location.offset = old * kPageSize;
      if (zeros.size > 0) event.accesses.push_back(std::move(zeros));
      registers_[instruction.reg] = old;
    }
    if (!event.accesses.empty()) trace_.events.push_back(std::move(event));
  }

  const LitmusProgram& program_;
  const std::vector<bool>& may_block_;
  Answers& answers_;
  std::map<std::string, std::uint64_t> registers_;
  AgentTrace trace_;
};

void add_constants(const LitmusExpression& expression, std::vector<std::uint64_t>& constants) {
  if (expression.kind == LitmusExpression::Kind::Constant) {
    constants.push_back(expression.constant);
  }
  for (const LitmusExpression& operand : expression.operands) add_constants(operand, constants);
}

// What instructions write; and whether one of them may wait for ever.
void look_at(const std::vector<LitmusInstruction>& instructions,
             std::vector<std::uint64_t>& constants, bool& may_block,
             const std::vector<bool>& agents_block) {
  for (const LitmusInstruction& instruction : instructions) {
    if (instruction.kind == Kind::Store || instruction.kind == Kind::Rmw ||
        instruction.kind == Kind::CompareExchange || instruction.kind == Kind::Set) {
      add_constants(instruction.value, constants);
    }
    may_block = may_block || (instruction.kind == Kind::Wait && instruction.timeout < 0) ||
                (instruction.kind == Kind::Join && agents_block[instruction.count]);
    look_at(instruction.body, constants, may_block, agents_block);
  }
}

}  // namespace

LitmusTraces::LitmusTraces(const LitmusProgram& program, std::vector<std::uint64_t> more_seeds)
    : program_(program), seeds_(std::move(more_seeds)), may_block_(program.agents.size()) {
  MemoryAccess length{.kind = core::ActionKind::Write,
                      .ordering = core::Ordering::SeqCst,
                      .location = kLength,
                      .written = {program.pages}};
  MemoryAccess zeros{.kind = core::ActionKind::Write,
                     .ordering = core::Ordering::Init,
                     .tearing = Tearing::Bulk,
                     .location = kMemory,
                     .size = program.pages * kPageSize};
  initial_.push_back({.accesses = {std::move(length), std::move(zeros)}});
  // Who joins one that may block may block: as many rounds as agents, at most.
  for (std::size_t round = 0; round < program.agents.size(); ++round) {
    for (std::size_t agent = 0; agent < program.agents.size(); ++agent) {
      bool may_block = may_block_[agent];
      look_at(program.agents[agent], seeds_, may_block, may_block_);
      may_block_[agent] = may_block;
    }
  }
  std::ranges::sort(seeds_);
  seeds_.erase(std::ranges::unique(seeds_).begin(), seeds_.end());
}

AgentTrace LitmusTraces::run(core::AgentId agent, Answers& answers) const {
  return Run(program_, may_block_, answers).run(agent.index);
}

AgentTrace LitmusTraces::not_started(core::AgentId agent) const {
  AgentTrace trace{.end = AgentEnd::NotStarted};
  for (const auto& [owner, reg] : program_.observed) {
    if (owner == agent.index) trace.observed.emplace_back("-");
  }
  return trace;
}

std::string LitmusTraces::outcome(const std::vector<const AgentTrace*>& traces) const {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  std::vector<std::size_t> next(traces.size());
  for (const auto& [agent, reg] : program_.observed) {
    const std::string name = agent == 0 ? "m" : program_.names[agent];
    add(name + ":" + reg + "=" + traces[agent]->observed[next[agent]++]);
  }
  for (std::size_t i = 1; i <= traces.size(); ++i) {
    const std::size_t agent = i % traces.size();  // the main one last
    const std::string name = agent == 0 ? "main" : program_.names[agent];
    if (traces[agent]->end == AgentEnd::Trapped) add(name + "=trap");
    if (traces[agent]->end == AgentEnd::Blocked) add(name + "=blocked");
  }
  return text;
}

}  // namespace heddle::harness
