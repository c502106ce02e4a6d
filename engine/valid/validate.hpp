// ValidModule: a module that obeys the specification's typing rules. Spec: valid/*, appendix
// "validation algorithm".
//
// The only way to get one is validate; everything behind it relies on the rules and checks nothing.
// Error messages begin with the specification's ("type mismatch", "unknown local", ...).
#pragma once

#include <memory>
#include <utility>

#include "core/result.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::engine {

class ValidModule {
 public:
  [[nodiscard]] const Module& module() const { return *module_; }
  [[nodiscard]] const std::shared_ptr<const Module>& shared() const { return module_; }

 private:
  friend core::Result<ValidModule> validate(std::shared_ptr<const Module> module,
                                            Features features);
  explicit ValidModule(std::shared_ptr<const Module> module) : module_(std::move(module)) {}
  std::shared_ptr<const Module> module_;
};

// What uses a feature that is switched off is invalid: "simd is disabled: i32x4.add".
[[nodiscard]] core::Result<ValidModule> validate(std::shared_ptr<const Module> module,
                                                 Features features = {});

}  // namespace heddle::engine
