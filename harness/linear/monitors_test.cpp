// All monitors against the definition of linearizability, on small histories whose values are
// mostly unambiguous.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <numeric>

#include "harness/linear/append_log_monitor.hpp"
#include "harness/linear/generate.hpp"
#include "harness/linear/linear_fixture.hpp"
#include "harness/linear/mutex_monitor.hpp"
#include "harness/linear/priority_queue_monitor.hpp"
#include "harness/linear/queue_monitor.hpp"
#include "harness/linear/register_monitor.hpp"
#include "harness/linear/replay.hpp"
#include "harness/linear/search.hpp"
#include "harness/linear/set_monitor.hpp"
#include "harness/linear/stack_monitor.hpp"

namespace heddle::harness {
namespace {

using core::VerdictKind;
using fixture::Definition;
using Monitor = std::optional<Decision> (*)(const Calls&, const ModelState&, bool);

struct Subject {
  std::string_view model;
  Monitor decide;
};

constexpr std::array kSubjects{
    Subject{"register", decide_register}, Subject{"cas-register", decide_register},
    Subject{"set", decide_set},           Subject{"queue", decide_queue},
    Subject{"stack", decide_stack},       Subject{"priority-queue", decide_priority_queue},
    Subject{"mutex", decide_mutex},       Subject{"append-log", decide_append_log},
};

// Calls with intervals at random, and the results of performing them in an order at random that
// the intervals allow; then some results are exchanged for others.
class SmallCalls {
 public:
  SmallCalls(const Model& model, core::Rng& rng, core::Data& data, std::size_t size_max = 7)
      : model_(model), rng_(rng), data_(data), size_max_(size_max) {
    is_text_ = model.family() == Family::AppendLog && rng.below(2) == 0;
    values_.resize(size_max + 1);
    std::iota(values_.begin(), values_.end(), 1);
    for (std::size_t i = values_.size(); i > 1; --i)
      std::swap(values_[i - 1], values_[rng_.below(i)]);
  }

  Calls make() {
    const std::size_t size = 1 + rng_.below(size_max_);
    const std::uint64_t reach = 2 + rng_.below(5 * size);  // of the intervals
    std::vector<std::pair<std::uint64_t, std::size_t>> ends;
    std::vector<std::pair<std::uint64_t, std::size_t>> points;
    for (std::size_t i = 0; i < size; ++i) {
      calls_.calls.push_back(make_call());
      const std::uint64_t call = rng_.below(1000 * size);
      const std::uint64_t length = 1 + rng_.below(500 * reach);
      ends.emplace_back(2 * call, 2 * i);
      ends.emplace_back(2 * (call + length) + 1, 2 * i + 1);
      points.emplace_back(call + rng_.below(length), i);
    }
    std::ranges::sort(ends);
    std::ranges::sort(points);
    perform(points);
    for (std::uint64_t lies = rng_.below(4); lies-- > 0;) lie();
    for (const auto& [time, end] : ends) rank(end);
    calls_.data = &data_;
    std::ranges::sort(calls_.calls, {}, &ModelCall::call);
    return std::move(calls_);
  }

 private:
  std::int64_t value() {
    // Repeated values are rare, but for those that the monitor can tell apart.
    const std::uint64_t rarity = model_.family() == Family::AppendLog ? 6 : 30;
    if (rng_.below(rarity) == 0) return values_[rng_.below(3)];
    return values_[used_++ % values_.size()];
  }
  // One of those so far, or one of the `ahead` next.
  std::int64_t used_value(std::size_t ahead) {
    return values_[rng_.below(std::min(used_ + ahead, values_.size() - 1) + 1)];
  }
  std::int64_t word_of(std::int64_t number) {
    if (!is_text_) return number;
    return data_.string(std::string(1, static_cast<char>('a' + number)) + " ").word;
  }

  ModelCall make_call() {
    const auto known = model_.operations();
    const std::size_t code = rng_.below(known.size());
    ModelCall call{.code = static_cast<std::uint16_t>(code),
                   .verb = known[code].verb,
                   .has_result = known[code].has_result};
    if (known[code].arguments > 0) call.arguments[0] = word_of(value());
    if (model_.family() == Family::Set) {
      call.arguments[0] = call.verb == Verb::Insert ? value() : used_value(0);
    } else if (call.verb == Verb::Cas || call.verb == Verb::CompareExchange) {
      const std::int64_t initial = 0;
      call.arguments = {rng_.below(used_ + 1) == 0 ? initial : used_value(1), value(), 0};
    }
    return call;
  }

