#include "tool/spare_runs.hpp"

#include "store/run_file/run_file_writer.hpp"
#include "tool/commands.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <system_error>

namespace tscollect::tool {

void spare_runs(const std::filesystem::path& file, const std::filesystem::path& output) {
  std::error_code ignored;
  const auto refuse = [&output](std::string_view what) {
    throw base::UsageError(
        fmt::format("--output {}: is {}; choose another", output.string(), what));
  };
  if (std::filesystem::equivalent(file, output, ignored)) refuse("the file to be read");
  const auto sidecar = store::sidecar_path(file);
  if (std::filesystem::equivalent(sidecar, output, ignored))
    refuse("the sidecar of the file to be read");
  if (!std::filesystem::exists(output, ignored)) return;
  const auto run = std::filesystem::path(output).replace_extension(".h5");
  if (run != output && store::sidecar_path(run) == output && std::filesystem::exists(run, ignored))
    refuse(fmt::format("the sidecar of {}", run.string()));
}

}  // namespace tscollect::tool
