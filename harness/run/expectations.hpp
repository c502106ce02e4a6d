// Expectations: what is known about the files of test suites, as ci/expectations/*.yaml say it: in
// which language they are written, which of them are out of scope, and which assertions fail.
//
// docs/formats/expectations.md describes the file. What is listed must be true: a known failure
// that does not happen, and a file out of scope that passes as a whole, are failures.
//
// Patterns are paths with * and ?, compared with as many of the last folders of a file's path as
// the pattern has; the first entry of a list that matches a file counts.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "harness/run/language.hpp"
#include "reports/run_report.hpp"

namespace heddle::harness {

class Expectations {
 public:
  // Nothing is known about any file.
  Expectations() = default;

  // `file`: of the text, for errors.
  [[nodiscard]] static core::Result<Expectations> parse(std::string_view text,
                                                        std::string_view file);

  // `language`, changed as the list of that name says for the file.
  [[nodiscard]] Language language_of(std::string_view path, Language language = {}) const;

  // Judges what came of a file: moves failures that are known to `skipped`, and adds one for each
  // that did not happen.
  void apply(reports::FileResult& result) const;

  // Whether everything in the file may fail, also the reading of it.
  [[nodiscard]] bool is_out_of_scope(std::string_view path) const;

 private:
  struct Dialect {
    std::string pattern;
    std::vector<std::string> disabled;
    std::vector<std::string> enabled;
    bool ignores_messages = false;
    bool only_validates = false;
    bool imports_by_name = false;
  };
  struct OutOfScope {
    std::string pattern;
    std::string reason;
  };
  struct KnownFailures {
    std::string pattern;
    std::set<std::uint64_t> lines;
    std::string reason;
  };

  [[nodiscard]] const OutOfScope* find_out_of_scope(std::string_view path) const;
  [[nodiscard]] const KnownFailures* find_known(std::string_view path) const;

  std::vector<Dialect> dialects_;
  std::vector<OutOfScope> out_of_scope_;
  std::vector<KnownFailures> known_;

  friend class ExpectationsReader;
};

}  // namespace heddle::harness
