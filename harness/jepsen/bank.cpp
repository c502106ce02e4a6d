// bank: money moves between accounts, but each read shows all of it.
//
// As elle-cli does, the accounts are those of the first read, and so is the total if it is not
// given.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/jepsen/checkers.hpp"
#include "harness/jepsen/report.hpp"

namespace heddle::harness {

namespace {

using core::Datum;
using core::DatumKind;

// In this order: of one read the first that applies counts.
enum class BankError : std::uint8_t { UnexpectedKey, NilBalance, WrongTotal, NegativeValue };
constexpr std::array<std::string_view, 4> kErrors{"unexpected-key", "nil-balance", "wrong-total",
                                                  "negative-value"};

// What one read shows.
struct Balances {
  std::int64_t total = 0;
  std::optional<Datum> unexpected{};  // an account
  std::optional<Datum> without{};     // an account whose balance is nil
  std::optional<std::int64_t> negative{};
};

class Bank {
 public:
  explicit Bank(const CheckerInput& input) : input_(input), operations_(input.history.operations) {}

  core::Result<CheckerReport> check() {
    const std::vector<std::uint32_t> reads = completed_named(input_, "read");
    for (const std::uint32_t read : reads) HEDDLE_TRY(check_read(read));
    add_count(report_, "read-count", reads.size());
    add_count(report_, "error-count", report_.findings.size());
    if (reads.empty()) return std::move(report_);
    add_elements(report_, input_.history.data, "account", {accounts_.begin(), accounts_.end()});
    report_.entries.push_back({"total", total_text(reads.front())});
    for (std::size_t i = 0; i < kErrors.size(); ++i) {
      if (errors_[i] > 0) add_count(report_, fmt::format("{}-count", kErrors[i]), errors_[i]);
    }
    if (wrong_) {
      report_.entries.push_back(
          {"wrong-totals", fmt::format("{} to {}", wrong_->first, wrong_->second)});
    }
    return std::move(report_);
  }

 private:
  core::Result<void> check_read(std::uint32_t read) {
    const Datum value = operations_[read].output;
    if (input_.history.data.kind_of(value) != DatumKind::Map) {
      return error_at(input_, read, "what is read of a bank is a map from accounts to balances");
    }
    if (!total_) infer_accounts(value);
    HEDDLE_LET(const Balances balances, balances_of(read, value));
    if (!total_) total_ = input_.options.total.value_or(balances.total);
    judge(read, balances);
    return {};
  }

  void infer_accounts(Datum value) {
    const std::span<const Datum> items = input_.history.data.items_of(value);
    for (std::size_t i = 0; i < items.size(); i += 2) accounts_.insert(items[i]);
  }

  core::Result<Balances> balances_of(std::uint32_t read, Datum value) const {
    const core::Data& data = input_.history.data;
    const std::span<const Datum> items = data.items_of(value);
    Balances balances;
    for (std::size_t i = 0; i < items.size(); i += 2) {
      if (!accounts_.contains(items[i]) && !balances.unexpected) balances.unexpected = items[i];
      if (items[i + 1] == core::kNil) {
        balances.without = items[i];
        continue;
      }
      const auto balance = data.integer_of(items[i + 1]);
      if (!balance) return error_at(input_, read, "balances are integers");
      if (*balance < 0) balances.negative = std::min(*balance, balances.negative.value_or(0));
      if (__builtin_add_overflow(balances.total, *balance, &balances.total)) {
        return error_at(input_, read, "the sum of all balances is beyond 64 bits");
      }
    }
    return balances;
  }

  void judge(std::uint32_t read, const Balances& balances) {
    const core::Data& data = input_.history.data;
    if (balances.unexpected) {
      complain(read, BankError::UnexpectedKey,
               fmt::format("has the unexpected account {}", data.to_string(*balances.unexpected)));
    } else if (balances.without) {
      complain(read, BankError::NilBalance,
               fmt::format("has no balance of account {}", data.to_string(*balances.without)));
    } else if (balances.total != *total_) {
      wrong_ = wrong_ ? std::pair(std::min(wrong_->first, balances.total),
                                  std::max(wrong_->second, balances.total))
                      : std::pair(balances.total, balances.total);
      complain(read, BankError::WrongTotal,
               fmt::format("shows {} in all, not {}", balances.total, *total_));
    } else if (balances.negative && !input_.options.allows_negative) {
      complain(read, BankError::NegativeValue,
               fmt::format("shows the negative balance {}", *balances.negative));
    }
  }

  void complain(std::uint32_t read, BankError error, const std::string& what) {
    ++errors_[static_cast<std::size_t>(error)];
    add_failure(report_, fmt::format("the {} {}", describe(input_, read), what), {read});
  }

  [[nodiscard]] std::string total_text(std::uint32_t first_read) const {
    if (input_.options.total) return fmt::format("{}", *total_);
    return fmt::format("{} (of the first {})", *total_, describe(input_, first_read));
  }

  const CheckerInput& input_;
  const std::vector<core::Operation>& operations_;
  std::set<Datum> accounts_;
  std::optional<std::int64_t> total_;
  std::optional<std::pair<std::int64_t, std::int64_t>> wrong_;  // the lowest and the highest
  std::array<std::size_t, 4> errors_{};
  CheckerReport report_;
};

}  // namespace

core::Result<CheckerReport> check_bank(const CheckerInput& input) { return Bank(input).check(); }

}  // namespace heddle::harness
