// From a failing execution to a repro, and to its file.
#pragma once

#include <cstdint>
#include <string>

#include "core/execution.hpp"
#include "core/repro.hpp"
#include "core/result.hpp"
#include "core/verdict.hpp"
#include "harness/run/program.hpp"

namespace heddle::harness {

// How the failure was found: for the record, and to execute it again within the same limits.
struct Provenance {
  std::uint64_t seed = 0;
  std::string strategy;
  ExecuteOptions options;
};

// `verdict` is a Fail.
[[nodiscard]] core::Repro make_repro(const Program& program, const core::Execution& execution,
                                     const core::Verdict& verdict, const Provenance& provenance);

// "DIR/lost_update-3f2a91.repro.yaml": one name for each program and signature, so that the shrunk
// repro replaces the first one, and the same bug found again gives the same file.
[[nodiscard]] std::string repro_path(const std::string& folder, const core::Repro& repro);

// In a form that heddle replay reads.
[[nodiscard]] core::Result<void> write_repro(const std::string& path, const core::Repro& repro);

// The limits that the repro was made with.
[[nodiscard]] ExecuteOptions options_of(const core::Repro& repro);

}  // namespace heddle::harness
