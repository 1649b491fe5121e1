#pragma once

#include "stream/sample_stream.hpp"
#include "table/source.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tscollect::journal {

/// The record of one such byte ends a part that another one follows. It is the journal's own; those
/// of stream/record_kind.hpp make the samples.
inline constexpr std::uint8_t continued_record = 0x04;

[[nodiscard]] inline bool is_continued_mark(std::span<const std::byte> record) noexcept {
  return record.size() == 1 && record.front() == std::byte{continued_record};
}

/// Follows the records of a journal and says how far they make sense. What it lets through is what
/// a collector can have written: layouts that fit their sources, and ticks that go forward. How
/// many samples and columns there are is bounded by the file's size alone: a sample takes eight
/// bytes at least and a column three, and a machine of many idle devices writes no more than that.
class RecordValidator {
 public:
  /// `begin`: where the first record stands in the file.
  RecordValidator(stream::TickGrid grid, std::vector<const table::Source*> recorded,
                  std::uint64_t begin);

  /// `position`: of the record's end in the file. False: flaw() says what is wrong with the record.
  [[nodiscard]] bool take(std::span<const std::byte> record, std::uint64_t position);

  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }
  /// -1: there is no sample.
  [[nodiscard]] std::int64_t first_tick() const noexcept { return first_tick_; }
  [[nodiscard]] std::int64_t last_tick() const noexcept { return last_tick_; }
  [[nodiscard]] std::size_t columns() const noexcept { return decoder_.values().size(); }
  /// Of the samples with their layouts, without the journal's checks.
  [[nodiscard]] std::int64_t stored_bytes() const noexcept { return stored_bytes_; }
  /// Whether the last record says that there is another part.
  [[nodiscard]] bool continues() const noexcept { return continues_; }
  /// Where the last whole sample ends, or the mark that the journal continues; `begin` if there is
  /// none.
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
