#include "app/protocol.hpp"

#include <nlohmann/json.hpp>

namespace tscollect::app {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Hello, hostname, unreadable)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Start, leave, name_in_file, zero_mono_ns)

namespace {

template <class T>
std::string to_text(const T& value) {
  return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

template <class T>
Result<T> from_text(std::string_view text) {
  try {
    return nlohmann::json::parse(text).get<T>();
  } catch (const nlohmann::json::exception& fault) {
    return Error{fault.what()};
  }
}

}  // namespace

std::string encode(const Hello& hello) { return to_text(hello); }
std::string encode(const Start& start) { return to_text(start); }
Result<Hello> decode_hello(std::string_view text) { return from_text<Hello>(text); }
Result<Start> decode_start(std::string_view text) { return from_text<Start>(text); }

}  // namespace tscollect::app
