#include "engine/exec/host_context.hpp"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "engine/exec/actions_bulk_value.hpp"
#include "engine/exec/machine_state.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint64_t kOutputMax = 1 << 20;
constexpr std::uint64_t kClockJump = 3'600'000'000'000;  // an hour

}  // namespace

bool HostContext::is_within(std::uint64_t address, std::uint64_t size) const {
  const MemoryInstance* const target = memory();
  return target != nullptr && size <= target->size_bytes() &&
         address <= target->size_bytes() - size;
}

bool HostContext::read(std::uint64_t address, std::span<std::byte> bytes) {
  if (!is_within(address, bytes.size())) return false;
  if (bytes.empty()) return true;
  std::memcpy(bytes.data(), memory()->base() + address, bytes.size());
  record(core::ActionKind::Read, address, bytes);
  return true;
}

bool HostContext::write(std::uint64_t address, std::span<const std::byte> bytes) {
  if (!is_within(address, bytes.size())) return false;
  if (bytes.empty()) return true;
  std::memcpy(memory()->base() + address, bytes.data(), bytes.size());
  record(core::ActionKind::Write, address, bytes);
  return true;
}

void HostContext::record(core::ActionKind kind, std::uint64_t address,
                         std::span<const std::byte> bytes) {
  machine_.charge(bytes.size());
  if (!memory()->shared() || machine_.is_over) return;
  machine_.mark_call(machine_.at(agent_));
  const bool writes = kind == core::ActionKind::Write;
  const std::uint64_t value = bulk_value(bytes);
  machine_.use(agent_, *memory(), address, bytes.size(), writes);
  machine_.record(agent_, where_,
                  {{.kind = kind,
                    .ordering = core::Ordering::Unordered,
                    .is_torn_allowed = true,
                    .location = {.region = core::RegionKind::Memory,
                                 .number = memory()->number(),
                                 .offset = address},
                    .size_bytes = bytes.size(),
                    .read_value = writes ? 0 : value,
                    .written_value = writes ? value : 0}});
}

core::AgentId HostContext::next_agent() const {
  return {static_cast<std::uint32_t>(machine_.agents.size())};
}

// From here on the agent is not alone, whatever it was permitted before.
std::optional<core::AgentId> HostContext::spawn(std::string name, AgentBody body) {
  if (machine_.agents.size() >= machine_.options.agents_max) {
    machine_.reach_limit(fmt::format("{} agents", machine_.options.agents_max));
  }
  if (!machine_.goes_well(machine_.options.faults.spawn, core::ChoiceKind::SpawnSucceeds)) {
    return std::nullopt;
  }
  machine_.mark_call(machine_.at(agent_));
  const core::AgentId child = machine_.spawn(std::move(name), agent_, std::move(body)).id;
  machine_.record(agent_, where_,
                  {{.kind = core::ActionKind::Spawn, .written_value = child.index}});
  machine_.context.permits = 0;
  machine_.board.close();
  return child;
}

std::uint64_t HostContext::read_clock() {
  if (machine_.strikes(machine_.options.faults.clock_jumps, core::FaultKind::ClockJump)) {
    machine_.clock_ns += kClockJump;
  }
  return machine_.clock_ns;
}

std::uint64_t HostContext::draw() { return machine_.random.next(); }

void HostContext::print(std::string_view text) {
  std::string& output = machine_.execution.output;
  output += text.substr(0, kOutputMax - std::min<std::uint64_t>(output.size(), kOutputMax));
}

}  // namespace heddle::engine
