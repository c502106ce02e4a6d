#include "harness/linear/convict.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

namespace heddle::harness {

class ConvictBuilder {
 public:
  ConvictBuilder(const Calls& calls, const Model& model, Convict& convict)
      : calls_(calls), model_(model), convict_(convict) {
    convict_.groups_.resize(2);
    convict_.needs_.resize(calls.calls.size());
  }

  void build() {
    const bool is_known = std::ranges::none_of(
        calls_.calls, [](const ModelCall& call) { return call.verb == Verb::Other; });
    for (std::uint32_t i = 0; i < calls_.calls.size(); ++i) {
      const ModelCall& call = calls_.calls[i];
      if (has_effect(call)) convict_.groups_[kEffects].push_back(i);
      if (!is_known) {
        if (has_effect(call)) convict_.groups_[kAlways].push_back(i);
        continue;
      }
      note_effect(i, call);
    }
    if (!is_known) return;
    // Whose lock it was is not known: any acquisition may be needed.
    if (releases_others_) convict_.groups_[kAlways] = convict_.groups_[kEffects];
    for (std::uint32_t i = 0; i < calls_.calls.size(); ++i) note_answer(i, calls_.calls[i]);
  }

 private:
  static constexpr std::uint32_t kAlways = 0;
  static constexpr std::uint32_t kEffects = 1;  // all that has an effect

  static bool has_effect(const ModelCall& call) {
    switch (call.verb) {
      case Verb::Read:
      case Verb::Contains:
      case Verb::Peek:
      case Verb::ReadAll:
        return false;
      case Verb::Take:
        return !call.has_result || call.result != kEmptyResult;
      case Verb::Cas:
      case Verb::Acquire:
        return !call.has_result || call.result != 0;
      default:
        return true;
    }
  }

  // Puts calls with an effect into the group of the value that they are about.
  void note_effect(std::uint32_t i, const ModelCall& call) {
    if (!has_effect(call)) return;
    switch (call.verb) {
      case Verb::Put:
      case Verb::Insert:
      case Verb::Remove:
      case Verb::Exchange:
        return join(i, call.arguments[0]);
      case Verb::Append:
        items_.push_back(call.arguments[0]);
        return join(i, call.arguments[0]);
      case Verb::Write:
        // Of a log it replaces all: everything depends on it.
        if (model_.family() == Family::AppendLog) convict_.groups_[kAlways].push_back(i);
        return join(i, call.arguments[0]);
      case Verb::Cas:
      case Verb::CompareExchange:
        return join(i, call.arguments[1]);
      case Verb::Take:
        if (!call.has_result) return convict_.groups_[kAlways].push_back(i);
        return join(i, call.result);
      case Verb::Acquire:
        held_[call.process].push_back(i);
        return;
      case Verb::Release:
        return release(i, call);
      default:
        return convict_.groups_[kAlways].push_back(i);
    }
  }

  // It has acquired the lock before the time, for certain.
  [[nodiscard]] bool holds(const ModelCall& acquire, std::uint32_t time) const {
    const bool only_tries = model_.operations()[acquire.code].has_result;
    const bool has_succeeded = !only_tries || (acquire.has_result && acquire.result == 1);
    return has_succeeded && acquire.ret < time;
  }

  void release(std::uint32_t i, const ModelCall& call) {
    std::vector<std::uint32_t>& held = held_[call.process];
    if (held.empty() || call.ret == kPending || !holds(calls_.calls[held.back()], call.call)) {
      releases_others_ = true;
      return;
    }
    const auto group = static_cast<std::uint32_t>(convict_.groups_.size());
    convict_.groups_.push_back({held.back(), i});
    for (const std::uint32_t member : convict_.groups_.back()) need(member, group);
    held.pop_back();
  }

