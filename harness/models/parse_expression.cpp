#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "harness/models/expression.hpp"
#include "harness/models/model.hpp"

namespace heddle::harness {

namespace {

using Op = ExpressionOp;
using Type = ExpressionType;

struct FunctionRow {
  std::string_view name;
  Op op;
  Type result;
  std::vector<Type> parameters;
};

// `if` is not among them: the types of its branches are those of its value.
const std::vector<FunctionRow>& functions() {
  static const std::vector<FunctionRow> kFunctions{
      {"min", Op::Minimum, Type::Integer, {Type::Integer, Type::Integer}},
      {"max", Op::Maximum, Type::Integer, {Type::Integer, Type::Integer}},
      {"size", Op::Size, Type::Integer, {Type::List}},
      {"first", Op::First, Type::Integer, {Type::List}},
      {"last", Op::Last, Type::Integer, {Type::List}},
      {"contains", Op::Contains, Type::Truth, {Type::List, Type::Integer}},
      {"append", Op::Append, Type::List, {Type::List, Type::Integer}},
      {"prepend", Op::Prepend, Type::List, {Type::List, Type::Integer}},
      {"without_first", Op::WithoutFirst, Type::List, {Type::List}},
      {"without_last", Op::WithoutLast, Type::List, {Type::List}},
      {"without", Op::Without, Type::List, {Type::List, Type::Integer}},
      {"replace", Op::Replace, Type::List, {Type::List, Type::Integer, Type::Integer}},
      {"sorted", Op::Sorted, Type::List, {Type::List}},
  };
  return kFunctions;
}

// How strongly operators bind.
constexpr int kNotStrength = 3;
constexpr int kComparison = 4;
constexpr int kUnaryStrength = 7;

struct OperatorRow {
  std::string_view text;
  int strength;
  Op op;
  Type operands;
  Type result;
};

constexpr std::array<OperatorRow, 13> kOperators{{
    {"or", 1, Op::Or, Type::Truth, Type::Truth},
    {"and", 2, Op::And, Type::Truth, Type::Truth},
    {"==", kComparison, Op::Equal, Type::Integer, Type::Truth},
    {"!=", kComparison, Op::NotEqual, Type::Integer, Type::Truth},
    {"<", kComparison, Op::Less, Type::Integer, Type::Truth},
    {"<=", kComparison, Op::LessEqual, Type::Integer, Type::Truth},
    {">", kComparison, Op::Greater, Type::Integer, Type::Truth},
    {">=", kComparison, Op::GreaterEqual, Type::Integer, Type::Truth},
    {"+", 5, Op::Add, Type::Integer, Type::Integer},
    {"-", 5, Op::Subtract, Type::Integer, Type::Integer},
    {"*", 6, Op::Multiply, Type::Integer, Type::Integer},
    {"/", 6, Op::Divide, Type::Integer, Type::Integer},
    {"%", 6, Op::Remainder, Type::Integer, Type::Integer},
}};

const OperatorRow* find_operator(std::string_view text) {
  const auto* const row = std::ranges::find(kOperators, text, &OperatorRow::text);
  return row == kOperators.end() ? nullptr : row;
}

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}
bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }
bool is_name(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [](char byte) { return is_letter(byte) || is_digit(byte); });
}

using Parsed = core::Result<std::uint32_t>;  // a node

class Parser {
 public:
  Parser(std::string_view text, std::span<const ScopeName> scope) : text_(text), scope_(scope) {
    advance();
  }

  core::Result<Expression> parse() {
    HEDDLE_TRY(expression(0));
    if (!token_.empty()) return error("an operator is expected");
    return Expression(std::move(nodes_), mentions_empty_);
  }

 private:
  // To the next token: a name, a number, or a symbol; empty at the end.
  void advance() {
    while (next_ < text_.size() && is_blank(text_[next_])) ++next_;
    at_ = next_;
    if (at_ == text_.size()) {
      token_ = {};
      return;
    }
    const auto continues = [this](std::size_t place) {
      return place < text_.size() && (is_letter(text_[place]) || is_digit(text_[place]));
    };
    if (continues(at_)) {
      while (continues(next_)) ++next_;
    } else {
      const bool is_double =
          text_.substr(at_, 2).ends_with('=') && find_operator(text_.substr(at_, 2));
      next_ += is_double ? 2 : 1;
    }
    token_ = text_.substr(at_, next_ - at_);
  }

