#include "harness/explore/reads_from_graph.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace heddle::harness {

namespace {

using core::Action;
using core::ActionKind;
using core::RegionKind;

constexpr std::uint64_t kEndKey = 0xe4d0;

enum class Space : std::uint8_t { Of, Queue, Calls };  // of what its region kind says, or our own

struct Stretch {  // of a region, before cells are cut
  std::uint32_t region = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

std::uint64_t region_key(Space space, RegionKind kind, std::uint32_t number) {
  return std::uint64_t{number} << 16 | static_cast<std::uint64_t>(space) << 8 |
         static_cast<std::uint64_t>(kind);
}

}  // namespace

// Puts a graph together: first events with stretches, in the order of the trace; then cells; then,
// in the same order again, who has read what.
class GraphBuilder {
 public:
  explicit GraphBuilder(ReadsFromGraph& graph) : graph_(graph) {}

  void build(const core::Execution& execution, const Seen& seen, const ReadsFromOptions& options) {
    trace_ = &execution.trace;
    seen_ = &seen;
    options_ = options;
    begin();
    find_initial_lengths();
    begin_agents();
    for (std::size_t i = 0; i < trace_->events.size() && graph_.is_valid_; ++i) add(i);
    if (steps_ != execution.steps) graph_.is_valid_ = false;
    if (!graph_.is_valid_) return;
    if (options_.final_memory) add_end();
    cut_cells();
    resolve();
  }

 private:
  struct AgentState {
    std::vector<std::uint32_t> causes;  // of its next event
    std::uint64_t children = 0;
    std::optional<std::uint64_t> invoked;  // a call whose first step comes next
  };
  struct RawLook {
    std::uint32_t first_stretch = 0;
    std::uint32_t stretch_count = 0;
  };

  void begin() {
    graph_.is_valid_ = true;
    graph_.events_.clear();
    graph_.looks_.clear();
    graph_.sources_.clear();
    graph_.writes_.clear();
    graph_.causes_.clear();
    graph_.cells_.clear();
    graph_.region_keys_.clear();
    graph_.answers_ = seen_->answers;
    lengths_.clear();
    raw_looks_.clear();
    raw_stretches_.clear();
    raw_writes_.clear();
    steps_ = 0;
    next_answer_ = 0;
    last_step_ = 0;
    graph_.agents_.resize(trace_->agents.size());
    states_.resize(trace_->agents.size());
    for (std::size_t i = 0; i < states_.size(); ++i) {
      graph_.agents_[i].key = 0;
      graph_.agents_[i].events.clear();
      graph_.agents_[i].creation.clear();
      states_[i].causes.clear();
      states_[i].children = 0;
      states_[i].invoked.reset();
    }
  }

  [[nodiscard]] std::span<const Stretch> stretches(const RawLook& look) const {
    return std::span(raw_stretches_).subspan(look.first_stretch, look.stretch_count);
  }

  GraphEvent& last_of(std::uint32_t agent) {
    return graph_.events_[graph_.agents_[agent].events.back()];
  }

  void find_initial_lengths() {
    for (const core::Event& event : trace_->events) {
      const auto actions = trace_->actions_of(event);
      if (actions.size() != 2 || actions[0].location.region != RegionKind::MemoryLength) continue;
      const std::uint32_t memory = actions[0].location.number;
      if (std::ranges::none_of(lengths_,
                               [&](const auto& known) { return known.first == memory; })) {
        lengths_.emplace_back(memory, actions[1].location.offset);
      }
    }
  }

  void begin_agents() {
    if (!graph_.agents_.empty()) graph_.agents_[0].key = 1;
    if (!seen_->answers.empty() && seen_->answers.front().step == 0) {
      add_event(0, GraphEvent::Kind::Begin);
      add_answers();
    }
  }

  std::uint32_t region(Space space, RegionKind kind, std::uint32_t number) {
    const std::uint64_t key = region_key(space, kind, number);
    const auto known = std::ranges::find(graph_.region_keys_, key);
    if (known == graph_.region_keys_.end()) {
      graph_.region_keys_.push_back(key);
      return static_cast<std::uint32_t>(graph_.region_keys_.size() - 1);
    }
    return static_cast<std::uint32_t>(known - graph_.region_keys_.begin());
  }

