#include "shrinker/history.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace heddle::shrinker {

namespace {

// Groups of operations that are left out together.
using Group = std::vector<std::uint32_t>;

bool is_value(core::Datum datum) {
  return datum != core::kNil && datum != core::kUnknown && datum != core::kTrue &&
         datum != core::kFalse;
}

void append_words(const core::Data& data, core::Datum datum, std::vector<std::int64_t>& words) {
  const std::span<const core::Datum> items = data.items_of(datum);
  if (items.empty() && is_value(datum)) words.push_back(datum.word);
  for (const core::Datum item : items) {
    if (is_value(item)) words.push_back(item.word);
  }
}

// Operations are numbered by their place in what was given, values by their first mention.
class Minimizer {
 public:
  Minimizer(const core::History& history, std::span<const std::uint32_t> operations,
            const StillFails& still_fails, const MinimizeOptions& options)
      : history_(history), indices_(operations), still_fails_(still_fails), options_(options) {
    is_kept_.assign(operations.size(), true);
    given_.resize(operations.size());
    for (std::uint32_t place = 0; place < operations.size(); ++place) {
      kept_.push_back(place);
      note_values(place);
    }
  }

  MinimalHistory minimize() {
    std::size_t before = 0;
    do {
      before = kept_.size();
      drop(values());
      drop(processes());
      drop(groups());
      drop(singles());
    } while (kept_.size() < before && !is_over_);
    return {.operations = indices_of(kept_), .tests = tests_, .is_minimal = !is_over_};
  }

 private:
  void note_values(std::uint32_t place) {
    const Words words = options_.words(history_, history_.operations[indices_[place]]);
    for (const std::int64_t word : words.given) {
      const std::uint32_t value = value_of(word);
      mention(mentions_[value], place);
      given_[place].push_back(value);
      ++givers_[value];
    }
    for (const std::int64_t word : words.used) {
      const std::uint32_t value = value_of(word);
      mention(mentions_[value], place);
      mention(users_[value], place);
    }
  }

  std::uint32_t value_of(std::int64_t word) {
    const auto [found, is_new] =
        values_.try_emplace(word, static_cast<std::uint32_t>(mentions_.size()));
    if (is_new) {
      mentions_.emplace_back();
      users_.emplace_back();
      givers_.push_back(0);
    }
    return found->second;
  }

  static void mention(Group& group, std::uint32_t place) {
    if (group.empty() || group.back() != place) group.push_back(place);
  }

  // Of groups of all operations, what is kept of them.
  [[nodiscard]] std::vector<Group> kept_of(const std::vector<Group>& groups) const {
    std::vector<Group> kept;
    for (const Group& group : groups) {
      Group& left = kept.emplace_back();
      std::ranges::copy_if(group, std::back_inserter(left),
                           [this](std::uint32_t place) { return is_kept_[place]; });
      if (left.empty()) kept.pop_back();
    }
    return kept;
  }

  [[nodiscard]] std::vector<Group> values() const { return kept_of(mentions_); }

  [[nodiscard]] std::vector<Group> processes() const {
    std::map<std::int64_t, Group> groups;
    for (const std::uint32_t place : kept_) {
      groups[history_.operations[indices_[place]].process].push_back(place);
    }
    std::vector<Group> all;
    for (auto& [process, group] : groups) all.push_back(std::move(group));
    return all;
  }

  // Those of the caller, as places.
  [[nodiscard]] std::vector<Group> groups() const {
    std::vector<Group> all;
    for (const std::vector<std::uint32_t>& indices : options_.groups) {
      Group& group = all.emplace_back();
      for (const std::uint32_t index : indices) {
        const auto found = std::ranges::lower_bound(indices_, index);
        if (found == indices_.end() || *found != index) continue;
        group.push_back(static_cast<std::uint32_t>(found - indices_.begin()));
      }
    }
    return kept_of(all);
  }

  [[nodiscard]] std::vector<Group> singles() const {
    std::vector<Group> all;
    for (const std::uint32_t place : kept_) all.push_back({place});
    return all;
  }

  // Leaves out groups: chunks of many first, and at last each one that is still there.
  void drop(std::vector<Group> groups) {
    for (std::size_t size = (groups.size() + 1) / 2; size > 0; size /= 2) {
      std::vector<Group> left;
      for (std::size_t begin = 0; begin < groups.size(); begin += size) {
        const auto chunk = std::span(groups).subspan(begin, std::min(size, groups.size() - begin));
        if (!try_without(chunk)) std::ranges::move(chunk, std::back_inserter(left));
      }
      groups = std::move(left);
    }
  }

  // Whether it fails without the groups too (or they are not there any more); then they are left
  // out for good.
  bool try_without(std::span<const Group> groups) {
    Group dropped;
    for (const Group& group : groups) {
      for (const std::uint32_t place : group) leave_out(place, dropped);
    }
    if (dropped.empty()) return true;
    // An operation goes with the last one that gives a value which it uses.
    for (std::size_t next = 0; next < dropped.size(); ++next) {
      for (const std::uint32_t value : given_[dropped[next]]) {
        if (--givers_[value] > 0 || !options_.keeps_origins) continue;
        for (const std::uint32_t user : users_[value]) leave_out(user, dropped);
      }
    }
    Group left;
    std::ranges::copy_if(kept_, std::back_inserter(left),
                         [this](std::uint32_t place) { return is_kept_[place]; });
    if (!left.empty() && ask(left)) {
      kept_ = std::move(left);
      return true;
    }
    for (const std::uint32_t place : dropped) {
      is_kept_[place] = true;
      for (const std::uint32_t value : given_[place]) ++givers_[value];
    }
    return false;
  }

  void leave_out(std::uint32_t place, Group& dropped) {
    if (!is_kept_[place]) return;
    is_kept_[place] = false;
    dropped.push_back(place);
  }

  bool ask(const Group& places) {
    is_over_ = is_over_ || tests_ >= options_.tests_max || options_.should_stop();
    if (is_over_) return false;
    ++tests_;
    return still_fails_(indices_of(places));
  }

  [[nodiscard]] std::vector<std::uint32_t> indices_of(const Group& places) const {
    std::vector<std::uint32_t> indices;
    indices.reserve(places.size());
    for (const std::uint32_t place : places) indices.push_back(indices_[place]);
    return indices;
  }

  const core::History& history_;
  std::span<const std::uint32_t> indices_;
  const StillFails& still_fails_;
  const MinimizeOptions& options_;
  std::unordered_map<std::int64_t, std::uint32_t> values_;  // order never seen: only looked up
  std::vector<Group> mentions_;                             // of each value
  std::vector<Group> users_;                                // of each value
  std::vector<std::size_t> givers_;                // of each value, as often as it is given
  std::vector<std::vector<std::uint32_t>> given_;  // values of each operation
  std::vector<bool> is_kept_;                      // each operation
  Group kept_;                                     // ascending
  std::uint64_t tests_ = 0;
  bool is_over_ = false;
};

}  // namespace

Words words_of(const core::History& history, const core::Operation& operation) {
  Words words;
  append_words(history.data, operation.input, words.given);
  if (operation.output != operation.input) append_words(history.data, operation.output, words.used);
  return words;
}

MinimalHistory minimize_history(const core::History& history,
                                std::span<const std::uint32_t> operations,
                                const StillFails& still_fails, const MinimizeOptions& options) {
  return Minimizer(history, operations, still_fails, options).minimize();
}

}  // namespace heddle::shrinker