  Parsed expression(int strength) {
    if (++depth_ > kExpressionNodesMax) return error("the expression is too deep");
    HEDDLE_LET(std::uint32_t left, operand());
    while (true) {
      if (token_ == "[") {
        HEDDLE_LET(left, index(left));
        continue;
      }
      const OperatorRow* const row = find_operator(token_);
      if (row == nullptr || row->strength <= strength) break;
      HEDDLE_LET(left, binary(left, *row));
      // a < b < c: nothing that is weaker may take the first as its left side.
      const OperatorRow* const next = find_operator(token_);
      if (row->strength == kComparison && next != nullptr && next->strength == kComparison) {
        return error("comparisons cannot be chained: use 'and'");
      }
    }
    --depth_;
    return left;
  }

  Parsed binary(std::uint32_t left, const OperatorRow& row) {
    const std::size_t at = at_;
    advance();
    HEDDLE_LET(const std::uint32_t right, expression(row.strength));
    const Type type = nodes_[left].type;
    if ((row.op == Op::Equal || row.op == Op::NotEqual) && type == nodes_[right].type) {
      if (type != Type::List)
        return add({.op = row.op, .type = Type::Truth, .operands = {left, right}});
      HEDDLE_LET(const std::uint32_t equal,
                 add({.op = Op::EqualLists, .type = Type::Truth, .operands = {left, right}}));
      if (row.op == Op::Equal) return equal;
      return add({.op = Op::Not, .type = Type::Truth, .operands = {equal}});
    }
    for (const std::uint32_t side : {left, right}) {
      HEDDLE_TRY(check_type(side, row.operands, fmt::format("'{}'", row.text), at));
    }
    return add({.op = row.op, .type = row.result, .operands = {left, right}});
  }

  Parsed index(std::uint32_t list) {
    const std::size_t at = at_;
    HEDDLE_TRY(check_type(list, Type::List, "an index", at));
    advance();
    HEDDLE_LET(const std::uint32_t place, expression(0));
    HEDDLE_TRY(check_type(place, Type::Integer, "an index", at));
    HEDDLE_TRY(expect("]"));
    return add({.op = Op::At, .type = Type::Integer, .operands = {list, place}});
  }

  Parsed operand() {
    if (token_.empty()) return error("a value is expected");
    if (is_digit(token_.front())) return number();
    if (token_ == "(") {
      advance();
      HEDDLE_LET(const std::uint32_t inner, expression(0));
      HEDDLE_TRY(expect(")"));
      return inner;
    }
    if (token_ == "-") return prefix(Op::Negate, Type::Integer, kUnaryStrength);
    if (token_ == "not") return prefix(Op::Not, Type::Truth, kNotStrength);
    if (token_ == "[") return list();
    if (is_name(token_)) return name();
    return error("a value is expected");
  }

  Parsed number() {
    std::int64_t value = 0;
    const char* const end = token_.data() + token_.size();
    const auto [stop, problem] = std::from_chars(token_.data(), end, value);
    if (problem != std::errc{} || stop != end) return error("an integer of 64 bits is expected");
    advance();
    return add({.op = Op::Constant, .value = value});
  }

  Parsed prefix(Op op, Type type, int strength) {
    const std::size_t at = at_;
    const std::string what = fmt::format("'{}'", token_);
    advance();
    HEDDLE_LET(const std::uint32_t inner, expression(strength));
    HEDDLE_TRY(check_type(inner, type, what, at));
    return add({.op = op, .type = type, .operands = {inner}});
  }

  Parsed list() {
    advance();
    HEDDLE_LET(std::uint32_t made, add({.op = Op::EmptyList, .type = Type::List}));
    while (token_ != "]") {
      const std::size_t at = at_;
      HEDDLE_LET(const std::uint32_t item, expression(0));
      HEDDLE_TRY(check_type(item, Type::Integer, "a list", at));
      HEDDLE_LET(made, add({.op = Op::Append, .type = Type::List, .operands = {made, item}}));
      if (token_ != ",") break;
      advance();
    }
    HEDDLE_TRY(expect("]"));
    return made;
  }

