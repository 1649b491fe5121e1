#include "store/json/json_schema.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace tscollect::store {

namespace {

constexpr std::array<std::string_view, 22> known_keywords = {
    "$schema",  "$id",         "$defs",
    "$ref",     "title",       "examples",
    "type",     "description", "required",
    "items",    "properties",  "additionalProperties",
    "pattern",  "enum",        "const",
    "anyOf",    "if",          "then",
    "else",     "minimum",     "exclusiveMinimum",
    "minLength"};

const Json* find(const Json& object, std::string_view key) {
  const auto& members = object.get_ref<const Json::object_t&>();
  // Of members with the same name the last counts, as in other readers.
  const auto found = std::find_if(members.rbegin(), members.rend(),
                                  [&](const auto& member) { return member.first == key; });
  return found == members.rend() ? nullptr : &found->second;
}

/// A regular expression; searching takes time proportional to the text, whatever the expression.
class Pattern {
 public:
  explicit Pattern(const std::string& text) : expression_(text, options()) {
    if (!expression_.ok())
      throw std::invalid_argument(
          fmt::format("schema: pattern '{}' is no expression: {}", text, expression_.error()));
  }

  [[nodiscard]] bool matches(const std::string& text) const {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), expression_);
  }

 private:
  static RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_encoding(RE2::Options::EncodingLatin1);  // a text may be any bytes
    return options;
  }

  RE2 expression_;
};

bool is_type(const Json& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (type == "integer") {
    if (value.is_number_integer()) return true;
    return value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>();
  }
  throw std::invalid_argument(fmt::format("schema: unknown type '{}'", type));
}

/// The value for a message, shortened.
std::string shown(const Json& value) {
  constexpr std::size_t longest = 60;
  std::string text;
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  text = to_text(value, -1);
  return base::shortened(text, longest);
}

/// Checks a value against a schema of the document, and its members against theirs.
class Checker {
 public:
  Checker(const Json& document, Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics) {}

  void check(const Json& schema, const Json& value, const std::string& path) {
    if (const Json* reference = find(schema, "$ref"))
      check(resolved(reference->get_ref<const std::string&>()), value, path);
    check_kind(schema, value, path);
    if (value.is_object()) check_object(schema, value, path);
    if (value.is_array()) check_elements(schema, value, path);
    if (value.is_string()) check_string(schema, value.get_ref<const std::string&>(), path);
    if (value.is_number()) check_number(schema, value, path);
    check_choices(schema, value, path);
  }

 private:
  void add(const std::string& path, std::string what) {
    diagnostics_.error("schema", path, std::move(what));
  }

  /// Resolves a reference such as "#/$defs/host".
  [[nodiscard]] const Json& resolved(const std::string& reference) const {
    const Json* at = &document_;
    std::string_view rest = reference;
    if (!rest.starts_with('#')) throw std::invalid_argument("schema: $ref out of the document");
    rest.remove_prefix(1);
    while (!rest.empty()) {
      rest.remove_prefix(1);
      const std::string_view name = rest.substr(0, rest.find('/'));
      rest.remove_prefix(name.size());
      at = at->is_object() ? find(*at, name) : nullptr;
      if (at == nullptr)
        throw std::invalid_argument(fmt::format("schema: nothing at $ref '{}'", reference));
    }
    return *at;
  }

  [[nodiscard]] bool agrees(const Json& schema, const Json& value) const {
    Diagnostics apart;
    Checker(document_, apart).check(schema, value, "");
    return apart.errors() == 0;
  }

  void check_kind(const Json& schema, const Json& value, const std::string& path) {
    if (const Json* type = find(schema, "type");
        type != nullptr && !is_type(value, type->get_ref<const std::string&>()))
      add(path,
          fmt::format("is {} instead of {}", shown(value), type->get_ref<const std::string&>()));
    if (const Json* only = find(schema, "const"); only != nullptr && *only != value)
      add(path, fmt::format("is {} instead of {}", shown(value), shown(*only)));
    const Json* choices = find(schema, "enum");
    if (choices != nullptr && std::find(choices->begin(), choices->end(), value) == choices->end())
      add(path, fmt::format("is {}, which is none of {}", shown(value), to_text(*choices, -1)));
  }

