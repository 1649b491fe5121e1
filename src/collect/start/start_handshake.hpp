#pragma once

#include "collect/hosts/known_host.hpp"
#include "gather/clock_offset.hpp"
#include "gather/mailbox.hpp"

namespace tscollect::collect {

/// Rank 0: receives the hosts' greetings and compares their clocks with its own. Before the start
/// it polls until all hosts are known or the time is up; hosts that come later are handled in the
/// same way while the others sample.
class StartHandshake {
 public:
  StartHandshake(gather::Mailbox& mailbox, KnownHosts& hosts)
      : mailbox_(mailbox), hosts_(hosts), clocks_(mailbox) {}

  /// Processes arrived messages without waiting: a host that answers at once is measured within a
  /// few hundred microseconds, others at a later call.
  void look();

  [[nodiscard]] bool everybody_is_known() const;

  /// Whether a host's clocks are being compared, so that look() should be called again soon.
  [[nodiscard]] bool is_measuring() const { return clocks_.hears_anybody(); }

 private:
  void take_hellos();

  gather::Mailbox& mailbox_;
  KnownHosts& hosts_;
  gather::ClockComparer clocks_;
};

}  // namespace tscollect::collect
