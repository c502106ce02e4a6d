#include "harness/explore/make_strategy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <utility>
#include <vector>

#include "harness/explore/bytes.hpp"
#include "harness/explore/chaos.hpp"
#include "harness/explore/delay.hpp"
#include "harness/explore/fair.hpp"
#include "harness/explore/faulty.hpp"
#include "harness/explore/naive.hpp"
#include "harness/explore/pct.hpp"
#include "harness/explore/portfolio.hpp"
#include "harness/explore/pos.hpp"
#include "harness/explore/preemption.hpp"
#include "harness/explore/random.hpp"
#include "harness/explore/reads_from_strategy.hpp"
#include "harness/explore/replay.hpp"
#include "harness/explore/surw.hpp"
#include "harness/explore/urw.hpp"

namespace heddle::harness {
namespace {

using Made = std::unique_ptr<Strategy>;
using Maker = Made (*)(const StrategyOptions&);

Made fairly(Made strategy, const StrategyOptions& options) {
  return std::make_unique<FairStrategy>(std::move(strategy), options.seed, kUnfairPointsMax);
}

Made make_random(const StrategyOptions& options) {
  return std::make_unique<RandomStrategy>(options.seed);
}

template <typename Sampled>
Made make_sampled(const StrategyOptions& options) {
  return fairly(std::make_unique<Sampled>(options.seed, std::make_shared<Profile>()), options);
}

template <typename Sampled>
Made make_deep(const StrategyOptions& options) {
  return fairly(std::make_unique<Sampled>(options.seed, std::make_shared<Profile>(),
                                          options.depth.value_or(kDepthDefault)),
                options);
}

// Measured on scenarios/structures (`heddle bench schedulers`): surw finds most bugs first, so it
// has every second turn; what it misses, the others find.
Made make_portfolio(const StrategyOptions& options) {
  const auto profile = std::make_shared<Profile>();
  std::vector<Made> members;
  const auto seed = [&] { return core::Rng::stream_seed(options.seed, 1 + members.size()); };
  const auto add = [&](Made member) {
    members.push_back(std::move(member));
    return members.size() - 1;
  };
  const std::size_t surw = add(std::make_unique<SurwStrategy>(seed(), profile));
  const std::size_t pos = add(std::make_unique<PosStrategy>(seed(), profile));
  const std::size_t pct3 = add(std::make_unique<PctStrategy>(seed(), profile, 3));
  const std::size_t pct2 = add(std::make_unique<PctStrategy>(seed(), profile, 2));
  const std::size_t pct5 = add(std::make_unique<PctStrategy>(seed(), profile, 5));
  const std::size_t urw = add(std::make_unique<UrwStrategy>(seed(), profile));
  const std::size_t chaos = add(std::make_unique<ChaosStrategy>(seed(), profile));
  const std::size_t random = add(std::make_unique<RandomStrategy>(seed()));
  std::vector<std::size_t> turns{surw, pos, surw, pct3, surw, random, surw, pct2,
                                 surw, pos, surw, urw,  surw, chaos,  surw, pct5};
  return fairly(std::make_unique<PortfolioStrategy>(std::move(members), std::move(turns)), options);
}

Made make_naive(const StrategyOptions& options) {
  return std::make_unique<NaiveStrategy>(options.preemptions_max);
}

// Classes say nothing of preemptions.
Made make_exhaustive(const StrategyOptions& options) {
  if (options.preemptions_max) return make_naive(options);
  return std::make_unique<ReadsFromStrategy>(options.reads_from);
}

Made make_bounded(const StrategyOptions& options) {
  return std::make_unique<NaiveStrategy>(options.preemptions_max.value_or(kPreemptionsMaxDefault));
}

Made make_preemption(const StrategyOptions& options) {
  return std::make_unique<PreemptionStrategy>(options.preemptions_max);
}

Made make_bytes(const StrategyOptions& options) {
  return std::make_unique<BytesStrategy>(options.bytes);
}

Made make_replay(const StrategyOptions& options) {
  return std::make_unique<ReplayStrategy>(options.schedule, ReplayMode::Lenient);
}

struct Row {
  StrategyInfo info;
  Maker make = nullptr;
};

constexpr std::array kRows{
    Row{{"portfolio", "the sampling strategies below in turn; most often surw", true},
        make_portfolio},
    Row{{"random", "every option equally likely", true}, make_random},
    Row{{"pct", "random priorities that change at --depth - 1 points", true},
        make_deep<PctStrategy>},
    Row{{"pos", "random priorities of events, drawn anew where they race", true},
        make_sampled<PosStrategy>},
    Row{{"urw", "interleavings equally likely, by the steps that agents have left", true},
        make_sampled<UrwStrategy>},
    Row{{"surw", "orders of the accesses to one contended location equally likely", true},
        make_sampled<SurwStrategy>},
    Row{{"chaos", "priorities, turns and standstills of random lengths, as rr's chaos mode", true},
        make_sampled<ChaosStrategy>},
    Row{{"delay", "agents in order, but for at most --depth delays at random points", true},
        make_deep<DelayStrategy>},
    Row{{"preemption", "every execution with no preemption, then with 1, 2, ... (--preemptions)"},
        make_preemption},
    Row{{"bounded", "every execution with few preemptions once (see --preemptions)"}, make_bounded},
    Row{{"exhaustive", "one execution for every way in which reads can read from writes"},
        make_exhaustive},
    Row{{"naive", "every execution once (see --preemptions)"}, make_naive},
    Row{{"bytes", "one execution, its choices read from a file (--bytes)"}, make_bytes},
    Row{{"replay", "one execution, after a schedule (--schedule)"}, make_replay},
};

constexpr auto kInfos = [] {
  std::array<StrategyInfo, kRows.size()> infos{};
  for (std::size_t i = 0; i < infos.size(); ++i) infos[i] = kRows[i].info;
  return infos;
}();

constexpr auto kNames = [] {
  std::array<std::string_view, kRows.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kRows[i].info.name;
  return names;
}();

}  // namespace

std::span<const std::string_view> strategy_names() { return kNames; }

std::span<const StrategyInfo> strategies() { return kInfos; }

const StrategyInfo* find_strategy(std::string_view name) {
  for (const StrategyInfo& info : kInfos) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

core::Result<std::unique_ptr<Strategy>> make_strategy(std::string_view name,
                                                      const StrategyOptions& options) {
  for (const Row& row : kRows) {
    if (row.info.name != name) continue;
    Made made = row.make(options);
    if (!options.faults || !row.info.is_sampled) return made;
    return std::make_unique<FaultyStrategy>(std::move(made), options.seed, *options.faults);
  }
  return core::make_error(
      fmt::format("unknown strategy '{}': known are {}", name, fmt::join(kNames, ", ")));
}

}  // namespace heddle::harness
