// The reports of a campaign that was run in shards, joined into one.
//
// Invariants:
//   1. Joining is associative, commutative and idempotent: a merged report is the set of its parts,
//      and the union of what they have covered.
//   2. Parts belong together if program, strategy, seed, mode of points and number of shards are
//   the
//      same; the same shard with two different results is an error.
//   3. The first failure of each signature is that of the lowest execution, in whatever shard.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/verdict.hpp"
#include "reports/explore_report.hpp"
#include "reports/json.hpp"

namespace heddle::reports {

struct PartFailure {
  core::Signature signature;
  std::string message;
  std::uint64_t execution = 0;
  std::uint64_t preemptions_shrunk = 0;
  std::string schedule;
  std::string repro_path;

  bool operator==(const PartFailure&) const = default;
};

// What one shard has found.
struct CampaignPart {
  std::uint64_t schedules = 0;
  std::uint64_t unfinished = 0;
  double events_mean = 0;
  double points_mean = 0;
  std::string cut_short;
  std::vector<PartFailure> failures;
  std::map<std::string, std::uint64_t> outcomes;

  bool operator==(const CampaignPart&) const = default;
};

struct CampaignKey {
  std::string program;
  std::string program_digest;
  std::string strategy;
  std::string seed;
  std::string points;
  std::uint64_t shard_count = 1;

  bool operator==(const CampaignKey&) const = default;
};

struct MergeReport {
  CampaignKey key;
  std::map<std::uint64_t, CampaignPart> parts;  // by shard
  core::Sketch interleavings;
  core::Sketch classes;
  core::Sketch reads_from;
  core::Sketch hand_offs;

  bool operator==(const MergeReport&) const = default;
};

// Reads what `explore --json` or `merge --json` has written.
[[nodiscard]] core::Result<MergeReport> parse_part(std::string_view json, std::string_view file);
// The error: they do not belong together.
[[nodiscard]] core::Result<MergeReport> merge(MergeReport left, const MergeReport& right);

[[nodiscard]] core::VerdictKind verdict_of(const MergeReport& report);
[[nodiscard]] std::string render_text(const MergeReport& report);
[[nodiscard]] std::string to_json(const MergeReport& report);

// Of anything that has four sketches of these names.
[[nodiscard]] Json sketch_json(const core::Sketch& sketch);
template <typename Covered>
[[nodiscard]] Json sketches_json(const Covered& covered) {
  Json json;
  json["interleavings"] = sketch_json(covered.interleavings);
  json["classes"] = sketch_json(covered.classes);
  json["reads_from"] = sketch_json(covered.reads_from);
  json["hand_offs"] = sketch_json(covered.hand_offs);
  return json;
}

}  // namespace heddle::reports
