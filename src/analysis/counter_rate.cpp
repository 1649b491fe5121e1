#include "analysis/counter_rate.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tscollect::analysis {

void IntervalClock::take(const store::HostTimes& times) {
  constexpr double ns_per_second = 1e9;
  seconds_.assign(times.tick.size(), 0.0);
  for (std::size_t i = 0; i < seconds_.size(); ++i) {
    const Moment now{times.tick[i], times.lateness_ns[i]};
    if (last_) {
      const double ticks = static_cast<double>(now.tick) - static_cast<double>(last_->tick);
      const double lateness =
          static_cast<double>(now.lateness_ns) - static_cast<double>(last_->lateness_ns);
      seconds_[i] = std::max(0.0, ticks * interval_seconds_ + lateness / ns_per_second);
    }
    last_ = now;
  }
}

void RateMeter::take(std::int64_t bits, double seconds, double shortest_for_peak) {
  const std::int64_t before = before_;
  before_ = bits;
  if (before == missing_integer || bits == missing_integer || seconds <= 0) return;
  const auto rise = block::counter_rise(before, bits, width_bits_);
  if (!rise) return;
  const double per_second = static_cast<double>(*rise) / seconds;
  if (per_second > limit_) return;
  sum_ += static_cast<double>(*rise);
  covered_ += seconds;
  if (seconds >= shortest_for_peak) peak_ = std::max(peak_, per_second);
}

Rate RateMeter::rate() const {
  Rate rate{0, peak_};
  if (covered_ > 0) rate.mean = sum_ / covered_;
  rate.peak = std::max(rate.peak, rate.mean);
  return rate;
}

std::optional<std::size_t> find_field(const block::HostSource& source, std::string_view name) {
  const auto found = std::ranges::find(source.fields, name, &FieldDescription::name);
  if (found == source.fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - source.fields.begin());
}

std::optional<double> number_of(std::int64_t bits, ValueType array_type) {
  if (array_type == ValueType::real) {
    const auto real = std::bit_cast<double>(bits);
    if (!std::isfinite(real)) return std::nullopt;
    return real;
  }
  if (bits == missing_integer) return std::nullopt;
  return static_cast<double>(bits);
}

}  // namespace tscollect::analysis
