#pragma once

#include "store/hdf5/hdf5_handle.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::store {

// Each function reads one attribute of `node`. The file is untrusted: class, size and rank are
// checked first. Throws StoreError naming the attribute.

/// Empty if there is no such attribute. Accepts texts of fixed and of variable length.
[[nodiscard]] std::string read_text(const ObjectRef& node, const char* name);

/// Empty if there is no such attribute.
[[nodiscard]] std::vector<std::string> read_texts(const ObjectRef& node, const char* name);

[[nodiscard]] std::optional<std::int64_t> read_integer(const ObjectRef& node, const char* name);
[[nodiscard]] std::vector<std::int64_t> read_integers(const ObjectRef& node, const char* name);
[[nodiscard]] std::optional<double> read_real(const ObjectRef& node, const char* name);
[[nodiscard]] bool has_attribute(const ObjectRef& node, const char* name);

/// Names of all attributes of the node.
[[nodiscard]] std::vector<std::string> attribute_names(const ObjectRef& node);

/// Size on disk of the file of `node`, which limits what can be read from it. Holes do not count,
/// as they can have any size.
[[nodiscard]] std::uint64_t file_bytes(const ObjectRef& node);

/// Takes `bytes` from the memory budget of `node`. Throws StoreError naming `what` if less is left.
void charge(const ObjectRef& node, std::string_view what, std::uint64_t bytes);

}  // namespace tscollect::store
