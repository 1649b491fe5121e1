#pragma once

#include "journal/reader.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace tscollect::journal {

/// All that is left of one host of a run: its journal, or the parts of a long one. A part that is
/// damaged or missing costs the others nothing.
class HostJournal {
 public:
  /// Opens the parts, in their order, and looks at them again: they may have grown since. Error:
  /// there is none, or the first one is no usable journal any more. They are not kept open.
  [[nodiscard]] static Result<HostJournal> open(std::span<const std::filesystem::path> parts,
                                                uid_t owner = geteuid());
  /// The same for a part that is open already.
  [[nodiscard]] static HostJournal of(Reader part);

  [[nodiscard]] const Header& header() const { return parts_.front().contents().header; }
  [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }
  /// Samples that the collector had taken by the end of the last part and that are not there.
  [[nodiscard]] std::int64_t lost_samples() const;
  [[nodiscard]] bool is_being_written() const;
  /// What is wrong, each with its file where there are several; empty: nothing.
  [[nodiscard]] const std::vector<std::string>& errors() const noexcept { return errors_; }

  /// The host's block, as the collector would have built it from the same samples.
  [[nodiscard]] block::HostBlock build_block() const;

 private:
  HostJournal() = default;
  void add(Result<Reader> part, const std::filesystem::path& path);
  [[nodiscard]] std::string mismatch_of(const Reader& part) const;
  void visit(const block::RecordVisitor& visitor) const;

  std::vector<Reader> parts_;
  std::int64_t samples_ = 0;
  std::int64_t last_tick_ = -1;
  std::vector<std::string> errors_;
};

}  // namespace tscollect::journal
