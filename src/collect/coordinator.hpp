#pragma once

#include "collect/free_name.hpp"
#include "collect/status_writer.hpp"
#include "collect/hosts/absent_hosts.hpp"
#include "options/collect_options.hpp"
#include "base/exit_status.hpp"
#include "base/file_place.hpp"
#include "collect/host_session.hpp"
#include "collect/greeting.hpp"
#include "collect/heartbeat.hpp"
#include "base/background_task.hpp"
#include "collect/known_host.hpp"
#include "collect/user_files.hpp"
#include "gather/mailbox.hpp"
#include "gather/node_leader.hpp"
#include "sampling/event_wait.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tscollect::app {

/// Rank 0's part: agrees on the start with every host, samples its own, stops all, and has the
/// blocks gathered into the file.
class Coordinator {
 public:
  Coordinator(gather::Mailbox& mailbox, const gather::NodeLeaders& leaders, CollectOptions options);

  [[nodiscard]] ExitStatus run();

  /// Whether some host did not answer in time: it is dead, stopped or cut off.
  [[nodiscard]] bool somebody_is_silent() const noexcept { return somebody_is_silent_; }

 private:
  [[nodiscard]] ExitStatus collect();
  [[nodiscard]] bool target_is_good();
  [[nodiscard]] bool refuse(const std::string& why);
  [[nodiscard]] int ranks() const;
  void greet_hosts();
  void name_hosts();
  [[nodiscard]] bool any_can_sample() const;
  [[nodiscard]] Admission admit(int rank) const;
  void start(int rank);
  void start_hosts();
  void welcome_latecomers();
  void dismiss_latecomers();
  [[nodiscard]] std::string sample();
  [[nodiscard]] std::optional<std::string> look();
  void pass_on_warning();
  [[nodiscard]] bool user_files_are_good();
  void note_ready();
  void write_ready_file();
  void watch_ready_file();
  void stop_hosts(const std::string& reason);
  void dismiss_before_start();
  void say(const std::string& line) const;

  gather::Mailbox& mailbox_;
  const gather::NodeLeaders& leaders_;
  CollectOptions options_;
  record::Waiter waiter_;
  HostSession own_;
  std::string run_id_;
  StatusWriter status_;
  std::shared_ptr<const FreeName> name_;
  std::filesystem::path absolute_output_;
  std::optional<record::FilePlace> output_place_;  ///< once it has been found good
  KnownHosts hosts_;
  Greeting greeting_;
  std::set<std::string> taken_;      ///< names in the file
  std::map<int, std::string> late_;  ///< ranks that may still join; the name that stands in
  std::vector<AbsentHost> absent_;
  MonoTime zero_{};  ///< when tick 0 is due
  std::optional<Heartbeat> heartbeat_;
  std::optional<StopFileWatch> stop_file_;
  std::optional<BackgroundTask> ready_file_;  ///< while it is being written
  MonoTime ready_file_due_ = MonoTime::max();
  bool all_ready_ = false;
  bool said_full_ = false;
  bool somebody_is_silent_ = false;
  std::optional<MonoTime> warning_passed_on_;
};

}  // namespace tscollect::app
