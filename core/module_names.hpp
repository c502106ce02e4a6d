// ModuleNames: what people call the things in a module. For reports, which ask for few of them.
//
// A trace refers to them, so that an execution costs nothing for names that nobody asks for.
// Invariants:
//   1. What is not known is an empty string, or a span without a file: whatever the location.
//   2. Answers never change, and may be asked for by several threads at once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/event.hpp"
#include "core/source.hpp"

namespace heddle::core {

struct Trace;

// All `where` are of this module.
class ModuleNames {
 public:
  virtual ~ModuleNames() = default;

  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual std::string function(std::uint32_t index) const = 0;
  // With its immediates: "i32.atomic.store offset=4".
  [[nodiscard]] virtual std::string instruction(const CodeLocation& where) const = 0;
  // The line of the program that it was compiled from, or of the module's own text, or the byte of
  // a binary.
  [[nodiscard]] virtual Span source(const CodeLocation& where) const = 0;
};

// Names that are known beforehand: for tests.
struct KnownNames final : ModuleNames {
  std::string module{};
  std::vector<std::string> functions{};
  std::string file{};  // where the line is 100 * function + offset

  KnownNames(std::string module_name, std::vector<std::string> function_names,
             std::string file_name = {});
  [[nodiscard]] std::string name() const override { return module; }
  [[nodiscard]] std::string function(std::uint32_t index) const override;
  [[nodiscard]] std::string instruction(const CodeLocation& where) const override;
  [[nodiscard]] Span source(const CodeLocation& where) const override;
};

// Of any location of a trace; empty where not known, and for host code.
[[nodiscard]] std::string function_name(const Trace& trace, const CodeLocation& where);
[[nodiscard]] std::string instruction_text(const Trace& trace, const CodeLocation& where);
[[nodiscard]] Span source_of(const Trace& trace, const CodeLocation& where);

// "queue.c:31", "queue.wat:31:5" or "a.wasm:@0x1f", without folders: short, and the same wherever
// the program lies.
[[nodiscard]] std::string short_text(const Span& span);

// "in push at queue.c:31 (i32.store offset=4)", as far as it is known. Empty for host code.
[[nodiscard]] std::string where_text(const Trace& trace, const CodeLocation& where);

}  // namespace heddle::core
