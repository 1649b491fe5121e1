#pragma once

#include "base/process/background_task.hpp"
#include "base/deadline.hpp"
#include "collect/hosts/known_host.hpp"
#include "gather/mailbox.hpp"
#include "options/collect_options.hpp"

#include <optional>

namespace tscollect::collect {

/// Rank 0 while sampling: detects when every host has its first sample, reports differences from
/// the expected hosts, and has the ready file written.
class ReadyNotice {
 public:
  ReadyNotice(gather::Mailbox& mailbox, KnownHosts& hosts, const options::CollectOptions& options)
      : mailbox_(mailbox), hosts_(hosts), options_(options) {}

  /// Called at each poll. True: every host is ready, since this call.
  [[nodiscard]] bool look();
  [[nodiscard]] bool everybody_is_ready() const noexcept { return all_ready_; }

 private:
  void write_file();
  void watch_file();

  gather::Mailbox& mailbox_;
  KnownHosts& hosts_;
  const options::CollectOptions& options_;
  bool all_ready_ = false;
  std::optional<BackgroundTask> file_;      ///< while it is being written
  std::optional<base::Deadline> file_due_;  ///< when the user is told that it takes long
};

}  // namespace tscollect::collect
