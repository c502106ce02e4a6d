#include "harness/linear/append_log_monitor.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/linear/chains.hpp"
#include "harness/linear/log_reads.hpp"

namespace heddle::harness {

namespace {

constexpr std::string_view kDecider = "append-log monitor";
constexpr std::size_t kWritersMax = 8;  // of one item: all of them are compared

// When a writer may come.
struct Window {
  std::uint32_t behind = 0;         // it does not return before this
  std::uint32_t before = kPending;  // and is not invoked behind this
  std::uint32_t seen = 0;           // and then nothing interferes that returns before this

  void add_earlier(const ModelCall& call) { behind = std::max(behind, call.call); }
  void add_later(const ModelCall& call) {
    before = std::min(before, call.ret);
    seen = std::max(seen, call.call);
  }
  void add_later(const Window& later) {
    before = std::min(before, later.before);
    seen = std::max(seen, later.seen);
  }
};

enum class Answer : std::uint8_t { Certain, Unclear, Wrong };

class AppendLogMonitor {
 public:
  AppendLogMonitor(const Calls& calls, LogReads reads)
      : calls_(calls), log_(std::move(reads)), chains_(calls) {}

  std::optional<Decision> decide(bool wants_witness) {
    if (!order_writers()) return std::nullopt;
    for (std::uint32_t i = 0; i < log_.reads.size(); ++i) {
      const Answer answer = assign(i);
      if (answer != Answer::Certain) return refuse(answer);
    }
    for (Log& log : logs_) {
      const Answer answer = order_items(log);
      if (answer != Answer::Certain) return refuse(answer);
    }
    make_chains();
    Decision decision = chains_.decide(kDecider, wants_witness);
    if (decision.kind == core::VerdictKind::Fail && has_repeated_) return fail_with_all();
    return decision;
  }

 private:
  struct Log {
    std::uint32_t put = kNone;             // the writer that begins it; kNone: the initial one
    std::vector<std::uint32_t> reads{};    // of log_.reads
    std::vector<std::uint32_t> writers{};  // of what the longest read saw
  };

  [[nodiscard]] const ModelCall& call_of(std::uint32_t writer) const {
    return calls_.calls[log_.writers[writer].call];
  }
  [[nodiscard]] const ModelCall& call_of(const LogReads::Read& read) const {
    return calls_.calls[read.call];
  }

  std::optional<Decision> refuse(Answer answer) {
    if (answer == Answer::Unclear) return std::nullopt;
    return has_repeated_ ? fail_with_all() : fail(kDecider, std::move(culprits_));
  }

  // Who wrote what may depend on anything.
  [[nodiscard]] Decision fail_with_all() const {
    std::vector<std::uint32_t> all(calls_.calls.size());
    for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    return fail(kDecider, std::move(all));
  }

  // False: writers of one item overlap, or are too many.
  bool order_writers() {
    last_put_call_.assign(calls_.ranks + 1, 0);
    for (std::uint32_t i = 0; i < log_.writers.size(); ++i) {
      const LogReads::Writer& writer = log_.writers[i];
      if (writer.next != kNone && call_of(i).ret > call_of(writer.next).call) return false;
      has_repeated_ |= writer.next != kNone;
      const bool has_returned = call_of(i).ret != kPending;
      if (writer.is_put && has_returned) last_put_call_[call_of(i).ret + 1] = call_of(i).call + 1;
    }
    for (std::size_t i = 1; i < last_put_call_.size(); ++i) {
      last_put_call_[i] = std::max(last_put_call_[i], last_put_call_[i - 1]);
    }
    log_of_put_.assign(log_.writers.size(), kNone);
    seen_by_.assign(log_.writers.size(), kNone);
    logs_.push_back({});
    return std::ranges::all_of(log_.first_writer, [&](std::uint32_t writer) {
      std::size_t count = 0;
      for (; writer != kNone; writer = log_.writers[writer].next) ++count;
      return count <= kWritersMax;
    });
  }

