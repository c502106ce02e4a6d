#include "scenarios/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace heddle::scenarios {
namespace {

// Builds the tree bottom up: `open_` is the path from the root to the innermost open collection.
// Refuses by throwing what yaml-cpp itself throws; parse_yaml catches both.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  [[nodiscard]] YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw YAML::ParserException(mark, "only one document is expected");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_properties(mark, "", anchor);
    place(node_at(mark, YamlNode::Kind::Null));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw YAML::ParserException(mark, "aliases are not allowed here");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_properties(mark, tag, anchor);
    YamlNode node = node_at(mark, YamlNode::Kind::Scalar);
    node.text = value;
    node.style = style_at(node.span.offset);
    place(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::Sequence);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::Mapping);
  }
  void OnMapEnd() override { close(); }

 private:
  // Every scalar has the tag "?" (plain) or "!" (otherwise) without having one in the text.
  void refuse_properties(const YAML::Mark& mark, std::string_view tag,
                         YAML::anchor_t anchor) const {
    if (anchor != 0) throw YAML::ParserException(mark, "anchors are not allowed here");
    const auto offset = static_cast<std::size_t>(std::max(mark.pos, 0));
    const bool is_written = offset < text_.size() && text_[offset] == '!';
    if (is_written || (!tag.empty() && tag != "?" && tag != "!")) {
      throw YAML::ParserException(mark, "tags are not allowed here");
    }
  }

  [[nodiscard]] YamlNode node_at(const YAML::Mark& mark, YamlNode::Kind kind) const {
    YamlNode node;
    node.kind = kind;
    node.span = {.file = std::string(file_),
                 .line = static_cast<std::uint32_t>(std::max(mark.line, 0) + 1),
                 .column = static_cast<std::uint32_t>(std::max(mark.column, 0) + 1),
                 .offset = static_cast<std::size_t>(std::max(mark.pos, 0))};
    return node;
  }

  [[nodiscard]] YamlNode::Style style_at(std::size_t offset) const {
    const char first = offset < text_.size() ? text_[offset] : '\0';
    if (first == '|') return YamlNode::Style::Literal;
    if (first == '>') return YamlNode::Style::Folded;
    if (first == '"' || first == '\'') return YamlNode::Style::Quoted;
    return YamlNode::Style::Plain;
  }

  void open(const YAML::Mark& mark, std::string_view tag, YAML::anchor_t anchor,
            YamlNode::Kind kind) {
    refuse_properties(mark, tag == "!" ? "" : tag, anchor);
    if (open_.size() >= kYamlDepthMax) throw YAML::ParserException(mark, "nested too deeply");
    open_.push_back(node_at(mark, kind));
  }

  void close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    place(std::move(node));
  }

  void place(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    YamlNode& parent = open_.back();
    const bool is_key =
        parent.kind == YamlNode::Kind::Mapping && parent.keys.size() == parent.items.size();
    if (is_key) refuse_bad_key(parent, node);
    (is_key ? parent.keys : parent.items).push_back(std::move(node));
  }

  static void refuse_bad_key(const YamlNode& parent, const YamlNode& key) {
    const YAML::Mark mark = mark_of(key.span);
    if (key.kind != YamlNode::Kind::Scalar) {
      throw YAML::ParserException(mark, "a key must be a word");
    }
    const auto same = [&key](const YamlNode& other) { return other.text == key.text; };
    const auto first = std::ranges::find_if(parent.keys, same);
    if (first == parent.keys.end()) return;
    throw YAML::ParserException(
        mark, fmt::format("duplicate key '{}' (first on line {})", key.text, first->span.line));
  }

  static YAML::Mark mark_of(const core::Span& span) {
    YAML::Mark mark;
    mark.pos = static_cast<int>(span.offset);
    mark.line = static_cast<int>(span.line) - 1;
    mark.column = static_cast<int>(span.column) - 1;
    return mark;
  }

  std::string_view text_;
  std::string_view file_;
  std::vector<YamlNode> open_;
  YamlNode root_;
  int documents_ = 0;
};

// yaml-cpp takes a NUL for the end of the text and guesses UTF-16; neither is wanted.
core::Result<void> check_characters(std::string_view text, std::string_view file) {
  const auto is_bad = [](char byte) {
    const auto code = static_cast<unsigned char>(byte);
    return (code < 0x20 && byte != '\n' && byte != '\t' && byte != '\r') || code == 0x7f ||
           code >= 0xf8;
  };
  const auto bad = std::ranges::find_if(text, is_bad);
  if (bad == text.end()) return {};
  const auto offset = static_cast<std::size_t>(bad - text.begin());
  return core::make_error(
      fmt::format("character 0x{:02x} is not allowed in YAML", static_cast<unsigned char>(*bad)),
      core::locate(file, text, offset));
}

}  // namespace

std::string_view describe(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::Null:
      return "nothing";
    case YamlNode::Kind::Scalar:
      return "text";
    case YamlNode::Kind::Sequence:
      return "a list";
    case YamlNode::Kind::Mapping:
      return "a mapping";
  }
  return "?";
}

core::Result<YamlNode> parse_yaml(std::string_view text, std::string_view file) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.size() > kYamlBytesMax) {
    return core::make_error(fmt::format("the file is larger than {} bytes", kYamlBytesMax),
                            {.file = std::string(file)});
  }
  HEDDLE_TRY(check_characters(text, file));
  TreeBuilder builder(text, file);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      return core::make_error("the file is empty",
                              {.file = std::string(file), .line = 1, .column = 1});
    }
    (void)parser.HandleNextDocument(builder);  // refuses, if there is a second one
  } catch (const YAML::Exception& exception) {
    const auto offset = static_cast<std::size_t>(std::max(exception.mark.pos, 0));
    return core::make_error(exception.msg, core::locate(file, text, offset));
  }
  return builder.take_root();
}

}  // namespace heddle::scenarios
