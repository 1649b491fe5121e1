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

  /// Begins the rows of a device of a host (both may be empty) and a quantity.
  virtual void begin_series(std::string_view host, std::string_view device,
                            const analysis::Quantity& quantity) = 0;
  /// `time_text`: `time_ns` in UTC, the end of the interval.
  virtual void write(std::int64_t time_ns, std::string_view time_text, double seconds,
                     double value) = 0;
  virtual void finish() {}
};

/// "csv" or "json"; "parquet" if Apache Arrow was found at build time.
[[nodiscard]] std::unique_ptr<RowWriter> make_row_writer(const std::string& format, Output& output);

}  // namespace tscollect::tool
