#include "harness/run/words_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace heddle::harness {

namespace {

constexpr std::size_t kWordsMax = 64;

}  // namespace

std::string word_text(const core::Data& data, const Model& model, std::int64_t word) {
  if (model.takes_integers() && word != kEmptyResult) return fmt::format("{}", word);
  return data.to_string({word});
}

std::string result_text(const core::Data& data, const Model& model, const ModelCall& call,
                        std::int64_t result) {
  if (result == kEmptyResult && call.verb != Verb::Read) return "empty";
  return word_text(data, model, result);
}

std::string state_text(const core::Data& data, const Model& model, const ModelState& state) {
  std::string text = model.text_of(state);
  if (!text.empty()) return text;
  if (state.empty()) return "empty";
  std::vector<std::string> words;
  for (std::size_t i = 0; i < state.size() && i < kWordsMax; ++i) {
    words.push_back(word_text(data, model, state[i]));
  }
  if (state.size() > kWordsMax) words.emplace_back("...");
  return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace heddle::harness