  [[nodiscard]] bool is_repeated(std::uint32_t item) const {
    return log_.writers[log_.first_writer[item]].next != kNone;
  }

  // Whether a put that was invoked behind `behind` returned before `seen`.
  [[nodiscard]] bool has_put_between(std::uint32_t behind, std::uint32_t seen) const {
    return last_put_call_[std::min(seen, calls_.ranks)] > behind + 1;
  }

  // Whether the writer can be the only one of its item that is seen in its log.
  [[nodiscard]] bool is_possible(std::uint32_t writer, const Window& window,
                                 bool is_repeated_in_log) const {
    const ModelCall& call = call_of(writer);
    if (call.ret < window.behind || call.call > window.before) return false;
    if (call.ret == kPending) return true;
    if (has_put_between(call.ret, window.seen)) return false;
    const std::uint32_t next = log_.writers[writer].next;
    return is_repeated_in_log || next == kNone || call_of(next).ret > window.seen;
  }

  // To the log whose put it saw first.
  Answer assign(std::uint32_t i) {
    const LogReads::Read& read = log_.reads[i];
    culprits_ = {read.call};
    if (std::ranges::find(read.items, kNone) != read.items.end()) return Answer::Wrong;
    if (read.items.empty()) {
      logs_[0].reads.push_back(i);
      return Answer::Certain;
    }
    const std::uint32_t item = read.items[0];
    const bool is_unique = !is_repeated(item);
    Window window;
    window.add_later(call_of(read));
    for (const std::uint32_t other : read.items) {
      if (!is_unique && !is_repeated(other)) window.add_later(call_of(log_.first_writer[other]));
    }
    const bool is_twice = std::ranges::count(read.items, item) > 1;
    std::size_t count = 0;
    std::uint32_t put = kNone;
    for (std::uint32_t writer = log_.first_writer[item]; writer != kNone;
         writer = log_.writers[writer].next) {
      const bool is_put = log_.writers[writer].is_put;
      // What comes first without a put is in the initial log.
      const bool can_be_first = is_put || last_put_call_[std::min(window.seen, calls_.ranks)] == 0;
      if (!is_unique && !(can_be_first && is_possible(writer, window, is_twice))) continue;
      ++count;
      put = is_put ? writer : kNone;
    }
    if (count != 1) return count == 0 ? Answer::Wrong : Answer::Unclear;
    if (put != kNone && log_of_put_[put] == kNone) {
      log_of_put_[put] = static_cast<std::uint32_t>(logs_.size());
      logs_.push_back({.put = put});
    }
    logs_[put == kNone ? 0 : log_of_put_[put]].reads.push_back(i);
    return Answer::Certain;
  }

  // Sets the writers of what was seen in the log.
  Answer order_items(Log& log) {
    if (log.reads.empty()) return Answer::Certain;
    std::ranges::sort(log.reads, {}, [&](std::uint32_t i) {
      return std::pair(log_.reads[i].items.size(), log_.reads[i].call);
    });
    const LogReads::Read& longest = log_.reads[log.reads.back()];
    for (const std::uint32_t i : log.reads) {
      const std::vector<std::uint32_t>& items = log_.reads[i].items;
      if (std::equal(items.begin(), items.end(), longest.items.begin())) continue;
      culprits_ = {log_.reads[i].call, longest.call};
      for (const std::uint32_t item : longest.items) {
        culprits_.push_back(log_.writers[log_.first_writer[item]].call);
      }
      return Answer::Wrong;
    }
    const std::vector<Window> windows = windows_of(log, longest.items);
    for (std::size_t k = 0; k < longest.items.size(); ++k) {
      const Answer answer = add_writer(log, longest, k, windows[k]);
      if (answer != Answer::Certain) return answer;
    }
    return Answer::Certain;
  }

