#include "harness/linear/append_log_monitor.hpp"

#include <algorithm>
#include <deque>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "harness/linear/chains.hpp"
#include "harness/linear/values.hpp"

namespace heddle::harness {

namespace {

using core::Datum;
using core::DatumKind;

constexpr std::string_view kDecider = "append-log monitor";

// Takes strings to pieces.
class Fragments {
 public:
  explicit Fragments(const core::Data& data) : data_(data) {}

  void add(Datum item) { sorted_.emplace_back(data_.text_of(item), item); }

  // False: there is more than one way to take a string to pieces.
  bool sort() {
    std::ranges::sort(sorted_);
    for (std::size_t i = 0; i < sorted_.size(); ++i) {
      if (sorted_[i].first.empty()) return false;
      if (i > 0 && sorted_[i].first.starts_with(sorted_[i - 1].first)) return false;
    }
    return true;
  }

  // Adds the items; what is no item, as one unknown. `hint`: items that it likely begins with.
  void split(std::string_view text, std::span<const Datum> hint, std::vector<Datum>& items) const {
    while (!text.empty()) {
      const bool is_hinted =
          items.size() < hint.size() && text.starts_with(data_.text_of(hint[items.size()]));
      const Datum item = is_hinted ? hint[items.size()] : first_of(text);
      items.push_back(item);
      if (item == core::kUnknown) return;
      text.remove_prefix(data_.text_of(item).size());
    }
  }

 private:
  [[nodiscard]] Datum first_of(std::string_view text) const {
    const auto behind = std::ranges::upper_bound(sorted_, text, {}, &Fragment::first);
    if (behind == sorted_.begin()) return core::kUnknown;
    const Fragment& fragment = *std::prev(behind);
    return text.starts_with(fragment.first) ? fragment.second : core::kUnknown;
  }

  using Fragment = std::pair<std::string_view, Datum>;
  const core::Data& data_;
  std::vector<Fragment> sorted_;
};

class AppendLogMonitor {
 public:
  explicit AppendLogMonitor(const Calls& calls)
      : calls_(calls), index_(make_index()), chains_(calls) {}

  std::optional<Decision> decide(bool wants_witness) {
    if (!read_writers() || !read_reads()) return std::nullopt;
    find_longest();
    for (const Log& log : logs_) {
      if (!order_items(log)) return fail(kDecider, std::move(culprits_));
    }
    for (const Read& read : reads_) {
      if (!is_prefix(read)) return fail(kDecider, std::move(culprits_));
    }
    make_chains();
    return chains_.decide(kDecider, wants_witness);
  }

 private:
  struct Writer {
    std::uint32_t call = kNone;
    std::uint32_t log = kNone;   // that it begins
    std::uint32_t seen = kNone;  // by this read, the longest of a log
  };
  struct Read {
    std::uint32_t log = 0;
    std::span<const Datum> items{};
    std::uint32_t call = 0;
  };
  struct Log {
    std::uint32_t writer = kNone;   // that begins it; kNone: the initial one
    std::uint32_t longest = kNone;  // of reads_
  };

  [[nodiscard]] static bool is_writer(const ModelCall& call) {
    return call.verb == Verb::Append || call.verb == Verb::Write;
  }

  [[nodiscard]] WordIndex make_index() const {
    std::int64_t lowest = INT64_MAX;
    std::int64_t highest = INT64_MIN;
    for (const ModelCall& call : calls_.calls) {
      if (!is_writer(call)) continue;
      lowest = std::min(lowest, call.arguments[0]);
      highest = std::max(highest, call.arguments[0]);
    }
    return {lowest, highest, calls_.calls.size() / 2};
  }

  // The writer of an item; kNone: nobody wrote it.
  [[nodiscard]] std::uint32_t writer_of(Datum item) const { return index_.find(item.word); }

  bool read_writers() {
    logs_.push_back({});
    for (std::uint32_t i = 0; i < calls_.calls.size(); ++i) {
      const ModelCall& call = calls_.calls[i];
      if (call.verb == Verb::ReadAll) continue;
      if (!is_writer(call) || call.arguments[0] == core::kUnknown.word) return false;
      const std::uint32_t writer = index_.add(call.arguments[0]);
      if (writer != writers_.size()) return false;
      writers_.push_back({.call = i});
      if (call.verb == Verb::Append) continue;
      writers_.back().log = static_cast<std::uint32_t>(logs_.size());
      logs_.push_back({.writer = writer});
    }
    return true;
  }

