#pragma once

#include "store/run_file/diagnostic.hpp"
#include "store/hdf5/hdf5_handle.hpp"

#include <tscollect/source.hpp>

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace tscollect::store {

/// Runs a check. A StoreError that it throws becomes an error of `rule` at the path in its message.
void guarded(const ObjectRef& node, const std::string& rule, Diagnostics& diagnostics,
             const std::function<void()>& check);

/// "<node.path>/<name>"
[[nodiscard]] std::string path_of(const ObjectRef& node, const std::string& name);

/// Checks that the attribute has this text.
void expect_text(const ObjectRef& node, const char* attribute, const std::string& wanted,
                 Diagnostics& diagnostics);

/// Checks that the dataset is a dimension scale of its own name.
void check_scale(const ObjectRef& parent, const std::string& name, Diagnostics& diagnostics);

/// Checks that the dataset's dimensions have these scales of the same group.
void check_dimensions(const ObjectRef& parent, const std::string& name,
                      std::span<const std::string> scales, Diagnostics& diagnostics);

/// Checks the byte order, and of an array along time also chunks, shuffle and deflate, and the fill
/// value.
void check_array_storage(const ObjectRef& parent, const std::string& name, ValueType type,
                         Diagnostics& diagnostics);

/// Names of the links of a group.
[[nodiscard]] std::vector<std::string> link_names(const ObjectRef& group);

/// Checks the scales and lists along time and events of an open host's group.
void check_time_lists(const ObjectRef& host, Diagnostics& diagnostics);

/// On the root: the lists along phases, if there are any.
void check_phase_lists(const ObjectRef& root, Diagnostics& diagnostics);

/// On the open group of a host: the array of one source with what stands beside it; notes the names
/// of these objects in `known`.
void check_source_array(const ObjectRef& host, const std::string& source,
                        std::set<std::string>& known, Diagnostics& diagnostics);

}  // namespace tscollect::store
