#pragma once

#include "journal/reader.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace tscollect::journal {

/// The journal of one host of a run, with all its parts. A damaged or missing part does not affect
/// the others.
class HostJournal {
 public:
  /// Opens the parts, in order, and reads their contents again, as they may have grown. Error:
  /// there is none, or the first one is not a usable journal any more. They are not kept open.
  [[nodiscard]] static Result<HostJournal> open(std::span<const std::filesystem::path> parts,
                                                uid_t owner = geteuid());
  /// The same for a part that is already open.
  [[nodiscard]] static HostJournal of(Reader part);

  [[nodiscard]] const Header& header() const { return parts_.front().contents().header; }
  [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }
  /// Samples taken before the end of the last part that are not in the journal.
  [[nodiscard]] std::int64_t lost_samples() const;
  [[nodiscard]] bool is_being_written() const;
  /// Errors found, with the file's name if there are several files; empty: none.
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
