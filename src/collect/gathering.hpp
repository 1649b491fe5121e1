#pragma once

#include "options/run_status.hpp"
#include "collect/hosts/absent_hosts.hpp"
#include "options/collect_options.hpp"
#include "base/deadline.hpp"
#include "base/exit_status.hpp"
#include "collect/host_session.hpp"
#include "collect/known_host.hpp"
#include "collect/patient_work.hpp"
#include "collect/run_marks.hpp"
#include "collect/run_outcomes.hpp"
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

/// Memory that is given back when there is no other left.
using SpareMemory = std::unique_ptr<std::byte[]>;

/// Why the run is to have no file, there or elsewhere; its journals stay.
class NoFile : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// After the stop, at rank 0: takes the hosts' blocks, a few on their way at a time, in the order
/// in which they are ready, and writes the file and its sidecar. A host that is silent for the
/// timeout is left out. In haste, for SIGKILL may follow, it writes first what it has after half a
/// second, and replaces that by a fuller file if it lives to.
class Gathering {
 public:
  /// `output`: as it was found good at the start. `waiter`: a signal that makes haste may come
  /// during the gather. `ranks`: of the job, with those that do not sample.
  Gathering(gather::Mailbox& mailbox, int ranks, KnownHosts& hosts,
            const std::vector<AbsentHost>& absent, const options::CollectOptions& options,
            const base::FilePlace& output, sampling::Waiter& waiter, const std::string& run_id,
            sampling::StopReason stop_reason, RunMarks& marks, SpareMemory& spare);

  /// Should the output fail, everything is asked for once more and written to the temporary folder.
  [[nodiscard]] base::ExitStatus run(HostSession& own);

  /// After run(): what was written, or why nothing was.
  void describe(options::RunStatus& status) const;

  /// Whether the file is in place with every host that sampled, so that no journal is needed.
  [[nodiscard]] bool everything_is_written() const noexcept { return everything_is_written_; }

  /// Whether some host that sampled did not finish or fell silent.
  [[nodiscard]] bool somebody_is_silent() const noexcept { return somebody_is_silent_; }

 private:
  void write(const base::FilePlace& target, base::Existing existing,
             base::Access access = base::Access::by_umask);
  void write_once(const base::FilePlace& target, base::Existing existing, base::Access access);
  [[nodiscard]] base::ExitStatus write_in_refuge();
  void read_marks();
  void take_finished();
  void take_last_words();
  void note_finished();
  void note_haste(std::chrono::nanoseconds pause);
  [[nodiscard]] bool in_haste() const { return haste_.has_value(); }
  /// Does `work`, which waits for a file system, on a thread of its own. Where it does not return
  /// within a few --timeouts the run ends here: what it was at is left to it.
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
  /// Outlives a write: what was on its way when the hasty file was begun arrives for the next one.
  gather::BlockPuller puller_;
  std::set<int> asked_;  ///< hosts whose blocks have been asked for and have not arrived
  int ranks_;
  HostSession* own_ = nullptr;
  const base::FilePlace* target_ = nullptr;    ///< what is being written
  std::optional<block::HostBlock> own_block_;  ///< once it is finished
  const std::string& run_id_;
  std::optional<base::Deadline> haste_;  ///< until the first, hasty file is to be written
  RunMarks& marks_;
  SpareMemory& spare_;
  std::set<std::string> too_big_;  ///< hosts for whose samples there is no memory
  bool out_of_memory_ = false;     ///< some host was left out for that
  std::string gave_up_;            ///< the host that ends the job, for it heard nothing of us
  bool left_out_ = false;          ///< some host that sampled
  bool somebody_is_silent_ = false;
  bool everything_is_written_ = false;
  std::filesystem::path written_;  ///< empty: nothing is
  std::string error_;
};

}  // namespace tscollect::collect
