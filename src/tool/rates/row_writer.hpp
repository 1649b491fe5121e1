#pragma once

#include "analysis/quantity.hpp"
#include "tool/output.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tscollect::tool {

/// Writes the tidy table: host, device, time, seconds, metric, value, unit.
class RowWriter {
 public:
  RowWriter() = default;
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;
  virtual ~RowWriter() = default;

  /// The rows that follow are of this host's device (both may be empty) and quantity.
  virtual void begin_series(std::string_view host, std::string_view device,
                            const analysis::Quantity& quantity) = 0;
  /// `time_text`: `time_ns` in UTC, the end of the interval.
  virtual void write(std::int64_t time_ns, std::string_view time_text, double seconds,
                     double value) = 0;
  virtual void finish() {}
};

/// "csv" or "json"; "parquet" where Apache Arrow was there at build time.
[[nodiscard]] std::unique_ptr<RowWriter> make_row_writer(const std::string& format, Output& output);

}  // namespace tscollect::tool