  Parsed name() {
    const std::string_view name = token_;
    const std::size_t at = at_;
    advance();
    if (token_ == "(") return call(name, at);
    if (name == "true" || name == "false") {
      return add({.op = Op::Constant, .type = Type::Truth, .value = name == "true" ? 1 : 0});
    }
    if (name == "empty") {
      mentions_empty_ = true;
      return add({.op = Op::Constant, .value = kEmptyResult});
    }
    const auto found = std::ranges::find(scope_, name, &ScopeName::name);
    if (found == scope_.end()) return unknown(name, at);
    return add({.op = found->is_list ? Op::List : Op::Integer,
                .type = found->is_list ? Type::List : Type::Integer,
                .value = static_cast<std::int64_t>(found->place)});
  }

  Parsed call(std::string_view name, std::size_t at) {
    const auto found = std::ranges::find(functions(), name, &FunctionRow::name);
    const bool is_if = name == "if";
    if (!is_if && found == functions().end()) {
      return error(fmt::format("there is no function '{}'", name), at);
    }
    const std::size_t count = is_if ? 3 : found->parameters.size();
    ExpressionNode node{.op = is_if ? Op::If : found->op};
    advance();
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) HEDDLE_TRY(expect(","));
      const std::size_t begin = at_;
      HEDDLE_LET(node.operands[i], expression(0));
      const Type type = !is_if   ? found->parameters[i]
                        : i == 0 ? Type::Truth
                                 : nodes_[node.operands[1]].type;
      HEDDLE_TRY(check_type(node.operands[i], type, fmt::format("'{}'", name), begin));
    }
    HEDDLE_TRY(expect(")"));
    node.type = is_if ? nodes_[node.operands[1]].type : found->result;
    return add(node);
  }

  Parsed add(const ExpressionNode& node) {
    if (nodes_.size() == kExpressionNodesMax) return error("the expression is too long");
    nodes_.push_back(node);
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }

  core::Result<void> expect(std::string_view symbol) {
    if (token_ != symbol) return error(fmt::format("'{}' is expected", symbol));
    advance();
    return {};
  }

  core::Result<void> check_type(std::uint32_t node, Type type, std::string_view what,
                                std::size_t at) const {
    if (nodes_[node].type == type) return {};
    return error(
        fmt::format("{} takes {}, not {}", what, describe(type), describe(nodes_[node].type)), at);
  }

  [[nodiscard]] std::unexpected<core::Error> unknown(std::string_view name, std::size_t at) const {
    std::string known;
    for (const ScopeName& one : scope_) {
      known += (known.empty() ? "" : ", ") + std::string(one.name);
    }
    return error(fmt::format("unknown name '{}': there {}{}", name,
                             known.empty() ? "is none" : "are ", known),
                 at);
  }

  [[nodiscard]] std::unexpected<core::Error> error(std::string message) const {
    message += token_.empty() ? " at the end" : fmt::format(" at '{}'", token_);
    return error(std::move(message), at_);
  }
  [[nodiscard]] static std::unexpected<core::Error> error(std::string message, std::size_t at) {
    return core::make_error(std::move(message), {.offset = at});
  }

  std::string_view text_;
  std::span<const ScopeName> scope_;
  std::size_t next_ = 0;
  std::size_t at_ = 0;
  std::string_view token_;
  std::vector<ExpressionNode> nodes_;
  std::size_t depth_ = 0;
  bool mentions_empty_ = false;
};

}  // namespace

core::Result<Expression> parse_expression(std::string_view text, std::span<const ScopeName> scope) {
  return Parser(text, scope).parse();
}

bool is_free_name(std::string_view name) {
  constexpr std::array<std::string_view, 7> kWords{"true", "false", "empty", "and",
                                                   "or",   "not",   "if"};
  return is_name(name) && std::ranges::find(kWords, name) == kWords.end();
}

}  // namespace heddle::harness
