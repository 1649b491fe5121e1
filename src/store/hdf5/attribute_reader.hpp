#pragma once

#include "store/hdf5/hdf5_handle.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::store {

// Each reads one attribute of `node`, whose content is untrusted: class, size and rank are checked
// first. Throws StoreError naming the attribute.

/// Empty if there is no such attribute. Fixed-length or variable.
[[nodiscard]] std::string read_text(const ObjectRef& node, const char* name);

/// Empty if there is no such attribute.
[[nodiscard]] std::vector<std::string> read_texts(const ObjectRef& node, const char* name);

[[nodiscard]] std::optional<std::int64_t> read_integer(const ObjectRef& node, const char* name);
[[nodiscard]] std::vector<std::int64_t> read_integers(const ObjectRef& node, const char* name);
[[nodiscard]] std::optional<double> read_real(const ObjectRef& node, const char* name);
[[nodiscard]] bool has_attribute(const ObjectRef& node, const char* name);

/// All of the node's attributes.
[[nodiscard]] std::vector<std::string> attribute_names(const ObjectRef& node);

/// What the file that `node` lies in takes on the disk: what is read from it cannot be trusted to
/// be smaller. Holes do not count, as anybody can make them as large as they like.
[[nodiscard]] std::uint64_t file_bytes(const ObjectRef& node);

/// Takes memory for what is read from the budget of `node`. Throws StoreError naming `what` where
/// that is more than is left.
void charge(const ObjectRef& node, std::string_view what, std::uint64_t bytes);

}  // namespace tscollect::store