  void perform(const std::vector<std::pair<std::uint64_t, std::size_t>>& points) {
    ModelState state = model_.initial();
    ModelState next;
    for (const auto& [time, i] : points) {
      ModelCall& call = calls_.calls[i];
      if (call.verb == Verb::ReadAll) {
        call.result = all_of(state);
      } else if (call.has_result) {
        call.result = model_.result_of(state, call).value_or(0);
      }
      if (model_.step(state, call, data_, next)) state = next;
    }
  }

  std::int64_t all_of(const ModelState& state) {
    std::vector<core::Datum> items;
    std::string text;
    for (const std::int64_t item : state) {
      items.push_back({item});
      text += data_.text_of({item});
    }
    return is_text_ ? data_.string(text).word : data_.vector(items).word;
  }

  // What another call saw, or what is put somewhere, or nothing.
  void lie() {
    std::vector<std::size_t> seeing;
    for (std::size_t i = 0; i < calls_.calls.size(); ++i) {
      if (calls_.calls[i].has_result) seeing.push_back(i);
    }
    if (seeing.empty()) return;
    ModelCall& call = calls_.calls[seeing[rng_.below(seeing.size())]];
    const ModelCall& other = calls_.calls[rng_.below(calls_.calls.size())];
    switch (call.verb) {
      case Verb::Cas:
      case Verb::Insert:
      case Verb::Remove:
      case Verb::Contains:
      case Verb::Acquire:
        call.result = 1 - call.result;
        return;
      case Verb::Take:
      case Verb::Peek:
        call.result = rng_.below(4) == 0 ? kEmptyResult : other_word(other);
        return;
      case Verb::ReadAll:
        call.result = shuffled(call.result, other);
        return;
      case Verb::Read:
      case Verb::Write:
      case Verb::CompareExchange:
      case Verb::Exchange:
      case Verb::Put:
      case Verb::Release:
      case Verb::Append:
      case Verb::Other:
        call.result = other_word(other);
        return;
    }
  }

  std::int64_t other_word(const ModelCall& other) {
    const bool has_word = other.verb == Verb::Put || other.verb == Verb::Write;
    if (has_word) return other.arguments[0];
    const bool sees_word = other.has_result && other.result != kEmptyResult;
    return sees_word ? other.result : values_[rng_.below(values_.size())];
  }

  std::int64_t shuffled(std::int64_t result, const ModelCall& other) {
    if (other.verb == Verb::ReadAll && rng_.below(2) == 0) return other.result;
    ModelState items;
    for (const ModelCall& call : calls_.calls) {
      if (call.verb == Verb::Append && rng_.below(2) == 0) items.push_back(call.arguments[0]);
    }
    return rng_.below(2) == 0 ? result : all_of(items);
  }

  // The next rank, of the invocation or return of a call; some never return, of those some with a
  // result.
  void rank(std::size_t end) {
    ModelCall& call = calls_.calls[end / 2];
    if (end % 2 == 0) {
      call.call = calls_.ranks++;
    } else if (rng_.below(8) != 0) {
      call.ret = calls_.ranks++;
      const bool is_unclear = call.verb == Verb::Acquire;
      if (!is_unclear && rng_.below(25) == 0) call.has_result = false;
    } else if (rng_.below(3) != 0) {
      call.has_result = false;
    }
  }

