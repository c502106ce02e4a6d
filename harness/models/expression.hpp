// Expression: a formula over integers and lists of them, as declared models have them.
//
//   if(size(items) > 0, first(items), empty)        count < limit and not is_open
//
// Operators, the weakest first: or; and; not; == != < <= > >= (which cannot be chained); + -; * /
// %; unary -; list[index]. Constants: integers, true, false, empty (the result where there is
// nothing),
// [], [a, b]. Functions: kFunctions in parse_expression.cpp; docs/models.md is the manual.
//
// Types are known when an expression is read: integers, truths and lists are never mixed. The
// parser is Pratt's (POPL 1973).
//
// Invariants:
//   1. Evaluating ends, and never fails but by giving nothing: division by zero, a place outside of
//      a list. Whatever an operation needs that has no value, it cannot happen.
//   2. Integers have 64 bits and wrap around.
//   3. At most kExpressionNodesMax nodes, so that neither parsing nor evaluating goes deeper.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace heddle::harness {

enum class ExpressionType : std::uint8_t { Integer, Truth, List };
[[nodiscard]] std::string_view describe(ExpressionType type);  // "an integer", "a list", ...

inline constexpr std::size_t kExpressionNodesMax = 500;

using IntegerList = std::vector<std::int64_t>;

// What names stand for: a place in Environment::integers, or in Environment::lists.
struct ScopeName {
  std::string_view name;
  bool is_list = false;
  std::size_t place = 0;
};

struct Environment {
  std::span<const std::int64_t> integers;
  std::span<const IntegerList> lists;
};

enum class ExpressionOp : std::uint8_t {
  // Leaves: `value` is the constant, or the place.
  Constant,
  Integer,
  List,
  EmptyList,
  // Of integers and truths (1 and 0).
  Negate,
  Not,
  Add,
  Subtract,
  Multiply,
  Divide,
  Remainder,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Minimum,
  Maximum,
  And,
  Or,
  If,  // also of lists
  // From lists to integers.
  Size,
  First,
  Last,
  At,
  Contains,
  EqualLists,
  // To lists.
  Append,
  Prepend,
  WithoutFirst,
  WithoutLast,
  Without,
  Replace,
  Sorted,
};

struct ExpressionNode {
  ExpressionOp op = ExpressionOp::Constant;
  ExpressionType type = ExpressionType::Integer;
  std::array<std::uint32_t, 3> operands{};  // nodes
  std::int64_t value = 0;
};

class Expression {
 public:
  // The root is the last node; operands come before what they are operands of.
  explicit Expression(std::vector<ExpressionNode> nodes, bool mentions_empty)
      : nodes_(std::move(nodes)), mentions_empty_(mentions_empty) {}

  [[nodiscard]] ExpressionType type() const { return nodes_.back().type; }
  [[nodiscard]] bool mentions_empty() const { return mentions_empty_; }

  // Of integers and truths.
  [[nodiscard]] std::optional<std::int64_t> integer(const Environment& environment) const;
  // Of lists.
  [[nodiscard]] std::optional<IntegerList> list(const Environment& environment) const;

 private:
  std::vector<ExpressionNode> nodes_;
  bool mentions_empty_;
};

// The error's span has the offset in `text`, and nothing else.
[[nodiscard]] core::Result<Expression> parse_expression(std::string_view text,
                                                        std::span<const ScopeName> scope);

// Whether a name can be given: letters, digits and _, not a word of the language.
[[nodiscard]] bool is_free_name(std::string_view name);

}  // namespace heddle::harness