  GraphEvent& add_event(std::uint32_t agent, GraphEvent::Kind kind) {
    const auto number = static_cast<std::uint32_t>(graph_.events_.size());
    if (number >= kGraphEventsMax) graph_.is_valid_ = false;
    GraphAgent& owner = graph_.agents_[agent];
    GraphEvent& event = graph_.events_.emplace_back();
    event.kind = kind;
    event.agent = agent;
    event.index = static_cast<std::uint32_t>(owner.events.size());
    event.previous =
        owner.events.empty() ? kInitial : static_cast<std::int32_t>(owner.events.back());
    event.head = number;
    event.first_look = static_cast<std::uint32_t>(graph_.looks_.size());
    event.first_write = static_cast<std::uint32_t>(graph_.writes_.size());
    event.first_cause = static_cast<std::uint32_t>(graph_.causes_.size());
    std::vector<std::uint32_t>& causes = states_[agent].causes;
    graph_.causes_.insert(graph_.causes_.end(), causes.begin(), causes.end());
    event.cause_count = static_cast<std::uint32_t>(causes.size());
    causes.clear();
    owner.events.push_back(number);
    return event;
  }

  // A look of the event that was added last.
  Look& add_look(LookKind kind) {
    ++graph_.events_.back().look_count;
    raw_looks_.push_back({.first_stretch = static_cast<std::uint32_t>(raw_stretches_.size())});
    Look& look = graph_.looks_.emplace_back();
    look.kind = kind;
    return look;
  }
  void add_stretch(const Stretch& stretch) {
    if (stretch.begin >= stretch.end) return;
    raw_stretches_.push_back(stretch);
    ++raw_looks_.back().stretch_count;
  }
  GraphWrite& add_write(const Stretch& stretch) {
    ++graph_.events_.back().write_count;
    raw_writes_.push_back(stretch);
    return graph_.writes_.emplace_back();
  }

  [[nodiscard]] Stretch stretch_of(const Action& action) {
    const std::uint64_t size =
        action.location.region == RegionKind::Memory ? action.size_bytes : std::uint64_t{1};
    return {region(Space::Of, action.location.region, action.location.number),
            action.location.offset, action.location.offset + size};
  }
  [[nodiscard]] Stretch queue_of(const Action& action) {
    return {region(Space::Queue, RegionKind::Memory, action.location.number),
            action.location.offset, action.location.offset + 1};
  }
  [[nodiscard]] Stretch calls_of(std::uint32_t agent) {
    return {region(Space::Calls, RegionKind::None, agent), 0, 1};
  }

  void add(std::size_t position) {
    const core::Event& event = trace_->events[position];
    const std::uint32_t agent = event.agent.index;
    const std::span<const Action> actions = trace_->actions_of(event);
    const Action& first = actions.front();
    switch (first.kind) {
      case ActionKind::Spawn:
        create(agent, static_cast<std::uint32_t>(first.written_value));
        return;
      case ActionKind::Join:
        join(agent, static_cast<std::uint32_t>(first.written_value));
        return;
      case ActionKind::End:
        return;
      case ActionKind::Invoke:
        states_[agent].invoked = first.written_value;
        return;
      case ActionKind::Return:
        complete(agent, first.written_value);
        return;
      case ActionKind::Woken:
        wake(agent);
        return;
      case ActionKind::Read:
      case ActionKind::Write:
      case ActionKind::ReadModifyWrite:
      case ActionKind::Wait:
      case ActionKind::TimedOut:
      case ActionKind::Notify:
      case ActionKind::Fence:
      case ActionKind::Host:
        begin_step(agent, first.kind == ActionKind::TimedOut ? GraphEvent::Kind::Timeout
                                                             : GraphEvent::Kind::Step);
        for (const Action& action : actions) add_action(action);
        add_answers();
        return;
    }
  }