  const Model& model_;
  core::Rng& rng_;
  core::Data& data_;
  std::size_t size_max_;
  bool is_text_ = false;
  std::vector<std::int64_t> values_;
  std::size_t used_ = 0;
  Calls calls_;
};

std::string to_string(const Calls& calls, const Model& model) {
  std::string text;
  for (const ModelCall& call : calls.calls) {
    const bool is_all = call.verb == Verb::ReadAll;
    text += fmt::format("  [{}, {}] {} {} {} -> {}\n", call.call,
                        call.ret == kPending ? "pending" : fmt::format("{}", call.ret),
                        model.operations()[call.code].name, call.arguments[0], call.arguments[1],
                        !call.has_result ? "?"
                        : is_all         ? calls.data->to_string({call.result})
                                         : fmt::format("{}", call.result));
  }
  return text;
}

class MonitorOf : public testing::TestWithParam<Subject> {
 protected:
  // What the monitor says must be so.
  template <typename Oracle>
  void hold(const Calls& calls, const Oracle& is_linearizable) {
    const ModelState initial = model_->initial();
    const auto decision = GetParam().decide(calls, initial, true);
    const auto verdict = GetParam().decide(calls, initial, false);
    ASSERT_EQ(decision.has_value(), verdict.has_value());
    if (!decision) return;
    ++answers_;
    ASSERT_EQ(decision->kind, verdict->kind);
    ASSERT_EQ(decision->kind, is_linearizable(calls) ? VerdictKind::Pass : VerdictKind::Fail);
    if (decision->kind == VerdictKind::Pass) {
      const auto replayed = replay_witness(calls, decision->witness, *model_, initial);
      ASSERT_TRUE(replayed) << replayed.error().message;
      ++passes_;
      return;
    }
    ASSERT_TRUE(std::ranges::is_sorted(decision->culprits));
    ASSERT_FALSE(is_linearizable(select(calls, decision->culprits)))
        << testing::PrintToString(decision->culprits);
  }

  std::unique_ptr<Model> model_ = fixture::model_of(GetParam().model);
  std::uint64_t answers_ = 0;
  std::uint64_t passes_ = 0;
};

TEST_P(MonitorOf, agrees_with_the_definition) {
  const std::uint64_t cases = fixture::cases(25'000);
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    core::Rng rng = fixture::random(7, seed);
    core::Data data;
    const Calls calls = SmallCalls(*model_, rng, data).make();
    hold(calls, [&](const Calls& some) { return Definition(some, *model_).is_linearizable(); });
    if (HasFatalFailure()) FAIL() << "seed " << seed << "\n" << to_string(calls, *model_);
  }
  RecordProperty("answers", std::to_string(answers_));
  RecordProperty("passes", std::to_string(passes_));
  if (cases < 1000) return;
  EXPECT_GT(answers_, cases / 2);
  EXPECT_GT(passes_, cases / 5);
  EXPECT_GT(answers_ - passes_, cases / 30);
}

// Where trying all orders takes too long. The few that are too much for the search too are passed
// over.
TEST_P(MonitorOf, agrees_with_the_search_on_longer_histories) {
  const DecideOptions options{.nodes_max = 20'000};
  std::uint64_t decided = 0;
  const std::uint64_t cases = fixture::cases(25'000) / 5;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    core::Rng rng = fixture::random(9, seed);
    core::Data data;
    const Calls calls = SmallCalls(*model_, rng, data, 16).make();
    const auto is_linearizable = [&](const Calls& some) {
      return search(some, *model_, options).kind == VerdictKind::Pass;
    };
    if (search(calls, *model_, options).kind == VerdictKind::Unknown) continue;
    ++decided;
    hold(calls, is_linearizable);
    if (HasFatalFailure()) FAIL() << "seed " << seed << "\n" << to_string(calls, *model_);
  }
  EXPECT_GE(decided, cases - cases / 10);
}

TEST_P(MonitorOf, agrees_with_the_definition_on_histories_with_all_semantics) {
  for (std::uint64_t seed = 0; seed < fixture::cases(); ++seed) {
    core::Rng rng = fixture::random(8, seed);
    const core::History history = fixture::small_history(*model_, rng, {.arguments = 12});
    Semantics semantics = fixture::any_semantics(rng);
    // A try without result may have failed, which a monitor of mutexes cannot see.
    if (GetParam().model == "mutex") semantics.pending = PendingPolicy::Optional;
    const auto calls = prepare(history, *model_, semantics);
    ASSERT_TRUE(calls) << calls.error().message;
    hold(*calls, [&](const Calls& some) { return Definition(some, *model_).is_linearizable(); });
    if (HasFatalFailure()) FAIL() << "seed " << seed << "\n" << to_string(*calls, *model_);
  }
}

INSTANTIATE_TEST_SUITE_P(EachMonitor, MonitorOf, testing::ValuesIn(kSubjects),
                         [](const testing::TestParamInfo<Subject>& info) {
                           std::string name(info.param.model);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace heddle::harness
