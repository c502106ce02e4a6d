// PortfolioStrategy: several strategies that take turns, because none is best for every bug.
//
// Who decides in execution i follows from i alone. Each member draws from a seed of its own; what
// they learn of the program (Profile) is common to all.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/explore/strategy.hpp"

namespace heddle::harness {

class PortfolioStrategy final : public Strategy {
 public:
  // `turns`: indices into `members`, over and over. All members are numbered.
  PortfolioStrategy(std::vector<std::unique_ptr<Strategy>> members, std::vector<std::size_t> turns);

  [[nodiscard]] std::string_view name() const override { return "portfolio"; }
  [[nodiscard]] std::string_view decider() const override { return present().decider(); }
  [[nodiscard]] bool is_numbered() const override { return true; }
  void seek(std::uint64_t number) override { next_ = number; }
  [[nodiscard]] bool begin_execution() override;
  [[nodiscard]] core::Choice choose(const core::ChoicePoint& point) override {
    return present().choose(point);
  }
  [[nodiscard]] core::Rule rule() override { return present().rule(); }
  void end_execution(const core::Execution& execution) override {
    present().end_execution(execution);
  }
  [[nodiscard]] std::uint64_t execution_seed() const override { return present().execution_seed(); }

 private:
  [[nodiscard]] Strategy& present() const { return *members_[present_]; }

  std::vector<std::unique_ptr<Strategy>> members_;
  std::vector<std::size_t> turns_;
  std::uint64_t next_ = 0;
  std::size_t present_ = 0;  // member
};

}  // namespace heddle::harness
