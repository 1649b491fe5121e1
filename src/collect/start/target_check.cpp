#include "collect/start/target_check.hpp"

#include "base/process/background_task.hpp"
#include "base/log.hpp"
#include "collect/heartbeat.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <fmt/format.h>

#include <chrono>

namespace tscollect::collect {

namespace {

double to_seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

Result<void> check_ready_file(const options::CollectOptions& options) {
  if (options.ready_file.empty()) return {};
  const auto limit = file_system_limit(options.timeout);
  const auto removed =
      run_within(limit, [path = options.ready_file] { return remove_stale_file(path); });
  if (!removed)
    base::log("tscollect-mpi: --ready-file {}: its folder has not answered for {} s; going on\n",
              options.ready_file.string(), to_seconds(limit));
  else if (!*removed)
    return Error{fmt::format("--ready-file: an old one is there and cannot be removed: {}",
                             removed->error().message)};
  return {};
}

}  // namespace

Result<base::FilePlace> check_target(const options::CollectOptions& options) {
  auto probed = run_within(options.timeout, [output = options.output, force = options.force] {
    return store::probe_target(output, force);
  });
  if (probed) return std::move(*probed);
  return Error{fmt::format("{}: its folder has not answered for {} s", options.output.string(),
                           to_seconds(options.timeout))};
}

Result<void> check_user_files(const options::CollectOptions& options,
                              std::optional<StopFileWatch>& stop_file) {
  if (auto checked = check_ready_file(options); !checked) return checked;
  if (options.stop_file.empty()) return {};
  const auto limit = file_system_limit(options.timeout);
  stop_file.emplace(options.stop_file);
  switch (stop_file->first_look(base::Deadline(limit))) {
    case StopFileWatch::FirstLook::present:
      return Error{fmt::format(
          "--stop-file {}: it is there already, perhaps from an earlier run; remove it before the "
          "start",
          options.stop_file.string())};
    case StopFileWatch::FirstLook::no_answer:
      base::log(
          "tscollect-mpi: --stop-file {}: its folder has not answered for {} s; going on, and "
          "looking for it\n",
          options.stop_file.string(), to_seconds(limit));
      break;
    case StopFileWatch::FirstLook::absent: break;
  }
  return {};
}

}  // namespace tscollect::collect
