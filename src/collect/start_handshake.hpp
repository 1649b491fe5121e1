#pragma once

#include "collect/known_host.hpp"
#include "gather/clock_offset.hpp"
#include "gather/mailbox.hpp"

namespace tscollect::collect {

/// Rank 0: hears which hosts are there and compares their clocks with its own. Before the start it
/// looks until everybody is known or has had its time; a host that comes later is greeted in the
/// same way while the others sample.
class StartHandshake {
 public:
  StartHandshake(gather::Mailbox& mailbox, KnownHosts& hosts)
      : mailbox_(mailbox), hosts_(hosts), clocks_(mailbox) {}

  /// Takes what has arrived. Waits for nobody: a host that answers at once is measured within some
  /// hundred microseconds, any other one at a later look.
  void look();

  [[nodiscard]] bool everybody_is_known() const;

  /// Whether a host has come whose clocks are being compared: it is to be looked after soon.
  [[nodiscard]] bool is_measuring() const { return clocks_.hears_anybody(); }

 private:
  void take_hellos();

  gather::Mailbox& mailbox_;
  KnownHosts& hosts_;
  gather::ClockComparer clocks_;
};

}  // namespace tscollect::collect