  // The next step.
  void begin_step(std::uint32_t agent, GraphEvent::Kind kind) {
    add_event(agent, kind);
    last_step_ = static_cast<std::uint32_t>(graph_.events_.size() - 1);
    ++steps_;
    std::optional<std::uint64_t>& invoked = states_[agent].invoked;
    if (options_.call_order && invoked && is_operation(*invoked)) add_write(calls_of(agent));
    invoked.reset();
  }

  // Those that were asked for during the last step, or before the next one.
  void add_answers() {
    while (next_answer_ < seen_->answers.size() && seen_->answers[next_answer_].step <= steps_) {
      const std::uint32_t looks = graph_.events_.back().look_count;
      add_look(LookKind::Choice).answer = static_cast<std::uint32_t>(next_answer_);
      const core::ChoiceKind kind = seen_->answers[next_answer_++].chosen.kind;
      if (kind == core::ChoiceKind::GrowSucceeds) make_growth_hang(looks);
    }
  }

  // Whether a memory grows was chosen: in the last event.
  void make_growth_hang(std::uint32_t look) {
    GraphEvent& event = graph_.events_.back();
    if (look == 0) return;
    if (event.write_count == 0) {
      const std::span<const Stretch> length = stretches(raw_looks_[event.first_look]);
      if (length.size() == 1) add_write(length.front()).is_performed = false;
    }
    for (std::uint32_t i = 0; i < event.write_count; ++i) {
      GraphWrite& write = graph_.writes_[event.first_write + i];
      write.needs_looks = look + 1;
      write.hangs_on_value = true;
    }
  }

  void add_action(const Action& action) {
    if (action.kind == ActionKind::Fence || action.kind == ActionKind::Host) return;
    if (action.kind == ActionKind::Wait || action.kind == ActionKind::TimedOut ||
        action.kind == ActionKind::Notify) {
      add_queue_action(action);
      return;
    }
    look_at_length(action);
    const Stretch stretch = stretch_of(action);
    const std::uint32_t looks = lengths_looked_at(graph_.events_.back());
    if (action.kind != ActionKind::Write) add_read(action, stretch);
    const bool may_grow = is_length_of_growing(action.location);
    if (action.kind == ActionKind::Read && action.condition == core::Condition::None && !may_grow) {
      return;
    }
    const bool is_wait = action.condition == core::Condition::Wait;
    if (is_wait) {
      graph_.events_.back().is_wait = true;
      graph_.events_.back().wait_looks = graph_.events_.back().look_count;
    }
    if (is_wait && action.read_value == action.compared_value) return;  // Wait comes as well
    GraphWrite& write = add_write(is_wait ? queue_of(action) : stretch);
    write.needs_looks = looks;
    write.address = action.location.offset;
    write.value = action.written_value;
    write.value_size = action.size_bytes <= 8 ? static_cast<std::uint32_t>(action.size_bytes) : 0;
    write.is_performed = action.kind != ActionKind::Read;
    if (action.condition != core::Condition::None || may_grow) {
      write.hangs_on_value = true;
      ++write.needs_looks;
    }
  }

  // A memory.grow that failed may succeed elsewhere; a trace does not tell it from a memory.size.
  [[nodiscard]] bool is_length_of_growing(const core::Location& location) const {
    return location.region == RegionKind::MemoryLength &&
           std::ranges::any_of(lengths_,
                               [&](const auto& known) { return known.first == location.number; });
  }

  // What is written, and where, depends on these only.
  [[nodiscard]] std::uint32_t lengths_looked_at(const GraphEvent& event) const {
    std::uint32_t count = 0;
    for (const Look& look : graph_.looks(event)) {
      if (look.kind == LookKind::Length) ++count;
    }
    return count;
  }

  void add_read(const Action& action, const Stretch& stretch) {
    const bool is_length = action.location.region == RegionKind::MemoryLength;
    Look& look = add_look(is_length ? LookKind::Length : LookKind::Memory);
    look.is_compared = action.condition != core::Condition::None;
    look.compared = action.compared_value;
    look.read_value = action.read_value;
    add_stretch(stretch);
  }

