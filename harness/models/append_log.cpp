// Append-log: a list that is appended to and read as a whole, as a vector or as the concatenation
// of its strings.
#include <string_view>

#include "harness/models/models.hpp"
#include "harness/models/table_model.hpp"

namespace heddle::harness {

namespace {

Effect append(ModelState& state, const ModelCall& call) {
  state.push_back(call.arguments[0]);
  return {};
}

Effect put(ModelState& state, const ModelCall& call) {
  state = {call.arguments[0]};
  return {};
}

Effect nothing(ModelState&, const ModelCall&) { return {}; }

class AppendLog final : public TableModel {
 public:
  explicit AppendLog(ModelState initial)
      : TableModel("append-log", std::move(initial),
                   {{{"append", "push", "add"}, Verb::Append, 1, false, append},
                    {{"read", "get", "list"}, Verb::ReadAll, 0, true, nothing},
                    {{"put", "write", "set"}, Verb::Write, 1, false, put}},
                   {.family = Family::AppendLog}) {}

  [[nodiscard]] bool step(const ModelState& state, const ModelCall& call, const core::Data& data,
                          ModelState& next) const override {
    if (call.verb != Verb::ReadAll) return TableModel::step(state, call, data, next);
    next = state;
    return !call.has_result || is_all(state, {call.result}, data);
  }

 private:
  static bool is_all(const ModelState& state, core::Datum seen, const core::Data& data) {
    if (seen == core::kNil) return state.empty();
    if (data.kind_of(seen) == core::DatumKind::String) {
      std::string_view rest = data.text_of(seen);
      for (const std::int64_t item : state) {
        const std::string_view text = data.text_of({item});
        if (!rest.starts_with(text)) return false;
        rest.remove_prefix(text.size());
      }
      return rest.empty();
    }
    const std::span<const core::Datum> items = data.items_of(seen);
    if (items.size() != state.size()) return false;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].word != state[i]) return false;
    }
    return true;
  }
};

}  // namespace

MadeModel make_append_log(const InitialState& initial) {
  const bool is_text =
      initial.data != nullptr && initial.data->kind_of(initial.value) == core::DatumKind::String;
  if (is_text) {
    ModelState state;
    if (!initial.data->text_of(initial.value).empty()) state.push_back(initial.value.word);
    return std::make_unique<AppendLog>(std::move(state));
  }
  HEDDLE_LET(ModelState state, list_state(initial));
  return std::make_unique<AppendLog>(std::move(state));
}

}  // namespace heddle::harness
