// Containers: queue, stack, priority queues, deque, set. The state is their elements.
#include <algorithm>

#include "harness/models/models.hpp"
#include "harness/models/table_model.hpp"

namespace heddle::harness {

namespace {

// Sequences: the oldest element first.

Effect push_back(ModelState& state, const ModelCall& call) {
  state.push_back(call.arguments[0]);
  return {};
}

Effect push_front(ModelState& state, const ModelCall& call) {
  state.insert(state.begin(), call.arguments[0]);
  return {};
}

Effect first(ModelState& state, const ModelCall&) {
  return {.result = state.empty() ? kEmptyResult : state.front()};
}

Effect last(ModelState& state, const ModelCall&) {
  return {.result = state.empty() ? kEmptyResult : state.back()};
}

Effect pop_front(ModelState& state, const ModelCall&) {
  if (state.empty()) return {.result = kEmptyResult};
  const std::int64_t element = state.front();
  state.erase(state.begin());
  return {.result = element};
}

Effect pop_back(ModelState& state, const ModelCall&) {
  if (state.empty()) return {.result = kEmptyResult};
  const std::int64_t element = state.back();
  state.pop_back();
  return {.result = element};
}

// Sorted: the smallest element first.

Effect insert_sorted(ModelState& state, const ModelCall& call) {
  state.insert(std::ranges::upper_bound(state, call.arguments[0]), call.arguments[0]);
  return {};
}

// Sets: sorted, each element once.

Effect insert(ModelState& state, const ModelCall& call) {
  const auto place = std::ranges::lower_bound(state, call.arguments[0]);
  if (place != state.end() && *place == call.arguments[0]) return {.result = 0};
  state.insert(place, call.arguments[0]);
  return {.result = 1};
}

Effect remove(ModelState& state, const ModelCall& call) {
  const auto place = std::ranges::lower_bound(state, call.arguments[0]);
  if (place == state.end() || *place != call.arguments[0]) return {.result = 0};
  state.erase(place);
  return {.result = 1};
}

Effect contains(ModelState& state, const ModelCall& call) {
  return {.result = std::ranges::binary_search(state, call.arguments[0]) ? 1 : 0};
}

Effect nothing(ModelState&, const ModelCall&) { return {}; }

class Set final : public TableModel {
 public:
  explicit Set(ModelState initial)
      : TableModel("set", std::move(initial),
                   {{{"insert", "add"}, Verb::Insert, 1, true, insert},
                    {{"remove", "delete", "erase"}, Verb::Remove, 1, true, remove},
                    {{"contains", "lookup", "has"}, Verb::Contains, 1, true, contains},
                    {{"read"}, Verb::ReadAll, 0, true, nothing}},
                   {.family = Family::Set, .part_argument = 0}) {}

  [[nodiscard]] bool step(const ModelState& state, const ModelCall& call, const core::Data& data,
                          ModelState& next) const override {
    if (call.verb != Verb::ReadAll) return TableModel::step(state, call, data, next);
    next = state;
    if (!call.has_result) return true;
    ModelState seen;
    for (const core::Datum item : data.items_of({call.result})) seen.push_back(item.word);
    std::ranges::sort(seen);
    return seen == state;
  }
};

template <typename Made = TableModel>
MadeModel make_container(std::string_view name, const InitialState& initial, Family family,
                         const std::vector<TableRow>& rows) {
  HEDDLE_LET(ModelState state, list_state(initial));
  const bool is_sorted = rows[0].apply == insert_sorted;
  if (is_sorted) std::ranges::sort(state);
  return std::make_unique<Made>(name, std::move(state), rows,
                                TableOptions{.family = family, .takes_integers = is_sorted});
}

}  // namespace

MadeModel make_queue(const InitialState& initial) {
  return make_container(
      "queue", initial, Family::Queue,
      {{{"enqueue", "enq", "push", "put", "offer", "send", "add"}, Verb::Put, 1, false, push_back},
       {{"dequeue", "deq", "pop", "take", "poll", "receive"}, Verb::Take, 0, true, pop_front},
       {{"peek", "front"}, Verb::Peek, 0, true, first}});
}

MadeModel make_stack(const InitialState& initial) {
  return make_container("stack", initial, Family::Stack,
                        {{{"push"}, Verb::Put, 1, false, push_back},
                         {{"pop"}, Verb::Take, 0, true, pop_back},
                         {{"peek", "top"}, Verb::Peek, 0, true, last}});
}

MadeModel make_priority_queue(const InitialState& initial) {
  return make_container(
      "priority-queue", initial, Family::PriorityQueue,
      {{{"insert", "enqueue", "enq", "push", "add", "put", "offer"},
        Verb::Put,
        1,
        false,
        insert_sorted},
       {{"poll", "delete_max", "extract_max", "dequeue", "deq", "pop", "take", "remove"},
        Verb::Take,
        0,
        true,
        pop_back},
       {{"peek", "max", "top"}, Verb::Peek, 0, true, last}});
}

MadeModel make_min_priority_queue(const InitialState& initial) {
  return make_container(
      "min-priority-queue", initial, Family::MinPriorityQueue,
      {{{"insert", "enqueue", "enq", "push", "add", "put", "offer"},
        Verb::Put,
        1,
        false,
        insert_sorted},
       {{"poll", "delete_min", "extract_min", "dequeue", "deq", "pop", "take", "remove"},
        Verb::Take,
        0,
        true,
        pop_front},
       {{"peek", "min", "top"}, Verb::Peek, 0, true, first}});
}

MadeModel make_deque(const InitialState& initial) {
  return make_container(
      "deque", initial, Family::General,
      {{{"push_front", "add_first", "pushFront", "addFirst"}, Verb::Put, 1, false, push_front},
       {{"push_back", "add_last", "pushBack", "addLast", "push"}, Verb::Put, 1, false, push_back},
       {{"pop_front", "poll_first", "popFront", "pollFirst", "steal"},
        Verb::Take,
        0,
        true,
        pop_front},
       {{"pop_back", "poll_last", "popBack", "pollLast", "pop", "take"},
        Verb::Take,
        0,
        true,
        pop_back},
       {{"peek_front", "peek_first", "peekFirst"}, Verb::Peek, 0, true, first},
       {{"peek_back", "peek_last", "peekLast"}, Verb::Peek, 0, true, last}});
}

MadeModel make_set(const InitialState& initial) {
  HEDDLE_LET(ModelState state, list_state(initial));
  std::ranges::sort(state);
  const auto repeated = std::ranges::unique(state);
  state.erase(repeated.begin(), repeated.end());
  return std::make_unique<Set>(std::move(state));
}

}  // namespace heddle::harness
