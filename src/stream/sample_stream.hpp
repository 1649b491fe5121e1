#pragma once

#include "base/bytes.hpp"
#include "table/name_index.hpp"
#include "table/table.hpp"

#include <tscollect/time.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// The compact encoding of a host's samples: only changes are stored. Memory, journal and gather use
// the same encoding. It is a sequence of records, each with its length (varint) first:
//
//   layout   new fields, devices and columns of one source; each column with its first value
//   device   attributes and texts of devices of one source, once they are known
//   error    the error of one source, valid from the next sample until replaced (empty: none)
//   restart  a reader may start here: the present layout is announced again with its values
//   sample   clocks; columns that left; columns that became active; a bitmap of the active
//            columns that changed; for each of these the difference to its last value (zigzag
//            varint, modulo 2^64)
//
// A column becomes active with its first change: on an idle machine most columns never change, and
// cost nothing. A column that becomes missing leaves: it has no value and no bit until it changes
// again. So the size of a sample depends on the present columns only, however many there have been.
// Measured on the reference recording: see docs/architecture.md.
//
// Columns are numbered in the order in which they are announced, and again from 0 after a restart.
// In streams of format version 1 columns do not leave, and a restart announces all columns that
// ever existed; the decoder reads both versions.

namespace tscollect::stream {

/// Tick k is due at `zero + k * interval` on this host's monotonic clock.
struct TickSchedule {
  MonoTime zero;
  std::chrono::nanoseconds interval{};

  [[nodiscard]] MonoTime due(std::int64_t tick) const { return zero + tick * interval; }
};

/// Times of one sample.
struct SampleClock {
  std::int64_t tick = 0;
  std::int64_t wall_ns = 0;  ///< UTC, this host's clock, just before the first file was read
  std::int64_t lateness_ns =
      0;  ///< the same moment on the monotonic clock, relative to when the tick was due
  std::int64_t duration_ns = 0;  ///< until the last file was read

  bool operator==(const SampleClock&) const = default;
};

/// One source's part of a sample: its table, and its error (empty: none).
struct SourceReading {
  const table::Table* table = nullptr;
  std::string_view error;
};

/// Writes the stream. Keeps the last value of every column.
class SampleEncoder {
 public:
  explicit SampleEncoder(TickSchedule grid, std::size_t source_count);

  /// Replaces `records` by the records of one sample, lengths included. Does not allocate in the
  /// steady state.
  void encode(const SampleClock& clock, std::span<const SourceReading> readings,
              std::vector<std::byte>& records);

  /// Restarts the stream with the next sample, so that a reader may start there.
  void restart() { restarts_ = true; }

 private:
  struct Followed {
    std::int64_t last = missing_integer;
    std::uint32_t active_position = none;
    std::uint32_t number = none;  ///< in the stream
  };
  struct Announced {
    std::uint64_t layout_version = 0;  ///< layout version of the table when it was last compared
    std::vector<Followed> columns;     ///< one for each column of the table
    std::string error;
    // Since the last restart:
    std::size_t fields = 0;
    std::uint32_t row_count = 0;
    std::uint32_t column_count = 0;
    std::vector<std::uint32_t> rows;  ///< by row of the table: the announced number, or `none`
    std::vector<std::uint32_t>
        places;  ///< by column of the table: its number in the source, or `none`
    std::vector<bool> beyond_int64;
    std::vector<bool> described;  ///< by row of the table
  };
  /// A column, given by its source and its position in the source's table.
  struct Place {
    std::uint32_t source = 0;
    std::uint32_t column = 0;
  };
  struct Activation {
    Place place;
    std::int64_t difference = 0;
  };
  static constexpr std::uint32_t none = 0xffffffff;

  void write_restart(std::vector<std::byte>& records);
  void announce(std::uint32_t source, const table::Table& table);
  void announce_rows(Announced& known, const table::Table& table, base::ByteWriter& out);
  void announce_beyond_int64(Announced& known, const table::Table& table, base::ByteWriter& out);
  void announce_devices(std::uint32_t source, const table::Table& table,
                        std::vector<std::byte>& records);
  void announce_error(std::size_t source, std::string_view error);
  static void grow(Announced& known, const table::Table& table);
  void find_changes(std::uint32_t source, const table::Table& table);
  void look_at_all(std::uint32_t source, const table::Table& table);
  void look_at(Followed& followed, Place place, std::int64_t value);
  void begin_following(Followed& followed, Place place, std::int64_t value);
  void leave(Followed& followed);
  void activate(const Activation& activation);
  [[nodiscard]] Followed& followed_at(Place place) {
    return announced_[place.source].columns[place.column];
  }
  [[nodiscard]] std::span<const std::byte> write_sample(const SampleClock& clock);
  static void append_record(std::span<const std::byte> record, std::vector<std::byte>& records);

