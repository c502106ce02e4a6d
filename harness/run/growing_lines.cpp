// Where lines come from that are still being written.
#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <thread>
#include <utility>

#include "harness/run/follow_history.hpp"

namespace heddle::harness {

namespace {

constexpr std::chrono::milliseconds kPatience{50};

class StandardInput final : public GrowingLines {
 public:
  std::optional<std::string> next(const std::function<bool()>& should_stop) override {
    std::string line;
    if (should_stop() || !std::getline(std::cin, line)) return std::nullopt;
    return line;
  }
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
