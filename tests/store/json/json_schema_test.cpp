#include "store/json/json_schema.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace tscollect::store {
namespace {

/// Places and texts of what is found, one a line.
std::string findings_of(std::string_view schema, std::string_view value) {
  Diagnostics diagnostics;
  JsonSchema(schema).check(Json::parse(value), diagnostics);
  std::string lines;
  for (const Diagnostic& diagnostic : diagnostics.kept())
    lines += diagnostic.place + " " + diagnostic.what + "\n";
  return lines;
}

TEST(JsonSchema, names_the_place_of_a_wrong_type) {
  constexpr std::string_view schema =
      R"({"properties": {"a": {"type": "array", "items": {"type": "integer"}}}})";
  EXPECT_EQ(findings_of(schema, R"({"a": [1, 2.0]})"), "");
  EXPECT_EQ(findings_of(schema, R"({"a": [1, "x"]})"), "$.a[1] is \"x\" instead of integer\n");
}

TEST(JsonSchema, follows_references_and_conditions) {
  constexpr std::string_view schema = R"({
    "$defs": {"named": {"required": ["name"]}},
    "if": {"properties": {"kind": {"const": "none"}}},
    "else": {"$ref": "#/$defs/named"}})";
  EXPECT_EQ(findings_of(schema, R"({"kind": "none"})"), "");
  EXPECT_EQ(findings_of(schema, R"({"kind": "some"})"), "$ has no name\n");
}

TEST(JsonSchema, takes_the_last_of_a_name_that_stands_twice) {
  constexpr std::string_view schema = R"({"required": ["a"], "properties": {"a": {"minimum": 1}}})";
  EXPECT_EQ(findings_of(schema, R"({"a": 2, "a": 0})"), "$.a is 0, below 1\n");
}

TEST(JsonSchema, refuses_a_keyword_that_it_would_pass_over) {
  EXPECT_THROW(JsonSchema(R"({"items": {"maxLength": 3}})"), std::invalid_argument);
  EXPECT_THROW(JsonSchema(R"({"anyOf": [{"format": "date"}]})"), std::invalid_argument);
  EXPECT_THROW(JsonSchema("{"), std::invalid_argument);
}

TEST(JsonSchema, knows_all_that_the_sidecars_schema_uses) {
  EXPECT_NO_THROW(JsonSchema{sidecar_schema_text()});
  EXPECT_NE(findings_of(sidecar_schema_text(), "{}"), "");
}

TEST(JsonSchema, no_text_makes_a_pattern_take_long) {
  constexpr std::string_view schema = R"({"pattern": "^(a|aa|(a*)*b)+$"})";
  const std::string many(500'000, 'a');
  EXPECT_EQ(findings_of(schema, '"' + many + '"'), "");
  EXPECT_EQ(findings_of(schema, '"' + many + "c\"").find("$ is \"aaa"), 0U);
  EXPECT_NE(findings_of(schema, "\"a\\u0000\""), "");
  EXPECT_THROW(JsonSchema(R"({"pattern": "("})").check(Json("x"), *std::make_unique<Diagnostics>()),
               std::invalid_argument);
}

TEST(JsonSchema, counts_what_it_does_not_keep) {
  Diagnostics diagnostics;
  std::string list = "[0";
  for (int i = 1; i < 10'000; ++i) list += ",0";
  JsonSchema(R"({"items": {"type": "string"}})").check(Json::parse(list + "]"), diagnostics);
  EXPECT_EQ(diagnostics.errors(), 10'000U);
  EXPECT_EQ(diagnostics.kept().size(), Diagnostics::most_kept_per_rule);
  EXPECT_EQ(diagnostics.left_out().at("schema"), 10'000U - Diagnostics::most_kept_per_rule);
}

}  // namespace
}  // namespace tscollect::store
