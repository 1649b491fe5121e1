#include "store/json/json_schema.hpp"

#include "base/text/utf8.hpp"

#include <fmt/format.h>

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

namespace tscollect::store {

namespace {

constexpr std::array<std::string_view, 21> known_keywords = {
    "$schema",  "$id",         "$defs",      "$ref",
    "title",    "description", "examples",   "type",
    "required", "items",       "properties", "additionalProperties",
    "pattern",  "enum",        "const",      "if",
    "then",     "else",        "minimum",    "exclusiveMinimum",
    "minLength"};

const Json::object_t& members_of(const Json& object) {
  return object.get_ref<const Json::object_t&>();
}

const std::string& text_of(const Json& value) { return value.get_ref<const std::string&>(); }

bool is_type(const Json& value, std::string_view type) {
  if (type != "integer") return value.type_name() == type;
  return value.is_number_integer() ||
         (value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>());
}

/// Searching takes time proportional to the text, whatever the expression.
bool matches(const std::string& text, const std::string& expression) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_encoding(RE2::Options::EncodingLatin1);  // a text may be any bytes
  const RE2 pattern(expression, options);
  if (!pattern.ok())
    throw std::invalid_argument(
        fmt::format("schema: pattern '{}' is no expression: {}", expression, pattern.error()));
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

/// The value for a message, shortened.
std::string shown(const Json& value) {
  constexpr std::size_t longest = 60;
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  return base::shortened(to_text(value, -1), longest);
}

/// Checks a value against a schema of the document, and its members against theirs.
class Checker {
 public:
  Checker(const Json& document, Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics) {}

  void check(const Json& schema, const Json& value, const std::string& path) {
    // Within the document: "#/$defs/host".
    if (const Json* reference = find_member(schema, "$ref"))
      check(document_.at(Json::json_pointer(text_of(*reference).substr(1))), value, path);
    check_kind(schema, value, path);
    if (value.is_object()) check_object(schema, value, path);
    if (value.is_array()) check_elements(schema, value, path);
    if (value.is_string()) check_string(schema, text_of(value), path);
    if (value.is_number()) check_number(schema, value, path);
    check_condition(schema, value, path);
  }

 private:
  template <class... Args>
  void add(const std::string& path, fmt::format_string<Args...> what, Args&&... args) {
    diagnostics_.error("schema", path, what, std::forward<Args>(args)...);
  }

  void check_kind(const Json& schema, const Json& value, const std::string& path) {
    const Json* type = find_member(schema, "type");
    if (type != nullptr && !is_type(value, text_of(*type)))
      add(path, "is {} instead of {}", shown(value), text_of(*type));
    const Json* only = find_member(schema, "const");
    if (only != nullptr && *only != value)
      add(path, "is {} instead of {}", shown(value), shown(*only));
    const Json* choices = find_member(schema, "enum");
    if (choices != nullptr && std::find(choices->begin(), choices->end(), value) == choices->end())
      add(path, "is {}, which is none of {}", shown(value), to_text(*choices, -1));
  }

  void check_object(const Json& schema, const Json& value, const std::string& path) {
    if (const Json* required = find_member(schema, "required"))
      for (const Json& name : *required)
        if (find_member(value, text_of(name)) == nullptr) add(path, "has no {}", text_of(name));
    const Json* properties = find_member(schema, "properties");
    const Json* others = find_member(schema, "additionalProperties");
    for (const auto& [name, member] : members_of(value)) {
      const Json* described = properties != nullptr ? find_member(*properties, name) : nullptr;
      if (described == nullptr) described = others;
      if (described != nullptr) check(*described, member, fmt::format("{}.{}", path, name));
    }
  }

  void check_elements(const Json& schema, const Json& value, const std::string& path) {
    const Json* items = find_member(schema, "items");
    for (std::size_t i = 0; items != nullptr && i < value.size(); ++i)
      check(*items, value[i], fmt::format("{}[{}]", path, i));
  }

  void check_string(const Json& schema, const std::string& text, const std::string& path) {
    const Json* pattern = find_member(schema, "pattern");
    if (pattern != nullptr && !matches(text, text_of(*pattern)))
      add(path, "is {}, which is not of the form {}", shown(text), text_of(*pattern));
    const Json* least = find_member(schema, "minLength");
    if (least != nullptr && base::count_characters(text) < least->get<std::size_t>())
      add(path, "is shorter than {} characters", least->get<std::size_t>());
  }

  void check_number(const Json& schema, const Json& value, const std::string& path) {
    const Json* least = find_member(schema, "minimum");
    if (least != nullptr && !(value.get<double>() >= least->get<double>()))
      add(path, "is {}, below {}", shown(value), shown(*least));
    const Json* bound = find_member(schema, "exclusiveMinimum");
    if (bound != nullptr && !(value.get<double>() > bound->get<double>()))
      add(path, "is {}, not above {}", shown(value), shown(*bound));
  }

  void check_condition(const Json& schema, const Json& value, const std::string& path) {
    const Json* condition = find_member(schema, "if");
    if (condition == nullptr) return;
    Diagnostics apart;
    Checker(document_, apart).check(*condition, value, "");
    if (const Json* next = find_member(schema, apart.errors() == 0 ? "then" : "else"))
      check(*next, value, path);
  }

  const Json& document_;
  Diagnostics& diagnostics_;
};

/// Throws if a schema, or one nested in it, has a keyword that Checker does not support.
void require_known_keywords(const Json& schema) {
  if (!schema.is_object()) throw std::invalid_argument("schema: a schema has to be an object");
  for (const auto& [keyword, value] : members_of(schema)) {
    if (std::ranges::find(known_keywords, keyword) == known_keywords.end())
      throw std::invalid_argument(fmt::format("schema: '{}' is not supported", keyword));
    if (keyword == "properties" || keyword == "$defs")
      for (const auto& [name, inner] : members_of(value)) require_known_keywords(inner);
    else if (value.is_object() && keyword != "const")
      require_known_keywords(value);
  }
}

}  // namespace

JsonSchema::JsonSchema(std::string_view text) {
  try {
    schema_ = Json::parse(text);
    require_known_keywords(schema_);
  } catch (const Json::exception& error) {
    throw std::invalid_argument(fmt::format("schema: {}", error.what()));
  }
}

void JsonSchema::check(const Json& value, Diagnostics& diagnostics) const {
  Checker(schema_, diagnostics).check(schema_, value, "$");
}

}  // namespace tscollect::store
