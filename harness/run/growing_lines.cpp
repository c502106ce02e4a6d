// Where lines come from that are still being written.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <thread>
#include <utility>

#include "harness/run/follow_history.hpp"

namespace heddle::harness {

namespace {

constexpr std::chrono::duration<int, std::milli> kPatience{50};

// Asks whether there is something before it reads, so that who waits can be interrupted.
class StandardInput final : public GrowingLines {
 public:
  std::optional<std::string> next(const std::function<bool()>& should_stop) override {
    while (!should_stop()) {
      const std::size_t end = text_.find('\n', begin_);
      if (end != std::string::npos) return take(end, end + 1);
      if (has_ended_)
        return begin_ < text_.size() ? take(text_.size(), text_.size()) : std::nullopt;
      text_.erase(0, begin_);
      begin_ = 0;
      read_more();
    }
    return std::nullopt;
  }

 private:
  std::optional<std::string> take(std::size_t end, std::size_t next) {
    std::string line = text_.substr(begin_, end - begin_);
    begin_ = next;
    return line;
  }

  void read_more() {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (::poll(&input, 1, kPatience.count()) <= 0) return;
    std::array<char, 1 << 16> buffer{};
    const ssize_t size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) return;
    has_ended_ = size <= 0;
    if (size > 0) text_.append(buffer.data(), static_cast<std::size_t>(size));
  }

  std::string text_;
  std::size_t begin_ = 0;  // of what has not been taken
  bool has_ended_ = false;
};

class GrowingFile final : public GrowingLines {
 public:
  explicit GrowingFile(std::ifstream file) : file_(std::move(file)) {}

  std::optional<std::string> next(const std::function<bool()>& should_stop) override {
    while (!should_stop()) {
      std::string more;
      std::getline(file_, more);
      line_ += more;
      if (!file_.eof()) return std::exchange(line_, {});
      file_.clear();  // the rest of this line, or the next one, is still to come
      std::this_thread::sleep_for(kPatience);
    }
    return std::nullopt;
  }

 private:
  std::ifstream file_;
  std::string line_;  // as far as it is there
};

}  // namespace

core::Result<std::unique_ptr<GrowingLines>> GrowingLines::open(const std::string& path) {
  if (path == "-") return std::make_unique<StandardInput>();
  std::ifstream file(path, std::ios::binary);
  if (!file) return core::make_error("cannot be read", {.file = path});
  return std::make_unique<GrowingFile>(std::move(file));
}

}  // namespace heddle::harness
