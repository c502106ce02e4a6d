#include "reports/json.hpp"

#include <algorithm>

namespace heddle::reports {

namespace {

// Remembers nothing but where parsing has failed.
class ErrorFinder final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*elements*/) override { return true; }
  bool key(string_t& /*value*/) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t /*elements*/) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t position, const std::string& /*last_token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    position_ = position;
    return false;
  }

  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  std::size_t position_ = 0;  // of the byte behind the error, from 1
};

}  // namespace

std::size_t end_of_json(std::string_view text) {
  ErrorFinder finder;
  if (Json::sax_parse(text, &finder)) return text.size();
  return std::min(text.size(), std::max<std::size_t>(finder.position(), 1) - 1);
}

}  // namespace heddle::reports
