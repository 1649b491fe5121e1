#pragma once

#include "app/collect_options.hpp"
#include "record/host_block.hpp"
#include "record/recorder.hpp"

#include <optional>
#include <string>

namespace tscollect::app {

/// One sampling host: its sources, its recorder, and the block it contributes.
class HostSession {
 public:
  /// `rank` picks the posed host, if hosts are posed. Reads everything once, which opens the files,
  /// learns their layout and shows what cannot be read.
  HostSession(const CollectOptions& options, int rank);

  [[nodiscard]] const std::string& hostname() const noexcept { return sample_options_.hostname; }
  /// Why nothing at all can be sampled here; empty if something can.
  [[nodiscard]] const std::string& unreadable() const noexcept { return unreadable_; }

  /// From here on samples are kept, on this grid.
  void begin(record::TickGrid grid);
  [[nodiscard]] record::Recorder& recorder() { return *recorder_; }

  /// The finished block, under the name that the file uses for this host.
  [[nodiscard]] record::HostBlock finish(const std::string& name_in_file) const;

 private:
  SampleOptions sample_options_;
  std::uint64_t max_samples_;
  std::string unreadable_;
  record::HostFacts facts_;
  std::optional<record::Recorder> recorder_;
};

}  // namespace tscollect::app
