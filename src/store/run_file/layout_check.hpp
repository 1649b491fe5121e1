#pragma once

#include "store/hdf5/hdf5_handle.hpp"
#include "store/run_file/diagnostic.hpp"
#include "store/run_file/layout_types.hpp"

#include <tscollect/source.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tscollect::store {

// What `tscollect validate` checks while the reader reads: violations of the layout that do not
// stop the reader. Nothing is checked of objects without diagnostics.

/// Adds an error about the object.
template <class... Args>
void report(const ObjectRef& object, std::string_view rule, fmt::format_string<Args...> what,
            Args&&... args) {
  if (object.diagnostics != nullptr)
    object.diagnostics->error(rule, object.path, what, std::forward<Args>(args)...);
}

/// Runs a check. A StoreError that it throws becomes an error of `rule` at the path in its message.
void guarded(const ObjectRef& object, std::string_view rule, const std::function<void()>& check);

/// Checks that the attribute has this text.
void expect_text(const ObjectRef& object, const char* attribute, std::string_view wanted);

/// What a dataset has to be.
struct DatasetLayout {
  std::string name;
  std::vector<std::string> scales;  ///< of its dimensions, in the same group; its own: it is one
  ListLayout list{};
  std::optional<ValueType> array{};  ///< an array in chunks, of this type
};
void check_dataset(const ObjectRef& group, const DatasetLayout& wanted);

/// Names of the links of a group.
[[nodiscard]] std::vector<std::string> link_names(const ObjectRef& group);

}  // namespace tscollect::store
