// CodeNames: core::ModuleNames of a Module.
//
// Functions are named by the name section or the text, or else by an export or import; lines come
// from DWARF if the module has it. Nothing is computed before it is asked for.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "core/module_names.hpp"
#include "engine/debug/line_table.hpp"
#include "engine/syntax/module.hpp"

namespace heddle::engine {

class CodeNames final : public core::ModuleNames {
 public:
  explicit CodeNames(std::shared_ptr<const Module> module) : module_(std::move(module)) {}

  [[nodiscard]] std::string name() const override { return module_->name; }
  [[nodiscard]] std::string function(std::uint32_t index) const override;
  [[nodiscard]] std::string instruction(const core::CodeLocation& where) const override;
  [[nodiscard]] core::Span source(const core::CodeLocation& where) const override;

 private:
  [[nodiscard]] CodeRange range_of(std::uint32_t function) const;
  void read_lines() const;

  std::shared_ptr<const Module> module_;
  mutable std::once_flag once_;
  mutable LineTable lines_;
  mutable std::uint32_t code_begin_ = 0;  // of the code section's contents
};

}  // namespace heddle::engine
