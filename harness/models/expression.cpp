#include "harness/models/expression.hpp"

#include <algorithm>
#include <utility>

namespace heddle::harness {

namespace {

using MaybeInteger = std::optional<std::int64_t>;
using MaybeList = std::optional<IntegerList>;

std::int64_t wrap(std::uint64_t bits) { return static_cast<std::int64_t>(bits); }
std::uint64_t bits_of(std::int64_t value) { return static_cast<std::uint64_t>(value); }

MaybeInteger divide(std::int64_t left, std::int64_t right) {
  if (right == 0) return std::nullopt;
  return right == -1 ? wrap(0 - bits_of(left)) : left / right;
}

MaybeInteger remainder(std::int64_t left, std::int64_t right) {
  if (right == 0) return std::nullopt;
  return right == -1 ? 0 : left % right;
}

bool is_within(std::int64_t place, const IntegerList& list) {
  return place >= 0 && bits_of(place) < list.size();
}

class Evaluator {
 public:
  Evaluator(std::span<const ExpressionNode> nodes, const Environment& environment)
      : nodes_(nodes), environment_(environment) {}

  [[nodiscard]] MaybeInteger integer(std::uint32_t index) const {
    using enum ExpressionOp;
    const ExpressionNode& node = nodes_[index];
    switch (node.op) {
      case Constant:
        return node.value;
      case Integer:
        return environment_.integers[static_cast<std::size_t>(node.value)];
      case Negate:
      case Not:
        return of_one(node);
      case And:
      case Or: {
        const MaybeInteger left = integer(node.operands[0]);
        const bool is_decided = !left || (*left != 0) == (node.op == Or);
        return is_decided ? left : integer(node.operands[1]);
      }
      case If: {
        const MaybeInteger condition = integer(node.operands[0]);
        if (!condition) return std::nullopt;
        return integer(node.operands[*condition != 0 ? 1 : 2]);
      }
      case Add:
      case Subtract:
      case Multiply:
      case Divide:
      case Remainder:
      case Equal:
      case NotEqual:
      case Less:
      case LessEqual:
      case Greater:
      case GreaterEqual:
      case Minimum:
      case Maximum:
        return of_two(node);
      case Size:
      case First:
      case Last:
      case At:
      case Contains:
      case EqualLists:
        return of_list(node);
      case List:
      case EmptyList:
      case Append:
      case Prepend:
      case WithoutFirst:
      case WithoutLast:
      case Without:
      case Replace:
      case Sorted:
        return std::nullopt;  // those are lists
    }
    return std::nullopt;
  }

  [[nodiscard]] MaybeList list(std::uint32_t index) const {
    const ExpressionNode& node = nodes_[index];
    if (node.op == ExpressionOp::EmptyList) return IntegerList{};
    if (node.op == ExpressionOp::List) {
      return environment_.lists[static_cast<std::size_t>(node.value)];
    }
    if (node.op == ExpressionOp::If) {
      const MaybeInteger condition = integer(node.operands[0]);
      if (!condition) return std::nullopt;
      return list(node.operands[*condition != 0 ? 1 : 2]);
    }
    MaybeList changed = list(node.operands[0]);
    if (!changed || !change(node, *changed)) return std::nullopt;
    return changed;
  }

 private:
  [[nodiscard]] MaybeInteger of_one(const ExpressionNode& node) const {
    const MaybeInteger operand = integer(node.operands[0]);
    if (!operand) return std::nullopt;
    return node.op == ExpressionOp::Not ? (*operand == 0 ? 1 : 0) : wrap(0 - bits_of(*operand));
  }