  // Of each item that is seen in the log, from reads and from those writers that are certain.
  [[nodiscard]] std::vector<Window> windows_of(const Log& log,
                                               const std::vector<std::uint32_t>& items) const {
    std::vector<Window> windows(items.size() + 1);
    if (!has_repeated_) return windows;
    for (const std::uint32_t i : log.reads) {
      const std::size_t size = log_.reads[i].items.size();
      windows[size].add_earlier(call_of(log_.reads[i]));
      if (size > 0) windows[size - 1].add_later(call_of(log_.reads[i]));
    }
    for (std::size_t k = 0; k < items.size(); ++k) {
      if (is_repeated(items[k])) continue;
      const ModelCall& writer = call_of(log_.first_writer[items[k]]);
      windows[k + 1].add_earlier(writer);
      if (k > 0) windows[k - 1].add_later(writer);
    }
    for (std::size_t k = 0; k + 1 < windows.size(); ++k) {
      windows[k + 1].behind = std::max(windows[k + 1].behind, windows[k].behind);
    }
    for (std::size_t k = items.size(); k-- > 1;) windows[k - 1].add_later(windows[k]);
    return windows;
  }

  // The writer of item k of the longest read.
  Answer add_writer(Log& log, const LogReads::Read& longest, std::size_t k, const Window& window) {
    const std::uint32_t item = longest.items[k];
    culprits_ = {longest.call, log_.writers[log_.first_writer[item]].call};
    std::uint32_t found = k == 0 ? log.put : kNone;
    if (found == kNone && !is_repeated(item)) {
      found = log_.first_writer[item];
      if (log_.writers[found].is_put) return Answer::Wrong;
    } else if (found == kNone) {
      const bool is_twice = std::ranges::count(longest.items, item) > 1;
      std::size_t count = 0;
      for (std::uint32_t writer = log_.first_writer[item]; writer != kNone;
           writer = log_.writers[writer].next) {
        if (log_.writers[writer].is_put || !is_possible(writer, window, is_twice)) continue;
        ++count;
        found = writer;
      }
      if (count != 1) return count == 0 ? Answer::Wrong : Answer::Unclear;
    }
    if (seen_by_[found] != kNone) {
      culprits_.push_back(log_.reads[seen_by_[found]].call);
      return Answer::Wrong;
    }
    seen_by_[found] = log.reads.back();
    log.writers.push_back(found);
    return Answer::Certain;
  }

  void make_chains() {
    for (const std::uint32_t call : log_.idle) chains_.add_idle(call);
    for (const Log& log : logs_) {
      if (log.reads.empty()) continue;
      chains_.begin_chain(log.put == kNone);
      chains_.set_evidence(log_.reads[log.reads.back()].call);
      std::size_t length = 0;
      for (const std::uint32_t i : log.reads) {
        for (; length < log_.reads[i].items.size(); ++length) {
          chains_.write(log_.writers[log.writers[length]].call);
        }
        chains_.read(log_.reads[i].call);
      }
    }
    for (std::uint32_t i = 0; i < log_.writers.size(); ++i) {
      if (seen_by_[i] != kNone || call_of(i).ret == kPending) continue;
      chains_.begin_chain();
      chains_.write(log_.writers[i].call);
    }
  }

  const Calls& calls_;
  LogReads log_;
  Chains chains_;
  bool has_repeated_ = false;                 // items that several calls wrote
  std::vector<std::uint32_t> last_put_call_;  // behind it, of the puts that returned before a rank
  std::vector<std::uint32_t> log_of_put_;     // of each writer, index into logs_
  std::vector<std::uint32_t> seen_by_;        // of each writer, a read that saw it
  std::vector<Log> logs_;
  std::vector<std::uint32_t> culprits_;
};

}  // namespace

std::optional<Decision> decide_append_log(const Calls& calls, const ModelState& initial,
                                          bool wants_witness) {
  if (!initial.empty() || calls.data == nullptr) return std::nullopt;
  auto reads = read_log(calls);
  if (!reads) return std::nullopt;
  return AppendLogMonitor(calls, *std::move(reads)).decide(wants_witness);
}

}  // namespace heddle::harness