  void add_queue_action(const Action& action) {
    const GraphEvent& event = graph_.events_.back();
    const std::uint32_t looks = event.look_count;
    add_look(LookKind::Queue);
    add_stretch(queue_of(action));
    GraphWrite& write = add_write(queue_of(action));
    write.needs_looks = looks;
    write.hangs_on_value = action.kind == ActionKind::Wait && looks > 0;
    write.value = action.written_value;  // of a notify: how many it wakes
    graph_.events_.back().is_notify = action.kind == ActionKind::Notify;
    if (action.kind == ActionKind::Wait) {
      const Seen::Timeout offer{.step = steps_, .agent = event.agent};
      graph_.events_.back().is_finite_wait =
          std::ranges::find(seen_->timeouts, offer) != seen_->timeouts.end();
    }
  }

  // Accesses behind the initial length of a memory that grows find out whether it has.
  void look_at_length(const Action& action) {
    if (action.location.region != RegionKind::Memory) return;
    if (graph_.events_.back().look_count > 0) return;
    for (const auto& [memory, bytes] : lengths_) {
      if (memory != action.location.number) continue;
      if (action.location.offset + action.size_bytes <= bytes) continue;
      add_look(LookKind::Length);
      add_stretch({region(Space::Of, RegionKind::MemoryLength, memory), 0, 1});
    }
  }

  [[nodiscard]] bool is_operation(std::uint64_t call) const {
    return call < trace_->calls.size() && trace_->calls[call].operation >= 0;
  }

  void complete(std::uint32_t agent, std::uint64_t call) {
    if (states_[agent].invoked) {
      begin_step(agent, GraphEvent::Kind::Step);
      add_answers();
    }
    if (!options_.call_order || !is_operation(call)) return;
    if (graph_.agents_[agent].events.empty()) {
      graph_.is_valid_ = false;
      return;
    }
    const std::uint32_t head = last_of(agent).head;
    GraphEvent& event = add_event(agent, GraphEvent::Kind::Return);
    event.head = head;
    add_look(LookKind::Calls);
    for (std::uint32_t other = 0; other < states_.size(); ++other) {
      if (other != agent) add_stretch(calls_of(other));
    }
  }

  void wake(std::uint32_t agent) {
    const std::uint32_t notify = last_step_;
    states_[agent].causes.push_back(notify);
    GraphEvent& event = add_event(agent, GraphEvent::Kind::Woken);
    event.head = graph_.events_[notify].head;
    add_look(LookKind::Woken);
  }

  void create(std::uint32_t parent, std::uint32_t child) {
    if (child >= states_.size()) {
      graph_.is_valid_ = false;
      return;
    }
    GraphAgent& created = graph_.agents_[child];
    created.key = mixed(graph_.agents_[parent].key, ++states_[parent].children);
    created.creation = states_[parent].causes;
    if (!graph_.agents_[parent].events.empty()) {
      created.creation.push_back(graph_.agents_[parent].events.back());
    }
    states_[child].causes = created.creation;
  }

  void join(std::uint32_t agent, std::uint32_t ended) {
    std::vector<std::uint32_t>& causes = states_[agent].causes;
    if (!graph_.agents_[ended].events.empty()) {
      causes.push_back(graph_.agents_[ended].events.back());
    } else {
      causes.insert(causes.end(), states_[ended].causes.begin(), states_[ended].causes.end());
    }
  }

  // Looks at everything, behind all others.
  void add_end() {
    AgentState state;
    for (const GraphAgent& agent : graph_.agents_) {
      if (!agent.events.empty()) state.causes.push_back(agent.events.back());
    }
    states_.push_back(std::move(state));
    graph_.agents_.emplace_back().key = kEndKey;
    add_event(static_cast<std::uint32_t>(states_.size() - 1), GraphEvent::Kind::End);
  }

