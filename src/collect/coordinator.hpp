#pragma once

#include "collect/files/free_name.hpp"
#include "collect/finish/gathering.hpp"
#include "collect/heartbeat.hpp"
#include "collect/session/host_session.hpp"
#include "collect/files/ready_notice.hpp"
#include "collect/files/run_marks.hpp"
#include "collect/start/host_starter.hpp"
#include "collect/files/status_writer.hpp"
#include "collect/files/user_files.hpp"
#include "options/collect_options.hpp"
#include "base/exit_status.hpp"
#include "base/files/file_place.hpp"
#include "gather/mailbox.hpp"
#include "gather/node_leader.hpp"
#include "sampling/event_wait.hpp"

#include <optional>
#include <string>

namespace tscollect::collect {

/// Rank 0's main part: starts all hosts at a common time, samples its own host, stops all hosts,
/// and writes their blocks to the file.
class Coordinator {
 public:
  Coordinator(gather::Mailbox& mailbox, const gather::NodeLeaders& leaders,
              options::CollectOptions options);

  [[nodiscard]] base::ExitStatus run();

  /// Whether a host did not respond in time: it is dead, suspended or disconnected.
  [[nodiscard]] bool somebody_is_silent() const noexcept { return somebody_is_silent_; }

 private:
  [[nodiscard]] base::ExitStatus collect();
  [[nodiscard]] bool target_is_good();
  [[nodiscard]] bool refuse(const std::string& why);
  void say_that_nobody_can_sample();
  void start_hosts();
  [[nodiscard]] sampling::StopReason sample();
  [[nodiscard]] sampling::StopReason sample_whatever_happens();
  [[nodiscard]] std::optional<sampling::StopReason> look();
  void pass_on_warning();
  void note_full_store();
  void stop_hosts(const sampling::StopReason& reason);
  [[nodiscard]] base::ExitStatus gather_blocks(const sampling::StopReason& reason);
  void say(const std::string& line) const;

  gather::Mailbox& mailbox_;
  const gather::NodeLeaders& leaders_;
  options::CollectOptions options_;
  sampling::Waiter waiter_;
  HostSession own_;
  std::string run_id_;
  StatusWriter status_;
  std::shared_ptr<const FreeName> name_;
  std::filesystem::path absolute_output_;
  std::optional<RunMarks> marks_;
  std::optional<base::FilePlace> output_place_;  ///< set once it was checked
  HostStarter starter_;
  ReadyNotice ready_;
  std::optional<Heartbeat> heartbeat_;
  std::optional<StopFileWatch> stop_file_;
  SpareMemory spare_;
  std::string recovery_;  ///< recovery command, prepared early; empty: there is no journal
  bool said_full_ = false;
  bool somebody_is_silent_ = false;
  std::optional<MonoTime> warning_passed_on_;
};

}  // namespace tscollect::collect
