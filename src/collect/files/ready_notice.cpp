#include "collect/files/ready_notice.hpp"

#include "base/log.hpp"
#include "collect/heartbeat.hpp"
#include "collect/hosts/journal_messages.hpp"
#include "collect/files/user_files.hpp"

#include <algorithm>
#include <string>

namespace tscollect::collect {

bool ReadyNotice::look() {
  if (file_) watch_file();
  if (all_ready_) return false;
  take_ready(mailbox_, hosts_);
  all_ready_ = std::ranges::all_of(
      hosts_, [](const auto& entry) { return entry.second.ready || !entry.second.sampling; });
  if (!all_ready_) return false;
  log_missing_journals(hosts_);
  log_refusals(hosts_);
  if (!options_.ready_file.empty()) write_file();
  return true;
}

void ReadyNotice::write_file() {
  std::string names;
  for (const auto& [rank, host] : hosts_)
    if (host.ready) names += host.name + '\n';
  file_.emplace([path = options_.ready_file, names] {
    if (const auto written = write_small_file(path, names); !written)
      base::log("tscollect-mpi: --ready-file: could not be written: {}; sampling goes on\n",
                written.error().message);
  });
  file_due_.emplace(file_system_limit(options_.timeout));
}

void ReadyNotice::watch_file() {
  if (file_->is_done()) return file_.reset();
  if (!file_due_ || !file_due_->is_over()) return;
  file_due_.reset();
  base::log(
      "tscollect-mpi: --ready-file {}: not written yet, as its folder or reader does not respond; "
      "sampling goes on\n",
      options_.ready_file.string());
}

}  // namespace tscollect::collect
