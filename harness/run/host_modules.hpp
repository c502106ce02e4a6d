// HostModules: what scenarios and modules can import: `spectest`, some of WASI with threads
// (engine/builtins/wasi.hpp), and the memories that the instances of a scenario share.
//
// Invariant: all instances that import one name get one memory, made when the first one asks for
// it, of the type that it asks for.
#pragma once

#include <map>
#include <string>

#include "engine/runtime/store.hpp"
#include "harness/run/prepared_module.hpp"
#include "harness/run/script_names.hpp"

namespace heddle::harness {

class HostModules {
 public:
  explicit HostModules(engine::Store& store) : store_(store) {}

  // Makes what the module imports and the host has. Before linking it.
  void add_imports_of(const PreparedModule& module);
  // Likewise for shared memories of any name.
  void add_shared_memories_of(const PreparedModule& module);

  // Valid as long as this object, which must live as long as threads may be spawned.
  [[nodiscard]] engine::ImportResolver resolver() const;

 private:
  engine::Store& store_;
  std::map<std::string, Exports, std::less<>> modules_;
};

// Whether the module can be linked with what the host has: known before anything is executed.
[[nodiscard]] core::Result<void> check_linkable(const PreparedModule& module,
                                                bool has_shared_memories);

}  // namespace heddle::harness
