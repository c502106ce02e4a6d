#include "harness/run/shard.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace heddle::harness {

namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

core::Result<std::uint64_t> variable(const Environment& environment, const char* name) {
  const std::optional<std::string> text = environment(name);
  if (!text) return core::make_error(fmt::format("the variable {} is not set", name));
  const auto number = number_of(*text);
  if (!number) return core::make_error(fmt::format("{}={} is not a number", name, *text));
  return *number;
}

core::Result<Shard> check(Shard shard) {
  if (shard.index < shard.count) return shard;
  return core::make_error(
      fmt::format("there is no shard {}: of N shards, the first is 0/N and the last is (N-1)/N",
                  to_string(shard)));
}

}  // namespace

std::string to_string(const Shard& shard) { return fmt::format("{}/{}", shard.index, shard.count); }

core::Result<Shard> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto index = number_of(text.substr(0, slash));
  const auto count =
      slash == std::string_view::npos ? std::nullopt : number_of(text.substr(slash + 1));
  if (!index || !count) {
    return core::make_error(fmt::format("'{}' is no shard: it is I/N, as in 0/8", text));
  }
  return check({.index = *index, .count = *count});
}

core::Result<std::optional<Shard>> shard_of(const Environment& environment) {
  Shard shard;
  if (environment("SLURM_ARRAY_TASK_ID")) {
    HEDDLE_LET(const std::uint64_t id, variable(environment, "SLURM_ARRAY_TASK_ID"));
    HEDDLE_LET(shard.count, variable(environment, "SLURM_ARRAY_TASK_COUNT"));
    std::uint64_t first = 0;
    if (environment("SLURM_ARRAY_TASK_MIN")) {
      HEDDLE_LET(first, variable(environment, "SLURM_ARRAY_TASK_MIN"));
    }
    if (id < first) {
      return core::make_error(
          fmt::format("SLURM_ARRAY_TASK_ID={} is below the least, {}", id, first));
    }
    shard.index = id - first;
  } else if (environment("JOB_COMPLETION_INDEX")) {
    HEDDLE_LET(shard.index, variable(environment, "JOB_COMPLETION_INDEX"));
    HEDDLE_LET(shard.count, variable(environment, "HEDDLE_SHARD_COUNT"));
  } else {
    return std::optional<Shard>();
  }
  HEDDLE_LET(const Shard checked, check(shard));
  return std::optional<Shard>(checked);
}

}  // namespace heddle::harness