  void cut_cells() {
    edges_.resize(std::max(edges_.size(), graph_.region_keys_.size()));
    for (std::vector<std::uint64_t>& places : edges_) places.clear();
    const auto cut = [&](const Stretch& stretch) {
      if (stretch.begin >= stretch.end) return;
      edges_[stretch.region].push_back(stretch.begin);
      edges_[stretch.region].push_back(stretch.end);
    };
    std::ranges::for_each(raw_stretches_, cut);
    std::ranges::for_each(raw_writes_, cut);
    first_cells_.assign(graph_.region_keys_.size(), 0);
    for (std::uint32_t region = 0; region < first_cells_.size(); ++region) {
      std::vector<std::uint64_t>& places = edges_[region];
      std::ranges::sort(places);
      places.erase(std::ranges::unique(places).begin(), places.end());
      first_cells_[region] = static_cast<std::uint32_t>(graph_.cells_.size());
      const bool is_memory =
          (graph_.region_keys_[region] & 0xffff) == static_cast<std::uint64_t>(RegionKind::Memory);
      for (std::size_t i = 0; i + 1 < places.size(); ++i) {
        graph_.cells_.push_back(
            {.region = region, .begin = places[i], .end = places[i + 1], .is_memory = is_memory});
      }
    }
  }

  [[nodiscard]] CellRange cells_of(const Stretch& stretch) const {
    if (stretch.begin >= stretch.end) return {};
    const std::vector<std::uint64_t>& places = edges_[stretch.region];
    const auto at = [&](std::uint64_t place) {
      return static_cast<std::uint32_t>(std::ranges::lower_bound(places, place) - places.begin());
    };
    const std::uint32_t first = first_cells_[stretch.region];
    return {first + at(stretch.begin), first + at(stretch.end)};
  }

  void resolve() {
    const std::size_t words = (graph_.events_.size() + 1 + 63) / 64;
    graph_.before_.assign(graph_.events_.size() + 1, words);
    graph_.after_.assign(graph_.events_.size() + 1, words);
    graph_.writers_.assign(graph_.cells_.size(), words);
    last_writers_.assign(graph_.cells_.size(), kInitial);
    first_users_.assign(graph_.cells_.size(), kNoNumber);
    for (std::uint32_t i = 0; i < graph_.events_.size(); ++i) resolve(i);
    find_contended();
  }

  void resolve(std::uint32_t number) {
    GraphEvent& event = graph_.events_[number];
    std::uint64_t identity = graph_.agents_[event.agent].key;
    if (event.previous != kInitial) {
      identity = graph_.events_[static_cast<std::size_t>(event.previous)].identity;
      add_past(number, event.previous);
    }
    identity = mixed(identity, 0x657);
    for (const std::uint32_t cause : graph_.causes(event)) {
      add_past(number, static_cast<std::int32_t>(cause));
      if (event.kind != GraphEvent::Kind::Woken || cause != graph_.causes(event).back()) {
        identity = mixed(identity, graph_.events_[cause].identity);
      }
    }
    event.entry_identity = identity;
    if (event.kind == GraphEvent::Kind::End) look_at_everything(event);
    for (std::uint32_t i = 0; i < event.look_count; ++i) {
      Look& look = graph_.looks_[event.first_look + i];
      if (event.kind != GraphEvent::Kind::End) read(look, event.first_look + i);
      identity = identity_behind(event, look, identity);
      look.identity = identity;
      for (const CellSource& source : graph_.sources(look)) {
        if (source.writer != kInitial) add_past(number, source.writer);
      }
    }
    event.identity = identity;
    write(number, event);
    for_each_bit(graph_.before(number),
                 [&](std::size_t earlier) { set_bit(graph_.after_[earlier], number); });
  }

  void add_past(std::uint32_t number, std::int32_t earlier) {
    const auto row = static_cast<std::size_t>(earlier);
    add_bits(graph_.before_[number], graph_.before_[row]);
    set_bit(graph_.before_[number], row);
  }

  void read(Look& look, std::size_t number) {
    look.first_source = static_cast<std::uint32_t>(graph_.sources_.size());
    for (const Stretch& stretch : stretches(raw_looks_[number])) {
      const CellRange cells = cells_of(stretch);
      for (std::uint32_t cell = cells.begin; cell < cells.end; ++cell) {
        graph_.sources_.push_back({cell, last_writers_[cell]});
      }
    }
    look.source_count = static_cast<std::uint32_t>(graph_.sources_.size()) - look.first_source;
  }

