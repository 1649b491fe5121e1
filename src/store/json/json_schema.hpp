#pragma once

#include "store/run_file/finding.hpp"
#include "store/json/json_value.hpp"

#include <string>
#include <string_view>

namespace tscollect::store {

/// A JSON Schema (draft 2020-12) and what it says of a value. It knows the keywords that ours uses:
/// type, required, properties, additionalProperties, items, pattern, enum, const, anyOf, if, then,
/// else, minimum, exclusiveMinimum, minLength, and $ref within the document.
///
/// Why not a library: the one that Debian and Spack both have (valijson) stops at draft 7 and hands
/// patterns to std::regex, which recurses once per character of a text that anybody may have
/// written.
class JsonSchema {
 public:
  /// Throws std::invalid_argument on a text that is no schema, or that uses another keyword: what
  /// is not understood must not pass for checked.
  explicit JsonSchema(std::string_view text);

  /// Adds an error of the rule "schema" for whatever in `value` breaks the schema, at its path
  /// ("$.hosts.node01.samples").
  void check(const Json& value, Findings& findings) const;

 private:
  Json schema_;
};

/// docs/sidecar.schema.json, as it was when this was built.
[[nodiscard]] std::string_view sidecar_schema_text();

}  // namespace tscollect::store
