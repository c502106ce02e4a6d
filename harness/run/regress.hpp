// From a failure to a scenario for scenarios/regress/: as small as it can be made, with its module
// inline, the failure that it expects, the schedule that shows it, and its preemptions. `heddle
// test` holds it against these; once the bug is gone, it says so.
#pragma once

#include <functional>
#include <string>

#include "core/repro.hpp"
#include "core/result.hpp"

namespace heddle::harness {

struct Regress {
  std::string text;  // of the scenario
  std::size_t processes_before = 0;
  std::size_t processes = 0;
  std::size_t calls_before = 0;
  std::size_t calls = 0;
  std::uint64_t preemptions = 0;
};

// `file`: the name that the scenario will have. Errors: the repro is not of a scenario, does not
// fail any more, or (a module that prints to something else, a failure by a rule that needs more
// than one execution) the result does not do what it says.
[[nodiscard]] core::Result<Regress> make_regress(const core::Repro& repro, const std::string& file,
                                                 const std::function<bool()>& should_stop);

// Where it goes: to `path` itself if that is the name of a YAML file, and otherwise into the folder
// of that name, under a name of the scenario and the signature.
[[nodiscard]] std::string regress_path(const std::string& path, const core::Repro& repro);

// Both, and written.
struct WrittenRegress {
  std::string path;
  Regress regress;
};
[[nodiscard]] core::Result<WrittenRegress> write_regress(const core::Repro& repro,
                                                         const std::string& path,
                                                         const std::function<bool()>& should_stop);

}  // namespace heddle::harness