  [[nodiscard]] MaybeInteger of_two(const ExpressionNode& node) const {
    using enum ExpressionOp;
    const MaybeInteger first = integer(node.operands[0]);
    const MaybeInteger second = integer(node.operands[1]);
    if (!first || !second) return std::nullopt;
    const std::int64_t left = *first;
    const std::int64_t right = *second;
    if (node.op == Add) return wrap(bits_of(left) + bits_of(right));
    if (node.op == Subtract) return wrap(bits_of(left) - bits_of(right));
    if (node.op == Multiply) return wrap(bits_of(left) * bits_of(right));
    if (node.op == Divide) return divide(left, right);
    if (node.op == Remainder) return remainder(left, right);
    if (node.op == Minimum) return std::min(left, right);
    if (node.op == Maximum) return std::max(left, right);
    const bool holds = node.op == Equal       ? left == right
                       : node.op == NotEqual  ? left != right
                       : node.op == Less      ? left < right
                       : node.op == LessEqual ? left <= right
                       : node.op == Greater   ? left > right
                                              : left >= right;
    return holds ? 1 : 0;
  }

  // The list's nodes are evaluated as lists: variables are not copied for it.
  [[nodiscard]] MaybeInteger of_list(const ExpressionNode& node) const {
    using enum ExpressionOp;
    IntegerList made;
    const IntegerList* const list = view(node.operands[0], made);
    if (list == nullptr) return std::nullopt;
    if (node.op == Size) return static_cast<std::int64_t>(list->size());
    if (node.op == First) return list->empty() ? std::nullopt : MaybeInteger(list->front());
    if (node.op == Last) return list->empty() ? std::nullopt : MaybeInteger(list->back());
    if (node.op == EqualLists) {
      IntegerList made_other;
      const IntegerList* const other = view(node.operands[1], made_other);
      if (other == nullptr) return std::nullopt;
      return *list == *other ? 1 : 0;
    }
    const MaybeInteger operand = integer(node.operands[1]);
    if (!operand) return std::nullopt;
    if (node.op == Contains) return std::ranges::find(*list, *operand) != list->end() ? 1 : 0;
    if (!is_within(*operand, *list)) return std::nullopt;
    return (*list)[static_cast<std::size_t>(*operand)];
  }

  // Null: it has no value.
  [[nodiscard]] const IntegerList* view(std::uint32_t index, IntegerList& made) const {
    const ExpressionNode& node = nodes_[index];
    if (node.op == ExpressionOp::List) {
      return &environment_.lists[static_cast<std::size_t>(node.value)];
    }
    MaybeList evaluated = list(index);
    if (!evaluated) return nullptr;
    made = *std::move(evaluated);
    return &made;
  }

  // From the first operand to the value of the node.
  [[nodiscard]] bool change(const ExpressionNode& node, IntegerList& list) const {
    using enum ExpressionOp;
    if (node.op == Sorted) {
      std::ranges::sort(list);
      return true;
    }
    if (node.op == WithoutFirst || node.op == WithoutLast) {
      if (list.empty()) return false;
      list.erase(node.op == WithoutFirst ? list.begin() : list.end() - 1);
      return true;
    }
    const MaybeInteger operand = integer(node.operands[1]);
    if (!operand) return false;
    if (node.op == Append) list.push_back(*operand);
    if (node.op == Prepend) list.insert(list.begin(), *operand);
    if (node.op == Without) {
      const auto found = std::ranges::find(list, *operand);
      if (found != list.end()) list.erase(found);
    }
    if (node.op != Replace) return true;
    const MaybeInteger item = integer(node.operands[2]);
    if (!item || !is_within(*operand, list)) return false;
    list[static_cast<std::size_t>(*operand)] = *item;
    return true;
  }

  std::span<const ExpressionNode> nodes_;
  const Environment& environment_;
};

}  // namespace

std::string_view describe(ExpressionType type) {
  switch (type) {
    case ExpressionType::Integer:
      return "an integer";
    case ExpressionType::Truth:
      return "a truth (true or false)";
    case ExpressionType::List:
      return "a list";
  }
  return "";
}

MaybeInteger Expression::integer(const Environment& environment) const {
  const auto root = static_cast<std::uint32_t>(nodes_.size() - 1);
  return Evaluator(nodes_, environment).integer(root);
}

MaybeList Expression::list(const Environment& environment) const {
  const auto root = static_cast<std::uint32_t>(nodes_.size() - 1);
  return Evaluator(nodes_, environment).list(root);
}

}  // namespace heddle::harness
