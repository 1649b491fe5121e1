#pragma once

#include "store/run_file/diagnostic.hpp"
#include "store/run_file/run_file_reader.hpp"
#include "tool/validate/cell_check.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::tool {

/// Checks the arrays of one host as they are read, part by part.
class ValueCheck final : public store::HostVisitor {
 public:
  /// `layout` and `diagnostics` must outlive this object.
  ValueCheck(const store::ReadHost& layout, std::uint64_t samples, store::Diagnostics& diagnostics);

  void take_times(const store::HostTimes& times) override;
  void take_cells(const store::HostTimes& times, const store::CellBlock& cells) override;

  /// Checks that need all samples.
  void finish();

 private:
  void check_ticks(const store::HostTimes& times);
  void check_clock(const store::HostTimes& times);
  void check_lateness(const store::HostTimes& times);
  void check_summary();
  void check_errors();

  const store::ReadHost& layout_;
  std::uint64_t samples_;
  store::Diagnostics& diagnostics_;
  std::string place_;
  std::vector<CellCheck> sources_;
  std::optional<std::int64_t> last_tick_;
  std::optional<std::int64_t> first_time_;
  std::int64_t last_time_ = 0;
  std::optional<std::int64_t> latest_;  ///< the largest lateness that is not before the tick
  std::uint64_t gaps_ = 0;              ///< ticks missed before the first row or between rows
  std::uint64_t expected_ = 0;          ///< the next tick, if none is missed
};

}  // namespace tscollect::tool
