#include "harness/linear/generate.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "core/rng.hpp"

namespace heddle::harness {

namespace {

// The object, with the speed that long histories need: a model copies its whole state.
class Object {
 public:
  explicit Object(Family family) : family_(family) {}

  [[nodiscard]] std::size_t size() const {
    return family_ == Family::PriorityQueue || family_ == Family::Set ? sorted_.size()
                                                                      : list_.size() - first_;
  }

  std::int64_t apply(const ModelCall& call) {
    const std::int64_t argument = call.arguments[0];
    switch (call.verb) {
      case Verb::Write:
        cell_ = argument;
        return 0;
      case Verb::Insert:
        return sorted_.insert(argument).second ? 1 : 0;
      case Verb::Remove:
        return sorted_.erase(argument) > 0 ? 1 : 0;
      case Verb::Contains:
        return sorted_.contains(argument) ? 1 : 0;
      case Verb::Put:
        if (family_ == Family::PriorityQueue) {
          sorted_.insert(argument);
        } else {
          list_.push_back(argument);
        }
        return 0;
      case Verb::Take:
      case Verb::Peek:
        return take(call.verb == Verb::Take);
      case Verb::Read:
      case Verb::Other:
      case Verb::Cas:
      case Verb::CompareExchange:
      case Verb::Exchange:
      case Verb::Acquire:
      case Verb::Release:
      case Verb::Append:
      case Verb::ReadAll:
        return cell_;
    }
    return 0;
  }

 private:
  std::int64_t take(bool goes) {
    if (size() == 0) return kEmptyResult;
    if (family_ == Family::PriorityQueue) {
      const std::int64_t largest = *sorted_.rbegin();
      if (goes) sorted_.erase(largest);
      return largest;
    }
    const std::int64_t element = family_ == Family::Queue ? list_[first_] : list_.back();
    if (goes && family_ == Family::Queue) ++first_;
    if (goes && family_ == Family::Stack) list_.pop_back();
    return element;
  }

  Family family_;
  std::int64_t cell_ = 0;
  std::set<std::int64_t> sorted_;
  std::vector<std::int64_t> list_;
  std::size_t first_ = 0;  // of list_, that is still there
};

class Generator {
 public:
  Generator(const Model& model, const GenerateOptions& options)
      : options_(options), family_(model.family()), rng_(options.seed), object_(family_) {
    for (std::size_t i = 0; i < model.operations().size(); ++i) {
      codes_.try_emplace(model.operations()[i].verb, static_cast<std::uint16_t>(i));
    }
    while (mask_ < options.calls) mask_ = mask_ * 2 + 1;
  }

  Calls generate() {
    struct Process {
      std::uint32_t call = UINT32_MAX;  // the open one
      bool has_happened = false;
    };
    std::vector<Process> processes(std::max(options_.processes, 1U));
    std::uint32_t open = 0;
    while (calls_.calls.size() < options_.calls || open > 0) {
      const auto lane = static_cast<std::uint32_t>(rng_.below(processes.size()));
      Process& process = processes[lane];
      if (process.call == UINT32_MAX) {
        if (calls_.calls.size() == options_.calls) continue;
        process = {.call = static_cast<std::uint32_t>(calls_.calls.size())};
        calls_.calls.push_back(next_call(lane));
        ++open;
      } else if (!process.has_happened) {
        ModelCall& call = calls_.calls[process.call];
        const std::int64_t result = object_.apply(call);
        if (call.has_result) call.result = result;
        process.has_happened = true;
      } else {
        calls_.calls[process.call].ret = calls_.ranks++;
        process = {};
        --open;
      }
    }
    return std::move(calls_);
  }

 private:
  ModelCall next_call(std::uint32_t lane) {
    const Verb verb = next_verb();
    ModelCall call{.code = codes_.at(verb), .verb = verb, .process = lane};
    call.has_result = verb != Verb::Put && verb != Verb::Write;
    if (verb == Verb::Put || verb == Verb::Write || verb == Verb::Insert) {
      call.arguments[0] = new_value();
    } else if (family_ == Family::Set) {
      call.arguments[0] = old_value(verb == Verb::Remove);
    }
    call.call = calls_.ranks++;
    call.operation = static_cast<std::uint32_t>(calls_.calls.size());
    return call;
  }

  Verb next_verb() {
    const std::uint64_t die = rng_.below(8);
    if (family_ == Family::Register) return die < 3 ? Verb::Write : Verb::Read;
    if (family_ == Family::Set) {
      if (die < 3 || values_ == removed_) return Verb::Insert;
      return die < 5 ? Verb::Remove : Verb::Contains;
    }
    if (options_.has_peeks && die >= 6) return Verb::Peek;
    // Without calls that find nothing, some more elements than processes are always there.
    const bool is_short = !options_.has_empties && object_.size() <= options_.processes;
    return die % 2 == 0 || is_short ? Verb::Put : Verb::Take;
  }

  // New ones, and for a priority queue in no order: an odd factor permutes a power of two.
  std::int64_t new_value() {
    const std::uint64_t number = ++values_;
    const bool is_mixed = family_ == Family::PriorityQueue;
    return static_cast<std::int64_t>(is_mixed ? number * 0x9e37'79b9 & mask_ : number);
  }

  // One that was inserted, or will soon be; each is removed once.
  std::int64_t old_value(bool is_removed) {
    if (is_removed) return static_cast<std::int64_t>(++removed_);
    const std::uint64_t recent = std::min<std::uint64_t>(values_, 64);
    return static_cast<std::int64_t>(values_ - rng_.below(recent + 1));
  }

  GenerateOptions options_;
  Family family_;
  core::Rng rng_;
  Object object_;
  std::map<Verb, std::uint16_t> codes_;
  std::uint64_t mask_ = 1;
  std::uint64_t values_ = 0;   // so far
  std::uint64_t removed_ = 0;  // so far, of these
  Calls calls_;
};

}  // namespace

Calls generate_calls(const Model& model, const GenerateOptions& options) {
  return Generator(model, options).generate();
}

}  // namespace heddle::harness
