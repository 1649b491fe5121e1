#pragma once

#include "base/exit_status.hpp"
#include "block/host_block.hpp"
#include "block/run_info.hpp"
#include "collect/hosts/known_host.hpp"
#include "sampling/stop_reason.hpp"
#include "marks/marked_phases.hpp"
#include "options/collect_options.hpp"
#include "options/run_status.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::collect {

/// Rank 0 after the stop: collects the outcome of each host, for the messages and the file.
class RunOutcomes {
 public:
  RunOutcomes(const options::CollectOptions& options, sampling::StopReason stop_reason)
      : options_(options), stop_reason_(std::move(stop_reason)) {}

  [[nodiscard]] const sampling::StopReason& stop_reason() const noexcept { return stop_reason_; }

  /// What was marked. What tscollect-run says there of the command may explain the stop. `zero`:
  /// when tick 0 was due, by rank 0's clock.
  void set_marks(marks::Marks&& marks, MonoTime zero);

  void clear() { outcomes_.clear(); }
  [[nodiscard]] std::size_t size() const noexcept { return outcomes_.size(); }
  [[nodiscard]] const std::vector<block::HostOutcome>& all() const noexcept { return outcomes_; }

  /// Adds a host whose block is in the file.
  void add(const block::HostBlock& block, const KnownHost& host);
  void add_missing(const std::string& name, std::string why);
  void sort();

  [[nodiscard]] bool nobody_is_there() const;
  /// The run as far as it is known now.
  [[nodiscard]] block::RunInfo describe() const;
  /// Those that were marked, and which marks were not taken.
  [[nodiscard]] marks::MarkedPhases phases() const;
  /// `written`: the run's file; empty: none. With an error in `status` its sidecar was not written.
  void describe(options::RunStatus& status, const std::filesystem::path& written) const;

  /// Reports what the written file contains, and what is missing.
  [[nodiscard]] base::ExitStatus report(const std::filesystem::path& target) const;

 private:
  void log_few_missed_ticks() const;

  const options::CollectOptions& options_;
  sampling::StopReason stop_reason_;
  std::optional<block::RunCommand> command_;
  marks::Marks marks_;
  MonoTime zero_{};
  std::vector<block::HostOutcome> outcomes_;
};

}  // namespace tscollect::collect
