#include "reports/output_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "reports/printable.hpp"

namespace heddle::reports {

std::string output_text(std::string_view output, std::size_t lines_max) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(output)};
  for (std::string line; std::getline(stream, line);) lines.push_back(std::move(line));
  if (lines.empty()) return "";
  const std::size_t skipped = lines.size() - std::min(lines.size(), lines_max);
  std::string text = "the program has written:\n";
  if (skipped != 0) text += fmt::format("  ... {} left out ...\n", counted(skipped, "line"));
  for (std::size_t i = skipped; i < lines.size(); ++i) text += "  " + printable(lines[i]) + "\n";
  return text;
}

}  // namespace heddle::reports
