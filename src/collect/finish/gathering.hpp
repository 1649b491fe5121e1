#pragma once

#include "options/run_status.hpp"
#include "collect/hosts/absent_hosts.hpp"
#include "options/collect_options.hpp"
#include "base/deadline.hpp"
#include "base/exit_status.hpp"
#include "collect/session/host_session.hpp"
#include "collect/hosts/known_host.hpp"
#include "collect/finish/patient_work.hpp"
#include "collect/files/run_marks.hpp"
#include "collect/finish/run_outcomes.hpp"
#include "gather/block_puller.hpp"
#include "gather/mailbox.hpp"
#include "block/host_block.hpp"
#include "sampling/event_wait.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::collect {

/// Reserved memory, released when no other is left.
using SpareMemory = std::unique_ptr<std::byte[]>;

/// Thrown if the run gets no file, neither at its output nor in the temporary folder; its journals
/// are kept.
class NoFile : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// After the stop, at rank 0: receives the hosts' blocks, a few at a time, in the order in which
/// they become ready, and writes the file and its sidecar. A host that is silent for the timeout is
/// left out. If SIGKILL is likely to follow, it first writes a file of what it has after a tenth of
/// a second, and replaces it by a complete one if there is time.
class Gathering {
 public:
  /// `output`: as checked at the start. `waiter`: to notice an urgent signal during the gather.
  /// `ranks`: size of the job, including ranks that do not sample.
  Gathering(gather::Mailbox& mailbox, int ranks, KnownHosts& hosts,
            const std::vector<AbsentHost>& absent, const options::CollectOptions& options,
            base::FilePlace output, sampling::Waiter& waiter, const std::string& run_id,
            sampling::StopReason stop_reason, RunMarks& marks, SpareMemory& spare);

  /// If writing the output fails, requests all blocks again and writes to the temporary folder.
  [[nodiscard]] base::ExitStatus run(HostSession& own);

  /// After run(): fills in what was written, or why nothing was.
  void describe(options::RunStatus& status) const;

  /// Whether the file contains every host that sampled, so that the journals can be removed.
  [[nodiscard]] bool everything_is_written() const noexcept { return everything_is_written_; }

  /// Whether a host that sampled did not finish or stopped responding.
  [[nodiscard]] bool somebody_is_silent() const noexcept { return somebody_is_silent_; }

 private:
  void write(const base::FilePlace& target, base::Existing existing,
             base::Access access = base::Access::by_umask);
  void write_once(const base::FilePlace& target, base::Existing existing, base::Access access);
  void write_sidecar(const block::RunInfo& run, base::Existing existing, base::Sync sync,
                     base::Access access);
  [[nodiscard]] base::ExitStatus write_in_refuge();
  void read_marks();
  void take_finished();
  void take_last_words();
  void note_finished();
  void note_haste(std::chrono::nanoseconds pause);
  [[nodiscard]] bool in_haste() const { return haste_.has_value(); }
  /// Runs `work`, which waits for a file system, on a thread of its own. If it does not return
  /// within a few --timeouts the run ends here, and the thread is abandoned.
  void write_in_background(std::string_view what, const std::function<void()>& work);
  [[noreturn]] void give_up_writing(std::string_view what);
  void pull_blocks(store::RunFileWriter& writer);
  void add(gather::Arrival arrival, store::RunFileWriter& writer);
  void keep_own(store::RunFileWriter& writer);
  void keep(const block::HostBlock& block, const KnownHost& host, store::RunFileWriter& writer);
  void leave_out(const KnownHost& host, std::string why);
  void leave_out_silent(const KnownHost& host, std::string why);
  void leave_out_for_memory(const KnownHost& host, std::string why);
  [[nodiscard]] bool is_too_big(const KnownHost& host) const {
    return too_big_.contains(host.name);
  }

  gather::Mailbox& mailbox_;
  KnownHosts& hosts_;
  const std::vector<AbsentHost>& absent_;
  const options::CollectOptions& options_;
  base::FilePlace output_;
  sampling::Waiter& waiter_;
  PatientWork work_;
  RunOutcomes outcomes_;
  /// Lives longer than one write: blocks in transfer when the early file was begun arrive for the
  /// next one.
  gather::BlockPuller puller_;
  std::set<int> asked_;  ///< hosts whose blocks were requested and have not arrived
  int ranks_;
  HostSession* own_ = nullptr;
  const base::FilePlace* target_ = nullptr;    ///< file being written
  std::optional<block::HostBlock> own_block_;  ///< set once it is finished
  const std::string& run_id_;
  std::optional<base::Deadline>
      haste_;  ///< time left until the early file is written; nothing: no hurry
  RunMarks& marks_;
  SpareMemory& spare_;
  std::set<std::string> too_big_;  ///< hosts whose samples do not fit in memory
  bool out_of_memory_ = false;     ///< a host was left out for lack of memory
  std::string gave_up_;            ///< host that ends the job because it has lost contact to rank 0
  bool left_out_ = false;          ///< a host that sampled was left out
  bool somebody_is_silent_ = false;
  bool everything_is_written_ = false;
  std::filesystem::path written_;  ///< empty: nothing
  bool sidecar_is_ours_ = false;   ///< written by an earlier write of this run
  std::string error_;              ///< why there is no file
  std::string sidecar_error_;      ///< why the file that was written has no sidecar
};

}  // namespace tscollect::collect
