#pragma once

#include "store/run_file/diagnostic.hpp"
#include "store/json/json_value.hpp"

#include <string>
#include <string_view>

namespace tscollect::store {

/// A JSON Schema (draft 2020-12) validator. It supports the keywords that docs/sidecar.schema.json
/// uses: type, required, properties, additionalProperties, items, pattern, enum, const, if, then,
/// else, minimum, exclusiveMinimum, minLength, and $ref within the document.
///
/// No library is used: the one available in both Debian and Spack (valijson) supports only draft 7,
/// and matches patterns with std::regex, which recurses once per character of an untrusted text.
class JsonSchema {
 public:
  /// Throws std::invalid_argument if the text is not a schema, or uses an unsupported keyword,
  /// which would otherwise be ignored silently.
  explicit JsonSchema(std::string_view text);

  /// Adds an error of the rule "schema" for each violation in `value`, with its path
  /// ("$.hosts.node01.samples").
  void check(const Json& value, Diagnostics& diagnostics) const;

 private:
  Json schema_;
};

/// docs/sidecar.schema.json at build time.
[[nodiscard]] std::string_view sidecar_schema_text();

}  // namespace tscollect::store
