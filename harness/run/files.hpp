// Files: reading and writing them whole, with errors that a person can act on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace heddle::harness {

// The error says what is wrong: no such file, a folder, not readable, empty, larger than
// `kFileBytesMax`.
inline constexpr std::size_t kFileBytesMax = std::size_t{1} << 30;
[[nodiscard]] core::Result<std::string> read_file(const std::string& path);

// Makes missing folders. The file appears whole or not at all, whenever the process is killed: it
// is written under another name in the same folder, then renamed.
[[nodiscard]] core::Result<void> write_file(const std::string& path, std::string_view text);

[[nodiscard]] bool is_folder(const std::string& path);

// All regular files below a folder whose names end in one of `endings`, sorted by path. Leaves out
// what `skip` matches: a glob (with * and ?) against the file's or a folder's name, or against the
// path below the folder.
[[nodiscard]] core::Result<std::vector<std::string>> list_files(
    const std::string& folder, const std::vector<std::string>& endings,
    const std::vector<std::string>& skip = {});

[[nodiscard]] bool matches_glob(std::string_view pattern, std::string_view text);

// Without folders: "a/b/x.wast" gives "x.wast". Places of findings use it, so that a signature does
// not depend on where a file lies.
[[nodiscard]] std::string base_name(std::string_view path);

}  // namespace heddle::harness
