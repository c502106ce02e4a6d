#include "harness/linear/log_reads.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace heddle::harness {

namespace {

using core::Datum;
using core::DatumKind;

// Takes strings to pieces.
class Fragments {
 public:
  void add(std::string_view text, std::uint32_t item) {
    texts_.push_back(text);
    sorted_.emplace_back(text, item);
  }

  // False: there is more than one way to take a string to pieces.
  bool sort() {
    std::ranges::sort(sorted_);
    for (std::size_t i = 0; i < sorted_.size(); ++i) {
      if (sorted_[i].first.empty()) return false;
      if (i > 0 && sorted_[i].first.starts_with(sorted_[i - 1].first)) return false;
    }
    return true;
  }

  // Adds the items; what is none, as one kNone. `hint`: what it likely begins with.
  void split(std::string_view text, const std::vector<std::uint32_t>& hint,
             std::vector<std::uint32_t>& items) const {
    while (!text.empty()) {
      const std::uint32_t likely = items.size() < hint.size() ? hint[items.size()] : kNone;
      const bool is_likely = likely != kNone && text.starts_with(texts_[likely]);
      items.push_back(is_likely ? likely : first_of(text));
      if (items.back() == kNone) return;
      text.remove_prefix(texts_[items.back()].size());
    }
  }

 private:
  [[nodiscard]] std::uint32_t first_of(std::string_view text) const {
    const auto behind = std::ranges::upper_bound(sorted_, text, {}, &Fragment::first);
    if (behind == sorted_.begin()) return kNone;
    const Fragment& fragment = *std::prev(behind);
    return text.starts_with(fragment.first) ? fragment.second : kNone;
  }

  using Fragment = std::pair<std::string_view, std::uint32_t>;
  std::vector<std::string_view> texts_;  // of each item
  std::vector<Fragment> sorted_;
};

class LogReader {
 public:
  explicit LogReader(const Calls& calls) : calls_(calls), index_(make_index(calls)) {}

  std::optional<LogReads> read() {
    std::vector<std::uint32_t> last_writer;  // of each item
    for (std::uint32_t i = 0; i < calls_.calls.size(); ++i) {
      const ModelCall& call = calls_.calls[i];
      if (call.verb == Verb::ReadAll) continue;
      if (!is_writer(call)) return std::nullopt;
      add_writer(i, last_writer);
    }
    for (std::uint32_t i = 0; i < calls_.calls.size(); ++i) {
      const ModelCall& call = calls_.calls[i];
      if (call.verb != Verb::ReadAll || call.ret == kPending) continue;
      if (!call.has_result) {
        log_.idle.push_back(i);
      } else if (!add_read(i)) {
        return std::nullopt;
      }
    }
    return std::move(log_);
  }

 private:
  static bool is_writer(const ModelCall& call) {
    return call.verb == Verb::Append || call.verb == Verb::Write;
  }

  static WordIndex make_index(const Calls& calls) {
    std::int64_t lowest = INT64_MAX;
    std::int64_t highest = INT64_MIN;
    for (const ModelCall& call : calls.calls) {
      if (!is_writer(call)) continue;
      lowest = std::min(lowest, call.arguments[0]);
      highest = std::max(highest, call.arguments[0]);
    }
    return {lowest, highest, calls.calls.size() / 2};
  }

  void add_writer(std::uint32_t i, std::vector<std::uint32_t>& last_writer) {
    const ModelCall& call = calls_.calls[i];
    const std::uint32_t item = index_.add(call.arguments[0]);
    const auto writer = static_cast<std::uint32_t>(log_.writers.size());
    if (item == last_writer.size()) {
      last_writer.push_back(kNone);
      log_.first_writer.push_back(writer);
      fragments_.add(calls_.data->text_of({call.arguments[0]}), item);
    } else {
      log_.writers[last_writer[item]].next = writer;
    }
    last_writer[item] = writer;
    log_.writers.push_back({.call = i, .item = item, .is_put = call.verb == Verb::Write});
  }

  bool add_read(std::uint32_t i) {
    const core::Data& data = *calls_.data;
    const Datum result{calls_.calls[i].result};
    const DatumKind kind = data.kind_of(result);
    LogReads::Read read{.call = i};
    if (kind == DatumKind::String) {
      if (!has_texts_ && !fragments_.sort()) return false;
      has_texts_ = true;
      static const std::vector<std::uint32_t> kNoHint;
      fragments_.split(data.text_of(result),
                       log_.reads.empty() ? kNoHint : log_.reads[longest_].items, read.items);
    } else if (kind == DatumKind::Vector || kind == DatumKind::Nil) {
      const std::span<const Datum> items = data.items_of(result);
      read.items.reserve(items.size());
      for (const Datum item : items) read.items.push_back(index_.find(item.word));
    } else {
      return false;
    }
    const bool is_longest =
        log_.reads.empty() || log_.reads[longest_].items.size() < read.items.size();
    if (is_longest) longest_ = log_.reads.size();
    log_.reads.push_back(std::move(read));
    return true;
  }

  const Calls& calls_;
  WordIndex index_;
  Fragments fragments_;
  bool has_texts_ = false;
  std::size_t longest_ = 0;  // of the reads so far
  LogReads log_;
};

}  // namespace

std::optional<LogReads> read_log(const Calls& calls) { return LogReader(calls).read(); }

}  // namespace heddle::harness
