#pragma once

#include "collect/start_handshake.hpp"
#include "collect/host_session.hpp"
#include "collect/hosts/absent_hosts.hpp"
#include "collect/known_host.hpp"
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

/// Rank 0: which hosts take part, under which names, and from when on. Whoever has not answered
/// when the others start joins them later.
class HostStarter {
 public:
  /// `options`: as those of `own`, rank 0's own host; both are referred to.
  HostStarter(gather::Mailbox& mailbox, const gather::NodeLeaders& leaders,
              const options::CollectOptions& options, HostSession& own);

  /// Waits for the hosts and compares their clocks, for --timeout at most; then each has its name.
  void start_handshake();
  [[nodiscard]] bool any_can_sample() const;

  /// Sets when tick 0 is due and starts those whose clocks are known, rank 0's own host last.
  void start_hosts(const std::string& run_id, const std::filesystem::path& output);

  /// At each look: hosts that answer only now get the same ticks as the others, as soon as their
  /// clocks are known.
  void welcome_latecomers();
  /// Whether somebody has come whose clocks are being compared: look again soon.
  [[nodiscard]] bool is_measuring() const { return handshake_.is_measuring(); }
  /// At the stop.
  void dismiss_latecomers();
  [[nodiscard]] bool somebody_never_came() const noexcept { return !late_.empty(); }

  /// The run ends before it has begun.
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
  std::set<std::string> taken_;      ///< names in the file
  std::map<int, std::string> late_;  ///< ranks that may still join; the name that stands in
  std::vector<AbsentHost> absent_;
  std::string run_id_;
  std::filesystem::path output_;
  MonoTime zero_{};  ///< when tick 0 is due
};

}  // namespace tscollect::collect
