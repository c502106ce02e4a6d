#include "harness/run/module_folder.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <vector>

#include "harness/run/files.hpp"

namespace heddle::harness {

namespace fs = std::filesystem;

namespace {

// a/scenarios/b/c.yaml gives b; without such a folder, nothing.
fs::path folder_below_scenarios(const fs::path& scenario) {
  std::error_code error;
  fs::path below;
  bool is_below = false;
  for (const fs::path& part : fs::absolute(scenario, error).lexically_normal().parent_path()) {
    if (part == "scenarios") {
      is_below = true;
      below.clear();
    } else if (is_below) {
      below /= part;
    }
  }
  return below;
}

// The source of x.wasm or x_fixed.wasm, if it is there.
fs::path find_source(const fs::path& module) {
  std::error_code error;
  fs::path source = fs::path(module).replace_extension(".c");
  if (fs::exists(source, error)) return source;
  const std::string stem = module.stem().string();
  constexpr std::string_view kFixed = "_fixed";
  if (!stem.ends_with(kFixed)) return {};
  source.replace_filename(stem.substr(0, stem.size() - kFixed.size()) + ".c");
  return fs::exists(source, error) ? source : fs::path{};
}

}  // namespace

const std::string& default_modules_folder() {
  static const std::string kFolder = [] {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    return error ? std::string("scenarios") : (program.parent_path() / "scenarios").string();
  }();
  return kFolder;
}

core::Result<std::string> read_module_file(const std::string& scenario, std::string_view module,
                                           const std::string& modules_folder) {
  const fs::path beside = fs::path(scenario).parent_path() / module;
  const fs::path folder(modules_folder);
  for (const fs::path& path :
       {beside, folder / folder_below_scenarios(scenario) / module, folder / module}) {
    std::error_code error;
    if (fs::exists(path, error)) return read_file(path.string());
  }
  const fs::path source = find_source(beside);
  return core::make_error(
      fmt::format("there is no {}, neither next to the scenario nor in {} (--modules){}", module,
                  modules_folder,
                  source.empty()
                      ? std::string(module.ends_with(".wasm") ? "; see docs/c-threads.md" : "")
                      : fmt::format("; it is built from {} by ninja heddle_programs, "
                                    "or as docs/c-threads.md says",
                                    source.string())),
      {.file = scenario});
}

}  // namespace heddle::harness
