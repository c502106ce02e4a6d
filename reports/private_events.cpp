#include "reports/private_events.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "core/action_kinds.hpp"
#include "core/byte_map.hpp"

namespace heddle::reports {
namespace {

using core::Action;
using core::ActionKind;

// What is known of a byte.
struct Users {
  std::optional<core::AgentId> first;
  bool has_others = false;
  bool is_written = false;

  void add(core::AgentId agent, bool writes) {
    if (!first) first = agent;
    has_others |= *first != agent;
    is_written |= writes;
  }
  [[nodiscard]] bool is_shared() const { return has_others && is_written; }
};

class UsersOfBytes {
 public:
  void add(core::AgentId agent, const Action& action) {
    regions_[key_of(action)].visit(bytes_of(action),
                                   [&](Users& users) { users.add(agent, writes(action.kind)); });
  }
  [[nodiscard]] bool is_shared(const Action& action) const {
    const auto region = regions_.find(key_of(action));
    if (region == regions_.end()) return false;
    bool is_shared = false;
    region->second.look(bytes_of(action),
                        [&](const Users& users) { is_shared |= users.is_shared(); });
    return is_shared;
  }

 private:
  using Key = std::pair<core::RegionKind, std::uint32_t>;
  static Key key_of(const Action& action) {
    return {action.location.region, action.location.number};
  }
  // Other locations than bytes have no size.
  static core::ByteRange bytes_of(const Action& action) {
    return core::byte_range(action.location.offset, std::max<std::uint64_t>(action.size_bytes, 1));
  }

  std::map<Key, core::ByteMap<Users>> regions_;
};

}  // namespace

std::vector<bool> private_events(const core::Trace& trace) {
  const auto is_spawn = [&](const core::Event& event) {
    return std::ranges::any_of(trace.actions_of(event), [](const Action& action) {
      return action.kind == ActionKind::Spawn;
    });
  };
  const auto first_spawn =
      static_cast<std::size_t>(std::ranges::find_if(trace.events, is_spawn) - trace.events.begin());
  // Agents that nobody has spawned were there from the beginning.
  const std::size_t alone = first_spawn == trace.events.size() ? 0 : first_spawn;
  UsersOfBytes users;
  for (std::size_t i = alone; i < trace.events.size(); ++i) {
    for (const Action& action : trace.actions_of(trace.events[i])) {
      if (is_access(action.kind)) users.add(trace.events[i].agent, action);
    }
  }
  std::vector<bool> is_private(trace.events.size(), false);
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    const auto actions = trace.actions_of(trace.events[i]);
    is_private[i] = std::ranges::all_of(actions, [&](const Action& action) {
      return is_access(action.kind) && (i < alone || !users.is_shared(action));
    });
  }
  return is_private;
}

}  // namespace heddle::reports
