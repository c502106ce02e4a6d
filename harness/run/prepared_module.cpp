#include "harness/run/prepared_module.hpp"

#include <algorithm>
#include <utility>

#include "engine/binary/decode.hpp"
#include "engine/exec/compile_module.hpp"
#include "engine/valid/validate.hpp"
#include "harness/run/module_file.hpp"
#include "wast/parse.hpp"

namespace heddle::harness {

namespace {

PreparedModule failed(ModuleStage stage, core::Error error) {
  return {.stage = stage, .error = std::move(error), .code = nullptr};
}

PreparedModule finish(std::shared_ptr<const engine::Module> module,
                      const engine::Features& features) {
  const bool imports_spectest = std::ranges::any_of(
      module->imports, [](const engine::Import& import) { return import.module == "spectest"; });
  auto valid = engine::validate(std::move(module), features);
  if (!valid) return failed(ModuleStage::Invalid, std::move(valid).error());
  auto code = engine::compile_module(*valid);
  if (!code) return failed(ModuleStage::Invalid, std::move(code).error());
  return {.stage = ModuleStage::Ready,
          .error = {},
          .code = *std::move(code),
          .imports_spectest = imports_spectest};
}

PreparedModule finish(core::Result<engine::Module> module, const engine::Features& features) {
  if (!module) return failed(ModuleStage::Malformed, std::move(module).error());
  return finish(std::make_shared<const engine::Module>(*std::move(module)), features);
}

struct Preparer {
  const core::Source& script;
  const engine::Features& features;

  PreparedModule operator()(const std::shared_ptr<const engine::Module>& module) const {
    return finish(module, features);
  }
  PreparedModule operator()(const wast::BinaryModule& binary) const {
    const auto source = std::make_shared<const core::Source>(
        core::Source{.file = script.file, .text = binary.bytes, .is_text = false});
    return finish(engine::decode(source, features), features);
  }
  PreparedModule operator()(const wast::QuotedModule& quoted) const {
    const auto source = std::make_shared<const core::Source>(
        core::Source{.file = script.file + " (quoted module)", .text = quoted.text});
    return finish(wast::parse_module(source, features), features);
  }
};

}  // namespace

PreparedModule prepare(const wast::ModuleBody& body, const core::Source& script,
                       const engine::Features& features) {
  return std::visit(Preparer{script, features}, body);
}

PreparedModule prepare_file(std::shared_ptr<const core::Source> source,
                            const engine::Features& features) {
  return finish(read_module(std::move(source), features), features);
}

bool is_binary_module(std::string_view bytes) {
  using namespace std::string_view_literals;
  return bytes.starts_with("\0asm"sv);
}

}  // namespace heddle::harness