  // What a call needs to be there because of its answer.
  void note_answer(std::uint32_t i, const ModelCall& call) {
    const bool is_denial = call.has_result && call.result == 0;
    switch (call.verb) {
      case Verb::Put:
      case Verb::Insert:
      case Verb::Remove:
      case Verb::Contains:
        return need_value(i, call.arguments[0]);
      case Verb::Take:
        if (!call.has_result) return need(i, kEffects);  // it may have taken anything
        return need_value(i, call.result);
      case Verb::Peek:
      case Verb::Read:
      case Verb::Exchange:
        if (call.has_result) need_value(i, call.result);
        return;
      case Verb::CompareExchange:  // of a pending one, nobody knows whether it found what it wanted
        return need_value(i, call.has_result ? call.result : call.arguments[0]);
      case Verb::Cas:
        if (is_denial) return need(i, kEffects);
        return need_value(i, call.arguments[0]);
      case Verb::Acquire:
        if (is_denial) need(i, kEffects);
        return;
      case Verb::ReadAll:
        if (call.has_result) need_items(i, {call.result});
        return;
      default:
        return;
    }
  }

  void need_items(std::uint32_t i, core::Datum seen) {
    if (model_.family() == Family::Set) return need(i, kEffects);
    for (const core::Datum item : calls_.data->items_of(seen)) need_value(i, item.word);
    if (calls_.data->kind_of(seen) != core::DatumKind::String) return;
    const std::string_view text = calls_.data->text_of(seen);
    for (const std::int64_t item : items_) {
      if (text.contains(calls_.data->text_of({item}))) need_value(i, item);
    }
  }

  void join(std::uint32_t i, std::int64_t value) {
    const auto [found, is_new] =
        group_of_.try_emplace(value, static_cast<std::uint32_t>(convict_.groups_.size()));
    if (is_new) convict_.groups_.emplace_back();
    convict_.groups_[found->second].push_back(i);
  }

  void need_value(std::uint32_t i, std::int64_t value) {
    const auto found = group_of_.find(value);
    if (found != group_of_.end()) need(i, found->second);
  }

  void need(std::uint32_t i, std::uint32_t group) { convict_.needs_[i].push_back(group); }

  const Calls& calls_;
  const Model& model_;
  Convict& convict_;
  // order never seen: looked up by value
  std::unordered_map<std::int64_t, std::uint32_t> group_of_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> held_;  // acquisitions of a process
  bool releases_others_ = false;
  std::vector<std::int64_t> items_;  // appended
};

Convict::Convict(const Calls& calls, const Model& model) {
  ConvictBuilder(calls, model, *this).build();
}

bool Convict::is_telling(std::span<const std::uint32_t> chosen) const {
  std::vector<bool> is_chosen(needs_.size(), false);
  for (const std::uint32_t call : chosen) is_chosen[call] = true;
  std::vector<bool> is_known(groups_.size(), false);  // to be there as a whole
  const auto is_whole = [&](std::uint32_t group) {
    if (is_known[group]) return true;
    is_known[group] =
        std::ranges::all_of(groups_[group], [&](std::uint32_t call) { return is_chosen[call]; });
    return static_cast<bool>(is_known[group]);
  };
  return is_whole(0) && std::ranges::all_of(chosen, [&](std::uint32_t call) {
           return std::ranges::all_of(needs_[call], is_whole);
         });
}

std::vector<std::uint32_t> Convict::closure_of(std::span<const std::uint32_t> chosen) const {
  std::vector<bool> is_chosen(needs_.size(), false);
  std::vector<bool> is_taken(groups_.size(), false);
  std::vector<std::uint32_t> pending(chosen.begin(), chosen.end());
  const auto take = [&](std::uint32_t group) {
    if (is_taken[group]) return;
    is_taken[group] = true;
    pending.insert(pending.end(), groups_[group].begin(), groups_[group].end());
  };
  take(0);
  while (!pending.empty()) {
    const std::uint32_t call = pending.back();
    pending.pop_back();
    if (is_chosen[call]) continue;
    is_chosen[call] = true;
    for (const std::uint32_t group : needs_[call]) take(group);
  }
  std::vector<std::uint32_t> all;
  for (std::uint32_t call = 0; call < is_chosen.size(); ++call) {
    if (is_chosen[call]) all.push_back(call);
  }
  return all;
}

}  // namespace heddle::harness
