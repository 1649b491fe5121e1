#pragma once

#include "collect/options.hpp"
#include "journal/writer.hpp"
#include "block/host_block.hpp"
#include "sampling/recorder.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tscollect::app {

/// What rank 0 tells a host at the start.
struct Admission {
  std::string name_in_file;
  record::TickGrid grid;
  record::ClockOffset clock;  ///< this host's to rank 0's
  std::string run_id;
  std::string output;
  std::int64_t host_count = 0;
  std::vector<std::string> hosts;
};

/// One sampling host: its sources, its recorder, and the block it contributes.
class HostSession {
 public:
  /// `rank` picks the posed host, if hosts are posed. Reads everything once, which opens the files,
  /// learns their layout and shows what cannot be read.
  /// `options` are referred to, not copied.
  HostSession(const CollectOptions& options, int rank);
  HostSession(const HostSession&) = delete;
  HostSession& operator=(const HostSession&) = delete;

  [[nodiscard]] const std::string& hostname() const noexcept { return sample_options_.hostname; }
  /// Why nothing at all can be sampled here; empty if something can.
  [[nodiscard]] const std::string& unreadable() const noexcept { return unreadable_; }

  /// Journals of runs that ended badly, in the folder where ours will be.
  [[nodiscard]] std::vector<std::string> abandoned_journals() const;

  /// From here on samples are kept, on the grid of the admission, in memory and in the journal.
  void begin(Admission admission);
  [[nodiscard]] record::Recorder& recorder() { return *recorder_; }

  /// Absolute; empty: there is none.
  [[nodiscard]] std::string journal_path() const;
  [[nodiscard]] std::string journal_fault() const;
  /// Which samples the journal does not have; empty: it has all of them.
  [[nodiscard]] std::string journal_lack() const;

  /// The finished block.
  [[nodiscard]] record::HostBlock finish() const;

  /// Once the samples are safe in the file.
  void remove_journal();

 private:
  [[nodiscard]] std::filesystem::path journal_folder() const;
  [[nodiscard]] journal::Header journal_header() const;
  void keep(std::span<const std::byte> records);

  const CollectOptions& options_;
  SampleOptions sample_options_;
  std::vector<std::vector<std::string>> excluded_at_start_;
  std::string unreadable_;
  record::HostFacts facts_;
  Admission admission_;
  std::optional<journal::Writer> journal_;
  std::optional<record::Recorder> recorder_;
};

}  // namespace tscollect::app
