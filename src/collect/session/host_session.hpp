#pragma once

#include "options/collect_options.hpp"
#include "block/host_block.hpp"
#include "collect/session/journal_keeper.hpp"
#include "journal/header.hpp"
#include "sampling/recorder.hpp"
#include "sampling/sampling_thread.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::collect {

/// The message with which rank 0 starts a host.
struct StartParameters {
  std::string name_in_file;
  stream::TickSchedule grid;
  block::ClockOffset clock;  ///< this host's clocks relative to rank 0's
  std::string run_id;
  std::string output;
  std::int64_t host_count = 0;
  std::vector<std::string> hosts;
};

/// 1/N of --timeout is the time for a host's last sample at the stop.
inline constexpr int last_sample_share = 2;

/// One sampling host: its sources, its recorder, and its block.
class HostSession {
 public:
  /// `rank` selects the test host, if hosts are simulated. Reads all sources once, which opens the
  /// files, learns their layout and finds sources that cannot be read in time. Keeps a reference to
  /// `options`.
  HostSession(const options::CollectOptions& options, int rank);
  HostSession(const HostSession&) = delete;
  HostSession& operator=(const HostSession&) = delete;

  [[nodiscard]] const std::string& hostname() const noexcept { return sample_options_.hostname; }
  /// Why this host cannot sample anything; empty if it can.
  [[nodiscard]] const std::string& unreadable() const noexcept { return unreadable_; }

  /// Journals of runs that ended abnormally, in the folder of this host's journal.
  [[nodiscard]] std::vector<std::string> abandoned_journals() const;

  /// Creates the journal, unless its disk hangs, and the recorder for the grid given in
  /// `parameters`.
  void begin(StartParameters parameters);
  /// Starts the thread that samples into memory and the journal, until it is stopped or until
  /// sampling_end().
  sampling::SamplingThread& start_sampling();
  /// Requests the last sample, without waiting for it; false: this host does not sample.
  bool stop_sampling() noexcept {
    if (sampling_) sampling_->stop();
    return sampling_.has_value();
  }
  /// When tick 0 was due.
  [[nodiscard]] MonoTime zero() const noexcept { return start_.grid.zero; }
  [[nodiscard]] MonoTime sampling_end() const noexcept { return sampling_end_; }
  [[nodiscard]] const sampling::Recorder& recorder() const { return *recorder_; }
  /// Message of the exception that ended sampling; empty: none.
  [[nodiscard]] std::string sampling_error() const;
  /// What --realtime and --cpu could not set; valid after the first sample.
  [[nodiscard]] const std::vector<std::string>& refused() const { return scheduling_->refused; }

  /// Absolute path; empty: there is no journal.
  [[nodiscard]] std::string journal_path() const;
  /// Why there is no journal; empty: there is one.
  [[nodiscard]] std::string journal_error() const;
  /// After the end of sampling: which samples the journal lacks; empty: none.
  [[nodiscard]] std::string journal_loss();

  /// Returns the finished block. Waits for the last sample until `deadline`: a sampling thread that
  /// is stuck then is abandoned, and the block has the samples stored before.
  [[nodiscard]] block::HostBlock finish(base::Deadline deadline);

  /// Call it once the samples are in the file.
  void remove_journal();

 private:
  void create_journal();
  [[nodiscard]] std::filesystem::path journal_folder() const;
  [[nodiscard]] journal::Header journal_header() const;
  [[nodiscard]] std::string what_is_stuck() const;
  [[nodiscard]] std::string stuck() const;
  void set_stuck(std::string what);
  [[nodiscard]] std::string what_came_late(bool ended) const;

  const options::CollectOptions& options_;
  SampleOptions sample_options_;
  std::vector<std::vector<std::string>> excluded_at_start_;
  std::vector<std::string> absent_sources_;
  std::vector<std::string> hanging_at_start_;
  std::string unreadable_;
  block::HostFacts facts_;
  StartParameters start_;
  MonoTime sampling_end_ = MonoTime::max();
  // Shared with the sampling thread, which may be stuck and outlive this object.
  struct Scheduling {
    std::vector<std::string> refused;
  };
  std::shared_ptr<Scheduling> scheduling_ = std::make_shared<Scheduling>();
  std::shared_ptr<JournalKeeper> journal_;
  std::string
      journal_hang_;  ///< the operation of the journal's file system that hangs; empty: none
  std::shared_ptr<sampling::Recorder> recorder_;
  std::optional<sampling::SamplingThread> sampling_;
  // finish() may go on in a thread that rank 0 has given up.
  mutable std::mutex stuck_mutex_;
  std::string stuck_;  ///< what keeps the sampling thread from ending; empty: nothing
};

}  // namespace tscollect::collect
