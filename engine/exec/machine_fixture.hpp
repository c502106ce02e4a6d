// What the machine's tests share: choosers, modules from text, and short ways to read a trace.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/rng.hpp"
#include "core/schedule.hpp"
#include "engine/exec/compile_module.hpp"
#include "engine/exec/machine.hpp"
#include "engine/valid/validate.hpp"
#include "wast/parse.hpp"

namespace heddle::engine {

class FirstOption : public core::Chooser {
 public:
  core::Choice choose(const core::ChoicePoint& point) override {
    check(point);
    return point.options.front();
  }

 protected:
  // What every chooser may rely on.
  static void check(const core::ChoicePoint& point) {
    EXPECT_GE(point.options.size(), 2U);
    for (std::size_t i = 1; i < point.pending.size(); ++i) {
      EXPECT_LT(point.pending[i - 1].agent, point.pending[i].agent);
    }
  }
};

class RandomOption final : public FirstOption {
 public:
  explicit RandomOption(std::uint64_t seed) : rng_(seed) {}
  core::Choice choose(const core::ChoicePoint& point) override {
    check(point);
    return point.options[rng_.below(point.options.size())];
  }

 private:
  core::Rng rng_;
};

// Follows a schedule; then takes the first option, or stops.
class Scripted final : public FirstOption {
 public:
  explicit Scripted(std::vector<core::Choice> choices, bool stops = false)
      : choices_(std::move(choices)), stops_(stops) {}
  explicit Scripted(std::string_view choices, bool stops = false)
      : Scripted(core::parse_schedule("heddle-schedule 1\n" + std::string(choices) + "\ntail first")
                     .value()
                     .choices,
                 stops) {}

  core::Choice choose(const core::ChoicePoint& point) override {
    check(point);
    return next_ < choices_.size() ? choices_[next_++] : point.options.front();
  }
  [[nodiscard]] bool wants_stop() const override { return stops_ && next_ == choices_.size(); }

 private:
  std::vector<core::Choice> choices_;
  std::size_t next_ = 0;
  bool stops_;
};

inline std::shared_ptr<const CompiledModule> compile(std::string_view text) {
  const auto source = std::make_shared<const core::Source>(
      core::Source{.file = "test.wat", .text = std::string(text)});
  auto parsed = wast::parse_module(source);
  if (!parsed) throw std::runtime_error(core::render(parsed.error(), text));
  auto valid = validate(std::make_shared<const Module>(*std::move(parsed)));
  if (!valid) throw std::runtime_error(core::render(valid.error(), text));
  auto compiled = compile_module(*valid);
  if (!compiled) throw std::runtime_error(core::render(compiled.error(), text));
  return *std::move(compiled);
}

inline std::optional<ExternValue> no_imports(std::string_view, std::string_view) {
  return std::nullopt;
}

inline Instance& instantiate(Agent& agent, const std::shared_ptr<const CompiledModule>& module,
                             const ImportResolver& resolve = no_imports) {
  auto made = agent.instantiate(module, resolve);
  EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
  EXPECT_EQ(made->outcome.kind, core::OutcomeKind::Returned) << made->outcome.message;
  return *made->instance;
}

inline core::Outcome call(Agent& agent, const Instance& instance, const std::string& name,
                          const std::vector<core::Value>& arguments = {}) {
  const FunctionInstance& function = *instance.exports.find(name)->second.function;
  return agent.invoke(function, arguments, {.function = name});
}

// The number that a call returned, or -1.
inline std::int64_t number(const core::Outcome& outcome) {
  if (outcome.kind != core::OutcomeKind::Returned || outcome.values.size() != 1) return -1;
  return static_cast<std::int64_t>(outcome.values.front().low);
}

// The trace as one word per action: "t1:invoke t1:read t1:return ...".
inline std::string story(const core::Trace& trace) {
  std::string text;
  for (const core::Event& event : trace.events) {
    if (!text.empty()) text += ' ';
    text += 't' + std::to_string(event.agent.index);
    char separator = ':';
    for (const core::Action& action : trace.actions_of(event)) {
      text += separator;
      text += to_string(action.kind);
      separator = '+';
    }
  }
  return text;
}

}  // namespace heddle::engine
