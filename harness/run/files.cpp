#include "harness/run/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace heddle::harness {

namespace fs = std::filesystem;

namespace {

std::unexpected<core::Error> file_error(const std::string& path, std::string message) {
  return core::make_error(std::move(message), core::Span{.file = path});
}

std::string reason(int number) { return std::generic_category().message(number); }

bool is_skipped(const fs::path& below, const std::vector<std::string>& skip) {
  return std::ranges::any_of(skip, [&below](const std::string& pattern) {
    return matches_glob(pattern, below.generic_string()) ||
           std::ranges::any_of(below, [&pattern](const fs::path& part) {
             return matches_glob(pattern, part.string());
           });
  });
}

core::Result<std::string> read_all(int file, const std::string& path) {
  std::string text;
  std::vector<char> block(std::size_t{1} << 16);
  while (true) {
    pollfd waiting{.fd = file, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, -1) < 0) return file_error(path, "cannot be read: " + reason(errno));
    const ssize_t count = ::read(file, block.data(), block.size());
    if (count < 0 && errno == EAGAIN) continue;
    if (count < 0) return file_error(path, "cannot be read: " + reason(errno));
    if (count == 0) break;
    text.append(block.data(), static_cast<std::size_t>(count));
    if (text.size() > kFileBytesMax) {
      return file_error(path, fmt::format("is larger than {} bytes", kFileBytesMax));
    }
  }
  if (text.empty()) return file_error(path, "is empty");
  return text;
}

}  // namespace

core::Result<std::string> read_file(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return file_error(path, "no such file");
  if (error) return file_error(path, "cannot be read: " + error.message());
  if (fs::is_directory(status)) return file_error(path, "is a folder, not a file");
  // Not a stream, because a pipe may wait for input forever: unlike open and read, poll ends when
  // there is a signal.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return file_error(path, "cannot be read: " + reason(errno));
  auto text = read_all(file, path);
  ::close(file);
  return text;
}

core::Result<void> write_file(const std::string& path, std::string_view text) {
  std::error_code error;
  const fs::path parent = fs::path(path).parent_path();
  if (!parent.empty()) fs::create_directories(parent, error);
  if (error) {
    return file_error(path,
                      fmt::format("cannot make folder {}: {}", parent.string(), error.message()));
  }
  const std::string temporary = fmt::format("{}.{}.part", path, ::getpid());
  errno = 0;
  std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  stream.close();
  if (!stream) {
    const std::string why = reason(errno);
    fs::remove(temporary, error);
    return file_error(path, "cannot be written: " + why);
  }
  fs::rename(temporary, path, error);
  if (!error) return {};
  const std::string why = error.message();
  fs::remove(temporary, error);
  return file_error(path, "cannot be written: " + why);
}

bool is_folder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

core::Result<std::vector<std::string>> list_files(const std::string& folder,
                                                  const std::vector<std::string>& endings,
                                                  const std::vector<std::string>& skip) {
  std::error_code error;
  std::vector<std::string> paths;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    const fs::path& path = it->path();
    if (is_skipped(path.lexically_relative(folder), skip)) {
      it.disable_recursion_pending();
      continue;
    }
    const std::string text = path.string();
    const bool is_wanted = std::ranges::any_of(
        endings, [&text](const std::string& ending) { return text.ends_with(ending); });
    std::error_code ignored;
    if (is_wanted && it->is_regular_file(ignored)) paths.push_back(text);
  }
  if (error) return file_error(folder, "cannot be listed: " + error.message());
  std::ranges::sort(paths);
  return paths;
}

bool matches_glob(std::string_view pattern, std::string_view text) {
  // Greedy with one point to come back to: linear for patterns with one star.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string base_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

}  // namespace heddle::harness
