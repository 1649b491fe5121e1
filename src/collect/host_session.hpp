#pragma once

#include "options/collect_options.hpp"
#include "block/host_block.hpp"
#include "collect/journal_keeper.hpp"
#include "journal/header.hpp"
#include "sampling/recorder.hpp"
#include "sampling/sampling_thread.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::collect {

/// What rank 0 tells a host at the start.
struct StartParameters {
  std::string name_in_file;
  stream::TickGrid grid;
  block::ClockOffset clock;  ///< this host's to rank 0's
  std::string run_id;
  std::string output;
  std::int64_t host_count = 0;
  std::vector<std::string> hosts;
};

/// A part of --timeout that the stop gives a host for its last sample.
inline constexpr int last_sample_share = 2;

/// One sampling host: its sources, its recorder, and the block it contributes.
class HostSession {
 public:
  /// `rank` picks the posed host, if hosts are posed. Reads everything once, which opens the files,
  /// learns their layout and shows what cannot be read, or not in time.
  /// `options` are referred to, not copied.
  HostSession(const options::CollectOptions& options, int rank);
  HostSession(const HostSession&) = delete;
  HostSession& operator=(const HostSession&) = delete;

  [[nodiscard]] const std::string& hostname() const noexcept { return sample_options_.hostname; }
  /// Why nothing at all can be sampled here; empty if something can.
  [[nodiscard]] const std::string& unreadable() const noexcept { return unreadable_; }

  /// Journals of runs that ended badly, in the folder where ours will be.
  [[nodiscard]] std::vector<std::string> abandoned_journals() const;

  /// Creates the journal, unless its disk hangs, and what keeps samples on the grid of the
  /// parameters.
  void begin(StartParameters parameters);
  /// Starts the thread that samples, in memory and into the journal, until it is stopped or until
  /// sampling_end().
  sampling::SamplingThread& start_sampling();
  /// Asks for the last sample, without waiting for it; false: nothing samples.
  bool stop_sampling() noexcept {
    if (sampling_) sampling_->stop();
    return sampling_.has_value();
  }
  /// When tick 0 was due.
  [[nodiscard]] MonoTime zero() const noexcept { return start_.grid.zero; }
  [[nodiscard]] MonoTime sampling_end() const noexcept { return sampling_end_; }
  [[nodiscard]] const sampling::Recorder& recorder() const { return *recorder_; }
  /// The exception that has ended sampling; empty: none has.
  [[nodiscard]] std::string sampling_error() const;
  /// What --realtime and --cpu could not do, once there is a first sample.
  [[nodiscard]] const std::vector<std::string>& refused() const { return scheduling_->refused; }

  /// Absolute; empty: there is none.
  [[nodiscard]] std::string journal_path() const;
  /// Why there is none; empty: there is one.
  [[nodiscard]] std::string journal_error() const;
  /// Once sampling has ended: which samples the journal does not have; empty: it has all of them.
  [[nodiscard]] std::string journal_loss();

  /// The finished block. Waits for the last sample until `deadline`: a sampling thread that is
  /// stuck then is left behind, and the block has what it stored before.
  [[nodiscard]] block::HostBlock finish(base::Deadline deadline);

  /// Once the samples are safe in the file.
  void remove_journal();

 private:
  void create_journal();
  [[nodiscard]] std::filesystem::path journal_folder() const;
  [[nodiscard]] journal::Header journal_header() const;
  [[nodiscard]] std::string what_is_stuck() const;
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
  // Shared with the sampling thread, which is left behind with them if it is stuck.
  struct Scheduling {
    std::vector<std::string> refused;
  };
  std::shared_ptr<Scheduling> scheduling_ = std::make_shared<Scheduling>();
  std::shared_ptr<JournalKeeper> journal_;
  std::string journal_hang_;  ///< what the journal's file system does not answer to; empty: nothing
  std::shared_ptr<sampling::Recorder> recorder_;
  std::optional<sampling::SamplingThread> sampling_;
  std::string stuck_;  ///< what has kept the sampling thread from ending; empty: nothing
};

}  // namespace tscollect::collect
