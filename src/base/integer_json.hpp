#pragma once

#include <tscollect/result.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tscollect::record {

/// Parses JSON in which every number is an integer. nlohmann::json would turn 1e300 into an integer
/// without looking, which is undefined. Throws nlohmann's exceptions for what is no JSON.
inline Result<nlohmann::json> parse_whole_json(std::string_view text) {
  bool whole = true;
  auto value = nlohmann::json::parse(
      text, [&whole](int, nlohmann::json::parse_event_t, const nlohmann::json& parsed) {
        whole = whole && !parsed.is_number_float();
        return true;
      });
  if (!whole) return Error{"a number that is no integer"};
  return value;
}

/// Looks at CBOR without building anything of it: stops at a number that is no integer, and at
/// nesting that nothing of ours has, which the reader behind it would follow by recursion.
class WholeCborCheck final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
    return refuse("a number that is no integer");
  }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*size*/) override { return enter(); }
  bool key(string_t& /*value*/) override { return true; }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t /*size*/) override { return enter(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& fault) override {
    return refuse(fault.what());
  }

  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }

 private:
  static constexpr int deepest = 16;

  bool enter() { return ++depth_ <= deepest || refuse("nested too deep"); }
  bool leave() {
    --depth_;
    return true;
  }
  bool refuse(std::string why) {
    fault_ = std::move(why);
    return false;
  }

  int depth_ = 0;
  std::string fault_;
};

/// Parses CBOR in which every number is an integer.
inline Result<nlohmann::json> parse_whole_cbor(std::span<const std::byte> bytes) {
  WholeCborCheck check;
  if (!nlohmann::json::sax_parse(bytes, &check, nlohmann::json::input_format_t::cbor))
    return Error{check.fault()};
  return nlohmann::json::from_cbor(bytes);
}

}  // namespace tscollect::record
