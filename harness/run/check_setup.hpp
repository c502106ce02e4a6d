// From what a user asks for (a file, a model's name, words for assumptions) to what is needed to
// check a history.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/history.hpp"
#include "core/result.hpp"
#include "core/source.hpp"
#include "harness/models/calls.hpp"
#include "harness/run/check_history.hpp"
#include "histories/read.hpp"

namespace heddle::harness {

struct CheckRequest {
  std::string model;    // a name, or a file of one's own; empty: as the file says
  std::string initial;  // in EDN; empty: where the model begins
  Semantics semantics{};
  std::optional<NilReads> nil_reads;  // else values, if the initial state is nil
  histories::ReadOptions reading{};
};

struct CheckSetup {
  std::shared_ptr<const core::History> history;
  std::shared_ptr<const Model> model;
  Semantics semantics{};
  std::string assumptions;
  bool has_processes = true;  // as in CheckOptions
};

// Errors have the place in the history's file, or none if the model is meant.
[[nodiscard]] core::Result<CheckSetup> set_up_check(const core::Source& source,
                                                    const CheckRequest& request);

// The same for a history that is there.
[[nodiscard]] core::Result<CheckSetup> set_up_check(core::History history,
                                                    const CheckRequest& request);

// Names of models that all operations of the history fit: "cas-register, register".
[[nodiscard]] std::string fitting_models(const core::History& history);

}  // namespace heddle::harness
