#pragma once

#include "app/absent_hosts.hpp"
#include "app/collect_options.hpp"
#include "app/exit_status.hpp"
#include "app/host_session.hpp"
#include "app/known_host.hpp"
#include "gather/block_puller.hpp"
#include "gather/mailbox.hpp"
#include "record/host_block.hpp"
#include "record/run_info.hpp"
#include "store/run_file_writer.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace tscollect::app {

/// After the stop, at rank 0: takes the hosts' blocks, a few on their way at a time, in the order
/// in which they are ready, and writes the file and its sidecar. A host that is silent for the
/// timeout is left out.
class Gathering {
 public:
  Gathering(gather::Mailbox& mailbox, KnownHosts& hosts, const std::vector<AbsentHost>& absent,
            const CollectOptions& options, std::string stop_reason);

  /// Should the output fail, everything is asked for once more and written to the temporary folder.
  [[nodiscard]] ExitStatus run(const HostSession& own);

  /// Whether the file is in place with every host that sampled, so that no journal is needed.
  [[nodiscard]] bool everything_is_written() const noexcept { return everything_is_written_; }

 private:
  void write(const std::filesystem::path& target, const record::HostBlock& own);
  void note_finished();
  void pull_blocks(store::RunFileWriter& writer);
  void add(gather::Arrival arrival, store::RunFileWriter& writer);
  void keep(const record::HostBlock& block, store::RunFileWriter& writer);
  void leave_out(const KnownHost& host, std::string why);
  void note_missing(const std::string& name, std::string why);
  [[nodiscard]] record::RunInfo describe_run() const;
  [[nodiscard]] ExitStatus report(const std::filesystem::path& target) const;

  gather::Mailbox& mailbox_;
  KnownHosts& hosts_;
  const std::vector<AbsentHost>& absent_;
  const CollectOptions& options_;
  std::string stop_reason_;
  std::vector<record::HostOutcome> outcomes_;
  bool left_out_ = false;  ///< some host that sampled
  bool everything_is_written_ = false;
};

}  // namespace tscollect::app
