#include "harness/run/model_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/source.hpp"
#include "harness/run/files.hpp"
#include "harness/run/prepared_module.hpp"
#include "harness/run/wasm_model.hpp"
#include "scenarios/fields.hpp"
#include "scenarios/yaml.hpp"

namespace heddle::harness {

namespace {

using scenarios::error_at;
using scenarios::Fields;
using scenarios::YamlNode;

constexpr std::size_t kArgumentsMax = std::tuple_size_v<decltype(ModelCall::arguments)>;
constexpr std::size_t kOperationsMax = 1000;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  core::Result<Declaration> read(const YamlNode& root) {
    HEDDLE_LET(const Fields fields,
               Fields::of(root, "a model", {"model", "state", "partition", "operations"}));
    HEDDLE_LET(const YamlNode* const name, fields.require("model"));
    HEDDLE_LET(declaration_.name, scenarios::text_of(*name, "the name of the model"));
    HEDDLE_LET(const YamlNode* const state, fields.require("state"));
    HEDDLE_TRY(read_state(*state));
    HEDDLE_LET(const YamlNode* const operations, fields.require("operations"));
    HEDDLE_TRY(read_operations(*operations));
    if (const YamlNode* const partition = fields.find("partition")) {
      HEDDLE_TRY(read_partition(*partition));
    }
    return std::move(declaration_);
  }

 private:
  static core::Result<void> check_mapping(const YamlNode& node, std::string_view what) {
    if (node.kind == YamlNode::Kind::Mapping && !node.keys.empty()) return {};
    return error_at(node, fmt::format("{} must be a mapping with at least one key, not {}", what,
                                      describe(node.kind)));
  }

  static core::Result<void> check_name(const YamlNode& node) {
    if (is_free_name(node.text)) return {};
    return error_at(node, fmt::format("'{}' cannot be a name: letters, digits and _ can, unless "
                                      "expressions have the word for something else",
                                      node.text));
  }

  core::Result<void> read_state(const YamlNode& node) {
    HEDDLE_TRY(check_mapping(node, "the state"));
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      HEDDLE_TRY(check_name(node.keys[i]));
      DeclaredVariable variable{.name = node.keys[i].text};
      const YamlNode& initial = node.items[i];
      variable.is_list = initial.kind == YamlNode::Kind::Sequence;
      const std::span<const YamlNode> items =
          variable.is_list ? std::span(initial.items) : std::span(&initial, 1);
      for (const YamlNode& item : items) {
        HEDDLE_LET(const std::int64_t value,
                   scenarios::integer_of(item, fmt::format("the beginning of {}", variable.name)));
        variable.initial.push_back(value);
      }
      declaration_.variables.push_back(std::move(variable));
    }
    return {};
  }