  TickSchedule grid_;
  std::vector<Announced> announced_;
  std::uint32_t column_count_ = 0;         ///< over all sources
  std::vector<std::uint64_t> changed_;     ///< bitmap by active position
  std::vector<std::int64_t> differences_;  ///< by active position, where changed
  std::vector<Place> active_;              ///< by active position: its column
  std::vector<Activation> activations_;    ///< of the sample being encoded
  std::vector<std::uint32_t> left_;  ///< of the sample being encoded: numbers of columns that left
  std::vector<std::uint32_t> unannounced_;  ///< columns of a source that are to be announced
  std::vector<std::byte> sample_;           ///< the sample record being encoded, with room for more
  std::vector<std::byte> record_;           ///< the other record being encoded
  SampleClock last_;
  std::int64_t last_wall_minus_mono_ = 0;
  bool restarts_ = false;
};

/// One source as announced by the stream so far; shapes as in table::Table.
struct StreamSource {
  std::vector<FieldDescription> fields;
  std::vector<table::Row> rows;
  std::vector<table::TableColumn> columns;
  std::vector<std::uint32_t> global;  ///< by column: its index in SampleDecoder::values()
  std::string error;                  ///< current error; empty: none
};

/// Decodes the stream sample by sample. The bytes are untrusted.
class SampleDecoder {
 public:
  SampleDecoder(TickSchedule grid, std::size_t source_count);

  /// Takes one record (without its length). Returns true if it was a sample: clock(), values() and
  /// errors then belong to that sample. A malformed record sets failed() and changes nothing else.
  bool take(std::span<const std::byte> record);

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] const SampleClock& clock() const noexcept { return clock_; }
  [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }
  [[nodiscard]] const std::vector<StreamSource>& sources() const noexcept { return sources_; }
  /// Indexed by StreamSource::global, which stays the same through restarts.
  [[nodiscard]] const std::vector<std::int64_t>& values() const noexcept { return values_; }
  /// Indexes of the values that may have changed since the previous sample, possibly repeated.
  /// Values that a restart left missing are not included.
  [[nodiscard]] const std::vector<std::uint32_t>& changed() const noexcept { return changed_; }
  /// Indexed like values().
  struct Owner {
    std::uint32_t source = 0;
    std::uint32_t column = 0;
  };
  [[nodiscard]] const std::vector<Owner>& owners() const noexcept { return owners_; }

 private:
  /// Rows and columns that a source has announced since the last restart, by number: their
  /// positions in StreamSource.
  struct Announced {
    std::size_t fields = 0;
    std::vector<std::uint32_t> rows;
    std::vector<std::uint32_t> columns;
  };
  /// Positions of a source's rows and columns, by name: a restart announces them in another order.
  struct Index {
    table::NameIndex rows;
    std::unordered_map<std::uint64_t, std::uint32_t> columns;  ///< by row and field
  };
  struct Active {
    std::uint32_t place = 0;
    std::uint32_t number = 0;
  };
  static constexpr std::uint32_t inactive = 0xffffffff;

  void take_restart();
  void make_index();
  void take_layout(base::ByteReader& in);
  static void take_field(FieldDescription field, StreamSource& source, Announced& announced,
                         base::ByteReader& in);
  void take_row(table::Row row, std::size_t which);
  void take_devices(base::ByteReader& in);
  void take_columns(base::ByteReader& in, std::uint32_t which);
  [[nodiscard]] std::uint32_t find_or_add_column(std::uint32_t which, table::TableColumn column);
  void take_error(base::ByteReader& in);
  void take_sample(base::ByteReader& in, std::uint8_t head);
  void take_clock(base::ByteReader& in, std::uint8_t head);
  void take_leaving(base::ByteReader& in);
  void take_activations(base::ByteReader& in);

  TickSchedule grid_;
  std::vector<StreamSource> sources_;
  std::vector<Announced> announced_;  ///< by source
  std::vector<Index> index_;          ///< by source; empty until the first restart
  std::vector<std::int64_t> values_;
  std::vector<Owner> owners_;
  std::vector<std::uint32_t> numbers_;    ///< index in values(), by number since the last restart
  std::vector<std::uint32_t> positions_;  ///< position in active_ by number, or `inactive`
  std::vector<Active> active_;
  std::vector<std::uint32_t> changed_;
  bool sample_taken_ = false;
  SampleClock clock_;
  std::int64_t wall_minus_mono_ = 0;
  std::int64_t samples_ = 0;
  bool failed_ = false;
};

}  // namespace tscollect::stream
