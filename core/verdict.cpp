#include "core/verdict.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace heddle::core {

std::string_view to_string(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::Pass:
      return "pass";
    case VerdictKind::Unknown:
      return "unknown";
    case VerdictKind::Fail:
      return "fail";
  }
  return "?";
}

std::string to_string(const Signature& signature) {
  if (signature.place.empty()) return signature.rule;
  return signature.rule + " at " + signature.place;
}

Verdict Verdict::fail(Finding finding) {
  return {.kind = VerdictKind::Fail, .findings = {std::move(finding)}};
}

Verdict Verdict::unknown(Finding finding) {
  return {.kind = VerdictKind::Unknown, .findings = {std::move(finding)}};
}

void Verdict::join(Verdict other) {
  // The graver findings go first, so that the signature is that of the joined kind; among equals,
  // the earlier judge's.
  if (other.kind > kind) std::swap(*this, other);
  findings.insert(findings.end(), std::make_move_iterator(other.findings.begin()),
                  std::make_move_iterator(other.findings.end()));
}

Signature Verdict::signature() const {
  if (findings.empty()) return {};
  return {.rule = findings.front().rule, .place = findings.front().place};
}

}  // namespace heddle::core