  core::Result<void> read_operations(const YamlNode& node) {
    HEDDLE_TRY(check_mapping(node, "operations"));
    if (node.keys.size() > kOperationsMax) {
      return error_at(node, fmt::format("more than {} operations", kOperationsMax));
    }
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      DeclaredOperation operation{.name = node.keys[i].text};
      if (node.items[i].kind != YamlNode::Kind::Null) {  // else it is always possible
        HEDDLE_TRY(read_operation(node.items[i], operation));
      }
      declaration_.operations.push_back(std::move(operation));
    }
    return {};
  }

  core::Result<void> read_operation(const YamlNode& node, DeclaredOperation& operation) {
    HEDDLE_LET(const Fields fields,
               Fields::of(node, fmt::format("operation {}", operation.name),
                          {"arguments", "when", "set", "returns", "returns_after"}));
    if (const YamlNode* const arguments = fields.find("arguments")) {
      HEDDLE_TRY(read_arguments(*arguments, operation));
    }
    const std::vector<ScopeName> scope = scope_of(declaration_.variables, operation.arguments);
    if (const YamlNode* const when = fields.find("when")) {
      HEDDLE_LET(operation.when, expression(*when, scope));
      HEDDLE_TRY(check_type(*when, *operation.when, ExpressionType::Truth));
    }
    if (const YamlNode* const set = fields.find("set")) {
      HEDDLE_TRY(read_changes(*set, scope, operation));
    }
    const YamlNode* const before = fields.find("returns");
    const YamlNode* const after = fields.find("returns_after");
    if (before != nullptr && after != nullptr) {
      return error_at(*after, "an operation has one of returns and returns_after");
    }
    const YamlNode* const returns = before != nullptr ? before : after;
    if (returns == nullptr) return {};
    operation.returns_from = after != nullptr ? ReturnsFrom::After : ReturnsFrom::Before;
    HEDDLE_LET(operation.returns, expression(*returns, scope));
    if (operation.returns->type() != ExpressionType::List) return {};
    return error_at(*returns, "an operation returns an integer or a truth, not a list");
  }

  core::Result<void> read_arguments(const YamlNode& node, DeclaredOperation& operation) {
    HEDDLE_TRY(scenarios::check_sequence(node, "the list of the arguments' names"));
    if (node.items.size() > kArgumentsMax) {
      return error_at(node, fmt::format("an operation has at most {} arguments", kArgumentsMax));
    }
    for (const YamlNode& item : node.items) {
      HEDDLE_LET(std::string name, scenarios::text_of(item, "the name of an argument"));
      HEDDLE_TRY(check_name(item));
      const bool is_taken =
          std::ranges::find(operation.arguments, name) != operation.arguments.end() ||
          std::ranges::find(declaration_.variables, name, &DeclaredVariable::name) !=
              declaration_.variables.end();
      if (is_taken) return error_at(item, fmt::format("there is a '{}' already", name));
      operation.arguments.push_back(std::move(name));
    }
    return {};
  }

  core::Result<void> read_changes(const YamlNode& node, std::span<const ScopeName> scope,
                                  DeclaredOperation& operation) {
    HEDDLE_TRY(check_mapping(node, "set"));
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const auto variable =
          std::ranges::find(declaration_.variables, node.keys[i].text, &DeclaredVariable::name);
      if (variable == declaration_.variables.end()) {
        return error_at(node.keys[i], fmt::format("the state has no '{}'", node.keys[i].text));
      }
      HEDDLE_LET(Expression value, expression(node.items[i], scope));
      HEDDLE_TRY(check_type(node.items[i], value,
                            variable->is_list ? ExpressionType::List : ExpressionType::Integer));
      operation.changes.push_back(
          {.variable = static_cast<std::size_t>(variable - declaration_.variables.begin()),
           .value = std::move(value)});
    }
    return {};
  }

  static core::Result<void> check_type(const YamlNode& node, const Expression& expression,
                                       ExpressionType type) {
    if (expression.type() == type) return {};
    return error_at(
        node, fmt::format("{} is expected, not {}", describe(type), describe(expression.type())));
  }

  // In YAML, [] is no text.
  [[nodiscard]] core::Result<Expression> expression(const YamlNode& node,
                                                    std::span<const ScopeName> scope) const {
    if (node.kind == YamlNode::Kind::Sequence && node.items.empty()) {
      return *parse_expression("[]", scope);
    }
    if (node.kind != YamlNode::Kind::Scalar) {
      return error_at(node,
                      fmt::format("an expression is expected, not {}: if it is one, put it in "
                                  "quotes",
                                  describe(node.kind)));
    }
    auto parsed = parse_expression(node.text, scope);
    if (parsed) return parsed;
    return core::make_error(std::move(parsed.error().message),
                            span_in(node, parsed.error().span.offset));
  }

  // Of a byte of an expression; of one that does not stand in the file as it is, its beginning.
  [[nodiscard]] core::Span span_in(const YamlNode& node, std::size_t offset) const {
    core::Span span = node.span;
    const std::size_t quote = node.style == YamlNode::Style::Quoted ? 1 : 0;
    if (span.offset >= text_.size() || !text_.substr(span.offset + quote).starts_with(node.text) ||
        node.text.contains('\n')) {
      return span;
    }
    span.offset += quote + offset;
    span.column += static_cast<std::uint32_t>(quote + offset);
    return span;
  }

  // After the operations.
  core::Result<void> read_partition(const YamlNode& node) {
    HEDDLE_LET(const std::string name, scenarios::text_of(node, "the name of an argument"));
    for (const DeclaredOperation& operation : declaration_.operations) {
      const auto found = std::ranges::find(operation.arguments, name);
      const auto place = static_cast<std::size_t>(found - operation.arguments.begin());
      if (found == operation.arguments.end()) {
        return error_at(node, fmt::format("operation {} has no argument '{}', so the state cannot "
                                          "be divided by it",
                                          operation.name, name));
      }
      if (declaration_.part_argument.value_or(place) != place) {
        return error_at(node, fmt::format("'{}' is not in the same place among the arguments of "
                                          "all operations",
                                          name));
      }
      declaration_.part_argument = place;
    }
    return {};
  }

  std::string_view text_;
  Declaration declaration_;
};

}  // namespace

core::Result<Declaration> parse_declaration(std::string_view text, std::string_view file) {
  HEDDLE_LET(const YamlNode root, scenarios::parse_yaml(text, file));
  return Reader(text).read(root);
}

core::Result<std::unique_ptr<Model>> load_model(const std::string& path) {
  HEDDLE_LET(std::string text, read_file(path));
  if (path.ends_with(".wasm") || path.ends_with(".wat") || is_binary_module(text)) {
    const bool is_text = !path.ends_with(".wasm") && !is_binary_module(text);
    return WasmModel::make(std::make_shared<const core::Source>(
        core::Source{.file = path, .text = std::move(text), .is_text = is_text}));
  }
  HEDDLE_LET(Declaration declaration, parse_declaration(text, path));
  return std::make_unique<DeclaredModel>(std::move(declaration));
}

}  // namespace heddle::harness
