// Append-log: a list that is appended to and read as a whole, as a vector or as the concatenation
// of its strings.
#include <algorithm>
#include <string>
#include <string_view>

#include "harness/models/calls.hpp"
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

  [[nodiscard]] std::unique_ptr<Model> narrowed(const Calls& calls) const override;

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
    return std::ranges::equal(data.items_of(seen), state, {}, &core::Datum::word);
  }
};

// The same log in the eyes of the reads that there are: all contents that no read saw, nor any part
// of them from the beginning, are alike, because none of them can be read before the log is
// replaced. Without this, a search tries all orders of appends that nobody has ever seen.
class LogThatIsRead final : public Model {
 public:
  LogThatIsRead(const AppendLog& log, const Calls& calls) : log_(&log), data_(calls.data) {
    for (const ModelCall& call : calls.calls) {
      if (call.verb != Verb::ReadAll || !call.has_result) continue;
      const core::Datum seen{call.result};
      if (data_->kind_of(seen) == core::DatumKind::String) {
        texts_.emplace_back(data_->text_of(seen));
      } else {
        const std::span<const core::Datum> items = data_->items_of(seen);
        ModelState& words = lists_.emplace_back();
        for (const core::Datum item : items) words.push_back(item.word);
      }
    }
    std::ranges::sort(texts_);
    std::ranges::sort(lists_);
  }

  [[nodiscard]] std::string_view name() const override { return log_->name(); }
  [[nodiscard]] std::span<const ModelOperation> operations() const override {
    return log_->operations();
  }
  [[nodiscard]] ModelState initial() const override { return in_eyes_of_reads(log_->initial()); }

  [[nodiscard]] bool step(const ModelState& state, const ModelCall& call, const core::Data& data,
                          ModelState& next) const override {
    const bool is_unseen = state == kUnseen;
    if (is_unseen && call.verb != Verb::Write) {
      next = state;
      return call.verb != Verb::ReadAll || !call.has_result;
    }
    if (!log_->step(state, call, data, next)) return false;
    next = in_eyes_of_reads(std::move(next));
    return true;
  }

  [[nodiscard]] std::optional<std::int64_t> result_of(const ModelState& state,
                                                      const ModelCall& call) const override {
    return log_->result_of(state, call);
  }

  [[nodiscard]] std::string text_of(const ModelState& state) const override {
    return state == kUnseen ? "what no read has seen" : "";
  }

 private:
  static inline const ModelState kUnseen{core::kUnknown.word};

  [[nodiscard]] ModelState in_eyes_of_reads(ModelState state) const {
    if (state.empty() || begins_text(state) || begins_list(state)) return state;
    return kUnseen;
  }

  [[nodiscard]] bool begins_text(const ModelState& state) const {
    if (texts_.empty()) return false;
    std::string text;
    for (const std::int64_t item : state) text += data_->text_of({item});
    const auto after = std::ranges::lower_bound(texts_, text);
    return after != texts_.end() && after->starts_with(text);
  }

  [[nodiscard]] bool begins_list(const ModelState& state) const {
    const auto after = std::ranges::lower_bound(lists_, state);
    return after != lists_.end() && after->size() >= state.size() &&
           std::equal(state.begin(), state.end(), after->begin());
  }

  const AppendLog* log_;
  const core::Data* data_;
  std::vector<std::string> texts_;  // sorted: what reads saw
  std::vector<ModelState> lists_;   // likewise
};

std::unique_ptr<Model> AppendLog::narrowed(const Calls& calls) const {
  return std::make_unique<LogThatIsRead>(*this, calls);
}

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
