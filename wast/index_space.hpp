// IndexSpace: the indices of one kind of thing, some of which have names. Spec: text/modules,
// "Contexts".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace heddle::wast {

class IndexSpace {
 public:
  [[nodiscard]] std::uint32_t count() const { return count_; }

  // Takes the next `count` indices.
  void add_unnamed(std::uint32_t count = 1) { count_ += count; }

  // Takes the next index for `name`. False if the name is taken. The name must outlive this.
  [[nodiscard]] bool add(std::string_view name) {
    return indices_.try_emplace(name, count_++).second;
  }

  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const {
    const auto found = indices_.find(name);
    if (found == indices_.end()) return std::nullopt;
    return found->second;
  }

 private:
  // By length first: most comparisons then look at no character.
  struct Less {
    bool operator()(std::string_view left, std::string_view right) const {
      return left.size() != right.size() ? left.size() < right.size() : left < right;
    }
  };

  std::uint32_t count_ = 0;
  std::map<std::string_view, std::uint32_t, Less> indices_;
};

}  // namespace heddle::wast
