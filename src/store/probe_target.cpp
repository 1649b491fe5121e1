#include "store/run_file/run_file_writer.hpp"

#include <fmt/format.h>

#include <string_view>
#include <system_error>

namespace tscollect::store {

namespace {

Error cannot_write(const std::filesystem::path& target, std::string_view why) {
  return {fmt::format("cannot write {}: {}", target.string(), why)};
}

}  // namespace

Result<base::FilePlace> probe_target(const std::filesystem::path& target, bool replace) {
  std::error_code error;
  if (target.filename().empty() || std::filesystem::is_directory(target, error))
    return cannot_write(target, "it is a folder; give the name of a file in it with --output");
  const std::filesystem::path parent = target.parent_path();
  const std::filesystem::path folder = parent.empty() ? "." : parent;
  if (!std::filesystem::exists(folder, error) && !error)
    return cannot_write(target, fmt::format("the folder {} does not exist; create it, or choose "
                                            "another with --output",
                                            folder.string()));
  const auto status = std::filesystem::symlink_status(target, error);
  if (std::filesystem::exists(status) && !replace)
    return cannot_write(
        target, "it exists; use --force to replace it, or choose another name with --output");
  const std::filesystem::path sidecar = sidecar_path(target);
  if (std::filesystem::is_directory(sidecar, error))
    return cannot_write(sidecar,
                        "the sidecar's name is that of a folder; choose another with "
                        "--output");
  if (std::filesystem::exists(std::filesystem::symlink_status(sidecar, error)) && !replace)
    return cannot_write(sidecar,
                        "the sidecar's name is taken; use --force to replace it, or choose "
                        "another with --output");
  try {
    base::FilePlace place(target);
    const base::DurableFile probe(place);
    return place;
  } catch (const StoreError& reason) {
    return cannot_write(
        target, fmt::format("{}; choose a folder that takes files with --output", reason.what()));
  }
}

}  // namespace tscollect::store