  // One look for each cell that was written.
  void look_at_everything(GraphEvent& event) {
    event.first_look = static_cast<std::uint32_t>(graph_.looks_.size());
    for (std::uint32_t cell = 0; cell < graph_.cells_.size(); ++cell) {
      if (!graph_.cells_[cell].is_memory || last_writers_[cell] == kInitial) continue;
      Look& look = graph_.looks_.emplace_back();
      look.first_source = static_cast<std::uint32_t>(graph_.sources_.size());
      look.source_count = 1;
      graph_.sources_.push_back({cell, last_writers_[cell]});
      ++event.look_count;
    }
  }

  [[nodiscard]] std::uint64_t identity_behind(const GraphEvent& event, const Look& look,
                                              std::uint64_t entry) const {
    if (look.kind == LookKind::Choice) {
      const core::Choice& chosen = graph_.answers_[look.answer].chosen;
      return mixed(mixed(entry, static_cast<std::uint64_t>(chosen.kind)), chosen.operand);
    }
    if (look.kind == LookKind::Woken) {
      return woken_identity(entry, graph_.events_[graph_.causes(event).back()].identity);
    }
    return graph_.look_identity(entry, look.kind, graph_.sources(look), {});
  }

  void write(std::uint32_t number, const GraphEvent& event) {
    for (std::uint32_t i = 0; i < event.write_count; ++i) {
      GraphWrite& write = graph_.writes_[event.first_write + i];
      write.cells = cells_of(raw_writes_[event.first_write + i]);
      if (!write.is_performed) continue;
      for (std::uint32_t cell = write.cells.begin; cell < write.cells.end; ++cell) {
        last_writers_[cell] = static_cast<std::int32_t>(number);
        set_bit(graph_.writers_[cell], number);
      }
    }
  }

  // Ghosts count: they might be performed elsewhere.
  void find_contended() {
    is_written_.assign(graph_.cells_.size(), false);
    const auto use = [&](std::uint32_t cell, std::uint32_t agent) {
      if (first_users_[cell] == kNoNumber) first_users_[cell] = agent;
      if (first_users_[cell] != agent) graph_.cells_[cell].is_contended = true;
    };
    for (const GraphEvent& event : graph_.events_) {
      for (const Look& look : graph_.looks(event)) {
        for (const CellSource& source : graph_.sources(look)) use(source.cell, event.agent);
      }
      for (const GraphWrite& write : graph_.writes(event)) {
        for (std::uint32_t cell = write.cells.begin; cell < write.cells.end; ++cell) {
          use(cell, event.agent);
          is_written_[cell] = true;
        }
      }
    }
    for (std::size_t cell = 0; cell < graph_.cells_.size(); ++cell) {
      if (!is_written_[cell]) graph_.cells_[cell].is_contended = false;
    }
  }

  ReadsFromGraph& graph_;
  const core::Trace* trace_ = nullptr;
  const Seen* seen_ = nullptr;
  ReadsFromOptions options_;

  std::vector<std::pair<std::uint32_t, std::uint64_t>> lengths_;  // initial, of memories that grow
  std::vector<AgentState> states_;
  std::vector<RawLook> raw_looks_;  // as looks_, but for those of the end
  std::vector<Stretch> raw_stretches_;
  std::vector<Stretch> raw_writes_;  // as writes_
  std::uint64_t steps_ = 0;
  std::size_t next_answer_ = 0;
  std::uint32_t last_step_ = 0;
  std::vector<std::vector<std::uint64_t>> edges_;  // of cells, by region
  std::vector<std::uint32_t> first_cells_;         // by region
  std::vector<std::int32_t> last_writers_;         // by cell, as are these
  std::vector<std::uint32_t> first_users_;
  std::vector<bool> is_written_;
};

ReadsFromGraph::ReadsFromGraph() : builder_(std::make_unique<GraphBuilder>(*this)) {}
ReadsFromGraph::~ReadsFromGraph() = default;

ReadsFromGraph::ReadsFromGraph(const core::Execution& execution, const Seen& seen,
                               const ReadsFromOptions& options)
    : ReadsFromGraph() {
  assign(execution, seen, options);
}

void ReadsFromGraph::assign(const core::Execution& execution, const Seen& seen,
                            const ReadsFromOptions& options) {
  builder_->build(execution, seen, options);
}

}  // namespace heddle::harness
