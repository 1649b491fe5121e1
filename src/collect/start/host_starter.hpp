#pragma once

#include "collect/start/start_handshake.hpp"
#include "collect/session/host_session.hpp"
#include "collect/hosts/absent_hosts.hpp"
#include "collect/hosts/known_host.hpp"
#include "gather/mailbox.hpp"
#include "gather/node_leader.hpp"
#include "options/collect_options.hpp"

#include <tscollect/time.hpp>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tscollect::collect {

/// Rank 0: decides which hosts take part, under which names, and when sampling starts. Hosts that
/// have not answered by then join later.
class HostStarter {
 public:
  /// `options`: those of `own`, rank 0's own host; both are kept as references.
  HostStarter(gather::Mailbox& mailbox, const gather::NodeLeaders& leaders,
              const options::CollectOptions& options, HostSession& own);

  /// Waits for the hosts and compares their clocks, at most --timeout; then assigns the names.
  void start_handshake();
  [[nodiscard]] bool any_can_sample() const;

  /// Sets the time of tick 0 and starts the hosts whose clocks are known, rank 0's own host last.
  void start_hosts(const std::string& run_id, const std::filesystem::path& output);

  /// Starts hosts that answered late, on the same ticks as the others, once their clocks are known.
  /// Called at each poll.
  void welcome_latecomers();
  /// Whether clocks of a host are being compared, so that the next poll should be soon.
  [[nodiscard]] bool is_measuring() const { return handshake_.is_measuring(); }
  /// Tells hosts that have not joined to leave. Called at the stop.
  void dismiss_latecomers();
  [[nodiscard]] bool somebody_never_came() const noexcept { return !late_.empty(); }

  /// Tells all hosts to leave, if the run ends before it has begun.
  void dismiss_all();

  [[nodiscard]] int ranks() const noexcept;
  [[nodiscard]] KnownHosts& hosts() noexcept { return hosts_; }
  [[nodiscard]] const KnownHosts& hosts() const noexcept { return hosts_; }
  [[nodiscard]] const std::vector<AbsentHost>& absent() const noexcept { return absent_; }
  [[nodiscard]] std::int64_t count_sampling() const;

 private:
  void know_own();
  void name_hosts();
  [[nodiscard]] StartParameters admit(int rank) const;
  void start(int rank);

  gather::Mailbox& mailbox_;
  const gather::NodeLeaders& leaders_;
  const options::CollectOptions& options_;
  HostSession& own_;
  KnownHosts hosts_;
  StartHandshake handshake_;
  std::set<std::string> taken_;      ///< names used in the file
  std::map<int, std::string> late_;  ///< ranks that may still join, and their provisional names
  std::vector<AbsentHost> absent_;
  std::string run_id_;
  std::filesystem::path output_;
  MonoTime zero_{};  ///< when tick 0 is due
};

}  // namespace tscollect::collect