  void check_object(const Json& schema, const Json& value, const std::string& path) {
    if (const Json* required = find(schema, "required"))
      for (const Json& name : *required)
        if (find(value, name.get_ref<const std::string&>()) == nullptr)
          add(path, fmt::format("has no {}", name.get_ref<const std::string&>()));
    const Json* properties = find(schema, "properties");
    const Json* others = find(schema, "additionalProperties");
    for (const auto& [name, member] : value.get_ref<const Json::object_t&>()) {
      const Json* described = properties != nullptr ? find(*properties, name) : nullptr;
      if (described == nullptr) described = others;
      if (described != nullptr) check(*described, member, fmt::format("{}.{}", path, name));
    }
  }

  void check_elements(const Json& schema, const Json& value, const std::string& path) {
    const Json* items = find(schema, "items");
    if (items == nullptr) return;
    std::size_t index = 0;
    for (const Json& element : value) check(*items, element, fmt::format("{}[{}]", path, index++));
  }

  void check_string(const Json& schema, const std::string& text, const std::string& path) {
    if (const Json* pattern = find(schema, "pattern");
        pattern != nullptr && !Pattern(pattern->get<std::string>()).matches(text))
      add(path, fmt::format("is {}, which is not of the form {}", shown(text),
                            pattern->get_ref<const std::string&>()));
    if (const Json* least = find(schema, "minLength");
        least != nullptr && base::count_characters(text) < least->get<std::size_t>())
      add(path, fmt::format("is shorter than {} characters", least->get<std::size_t>()));
  }

  void check_number(const Json& schema, const Json& value, const std::string& path) {
    const double number = value.get<double>();
    if (const Json* least = find(schema, "minimum"); least && !(number >= least->get<double>()))
      add(path, fmt::format("is {}, below {}", shown(value), shown(*least)));
    if (const Json* least = find(schema, "exclusiveMinimum");
        least && !(number > least->get<double>()))
      add(path, fmt::format("is {}, not above {}", shown(value), shown(*least)));
  }

  void check_choices(const Json& schema, const Json& value, const std::string& path) {
    if (const Json* choices = find(schema, "anyOf");
        choices != nullptr && std::none_of(choices->begin(), choices->end(),
                                           [&](const Json& one) { return agrees(one, value); }))
      add(path, fmt::format("is {}, which is none of the allowed forms", shown(value)));
    const Json* condition = find(schema, "if");
    if (condition == nullptr) return;
    if (const Json* then = find(schema, agrees(*condition, value) ? "then" : "else"))
      check(*then, value, path);
  }

  const Json& document_;
  Diagnostics& diagnostics_;
};

/// Throws if a schema, or one nested in it, has a keyword that Checker does not support.
void require_known_keywords(const Json& schema) {
  if (!schema.is_object()) throw std::invalid_argument("schema: a schema has to be an object");
  for (const auto& [keyword, value] : schema.get_ref<const Json::object_t&>()) {
    if (std::ranges::find(known_keywords, keyword) == known_keywords.end())
      throw std::invalid_argument(fmt::format("schema: '{}' is not supported", keyword));
    if (keyword == "properties" || keyword == "$defs")
      for (const auto& [name, inner] : value.get_ref<const Json::object_t&>())
        require_known_keywords(inner);
    if (keyword == "additionalProperties" || keyword == "items" || keyword == "if" ||
        keyword == "then" || keyword == "else")
      require_known_keywords(value);
    if (keyword == "anyOf")
      for (const Json& inner : value) require_known_keywords(inner);
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
