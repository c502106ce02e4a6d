// DeclaredModel: a model of the user's own, made of expressions (expression.hpp).
//
// A declaration says what the state is made of, and of each operation when it can happen, what it
// changes and what it returns. Files of this form are read by harness/run/model_file.hpp.
//
// Invariants:
//   1. All changes of an operation are computed in the state before it.
//   2. What an operation is to the rules of calls.hpp follows from its declaration alone
//      (verb_of).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/models/expression.hpp"
#include "harness/models/model.hpp"

namespace heddle::harness {

// A part of the state.
struct DeclaredVariable {
  std::string name{};
  bool is_list = false;
  IntegerList initial{};  // one item unless it is a list
};

struct DeclaredChange {
  std::size_t variable = 0;
  Expression value;  // of the variable's type
};

enum class ReturnsFrom : std::uint8_t { Before, After };  // which state

struct DeclaredOperation {
  std::string name{};
  std::vector<std::string> arguments{};  // at most three
  std::optional<Expression> when{};      // a truth; otherwise it cannot happen
  std::vector<DeclaredChange> changes{};
  std::optional<Expression> returns{};  // no list
  ReturnsFrom returns_from = ReturnsFrom::Before;
};

// Names are pairwise different, those of variables and of an operation's arguments too.
struct Declaration {
  std::string name{};
  std::vector<DeclaredVariable> variables{};
  std::vector<DeclaredOperation> operations{};
  std::optional<std::size_t> part_argument{};  // that all operations have
};

// What the expressions of an operation can mention. Refers to the names.
[[nodiscard]] std::vector<ScopeName> scope_of(const std::vector<DeclaredVariable>& variables,
                                              const std::vector<std::string>& arguments);

// Of no change: Contains if it returns a truth, Peek if it may return `empty`, otherwise Read. Else
// Cas, Take, or Other.
[[nodiscard]] Verb verb_of(const DeclaredOperation& operation);

class DeclaredModel final : public Model {
 public:
  explicit DeclaredModel(Declaration declaration);

  [[nodiscard]] std::string_view name() const override { return declaration_.name; }
  [[nodiscard]] std::span<const ModelOperation> operations() const override { return operations_; }
  [[nodiscard]] ModelState initial() const override;
  [[nodiscard]] bool step(const ModelState& state, const ModelCall& call, const core::Data& data,
                          ModelState& next) const override;
  [[nodiscard]] std::optional<std::int64_t> result_of(const ModelState& state,
                                                      const ModelCall& call) const override;
  [[nodiscard]] bool takes_integers() const override { return true; }
  // "items [1 2], limit 3"
  [[nodiscard]] std::string text_of(const ModelState& state) const override;
  [[nodiscard]] std::optional<std::size_t> part_argument() const override {
    return declaration_.part_argument;
  }

 private:
  Declaration declaration_;
  std::vector<ModelOperation> operations_;
};

}  // namespace heddle::harness
