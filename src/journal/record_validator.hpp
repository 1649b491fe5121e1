#pragma once

#include "stream/sample_stream.hpp"
#include "table/source.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tscollect::journal {

/// A record of only this byte ends a part that is followed by another one. It exists only in
/// journals; the records of samples are in stream/record_kind.hpp.
inline constexpr std::uint8_t continued_record = 0x04;

[[nodiscard]] inline bool is_continued_mark(std::span<const std::byte> record) noexcept {
  return record.size() == 1 && record.front() == std::byte{continued_record};
}

/// Validates the records of a journal. It accepts what a collector can have written: layouts that
/// match their sources, and increasing ticks. The numbers of samples and columns are bounded only
/// by the file's size: a sample takes at least eight bytes and a column three, and a machine with
/// many idle devices writes no more than that.
class RecordValidator {
 public:
  /// `begin`: offset of the first record in the file.
  RecordValidator(stream::TickSchedule grid, std::vector<const table::Source*> recorded,
                  std::uint64_t begin);

  /// `position`: offset of the record's end in the file. False: the record is invalid, and error()
  /// says why.
  [[nodiscard]] bool take(std::span<const std::byte> record, std::uint64_t position);

  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }
  /// -1 if there is no sample.
  [[nodiscard]] std::int64_t first_tick() const noexcept { return first_tick_; }
  [[nodiscard]] std::int64_t last_tick() const noexcept { return last_tick_; }
  [[nodiscard]] std::size_t columns() const noexcept { return decoder_.values().size(); }
  /// Size of the samples and layouts, without the journal's checks.
  [[nodiscard]] std::int64_t stored_bytes() const noexcept { return stored_bytes_; }
  /// Whether the last record says that another part follows.
  [[nodiscard]] bool continues() const noexcept { return continues_; }
  /// End of the last whole sample or of the continuation record; `begin` if there is none.
  [[nodiscard]] std::uint64_t good_end() const noexcept { return good_end_; }

 private:
  [[nodiscard]] bool check_layout(std::size_t index);
  [[nodiscard]] bool check_devices(base::ByteReader in, std::size_t index);
  [[nodiscard]] bool refuse(const char* error);

  struct Seen {
    std::size_t fields = 0;
    std::size_t rows = 0;
  };

  stream::SampleDecoder decoder_;
  std::vector<const table::Source*> recorded_;
  std::vector<Seen> seen_;
  std::string error_;
  bool begun_ = false;
  bool continues_ = false;
  std::int64_t samples_ = 0;
  std::int64_t first_tick_ = -1;
  std::int64_t last_tick_ = -1;
  std::int64_t stored_bytes_ = 0;
  std::int64_t pending_bytes_ = 0;  ///< of records since the last sample
  std::uint64_t position_;
  std::uint64_t good_end_;
};

}  // namespace tscollect::journal
