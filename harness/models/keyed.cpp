// Objects with parts that have names: map, multi-register. The state is names and values in turn,
// ordered by the names.
#include <string_view>

#include "harness/models/models.hpp"
#include "harness/models/table_model.hpp"

namespace heddle::harness {

namespace {

// The index of the name, or of where it would be.
std::size_t place_of(const ModelState& state, std::int64_t name) {
  std::size_t i = 0;
  while (i < state.size() && state[i] < name) i += 2;
  return i;
}

bool has(const ModelState& state, std::int64_t name) {
  const std::size_t i = place_of(state, name);
  return i < state.size() && state[i] == name;
}

std::int64_t value_of(const ModelState& state, std::int64_t name, std::int64_t otherwise) {
  return has(state, name) ? state[place_of(state, name) + 1] : otherwise;
}

void assign(ModelState& state, std::int64_t name, std::int64_t value) {
  const std::size_t i = place_of(state, name);
  if (!has(state, name)) {
    state.insert(state.begin() + static_cast<std::ptrdiff_t>(i), {name, value});
  }
  state[i + 1] = value;
}

void erase(ModelState& state, std::int64_t name) {
  const auto place = state.begin() + static_cast<std::ptrdiff_t>(place_of(state, name));
  state.erase(place, place + 2);
}

// Map: what is not there reads as nil.

Effect get(ModelState& state, const ModelCall& call) {
  return {.result = value_of(state, call.arguments[0], core::kNil.word)};
}

Effect put(ModelState& state, const ModelCall& call) {
  assign(state, call.arguments[0], call.arguments[1]);
  return {};
}

Effect put_if_absent(ModelState& state, const ModelCall& call) {
  if (has(state, call.arguments[0])) return {.result = 0};
  assign(state, call.arguments[0], call.arguments[1]);
  return {.result = 1};
}

Effect remove(ModelState& state, const ModelCall& call) {
  if (!has(state, call.arguments[0])) return {.result = 0};
  erase(state, call.arguments[0]);
  return {.result = 1};
}

Effect contains(ModelState& state, const ModelCall& call) {
  return {.result = has(state, call.arguments[0]) ? 1 : 0};
}

Effect cas(ModelState& state, const ModelCall& call) {
  if (!has(state, call.arguments[0])) return {.result = 0};
  if (value_of(state, call.arguments[0], 0) != call.arguments[1]) return {.result = 0};
  assign(state, call.arguments[0], call.arguments[2]);
  return {.result = 1};
}

// Functions of programs cannot return nil: they say -1.
class Map final : public TableModel {
 public:
  using TableModel::TableModel;

 protected:
  [[nodiscard]] bool is_result(std::int64_t expected, const ModelCall& call) const override {
    return expected == call.result || (expected == core::kNil.word && call.result == -1);
  }
};

// A map's value as names and values.
core::Result<ModelState> pairs_state(const InitialState& initial) {
  ModelState state;
  if (initial.value == core::kUnknown || initial.value == core::kNil) return state;
  if (initial.data == nullptr || initial.data->kind_of(initial.value) != core::DatumKind::Map) {
    return core::make_error("the initial state is a map, like {:x 0, :y 0}");
  }
  const std::span<const core::Datum> items = initial.data->items_of(initial.value);
  for (std::size_t i = 0; i < items.size(); i += 2) {
    assign(state, items[i].word, items[i + 1].word);
  }
  return state;
}

// Multi-register: registers are 0 if nothing else is said. A transaction is a vector of reads
// [:read x v] and writes [:write x v], also :r and :w; v of a read is nil where nobody knows it.
class MultiRegister final : public TableModel {
 public:
  explicit MultiRegister(ModelState initial)
      : TableModel("multi-register", std::move(initial),
                   {{{"txn"}, Verb::Other, 1, true, nothing},
                    {{"read", "get", "load"}, Verb::Read, 1, true, read},
                    {{"write", "put", "set", "store"}, Verb::Other, 2, false, put}}) {}

  [[nodiscard]] bool step(const ModelState& state, const ModelCall& call, const core::Data& data,
                          ModelState& next) const override {
    if (operations()[call.code].name != "txn") return TableModel::step(state, call, data, next);
    next = state;
    const core::Datum parts{call.has_result ? call.result : call.arguments[0]};
    for (const core::Datum part : data.items_of(parts)) {
      if (!apply_part(data, part, call.has_result, next)) return false;
    }
    return true;
  }

 private:
  static Effect nothing(ModelState&, const ModelCall&) { return {}; }
  static Effect read(ModelState& state, const ModelCall& call) {
    return {.result = value_of(state, call.arguments[0], 0)};
  }

  static bool apply_part(const core::Data& data, core::Datum part, bool is_result,
                         ModelState& state) {
    const std::span<const core::Datum> items = data.items_of(part);
    if (items.size() != 3) return false;
    const std::string_view action = data.text_of(items[0]);
    if (action == "write" || action == "w") {
      assign(state, items[1].word, items[2].word);
      return true;
    }
    if (action != "read" && action != "r") return false;
    const bool is_known = is_result && items[2] != core::kNil;
    return !is_known || value_of(state, items[1].word, 0) == items[2].word;
  }
};

}  // namespace

MadeModel make_map(const InitialState& initial) {
  HEDDLE_LET(ModelState state, pairs_state(initial));
  return std::make_unique<Map>(
      "map", std::move(state),
      std::vector<TableRow>{{{"get", "read"}, Verb::Other, 1, true, get},
                            {{"put", "write", "set"}, Verb::Other, 2, false, put},
                            {{"put_if_absent"}, Verb::Insert, 2, true, put_if_absent},
                            {{"remove", "delete", "erase"}, Verb::Remove, 1, true, remove},
                            {{"contains", "has"}, Verb::Contains, 1, true, contains},
                            {{"cas"}, Verb::Cas, 3, true, cas}},
      TableOptions{.part_argument = 0});
}

MadeModel make_multi_register(const InitialState& initial) {
  HEDDLE_LET(ModelState state, pairs_state(initial));
  return std::make_unique<MultiRegister>(std::move(state));
}

}  // namespace heddle::harness