  bool read_reads() {
    const core::Data& data = *calls_.data;
    Fragments fragments(data);
    bool has_texts = false;
    for (const Writer& writer : writers_) fragments.add({calls_.calls[writer.call].arguments[0]});
    std::span<const Datum> hint;
    for (std::uint32_t i = 0; i < calls_.calls.size(); ++i) {
      const ModelCall& call = calls_.calls[i];
      if (call.verb != Verb::ReadAll || call.ret == kPending) continue;
      if (!call.has_result) {
        chains_.add_idle(i);
        continue;
      }
      const Datum result{call.result};
      const DatumKind kind = data.kind_of(result);
      if (kind == DatumKind::String) {
        if (!has_texts && !fragments.sort()) return false;
        has_texts = true;
        std::vector<Datum>& items = split_.emplace_back();
        fragments.split(data.text_of(result), hint, items);
        reads_.push_back({.items = items, .call = i});
      } else if (kind == DatumKind::Vector || kind == DatumKind::Nil) {
        reads_.push_back({.items = data.items_of(result), .call = i});
      } else {
        return false;
      }
      if (reads_.back().items.size() > hint.size()) hint = reads_.back().items;
    }
    return true;
  }

  // Of each read the log, of each log the longest read.
  void find_longest() {
    for (std::uint32_t i = 0; i < reads_.size(); ++i) {
      Read& read = reads_[i];
      const std::uint32_t writer = read.items.empty() ? kNone : writer_of(read.items[0]);
      if (writer != kNone && writers_[writer].log != kNone) read.log = writers_[writer].log;
      Log& log = logs_[read.log];
      const bool is_longest =
          log.longest == kNone || reads_[log.longest].items.size() < read.items.size();
      if (is_longest) log.longest = i;
    }
  }

  // False: the longest read saw what nobody appended, or what it or another one saw elsewhere.
  bool order_items(const Log& log) {
    if (log.longest == kNone) return true;
    const Read& read = reads_[log.longest];
    for (std::size_t k = 0; k < read.items.size(); ++k) {
      const std::uint32_t writer = writer_of(read.items[k]);
      culprits_ = {read.call};
      if (writer == kNone) return false;
      culprits_.push_back(writers_[writer].call);
      if (writers_[writer].log != kNone && k > 0) return false;
      if (writers_[writer].seen != kNone) {
        culprits_.push_back(reads_[writers_[writer].seen].call);
        return false;
      }
      writers_[writer].seen = log.longest;
    }
    culprits_.clear();
    return true;
  }

  bool is_prefix(const Read& read) {
    const Read& longest = reads_[logs_[read.log].longest];
    if (std::ranges::equal(read.items, longest.items.first(read.items.size()))) return true;
    culprits_ = {read.call, longest.call};
    for (const Datum item : longest.items) culprits_.push_back(writers_[writer_of(item)].call);
    return false;
  }

  void make_chains() {
    std::ranges::sort(reads_, {}, [](const Read& read) {
      return std::tuple(read.log, read.items.size(), read.call);
    });
    for (std::size_t i = 0; i < reads_.size();) {
      const std::uint32_t log = reads_[i].log;
      chains_.begin_chain(log == 0);
      std::size_t length = 0;
      const auto last =
          std::ranges::find_if(reads_.begin() + static_cast<std::ptrdiff_t>(i), reads_.end(),
                               [&](const Read& read) { return read.log != log; });
      chains_.set_evidence(std::prev(last)->call);
      for (; i < reads_.size() && reads_[i].log == log; ++i) {
        for (; length < reads_[i].items.size(); ++length) {
          chains_.write(writers_[writer_of(reads_[i].items[length])].call);
        }
        chains_.read(reads_[i].call);
      }
    }
    for (const Writer& writer : writers_) {
      if (writer.seen != kNone || calls_.calls[writer.call].ret == kPending) continue;
      chains_.begin_chain();
      chains_.write(writer.call);
    }
  }

  const Calls& calls_;
  WordIndex index_;  // of written items: the number is that of the writer
  Chains chains_;
  std::vector<Writer> writers_;
  std::vector<Log> logs_;
  std::vector<Read> reads_;
  std::deque<std::vector<Datum>> split_;  // items of those reads that are strings
  std::vector<std::uint32_t> culprits_;
};

}  // namespace

std::optional<Decision> decide_append_log(const Calls& calls, const ModelState& initial,
                                          bool wants_witness) {
  if (!initial.empty() || calls.data == nullptr) return std::nullopt;
  return AppendLogMonitor(calls).decide(wants_witness);
}

}  // namespace heddle::harness
